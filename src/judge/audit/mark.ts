import { UsageError } from '../../errors.ts';
import {
  FREE_TOP,
  FREE,
  Geometry,
  H_CELLS,
  H_ROOTS,
  H_SLOTS,
  H_STRIDE,
  H_THREADS,
  LINKED,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  RETIRED,
  R_CHAIN,
  R_HAND,
  R_LISTS,
  R_STATUS,
  R_TAKES,
  S_LIFE,
  S_LIMBO,
  S_NEXT,
  S_STATE,
  totalWords,
} from '../../kernel/layout.ts';
import { countsClaims } from '../../laboratory/announcements.ts';
import { hasRing, leadingRoots, ringIn } from '../../laboratory/structures.ts';
import {
  FROM_FIRST,
  FROM_OTHER,
  ON_FREE_LIST,
  ON_RETIRED_LIST,
  IN_HAND,
  ON_CYCLE,
  RETIRED_TWICE,
  SAYS_RETIRED,
  SAYS_FREE,
  IN_HAND_OVER,
  BY_COUNT,
  LISTED_TWICE,
  REACHABLE,
  CLAIMS,
} from './claim-bits.ts';
import { claimsOfThreads, isHeldByCount } from './claims.ts';
import {
  chainOf,
  mayBeInChain,
  drawnSlots,
  handOf,
  handOvers,
  holdsSlot,
  Magazines,
  type Positions,
  takenOf,
} from './hands.ts';

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
  positions: Positions | null = null,
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
  const leading = leadingRoots(geometry);
  for (let n = 0; n < geometry.roots; n++) {
    const bit = n < leading ? FROM_FIRST : FROM_OTHER;
    const met = walk(claims, links, rootAt(geometry.root(n)), bit, REACHABLE);
    // A list of a bucket may also have run into that of another one.
    if ((claims[met] & bit) !== 0 && (leading === 1 || comesBack(links, met))) markCycle(claims, links, met);
  }
  if (hasRing(geometry)) wild += markRing(words, geometry, claims);
  else markCycle(claims, links, walk(claims, links, rootAt(FREE_TOP), ON_FREE_LIST, ON_FREE_LIST));
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markLists(words, geometry, thread, limbos, claims);
  for (const { slot } of handOvers(words, geometry)) {
    if (slot < 0 || slot > slots) wild++;
    else claims[slot] |= (claims[slot] & IN_HAND_OVER) === 0 ? IN_HAND_OVER : RETIRED_TWICE;
  }
  if (countsClaims(geometry)) markCounted(words, geometry, links, claims);
  const magazines = geometry.cache === 0 ? null : new Magazines(limbos, claims);
  magazines?.mark(words, geometry);
  // Last, since a hand counts only where nothing else has a claim, and one with a magazine only where no other hand has.
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markHand(words, geometry, thread, claims);
  magazines?.markHands(words, geometry);
  for (let thread = 1; thread <= geometry.threads; thread++)
    wild += markChain(words, geometry, thread, links, claims);
  for (const { slots: drawn } of drawnSlots(words, geometry, claims, positions))
    for (const slot of drawn) claims[slot] |= IN_HAND;
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

/** True if following next from a slot leads back to it. */
function comesBack(links: Int32Array, slot: number): boolean {
  let at = slot;
  for (let n = 0; n < links.length && at !== 0; n++) if ((at = links[at]) === slot) return true;
  return false;
}

/** Marks the cycle that `slot` lies on, if it is a slot. */
function markCycle(claims: Uint16Array, links: Int32Array, slot: number): void {
  if (slot !== 0) walk(claims, links, slot, ON_CYCLE, ON_CYCLE);
}

/** Marks the slots in a free list that is a ring. Returns the number of wild words. */
function markRing(words: Int32Array, geometry: Geometry, claims: Uint16Array): number {
  let wild = 0;
  for (const slot of ringIn(words, geometry).indices()) {
    if (slot === 0 || slot > geometry.slots) wild++;
    else claims[slot] |= (claims[slot] & ON_FREE_LIST) === 0 ? ON_FREE_LIST : LISTED_TWICE;
  }
  return wild;
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

/**
 * Marks the slots that were retired and whose claims are those of threads, or of next words of such slots. A count that no thread leads to
 * is no owner: the slots of a circle keep each other's counts up forever, and a claim that nobody has does not end.
 */
function markCounted(words: Int32Array, geometry: Geometry, links: Int32Array, claims: Uint16Array): void {
  for (const { slot } of claimsOfThreads(words, geometry, links)) {
    if (slot <= 0 || slot > geometry.slots) continue;
    const state = words[geometry.slot(slot, S_STATE)];
    let at = slot;
    if (!isHeldByCount(words, geometry, slot)) at = state === RETIRED || state === LINKED ? links[slot] : 0;
    while (at !== 0 && isHeldByCount(words, geometry, at) && (claims[at] & BY_COUNT) === 0) {
      claims[at] |= BY_COUNT;
      at = links[at];
    }
  }
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
  for (const slot of slots)
    if ((claims[slot] & CLAIMS) === 0 && mayBeInChain(words, geometry, slot)) claims[slot] |= IN_HAND;
  return wild ? 1 : 0;
}

function markHand(words: Int32Array, geometry: Geometry, thread: number, claims: Uint16Array): number {
  const record = geometry.record(thread);
  const [hand, takes] = [handOf(words, geometry, record), takenOf(words, geometry, record)];
  if (hand !== 0 && (claims[hand] & CLAIMS) === 0) claims[hand] |= IN_HAND;
  if (takes !== 0 && (claims[takes] & CLAIMS) === 0) claims[takes] |= IN_HAND;
  if (!holdsSlot(words[record + R_STATUS])) return 0;
  return isWild(words[record + R_HAND], geometry) + isWild(words[record + R_TAKES], geometry);
}

/** 1 for a word that names no slot that exists, and is not null. */
function isWild(named: number, { slots }: Geometry): number {
  return named < 0 || named > slots ? 1 : 0;
}
