import { listed } from '../../counted.ts';
import { type Html, markup } from '../../markup.ts';
import type { MomentView, RunView } from './run-view.ts';

/** The methods that threads are in, with a mark at the line of each one's next step; and which of these steps are made by methods that a page does not have. */
export function sourcePane({ source }: Pick<RunView, 'source'>, { threads }: MomentView): Html {
  const inside = new Map<number, number[]>();
  const lacking = new Set<string>();
  for (const [i, { next, state }] of threads.entries()) {
    const method = source.labels[next];
    if (next === '' || state === 'done' || state === 'ended') continue;
    if (method === undefined) lacking.add(next);
    else inside.set(method, [...(inside.get(method) ?? []), i + 1]);
  }
  if (inside.size + lacking.size === 0)
    return markup`<p class="faint">No thread is about to make a step.</p>`;
  const told =
    lacking.size > 0 &&
    markup`<p class="faint">This page does not have the source of ${listed([...lacking])}.</p>`;
  return markup`${told}${[...inside].map(([at, those]) => {
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
