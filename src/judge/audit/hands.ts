import {
  FREE,
  type Geometry,
  HAND_LINKING,
  HAND_OWNED,
  HAND_TAKEN,
  HAND_TAKING,
  HELD,
  LEFT,
  LINKED,
  ON_ITS_WAY,
  RETIRED,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_HAND,
  R_HAND_KIND,
  R_MAGAZINE,
  R_OWN,
  R_STATUS,
  R_TAKES,
  COUNT_WORD,
  S_NEXT,
  S_STATE,
  statusIn,
  VACANT,
} from '../../kernel/layout.ts';
import type { HandOver } from '../../kernel/announcement.ts';
import { announcementOf, countsClaims } from '../../laboratory/announcements.ts';

// What the record of a thread says that it has, by single words: in its hands, and parked with it.

const NO_HAND_OVERS: readonly HandOver[] = [];

/** What is parked with threads, whatever the words name; nothing under a scheme that parks none. */
export function handOvers(words: Int32Array, geometry: Geometry): readonly HandOver[] {
  return announcementOf(geometry)?.parks?.slots(words, geometry) ?? NO_HAND_OVERS;
}

/** True if what a record has in hand counts: one that is vacant or was left in order holds nothing. */
export function holdsSlot(status: number): boolean {
  return statusIn(status) !== VACANT && statusIn(status) !== LEFT;
}

/**
 * The slot that a thread has in hand, or may have; 0 if it has none. Its record is written before the compare-and-swap that takes the
 * slot, and again after it, and the thread may have been stopped for good between any two of these. What the slot says then of itself
 * tells a slot that the thread owns from one that it meant to take, and that others took, used, and lost:
 * - TAKING: after A3 its state is FREE until the thread says TAKEN; another thread that takes it makes it HELD.
 * - TAKEN: free, held, or linked with no successor, as long as the thread has not linked it. Once it was linked it leaves the queue
 *   with a successor, since Head only passes nodes that have one.
 * - LINKING: the same where the next word does not tell it (a stack's node may have one below it before and after): held or linked. If it
 *   was linked, another thread has unlinked it since, for nothing else has a claim; that one retires it, unless it died before.
 * - UNLINKING: after D13 its state is LINKED until the thread says OWNED; another thread whose D13 was first retires it. Only one that
 *   forgets to retire it leaves it as it is: then the words cannot tell whose D13 it was.
 * - OWNED: in hand before it leaves the place where it was, and until another place has it.
 */
export function handOf(words: Int32Array, geometry: Geometry, record: number): number {
  const slot = words[record + R_HAND];
  if (slot <= 0 || slot > geometry.slots || !holdsSlot(words[record + R_STATUS])) return 0;
  const state = words[geometry.slot(slot, S_STATE)];
  const owns = ((): boolean => {
    switch (words[record + R_HAND_KIND]) {
      case HAND_OWNED:
        return true;
      case HAND_TAKING:
        return state === FREE;
      case HAND_TAKEN:
        if (state !== LINKED) return state === FREE || state === HELD;
        return geometry.link.index(words[geometry.slot(slot, S_NEXT)]) === 0;
      case HAND_LINKING:
        return state === HELD || state === LINKED;
      default:
        return state === LINKED;
    }
  })();
  return owns ? slot : 0;
}

/**
 * The slot that a thread was taking out of a hand-over; 0 if there is none. Before that step the slot is still parked, and after it the
 * thread writes it into its first hand. One that others took, and used, does not say that it was retired. Where slots are counted it is one
 * that the thread was retiring or freeing, up to F3; its own words may name one as well of which it had ended the last claim.
 */
export function takenOf(words: Int32Array, geometry: Geometry, record: number): number {
  if (!holdsSlot(words[record + R_STATUS])) return 0;
  const slot = words[record + R_TAKES];
  const counts = countsClaims(geometry);
  if (slot > 0 && slot <= geometry.slots) {
    const state = words[geometry.slot(slot, S_STATE)];
    if (state === RETIRED || (state === FREE && counts)) return slot;
  }
  return counts ? endedBy(words, geometry, record) : 0;
}

/** A slot without claims that an own word of a thread names; 0 if there is none. */
function endedBy(words: Int32Array, geometry: Geometry, record: number): number {
  for (let n = 0; n < ON_ITS_WAY; n++) {
    const slot = words[record + R_OWN + n];
    if (slot <= 0 || slot > geometry.slots) continue;
    const address = geometry.slot(slot, 0);
    if (words[address + S_STATE] === RETIRED && words[address + COUNT_WORD] === 0) return slot;
  }
  return 0;
}

/** The same for a magazine, by its first slot: what is in it is free. */
export function magazineOf(words: Int32Array, geometry: Geometry, record: number): number {
  const first = words[record + R_MAGAZINE];
  if (geometry.cache === 0 || first <= 0 || first > geometry.slots) return 0;
  return holdsSlot(words[record + R_STATUS]) && words[geometry.slot(first, S_STATE)] === FREE ? first : 0;
}

/**
 * The slots that a thread has in its second hand, or may have, from the first on: as many as its record counts, by their next words. They
 * were in the structure, so the state of each is LINKED until the thread hands it over, one by one; what is beyond the first that has
 * another state, or that the thread has in its first hand, is no less its own. The walk ends at a word that names no slot.
 */
export function chainOf(
  words: Int32Array,
  geometry: Geometry,
  record: number,
  links: Int32Array,
): { readonly slots: number[]; readonly wild: boolean } {
  const slots: number[] = [];
  if (!holdsSlot(words[record + R_STATUS])) return { slots, wild: false };
  let at = words[record + R_CHAIN];
  for (let left = words[record + R_CHAIN_COUNT]; left > 0 && at !== 0; left--) {
    if (at < 0 || at > geometry.slots) return { slots, wild: slots.length === 0 };
    if (slots.length === geometry.slots) break;
    slots.push(at);
    at = links[at];
  }
  return { slots, wild: false };
}
