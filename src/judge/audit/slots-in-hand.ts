import {
  ACTIVE,
  type Geometry,
  HAND_TAKING,
  HAND_UNLINKING,
  LINKED,
  R_HAND,
  R_HAND_KIND,
  R_MAGAZINE,
  R_STATUS,
  R_TAKES,
  S_STATE,
  statusIn,
} from '../../kernel/layout.ts';
import {
  chainOf,
  handOf,
  mayBeInChain,
  holdsSlot,
  magazineOf,
  takenOf,
  drawnSlots,
  type Positions,
  wholeMagazine,
} from './hands.ts';
import { IN_HAND } from './claim-bits.ts';
import type { Marks } from './mark.ts';

/** A slot that a thread has in hand, or meant to take. */
export interface HeldSlot {
  readonly thread: number;
  readonly slot: number;
  /** True for the one thread that has the slot, if nothing else has a claim on it. */
  readonly counts: boolean;
  /** Of a slot that was drawn from a ring, where several threads draw and the words are all that is known: the threads of which one has it. */
  readonly among?: readonly number[];
}

/** A chain that a thread has in its second hand, or meant to unlink. */
export interface ChainInHand {
  readonly thread: number;
  /** Its slots from the first on, as its record counts them. */
  readonly slots: readonly number[];
  /** Those of them that the thread has by that, and by nothing else: no other claim on them counts. */
  readonly has: readonly number[];
  /**
   * How many of its slots, from the first on, have no other claim than those of hands: what `recover` is told of a dead thread. One that
   * the thread has in its first hand as well is counted here, and settled there. Chains that share a slot share all that follows it: those of them
   * belong to the one that goes further (`cutWhereOthersGoFurther`).
   */
  readonly sole: number;
}

/** A chain as its thread's record tells of it, with what the thread has in its first hand, or 0. */
interface WholeChain extends Omit<ChainInHand, 'has'> {
  readonly hand: number;
}

/** What threads have in hand. */
export interface HeldSlots {
  readonly slots: HeldSlot[];
  /** Those that they were taking out of hand-overs. */
  readonly taken: HeldSlot[];
  readonly magazines: HeldSlot[];
  readonly chains: ChainInHand[];
  /** Those that were drawn from a free list that is a ring. */
  readonly drawn: HeldSlot[];
}

/**
 * What the threads that are at work, or died at it, have in hand. Of several that name one slot the first counts, those before others
 * that may still go on with it: only one can own it, and the words do not tell which, though a recording does (`ownersOf`). So a slot is
 * settled once, if the threads are settled one after the other (`recover`), each by what an audit after the one before it says.
 *
 * Of dead threads a chain counts before the first hand of another one: an heir that died while it settled the chain has its first slot in
 * hand, and the way to the slots behind it is that slot's next word, so the chain has to be settled as a whole. A magazine counts before
 * it for the same reason (`wholeMagazine`), unless it is there without it (`magazinesInHand`).
 */
export function slotsInHand(
  words: Int32Array,
  geometry: Geometry,
  { claims, links }: Marks,
  positions: Positions | null = null,
): HeldSlots {
  const owned = new Set<number>();
  const threads = Array.from({ length: geometry.threads }, (_, i) => i + 1);
  const isAlive = (thread: number): boolean => statusIn(words[geometry.record(thread) + R_STATUS]) === ACTIVE;
  const isInHand = (slot: number): boolean => (claims[slot] & IN_HAND) !== 0;
  // On its way to a cache or a list, with others: unless a magazine in another hand has it.
  const isOnItsWay = (slot: number): boolean => mayBeInChain(words, geometry, slot) && !owned.has(slot);
  const isLinked = (slot: number): boolean => words[geometry.slot(slot, S_STATE)] === LINKED;
  const [alive, dead] = [threads.filter(isAlive), threads.filter((thread) => !isAlive(thread))];
  const of = (among: readonly number[], word: number, claimed: (record: number) => number): HeldSlot[] =>
    among
      .map((thread) => ({ thread, record: geometry.record(thread) }))
      .map((each) => ({ ...each, has: claimed(each.record) }))
      .filter(
        ({ record, has }) => has !== 0 || (words[record + word] !== 0 && holdsSlot(words[record + R_STATUS])),
      )
      .map(({ thread, record, has }) => {
        const slot = has === 0 ? words[record + word] : has;
        const counts = has === slot && isInHand(slot) && !owned.has(slot);
        if (counts) owned.add(slot);
        return { thread, slot, counts };
      });
  const owners = positions === null ? new Map<number, number>() : ownersOf(words, geometry, threads);
  const single = (among: readonly number[]): HeldSlot[] =>
    of(among, R_HAND, (record) => {
      const slot = handOf(words, geometry, record);
      const owner = owners.get(slot) ?? record;
      return owner === record ? slot : 0;
    });
  const wholeChains = (among: readonly number[]): WholeChain[] =>
    among.flatMap((thread) => {
      const record = geometry.record(thread);
      const { slots } = chainOf(words, geometry, record, links);
      if (slots.length === 0) return [];
      const hand = handOf(words, geometry, record);
      const end = slots.findIndex(
        (slot) => !isInHand(slot) || !(isLinked(slot) || slot === hand || isOnItsWay(slot)),
      );
      return [{ thread, slots, hand, sole: end === -1 ? slots.length : end }];
    });
  const owning = (chains: readonly WholeChain[]): ChainInHand[] =>
    chains.map(({ thread, slots, hand, sole }) => {
      // What comes behind a slot that has another owner is not this thread's: a chain is handed over from its first slot on.
      const has = [...new Set(slots.slice(0, sole))].filter((slot) => slot !== hand && !owned.has(slot));
      for (const slot of has) owned.add(slot);
      return { thread, slots, has, sole };
    });
  const takenBy = (among: readonly number[]): HeldSlot[] =>
    of(among, R_TAKES, (record) => takenOf(words, geometry, record));
  const ofLiving = single(alive);
  const takenByLiving = takenBy(alive);
  const others = (): OtherHands => {
    const chained = wholeChains(dead).flatMap(({ slots, sole }) => slots.slice(0, sole));
    const hands = dead.map((thread) => handOf(words, geometry, geometry.record(thread)));
    const named = without(claims, new Set([...owned, ...chained, ...hands]));
    const drawn = drawnSlots(words, geometry, named, positions).flatMap((each) => each.slots);
    return { chained, held: [...hands, ...drawn] };
  };
  const magazines = [
    ...magazinesInHand(words, geometry, { claims, owned, threads: alive, others: () => NO_OTHERS }),
    ...magazinesInHand(words, geometry, { claims, owned, threads: dead, others }),
  ].toSorted((a, b) => a.thread - b.thread);
  const ofDead = cutWhereOthersGoFurther(wholeChains(dead));
  const chains = [...owning(wholeChains(alive)), ...owning(ofDead)].toSorted((a, b) => a.thread - b.thread);
  // The first slot of a chain may be in the first hand of its thread already: so that hand comes before others that name the slot.
  const isOfChain = (thread: number): boolean =>
    ofDead.some((each) => each.thread === thread && each.slots.slice(0, each.sole).includes(each.hand));
  const hands = [...single(dead.filter(isOfChain)), ...single(dead.filter((thread) => !isOfChain(thread)))];
  const slots = [...ofLiving, ...hands].toSorted((a, b) => a.thread - b.thread);
  const taken = [...takenByLiving, ...takenBy(dead)].toSorted((a, b) => a.thread - b.thread);
  return {
    slots,
    taken,
    magazines,
    chains: withUnclaimed(chains, owned, (slot) => isInHand(slot) && isLinked(slot)),
    drawn: drawnFrom(words, geometry, without(claims, owned), positions),
  };
}

/** Of chains, with what comes behind a slot with another owner: it was a chain's when it was meant, and is counted there if nobody else has it. */
function withUnclaimed(
  chains: readonly ChainInHand[],
  owned: Set<number>,
  mayBe: (slot: number) => boolean,
): ChainInHand[] {
  return chains.map((chain) => {
    const rest = chain.slots.slice(chain.sole).filter((slot) => mayBe(slot) && !owned.has(slot));
    for (const slot of rest) owned.add(slot);
    return { ...chain, has: [...new Set([...chain.has, ...rest])] };
  });
}

/**
 * By slot the record of the thread that has it in hand, if several name it, in a recorded run: its moments are between the steps of all threads, so one
 * that only means to take a slot has not done so, and has said that it has it if it did.
 */
function ownersOf(words: Int32Array, geometry: Geometry, threads: readonly number[]): Map<number, number> {
  const owners = new Map<number, number>();
  for (const record of threads.map((thread) => geometry.record(thread))) {
    const isIntent = [HAND_TAKING, HAND_UNLINKING].includes(words[record + R_HAND_KIND]);
    const slot = handOf(words, geometry, record);
    if (slot !== 0 && !isIntent) owners.set(slot, record);
  }
  return owners;
}

/**
 * Of chains of dead threads that share slots: each ends before the first slot from which another one goes further, or as far and belongs to a
 * thread of a lower number. One of them had these slots, and the other one meant to unlink them or had just handed them over; the words do not tell which. The way to the
 * slots of a chain is the next word of the one before, so they are settled as a whole: if the shorter chain were settled with a shared slot,
 * nothing would lead to what comes behind it.
 */
function cutWhereOthersGoFurther(chains: readonly WholeChain[]): WholeChain[] {
  const restFrom = ({ slots, sole }: WholeChain, slot: number): number => {
    const at = slots.indexOf(slot);
    return at === -1 ? 0 : Math.max(0, sole - at);
  };
  return chains.map((chain) => {
    const goesFurther = (slot: number): boolean =>
      chains.some((other) => {
        const more = restFrom(other, slot) - restFrom(chain, slot);
        return other !== chain && (more > 0 || (more === 0 && other.thread < chain.thread));
      });
    const end = chain.slots.slice(0, chain.sole).findIndex(goesFurther);
    return end === -1 ? chain : { ...chain, sole: end };
  });
}

/** The claims without those of hands that own nothing: a slot that a hand names is that hand's, and others were drawn. */
function without(claims: Uint16Array, owned: ReadonlySet<number>): Uint16Array {
  return claims.map((claim, slot) => ((claim & IN_HAND) !== 0 && !owned.has(slot) ? 0 : claim));
}

/** What nothing else has a claim on but that it was drawn. */
function drawnFrom(
  words: Int32Array,
  geometry: Geometry,
  claims: Uint16Array,
  positions: Positions | null,
): HeldSlot[] {
  return drawnSlots(words, geometry, claims, positions).map(({ thread, slots: [slot], among }) => ({
    thread,
    slot,
    counts: true,
    ...(among.length > 1 && { among }),
  }));
}

/** What the hands of dead threads may have beside magazines. */
interface OtherHands {
  readonly chained: readonly number[];
  /** In first hands, or drawn. */
  readonly held: readonly number[];
}

const NO_OTHERS: OtherHands = { chained: [], held: [] };

/** What a magazine in the hand of a thread is held against. */
interface MagazineRivals {
  readonly claims: Uint16Array;
  readonly owned: Set<number>;
  readonly threads: readonly number[];
  /** As of now: a chain ends where a magazine counts. */
  readonly others: () => OtherHands;
}

/**
 * Adds the slots of those that count to `owned`. A thread that meant to take a magazine, and died, may name a slot that others took, which is free again since and in the hand of
 * another dead thread: what the slot says then may be that it is a magazine, of as many slots as it had once. So of two that share a slot the longer one counts,
 * of equal ones that of the lower number; and one does not that shares a slot with a chain, if a chain or a first hand has each of its slots, or it was drawn, and nothing else has a claim on these: the chain is on its
 * way to a cache, or to a list, and would end there. If the magazine is one in truth, since the chain was in a cache already, it is no matter by which claim its slots come back.
 */
function magazinesInHand(
  words: Int32Array,
  geometry: Geometry,
  { claims, owned, threads, others }: MagazineRivals,
): HeldSlot[] {
  if (geometry.cache === 0) return [];
  const named = threads.flatMap((thread) => {
    const record = geometry.record(thread);
    const slot = words[record + R_MAGAZINE];
    if (slot === 0 || !holdsSlot(words[record + R_STATUS])) return [];
    const isThere = magazineOf(words, geometry, record) !== 0;
    return [{ thread, slot, whole: isThere ? wholeMagazine(words, geometry, claims, slot) : [] }];
  });
  const left = new Set(
    named.filter(({ whole }) => whole.length > 0).toSorted((a, b) => b.whole.length - a.whole.length),
  );
  const counting = new Set<number>();
  const isNext = ({ whole }: { readonly whole: readonly number[] }): boolean => {
    if (whole.some((each) => owned.has(each))) return false;
    const { chained, held } = others();
    return (
      !whole.some((each) => chained.includes(each)) ||
      whole.some((each) => !chained.includes(each) && !held.includes(each))
    );
  };
  for (let next = [...left].find(isNext); next !== undefined; next = [...left].find(isNext)) {
    left.delete(next);
    counting.add(next.thread);
    for (const each of next.whole) owned.add(each);
  }
  return named.map(({ thread, slot }) => ({ thread, slot, counts: counting.has(thread) }));
}
