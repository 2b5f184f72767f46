import { plural, withCommas } from '../../counted.ts';
import { type Html, markup } from '../../markup.ts';
import type { MomentView, SlotOwner } from './run-view.ts';
import { OWNER_WORDS } from './slab-picture.ts';

const WIDTH = 1000;

/** The owners whose counts add up, in the order of the equation. */
const TERMS: readonly Exclude<SlotOwner, 'conflict'>[] = [
  'reachable',
  'inHand',
  'retired',
  'parked',
  'free',
  'leaked',
];

/**
 * The equation as a bar of always the same length. A slot with several owners is counted once, as a conflict, so that what is drawn adds
 * up; the numbers beside it are those of the equation, with what is counted twice taken off.
 */
export function equationPicture({ slots, counts }: Pick<MomentView, 'slots' | 'counts'>): Html {
  const drawn = slots.length === counts.slots ? shares(slots) : sharesOf(counts);
  let at = 0;
  const bars = drawn.map(([owner, count]) => {
    const [x, end] = [at, at + count].map((before) => Math.round((WIDTH * before) / counts.slots)) as [
      number,
      number,
    ];
    at += count;
    return markup`<rect class="bar o-${owner}" x="${x}" y="0" width="${end - x}" height="20"/>`;
  });
  const terms = TERMS.filter((owner) => owner !== 'parked' || counts.parked > 0).map(
    (owner) => markup`<li><i class="key o-${owner}"></i>${OWNER_WORDS[owner]} <b>${counts[owner]}</b></li>`,
  );
  const twice =
    counts.surplus > 0 &&
    markup`<li class="damage"><i class="key o-conflict"></i>counted twice <b>−${counts.surplus}</b></li>`;
  return markup`<svg class="equation" viewBox="0 0 ${WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">${bars}</svg><ul class="terms">${terms}${twice}<li>= <b>${withCommas(counts.slots)}</b> ${plural(counts.slots, 'slot')}</li></ul>`;
}

function shares(slots: MomentView['slots']): [SlotOwner, number][] {
  const order: readonly SlotOwner[] = [...TERMS, 'conflict'];
  return order.map((owner) => [owner, slots.filter((each) => each.owner === owner).length]);
}

/** Of a slab that is not shown in full: what is counted twice is taken off the free slots. */
function sharesOf(counts: MomentView['counts']): [SlotOwner, number][] {
  return TERMS.map((owner) => [owner, owner === 'free' ? counts.free - counts.surplus : counts[owner]]);
}
