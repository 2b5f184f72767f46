import { UsageError } from '../../errors.ts';
import {
  FREE_TOP,
  FREE,
  Geometry,
  HAND_LINKING,
  HAND_OWNED,
  HAND_TAKEN,
  HAND_TAKING,
  HELD,
  H_CELLS,
  H_ROOTS,
  H_SLOTS,
  H_STRIDE,
  H_THREADS,
  LEFT,
  LINKED,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  RETIRED,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_HAND,
  R_HAND_KIND,
  R_LISTS,
  R_LOADED,
  R_MAGAZINE,
  R_SPARE,
  R_STATUS,
  S_LIFE,
  S_LIMBO,
  S_NEXT,
  S_STATE,
  statusIn,
  totalWords,
  VACANT,
} from '../../kernel/layout.ts';

// The claims on a slot, one bit each.
/** Reachable from the first root of the structure. */
export const FROM_FIRST = 1;
/** Reachable from another one of its roots, and not from the first. */
export const FROM_OTHER = 2;
export const ON_FREE_LIST = 4;
export const ON_RETIRED_LIST = 8;
/** In hand, and nothing else has a claim: an intent yields to every claim. */
export const IN_HAND = 16;
/** No claims but overlays: on a cycle of next words; met by retired lists more than once. */
export const ON_CYCLE = 32;
export const RETIRED_TWICE = 64;
/** In a magazine: in the cache of a thread, or behind a slot of the free list. */
export const IN_MAGAZINE = 128;
/** In a second magazine, or met by the first one again: one claim more. */
export const IN_MAGAZINES = 256;
/** No claims but what the slot says of itself: its state word says that it was retired; that it is free. */
export const SAYS_RETIRED = 512;
export const SAYS_FREE = 1024;

/** The claims that make a slot free. */
export const FREE_CLAIMS: number = ON_FREE_LIST | IN_MAGAZINE | IN_MAGAZINES;

export const REACHABLE: number = FROM_FIRST | FROM_OTHER;
export const CLAIMS: number = REACHABLE | FREE_CLAIMS | ON_RETIRED_LIST | IN_HAND;
/** All but the hand: what is written in words that lead from one slot to the next. */
export const STRUCTURAL: number = REACHABLE | FREE_CLAIMS | ON_RETIRED_LIST;
/** The number of different combinations of bits. */
export const COMBINATIONS = 2048;

/** The words of a record that lead to the magazines of its cache. */
export const CACHE_PLACES: readonly number[] = [R_LOADED, R_SPARE];

/** What the roots and the thread records claim. */
export interface Marks {
  /** For each slot its bits; slot 0 has none. */
  readonly claims: Uint16Array;
  /** For each slot the one that its next word names; 0 if it names none, or none that exists. */
  readonly links: Int32Array;
  /** Slots in the caches of threads. */
  readonly cached: number;
  /** The lives that all slots have begun, each counted modulo 2^32. */
  readonly lives: number;
  /** Pointer words that name a slot that does not exist: the roots, all next words, hands, and the words of lists and caches. */
  readonly wild: number;
}

/** The places and widths that the header states. Throws a UsageError if they do not fit the words. */
export function geometryOf(words: Int32Array): Geometry {
  const [slots, stride, threads] = [words[H_SLOTS], words[H_STRIDE], words[H_THREADS]];
  const [roots, cells] = [words[H_ROOTS], words[H_CELLS]];
  const sound =
    [slots - 1, stride - S_LIMBO - 1, threads, roots, cells].every((size) => size >= 0) &&
    totalWords(slots, stride, threads, roots, cells) <= words.length;
  if (!sound) {
    throw new UsageError(
      `These ${words.length} words are no laboratory's: their header speaks of ${slots} slots of ${stride} words, ${threads} records, ${roots} roots and ${cells} cells; pass the words of a buffer that attachWords accepts.`,
    );
  }
  // Only the header is read, by plain reads, which is all that the geometry asks of a memory.
  return new Geometry({ peek: (address) => words[address] } as ConstructorParameters<typeof Geometry>[0]);
}

/** Where marks are made, for those who make them again and again: what was there before is overwritten. */
export class MarkRoom {
  readonly claims: Uint16Array;
  readonly links: Int32Array;
  readonly limbos: Int32Array;

  constructor(slots: number) {
    this.claims = new Uint16Array(slots + 1);
    this.links = new Int32Array(slots + 1);
    this.limbos = new Int32Array(slots + 1);
  }
}

/**
 * Marks from the roots of the structure and the top of the free list, then adds what the thread records state. Tags are ignored. Visits
 * each slot at most twice for each kind of list, whatever the words hold: every slot has one next and one limbo word, so a walk that meets
 * a slot of its own kind has been along the rest already.
 */
export function mark(
  words: Int32Array,
  geometry: Geometry,
  room: MarkRoom = new MarkRoom(geometry.slots),
): Marks {
  const { slots } = geometry;
  const { claims, links, limbos } = room;
  const { lives, wild: wildNexts } = readSlots(words, geometry, room);
  let wild = wildNexts;
  const rootAt = (address: number): number => {
    const slot = geometry.link.index(words[address]);
    if (slot <= slots) return slot;
    wild++;
    return 0;
  };
  for (let n = 0; n < geometry.roots; n++) {
    const bit = n === 0 ? FROM_FIRST : FROM_OTHER;
    const met = walk(claims, links, rootAt(geometry.root(n)), bit, REACHABLE);
    if ((claims[met] & bit) !== 0) markCycle(claims, links, met);
  }
  markCycle(claims, links, walk(claims, links, rootAt(FREE_TOP), ON_FREE_LIST, ON_FREE_LIST));
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markLists(words, geometry, thread, limbos, claims);
  const magazines = geometry.cache === 0 ? null : new Magazines(limbos, claims);
  magazines?.mark(words, geometry);
  // Last, since a hand counts only where nothing else has a claim, and one with a magazine only where no other hand has.
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markHand(words, geometry, thread, claims);
  magazines?.markHands(words, geometry);
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markChain(words, geometry, thread, links, claims);
  return { claims, links, lives, cached: magazines?.cached ?? 0, wild: wild + (magazines?.wild ?? 0) };
}

/**
 * What the slots say of themselves, and their next and limbo words, gathered side by side each: the pass over the slab is sequential, and
 * the walks then stay within 4 bytes a slot, which is what makes a slab in shuffled order affordable. A wild next word counts and becomes
 * 0; limbo words stay as they are, since those of slots that are on no list mean nothing.
 */
function readSlots(
  words: Int32Array,
  geometry: Geometry,
  { claims, links, limbos }: MarkRoom,
): { lives: number; wild: number } {
  const { slots, stride } = geometry;
  const mask = geometry.link.indexMask;
  let [lives, wild] = [0, 0];
  let address = geometry.slot(1, 0);
  for (let slot = 1; slot <= slots; slot++, address += stride) {
    const next = words[address + S_NEXT] & mask;
    if (next > slots) wild++;
    links[slot] = next <= slots ? next : 0;
    limbos[slot] = words[address + S_LIMBO];
    lives += words[address + S_LIFE] >>> 0;
    const state = words[address + S_STATE];
    claims[slot] = 0;
    if (state === RETIRED) claims[slot] = SAYS_RETIRED;
    else if (state === FREE) claims[slot] = SAYS_FREE;
  }
  return { lives, wild };
}

/** Marks the slots from `slot` on up to the end or to one that bears a bit of `known`, which it returns. */
function walk(claims: Uint16Array, links: Int32Array, slot: number, bit: number, known: number): number {
  let at = slot;
  while (at !== 0 && (claims[at] & known) === 0) {
    claims[at] |= bit;
    at = links[at];
  }
  return at;
}

/** Marks the cycle that `slot` lies on, if it is a slot. */
function markCycle(claims: Uint16Array, links: Int32Array, slot: number): void {
  if (slot !== 0) walk(claims, links, slot, ON_CYCLE, ON_CYCLE);
}

/** Marks the slots on the retired lists of a thread. Returns the number of wild words among those that chain them. */
function markLists(
  words: Int32Array,
  geometry: Geometry,
  thread: number,
  limbos: Int32Array,
  claims: Uint16Array,
): number {
  let wild = 0;
  for (let list = 0; list < LISTS; list++) {
    let at = words[geometry.record(thread) + R_LISTS + list * LIST_WORDS + LIST_TOP];
    let again = false;
    while (at !== 0) {
      if (at < 0 || at > geometry.slots) {
        // A chain that was walked before has had its end counted.
        if (!again) wild++;
        break;
      }
      again = (claims[at] & ON_RETIRED_LIST) !== 0;
      if (again && (claims[at] & RETIRED_TWICE) !== 0) break;
      claims[at] |= again ? RETIRED_TWICE : ON_RETIRED_LIST;
      at = limbos[at];
    }
  }
  return wild;
}

/** Marks the slots of magazines, which chain through the limbo words. */
class Magazines {
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
    const records = Array.from({ length: geometry.threads }, (_, i) => geometry.record(i + 1));
    for (const record of records)
      for (const place of CACHE_PLACES) this.cached += this.#walk(words[record + place]);
  }

  /** Intents, which yield to every claim on the first slot. */
  markHands(words: Int32Array, geometry: Geometry): void {
    for (let thread = 1; thread <= geometry.threads; thread++) {
      const record = geometry.record(thread);
      const first = words[record + R_MAGAZINE];
      if (first < 0 || first > geometry.slots) {
        if (holdsSlot(words[record + R_STATUS])) this.wild++;
      } else if (magazineOf(words, geometry, record) !== 0) this.#hand(first);
    }
  }

  #hand(first: number): void {
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

function markChain(
  words: Int32Array,
  geometry: Geometry,
  thread: number,
  links: Int32Array,
  claims: Uint16Array,
): number {
  const record = geometry.record(thread);
  // Most hold none.
  if (words[record + R_CHAIN] === 0) return 0;
  const { slots, wild } = chainOf(words, geometry, record, links);
  for (const slot of slots) {
    const isLinked = words[geometry.slot(slot, S_STATE)] === LINKED;
    if (isLinked && (claims[slot] & CLAIMS) === 0) claims[slot] |= IN_HAND;
  }
  return wild ? 1 : 0;
}

function markHand(words: Int32Array, geometry: Geometry, thread: number, claims: Uint16Array): number {
  const record = geometry.record(thread);
  const named = words[record + R_HAND];
  if ((named < 0 || named > geometry.slots) && holdsSlot(words[record + R_STATUS])) return 1;
  const slot = handOf(words, geometry, record);
  if (slot !== 0 && (claims[slot] & CLAIMS) === 0) claims[slot] |= IN_HAND;
  return 0;
}
