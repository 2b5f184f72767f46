import { equationPicture } from '../equation-picture.ts';
import { type Html, markup } from '../../../markup.ts';
import type { MomentView, RunView } from '../run-view.ts';
import { slabPicture } from '../slab-picture.ts';
import { sourcePane } from '../source-pane.ts';
import { structurePicture } from '../structure-picture.ts';
import { threadCards } from '../thread-cards.ts';

/** The panes that show one moment, by the names of their places. */
export const PANES: Readonly<Record<string, (view: RunView, moment: MomentView, step: number) => Html>> = {
  slab: (_, moment) => slabPicture(moment),
  equation: (_, moment) => equationPicture(moment),
  structure: (view, moment) => structurePicture(view, moment),
  threads: (view, moment) => threadCards(view, moment),
  source: (view, moment) => sourcePane(view, moment),
  words: (view, _, step) => wordsPane(view, step),
  knows: (_, { knows }) => (knows === '' ? markup`` : markup`<p class="faint">${knows}</p>`),
};

/** What each shared word holds, to be pointed at for its biography. */
function wordsPane({ words }: RunView, step: number): Html {
  return markup`<ul class="shared-words">${words.map(({ name, holds }, i) => {
    const [, held] = holds.findLast(([since]) => since <= step) ?? holds[0];
    return markup`<li tabindex="0" data-key="word ${i}" data-word="${i}" aria-label="${name} is ${held}"><span class="faint">${name}</span> ${held}</li>`;
  })}</ul>`;
}

/** Puts markup into an element, unless it is there already. What had the focus has it again, if it is still there. */
export function showPane(place: Element, content: Html): void {
  const { text } = content;
  if (shown.get(place) === text) return;
  const active = document.activeElement;
  const key = active !== null && place.contains(active) ? active.getAttribute('data-key') : null;
  place.innerHTML = text;
  shown.set(place, text);
  if (key !== null) place.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus({ preventScroll: true });
}

const shown = new WeakMap<Element, string>();

/** Where the panes of a run stand. */
export function frame(view: RunView): Html {
  return markup`<div data-part="controls"></div><p class="caption" data-part="caption"></p><div data-part="notes"></div>
<div class="panes"><div>${placeFor('slab', 'The slab')}${placeFor('equation', null)}${placeFor('words', null)}${placeFor('knows', null)}<p class="biography faint" data-part="biography">Point at a slot or a word, or move to it with the Tab key, for its biography.</p><h3>The ${view.kind}</h3><div class="scroll" tabindex="0" role="region" aria-label="The ${view.kind}" data-pane="structure"></div><div data-part="over-time"></div></div><div>${placeFor('threads', 'What each thread believes')}${placeFor('source', 'Where they are')}</div></div>`;
}

function placeFor(name: string, head: string | null): Html {
  return markup`${head !== null && markup`<h3>${head}</h3>`}<div data-pane="${name}"></div>`;
}
