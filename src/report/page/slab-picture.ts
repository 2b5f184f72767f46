import { counted } from '../../counted.ts';
import { type Html, markup } from '../../markup.ts';
import type { MomentView, SlotOwner, SlotView } from './run-view.ts';

/** How the owner classes are called where there is little room; each has a colour, a pattern and this word. */
export const OWNER_WORDS: Readonly<Record<SlotOwner, string>> = {
  reachable: 'reachable',
  inHand: 'in hand',
  retired: 'retired',
  parked: 'parked',
  free: 'free',
  leaked: 'leaked',
  conflict: 'conflict',
};

/** The slab as a strip: a slot stays in its place whatever becomes of it. */
export function slabPicture({ slots, counts }: Pick<MomentView, 'slots' | 'counts'>): Html {
  const more = counts.slots - slots.length;
  return markup`<ol class="slab">${slots.map((slot, i) => slotMarkup(slot, i + 1))}</ol>${
    more > 0 && markup`<p class="faint">and ${counted(more, 'more slot')}</p>`
  }`;
}

function slotMarkup(slot: SlotView, number: number): Html {
  const { owner, life, dummy } = slot;
  const holds = dummy ? '·' : slot.holds;
  return markup`<li class="slot o-${owner}" tabindex="0" data-key="slot ${number}" data-slot="${number}" aria-label="${slotText(slot, number)}"><span class="life">${life}</span><span class="holds">${holds}</span><span class="owner">${ownerText(slot)}</span><span class="next">${slot.next === 0 ? '' : `→ ${slot.next}`}</span></li>`;
}

function ownerText({ owner, by, dummy, held, deleted = false }: SlotView): string {
  if (dummy) return 'dummy';
  if (deleted) return 'deleted';
  if (held !== '') return `T${by}, held`;
  return by === 0 ? OWNER_WORDS[owner] : `${OWNER_WORDS[owner]} T${by}`;
}

/** All of a slot in one sentence, for those who do not see the strip. */
export function slotText(view: SlotView, number: number): string {
  const { owner, by, life, holds, dummy, next, held, deleted = false } = view;
  const what = `${dummy ? ', the dummy node' : ''}${deleted ? ', deleted' : ''}`;
  const value = holds === '' ? '' : `, holds ${holds}`;
  const whose = by === 0 ? '' : ` by T${by}`;
  const link = next === 0 ? '' : `, next is ${next}`;
  const kept = held === '' ? '' : `, held back by ${held}`;
  return `Slot ${number}, life ${life}: ${OWNER_WORDS[owner]}${whose}${what}${value}${link}${kept}.`;
}
