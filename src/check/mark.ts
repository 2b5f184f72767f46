import { UsageError } from '../errors.ts';
import {
  FREE_TOP,
  Geometry,
  HEAD,
  H_SLOTS,
  H_STRIDE,
  H_THREADS,
  LEFT,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  R_HAND,
  R_LISTS,
  R_STATUS,
  S_LIMBO,
  S_NEXT,
  TAIL,
  totalWords,
  VACANT,
} from '../kernel/layout.ts';

// The claims on a slot, one bit each, in a byte a slot.
export const FROM_HEAD = 1;
/** Reachable from Tail and not from Head. */
export const FROM_TAIL = 2;
export const ON_FREE_LIST = 4;
export const ON_RETIRED_LIST = 8;
/** In hand, and nothing else has a claim: an intent yields to every claim. */
export const IN_HAND = 16;
/** No claims but overlays: on a cycle of next words; met by retired lists more than once. */
export const ON_CYCLE = 32;
export const RETIRED_TWICE = 64;

export const REACHABLE: number = FROM_HEAD | FROM_TAIL;
export const CLAIMS: number = REACHABLE | ON_FREE_LIST | ON_RETIRED_LIST | IN_HAND;
/** All but the hand: what is written in words that lead from one slot to the next. */
export const STRUCTURAL: number = REACHABLE | ON_FREE_LIST | ON_RETIRED_LIST;
/** The number of different bytes. */
const COMBINATIONS = 128;

/** What the roots and the thread records claim. */
export interface Marks {
  /** For each slot its bits; slot 0 has none. */
  readonly claims: Uint8Array;
  /** For each slot the one that its next word names; 0 if it names none, or none that exists. */
  readonly links: Int32Array;
  /** Pointer words that name a slot that does not exist: the roots, all next words, hands, and the words of retired lists. */
  readonly wild: number;
}

/** The places and widths that the header states. Throws a UsageError if they do not fit the words. */
export function geometryOf(words: Int32Array): Geometry {
  const [slots, stride, threads] = [words[H_SLOTS], words[H_STRIDE], words[H_THREADS]];
  const sound =
    slots >= 1 && stride > S_LIMBO && threads >= 0 && totalWords(slots, stride, threads) <= words.length;
  if (!sound) {
    throw new UsageError(
      `These ${words.length} words are no laboratory's: their header speaks of ${slots} slots of ${stride} words and ${threads} records; pass the words of a buffer that attachWords accepts.`,
    );
  }
  // Only the header is read, by plain reads, which is all that the geometry asks of a memory.
  return new Geometry({ peek: (address) => words[address] } as ConstructorParameters<typeof Geometry>[0]);
}

/**
 * Marks from the roots Head, Tail and the top of the free list, then adds what the thread records state. Tags are ignored. Visits each
 * slot at most twice for each kind of list, whatever the words hold: every slot has one next and one limbo word, so a walk that meets
 * a slot of its own kind has been along the rest already.
 */
export function mark(words: Int32Array, geometry: Geometry): Marks {
  const { slots } = geometry;
  const claims = new Uint8Array(slots + 1);
  const { links, limbos, wild: wildNexts } = linksOf(words, geometry);
  let wild = wildNexts;
  const rootAt = (address: number): number => {
    const slot = geometry.link.index(words[address]);
    if (slot <= slots) return slot;
    wild++;
    return 0;
  };
  markCycle(claims, links, walk(claims, links, rootAt(HEAD), FROM_HEAD, FROM_HEAD));
  const met = walk(claims, links, rootAt(TAIL), FROM_TAIL, REACHABLE);
  if ((claims[met] & FROM_TAIL) !== 0) markCycle(claims, links, met);
  markCycle(claims, links, walk(claims, links, rootAt(FREE_TOP), ON_FREE_LIST, ON_FREE_LIST));
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markLists(words, geometry, thread, limbos, claims);
  // Last, since a hand counts only where nothing else has a claim.
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markHand(words, geometry, thread, claims);
  return { claims, links, wild };
}

/**
 * Next and limbo words, gathered side by side each: the pass over the slab is sequential, and the walks then stay within 4 bytes a
 * slot, which is what makes a slab in shuffled order affordable. A wild next word counts and becomes 0; limbo words stay as they are,
 * since those of slots that are on no list mean nothing.
 */
function linksOf(
  words: Int32Array,
  geometry: Geometry,
): { links: Int32Array; limbos: Int32Array; wild: number } {
  const { slots, stride } = geometry;
  const mask = geometry.link.indexMask;
  const links = new Int32Array(slots + 1);
  const limbos = new Int32Array(slots + 1);
  let wild = 0;
  let address = geometry.slot(1, 0);
  for (let slot = 1; slot <= slots; slot++, address += stride) {
    const next = words[address + S_NEXT] & mask;
    if (next <= slots) links[slot] = next;
    else wild++;
    limbos[slot] = words[address + S_LIMBO];
  }
  return { links, limbos, wild };
}

/** Marks the slots from `slot` on up to the end or to one that bears a bit of `known`, which it returns. */
function walk(claims: Uint8Array, links: Int32Array, slot: number, bit: number, known: number): number {
  let at = slot;
  while (at !== 0 && (claims[at] & known) === 0) {
    claims[at] |= bit;
    at = links[at];
  }
  return at;
}

/** Marks the cycle that `slot` lies on, if it is a slot. */
function markCycle(claims: Uint8Array, links: Int32Array, slot: number): void {
  if (slot !== 0) walk(claims, links, slot, ON_CYCLE, ON_CYCLE);
}

/** Marks the slots on the retired lists of a thread. Returns the number of wild words among those that chain them. */
function markLists(
  words: Int32Array,
  geometry: Geometry,
  thread: number,
  limbos: Int32Array,
  claims: Uint8Array,
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

/** True if the slot in hand of a record counts: one that is vacant or was left in order holds nothing. */
export function holdsSlot(status: number): boolean {
  return status !== VACANT && status !== LEFT;
}

function markHand(words: Int32Array, geometry: Geometry, thread: number, claims: Uint8Array): number {
  const record = geometry.record(thread);
  const slot = words[record + R_HAND];
  if (slot === 0 || !holdsSlot(words[record + R_STATUS])) return 0;
  if (slot < 0 || slot > geometry.slots) return 1;
  if ((claims[slot] & CLAIMS) === 0) claims[slot] |= IN_HAND;
  return 0;
}

/** How many slots each class and overlay has. */
export interface Census {
  readonly slots: number;
  /** Slots that Head or Tail leads to. */
  readonly reachable: number;
  /** Slots that a thread took or is about to take, and that nothing else claims. */
  readonly inHand: number;
  readonly retired: number;
  readonly free: number;
  /** Slots that nobody claims. */
  readonly leaked: number;
  /** Claims beyond the first, over all slots. */
  readonly surplus: number;
  /** Slots with more than one claim. */
  readonly conflicts: number;
  /** Slots that Tail leads to and Head does not. */
  readonly stranded: number;
  /** Slots on a cycle of next words that a root leads to. */
  readonly cyclic: number;
  /** Slots that the retired lists meet more than once: they are on two lists, or on a list that runs in a circle. */
  readonly retiredTwice: number;
  /** Pointer words that name a slot that does not exist. */
  readonly wild: number;
}

/** The sweep: counts the slots of each combination of claims, and derives every number from the counts. */
export function census({ claims, wild }: Marks): Census {
  const slots = claims.length - 1;
  const counts = new Uint32Array(COMBINATIONS);
  for (let slot = 1; slot <= slots; slot++) counts[claims[slot]]++;
  const having = (bits: number): number => {
    let sum = 0;
    for (let byte = 0; byte < COMBINATIONS; byte++) if ((byte & bits) !== 0) sum += counts[byte];
    return sum;
  };
  let [surplus, conflicts] = [0, 0];
  for (let byte = 0; byte < COMBINATIONS; byte++) {
    surplus += BEYOND_ONE[byte] * counts[byte];
    if (BEYOND_ONE[byte] > 0) conflicts += counts[byte];
  }
  return {
    slots,
    reachable: having(REACHABLE),
    inHand: having(IN_HAND),
    retired: having(ON_RETIRED_LIST),
    free: having(ON_FREE_LIST),
    leaked: slots - having(CLAIMS),
    surplus,
    conflicts,
    stranded: having(FROM_TAIL),
    cyclic: having(ON_CYCLE),
    retiredTwice: having(RETIRED_TWICE),
    wild,
  };
}

/** The number of owner classes that claim a slot. */
export function claimsIn(byte: number): number {
  return [REACHABLE, ON_FREE_LIST, ON_RETIRED_LIST, IN_HAND].filter((bits) => (byte & bits) !== 0).length;
}

/** For each combination the claims beyond the first. */
const BEYOND_ONE = Uint8Array.from({ length: COMBINATIONS }, (_, byte) => Math.max(0, claimsIn(byte) - 1));
