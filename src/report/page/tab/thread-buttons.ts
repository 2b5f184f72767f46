import { html, type TemplateResult } from 'lit-html';
import type { MomentView } from '../run-view.ts';

/** A button for each thread: what it is in, and its next step. */
export function threadButtons(
  { threads }: MomentView,
  isBusy: boolean,
  move: (thread: number) => void,
): TemplateResult[] {
  return threads.map(({ next, state, inside }, i) => {
    const isOver = state === 'done' || state === 'ended' || (next === '' && state !== 'between');
    return html`<button type="button" ?disabled=${isOver || isBusy} @click=${() => move(i + 1)}>
      T${i + 1}
      <span class="faint">${isOver ? 'done' : `${inside === '' ? '' : `${inside} `}${next}`}</span>
    </button>`;
  });
}
