import { type Html, markup } from '../../markup.ts';
import type { MomentView, RunView } from './run-view.ts';

/** The methods that threads are in, with a mark at the line of each one's next step. */
export function sourcePane({ source }: Pick<RunView, 'source'>, { threads }: MomentView): Html {
  const inside = new Map<number, number[]>();
  for (const [i, { next, state }] of threads.entries()) {
    const method = source.labels[next];
    if (method === undefined || state === 'done' || state === 'ended') continue;
    inside.set(method, [...(inside.get(method) ?? []), i + 1]);
  }
  if (inside.size === 0) return markup`<p class="faint">No thread is about to make a step.</p>`;
  return markup`${[...inside].map(([at, those]) => {
    const { name, file, lines } = source.methods[at];
    const marks = lines.map((line) =>
      those.filter((thread) => new RegExp(`[(\\s]${threads[thread - 1].next}[,)]`).test(line)),
    );
    return markup`<figure class="method"><figcaption>${name} <span class="faint">${file}</span></figcaption><pre tabindex="0" data-key="method ${at}">${lines.map(
      (line, i) =>
        markup`<span class="code${marks[i].length > 0 ? ' here' : ''}"><b>${marks[i].map((thread) => `T${thread}`).join(',')}</b> ${line}\n</span>`,
    )}</pre></figure>`;
  })}`;
}
