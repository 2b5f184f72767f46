import type { HeldBack } from '../../judge/audit/holder.ts';
import { plural } from '../../counted.ts';
import type { Audit, ChainInHand, HeldSlot } from '../../judge/audit/audit.ts';
import { countsClaims, keptWords } from '../../laboratory/announcements.ts';
import { R_HAND } from '../../kernel/layout.ts';
import { kindIn } from '../../laboratory/structures.ts';
import { hang } from './columns.ts';
import { whoHas } from '../words.ts';
import type { Style } from './style.ts';

/** What an audit says of the slots that threads have in hand. */

/**
 * Says of a thread that it has a slot in hand, or that it only means to take the slot: a thread writes down which slot a step is about
 * before it makes the step, and until then the slot belongs to another owner.
 */
export function handLines(hand: HeldSlot, audit: Audit, style: Style, what = 'slot'): string[] {
  const { thread, slot, counts } = hand;
  if (counts)
    return hang(
      '  in hand  ',
      audit.named(`${whoHas(hand)} has ${what} ${slot} in hand${untilForgotten(hand, audit)}.`),
      style.columns,
    );
  const text = `T${thread} intends to take ${what} ${slot} and does not have it: ${ownerOf(slot, audit)}. It is not counted.`;
  return hang('  intent   ', audit.named(text), style.columns);
}

/**
 * Of one that a thread has by its record alone: it lives and is inside no operation, and the next one of the structure begins with nothing in
 * hand. Only a recording tells that no operation goes on.
 */
function untilForgotten({ thread, slot }: HeldSlot, { recorded, threads, geometry, words }: Audit): string {
  const goesOn = recorded === null || recorded.inside.has(thread) || threads[thread - 1].status !== 'active';
  if (goesOn || words[geometry.record(thread) + R_HAND] !== slot) return '';
  return ` by its record alone: no operation of it goes on, and its next one on the ${kindIn(geometry)} forgets the slot`;
}

function chainText(slots: readonly number[]): string {
  return `the chain of ${plural(slots.length, 'slot')} ${slots.join(', ')}`;
}

/** The same of a chain that a thread unlinks by one step. */
export function chainLines({ thread, slots, has }: ChainInHand, audit: Audit, style: Style): string[] {
  const who = audit.named(`T${thread}`);
  if (has.length > 0) return hang('  in hand  ', `${who} has ${chainText(has)} in hand.`, style.columns);
  const text = `${who} intends to unlink ${chainText(slots)} and does not have it. It is not counted.`;
  return hang('  intent   ', text, style.columns);
}

/** Who has a slot that a thread only intends to take. */
function ownerOf(slot: number, audit: Audit): string {
  const owners = audit.classesOf(slot);
  if (owners.includes('reachable')) return `it is in the ${kindIn(audit.geometry)}`;
  if (owners.includes('free')) return 'it is free';
  if (owners.includes('retired')) return retiredText(audit);
  if (owners.includes('parked')) return `it is ${keptWords(audit.geometry).parked}`;
  if (owners.includes('inHand')) return 'another thread has it in hand';
  return owners.includes('leaked') ? 'others took it, and lost it' : 'the slab has no such slot';
}

/** Where a slot is that was retired: counts hold it without a list. */
function retiredText({ geometry }: Audit): string {
  return `it is ${countsClaims(geometry) ? 'retired and ' : ''}${keptWords(geometry).retired}`;
}

/** The slots that are held back by what owns them: a list of retired ones, or a thread with which they are parked. */
export function heldKinds<H extends Pick<HeldBack, 'list'>>(
  audit: Audit,
  held: readonly H[],
): readonly (readonly [kind: 'retired' | 'parked', count: number, held: readonly H[]])[] {
  const isParked = ({ list }: H): boolean => list === null && audit.parks;
  return [
    ['retired', audit.retired, held.filter((each) => !isParked(each))],
    ['parked', audit.parked, held.filter(isParked)],
  ];
}
