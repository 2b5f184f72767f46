import {
  FREE,
  type Geometry,
  HAND_DRAWING,
  HAND_LINKING,
  HAND_OWNED,
  HAND_TAKEN,
  HAND_TAKING,
  HELD,
  LEFT,
  LINKED,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  ON_ITS_WAY,
  RETIRED,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_HAND,
  R_HAND_KIND,
  R_LISTS,
  R_LOADED,
  R_MAGAZINE,
  R_OWN,
  R_SPARE,
  R_STATUS,
  R_TAKES,
  COUNT_WORD,
  S_LIMBO,
  S_NEXT,
  S_STAMP,
  S_STATE,
  statusIn,
  VACANT,
} from '../../kernel/layout.ts';
import type { HandOver } from '../../kernel/announcement.ts';
import { announcementOf, countsClaims } from '../../laboratory/announcements.ts';
import { hasRing, ringIn } from '../../laboratory/structures.ts';
import {
  CLAIMS,
  IN_HAND,
  IN_MAGAZINE,
  IN_MAGAZINES,
  ON_FREE_LIST,
  ON_RETIRED_LIST,
  STRUCTURAL,
} from './claim-bits.ts';

// What the record of a thread says that it has: by single words in its hands, and parked with it, and by its retired lists.

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
 * - TAKING, and DRAWING where the free list is a ring: after A3 or RI8 its state is FREE until the thread says TAKEN; another thread that takes it makes it HELD.
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
  return owns(words, geometry, slot, words[record + R_HAND_KIND], state) ? slot : 0;
}

/** Whether a thread that has a slot in hand in this way owns it: see `handOf`. */
function owns(words: Int32Array, geometry: Geometry, slot: number, kind: number, state: number): boolean {
  switch (kind) {
    case HAND_OWNED:
      return true;
    case HAND_TAKING:
    case HAND_DRAWING:
      return state === FREE;
    case HAND_TAKEN:
      if (state !== LINKED) return state === FREE || state === HELD;
      return geometry.link.index(words[geometry.slot(slot, S_NEXT)]) === 0;
    case HAND_LINKING:
      return state === HELD || state === LINKED;
    default:
      return state === LINKED;
  }
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

/** True of a thread that may have drawn a slot from a free list that is a ring, and does not know which one yet. */
function drawsIn(words: Int32Array, record: number): boolean {
  const isNamed = words[record + R_HAND] !== 0 || words[record + R_MAGAZINE] !== 0;
  return holdsSlot(words[record + R_STATUS]) && words[record + R_HAND_KIND] === HAND_DRAWING && !isNamed;
}

/** The same for a magazine, by its first slot: what is in it is free. */
export function magazineOf(words: Int32Array, geometry: Geometry, record: number): number {
  const first = words[record + R_MAGAZINE];
  if (geometry.cache === 0 || first <= 0 || first > geometry.slots) return 0;
  return holdsSlot(words[record + R_STATUS]) && words[geometry.slot(first, S_STATE)] === FREE ? first : 0;
}

/**
 * The slots that a thread has in its second hand, or may have, from the first on: as many as its record counts, by their next words. They
 * were in the structure, or are to be, so the state of each is LINKED until the thread hands it over, one by one or the last ones together (`mayBeInChain`); what is beyond the first that has
 * another state, or that the thread has in its first hand, is no less its own. The walk ends at a word that names no slot, or a slot where it has been: a chain that a dead
 * thread only meant to unlink leads through next words that others have written anew since.
 */
export function chainOf(
  words: Int32Array,
  geometry: Geometry,
  record: number,
  links: Int32Array,
): { readonly slots: number[]; readonly wild: boolean } {
  const slots: number[] = [];
  const seen = new Set<number>();
  if (!holdsSlot(words[record + R_STATUS])) return { slots, wild: false };
  let at = words[record + R_CHAIN];
  for (let left = words[record + R_CHAIN_COUNT]; left > 0 && at !== 0; left--) {
    if (at < 0 || at > geometry.slots) return { slots, wild: slots.length === 0 };
    if (seen.has(at)) break;
    seen.add(at);
    slots.push(at);
    at = links[at];
  }
  return { slots, wild: false };
}

/**
 * True of a slot whose state says that it may be in a chain in hand: it was linked, or is to be; or, where chains go to the cache and to retired lists as a whole, it is about to, and
 * its state says already what it is to be there. One that was lost on purpose is in no hand.
 */
export function mayBeInChain(words: Int32Array, geometry: Geometry, slot: number): boolean {
  const state = words[geometry.slot(slot, S_STATE)];
  if (state === LINKED) return true;
  if (geometry.chain < 2 || geometry.cache === 0) return false;
  const limbo = words[geometry.slot(slot, S_LIMBO)];
  // The limbo word of one that was lost says whose it is, and of one on its way to a list which slot comes next.
  return state === FREE || (state === RETIRED && limbo >= 0 && limbo <= geometry.slots);
}

/** A retired list that is not empty. */
export interface RetiredList {
  readonly thread: number;
  /** From 0. */
  readonly list: number;
  /** In the order of the list, up to its end or to the first slot that it repeats. */
  readonly slots: readonly number[];
}

/** The retired lists that are not empty, up to `limit` slots in all. */
export function retiredLists(words: Int32Array, geometry: Geometry, limit: number = Infinity): RetiredList[] {
  const found: RetiredList[] = [];
  let left = limit;
  for (let thread = 1; thread <= geometry.threads; thread++) {
    for (let list = 0; list < LISTS; list++) {
      const seen = new Set<number>();
      let slot = words[geometry.record(thread) + R_LISTS + list * LIST_WORDS + LIST_TOP];
      while (slot > 0 && slot <= geometry.slots && !seen.has(slot) && left > 0) {
        seen.add(slot);
        left--;
        slot = words[geometry.slot(slot, S_LIMBO)];
      }
      if (seen.size > 0) found.push({ thread, list, slots: [...seen] });
    }
  }
  return found;
}

/** The words of a record that lead to the magazines of its cache. */
export const CACHE_PLACES: readonly number[] = [R_LOADED, R_SPARE];

/**
 * The slots of a magazine that a thread has in hand, from the first on, if it has them all: they are free, as many as the first one says,
 * and in no other place but hands. None otherwise: the thread meant to take the magazine, and others took it, or it is on its way no more.
 *
 * Of a slot that a dead thread has in its first hand as well, this is the claim that counts, since the others behind it hang on it: that
 * thread died when it had put the slot in its cache, or was about to take it out, and its heir put the cache in this magazine. If the
 * magazine was taken and emptied by others, who died too with a slot of it in each of their hands, then nothing else has a claim on these,
 * and it is no matter by which of the two claims they come back.
 */
export function wholeMagazine(
  words: Int32Array,
  geometry: Geometry,
  claims: Uint16Array,
  first: number,
): number[] {
  const slots: number[] = [];
  const most = words[geometry.slot(first, S_STAMP)] + 1;
  for (let at = first; at !== 0; at = words[geometry.slot(at, S_LIMBO)]) {
    const isSlot = at > 0 && at <= geometry.slots && slots.length < most;
    if (!isSlot || (claims[at] & STRUCTURAL) !== 0 || words[geometry.slot(at, S_STATE)] !== FREE) return [];
    slots.push(at);
  }
  return slots.length === most ? slots : [];
}

/** Marks the slots of magazines, which chain through the limbo words. */
export class Magazines {
  /** Slots of caches. */
  cached = 0;
  wild = 0;
  readonly #limbos: Int32Array;
  readonly #claims: Uint16Array;

  constructor(limbos: Int32Array, claims: Uint16Array) {
    this.#limbos = limbos;
    this.#claims = claims;
  }

  /** Magazines on the free list, then those of the caches. */
  mark(words: Int32Array, geometry: Geometry): void {
    for (let slot = 1; slot < this.#claims.length; slot++) {
      if ((this.#claims[slot] & ON_FREE_LIST) === 0) continue;
      this.#walk(this.#limbos[slot], (this.#claims[slot] & ON_RETIRED_LIST) !== 0);
    }
    for (let thread = 1; thread <= geometry.threads; thread++)
      for (const place of CACHE_PLACES) this.cached += this.#walk(words[geometry.record(thread) + place]);
  }

  /** Intents, which yield to every claim but that of another hand. */
  markHands(words: Int32Array, geometry: Geometry): void {
    for (let thread = 1; thread <= geometry.threads; thread++) {
      const record = geometry.record(thread);
      const first = words[record + R_MAGAZINE];
      if (first < 0 || first > geometry.slots) {
        if (holdsSlot(words[record + R_STATUS])) this.wild++;
      } else if (magazineOf(words, geometry, record) !== 0) this.#hand(words, geometry, first);
    }
  }

  #hand(words: Int32Array, geometry: Geometry, first: number): void {
    const whole = wholeMagazine(words, geometry, this.#claims, first);
    for (const slot of whole) this.#claims[slot] |= IN_HAND;
    if (whole.length > 0) return;
    let at = first;
    while (at > 0 && at < this.#claims.length && (this.#claims[at] & CLAIMS) === 0) {
      this.#claims[at] |= IN_HAND;
      at = this.#limbos[at];
    }
  }

  /**
   * Returns the number of slots that were in no magazine before.
   *
   * @param known true if another walk comes by the word that names the first slot, and has counted it if it is wild
   */
  #walk(first: number, known = false): number {
    let fresh = 0;
    let walked = known;
    for (let at = first; at !== 0; at = this.#limbos[at]) {
      if (at < 0 || at >= this.#claims.length) {
        // A chain that was walked before has had its end counted.
        if (!walked) this.wild++;
        break;
      }
      const claims = this.#claims[at];
      if ((claims & IN_MAGAZINES) !== 0) break;
      const here = (claims & IN_MAGAZINE) === 0;
      this.#claims[at] |= here ? IN_MAGAZINE : IN_MAGAZINES;
      if (here) fresh++;
      walked = !here || (claims & (ON_RETIRED_LIST | ON_FREE_LIST)) !== 0;
    }
    return fresh;
  }
}

/** The position of a free list that is a ring which each thread has taken last, by the number of its record. */
export type Positions = ReadonlyMap<number, number>;

/** What a thread has drawn from a free list that is a ring. */
export interface DrawnSlots {
  readonly thread: number;
  /** The slot in the entry, with those behind it if there are magazines. */
  readonly slots: readonly number[];
  /** All threads that may have drawn it, this one among them. */
  readonly among: readonly number[];
}

/**
 * What threads have drawn from a free list that is a ring: the slot in an entry that Head has passed, with those behind it if there are
 * magazines, to which nothing else has a claim. A thread knows the position that it has taken, and so does a recording of its steps; the words
 * alone do not say it: there each thread that draws, and names no slot yet, is given the next one, and any of these may have it in truth. What is left
 * over has no owner.
 *
 * @param positions as far as they are known; null where the words are all that there is
 */
export function drawnSlots(
  words: Int32Array,
  geometry: Geometry,
  claims: Uint16Array,
  positions: Positions | null,
): DrawnSlots[] {
  if (!hasRing(geometry)) return [];
  const ring = ringIn(words, geometry);
  const isUnclaimed = (slot: number): boolean =>
    slot > 0 && slot <= geometry.slots && (claims[slot] & CLAIMS) === 0;
  const from = (first: number): readonly number[] => {
    const whole = geometry.cache === 0 ? [] : wholeMagazine(words, geometry, claims, first);
    return whole.length === 0 ? [first] : whole;
  };
  const drawing = Array.from({ length: geometry.threads }, (_, i) => i + 1).filter((thread) =>
    drawsIn(words, geometry.record(thread)),
  );
  if (positions !== null)
    return drawing.flatMap((thread) => {
      const position = positions.get(thread);
      const slot = position === undefined ? -1 : ring.indexAt(position);
      return isUnclaimed(slot) ? [{ thread, slots: from(slot), among: [thread] }] : [];
    });
  const passed = ring.passed().filter(isUnclaimed);
  return drawing
    .slice(0, passed.length)
    .map((thread, n) => ({ thread, slots: from(passed[n]), among: drawing }));
}
