import { counted, withCommas } from '../../counted.ts';
import {
  BY_COUNT,
  CLAIMS,
  COMBINATIONS,
  FREE_CLAIMS,
  FROM_OTHER,
  IN_HAND,
  IN_MAGAZINE,
  IN_MAGAZINES,
  LISTED_TWICE,
  ON_CYCLE,
  ON_FREE_LIST,
  ON_RETIRED_LIST,
  IN_HAND_OVER,
  REACHABLE,
  RETIRED_TWICE,
  SAYS_FREE,
  SAYS_RETIRED,
} from './claim-bits.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import type { Trace } from '../../observe/trace.ts';
import { geometryOf, mark, type Marks } from './mark.ts';

/** How many slots each class and overlay has. */
export class Census {
  readonly slots: number;
  /** Slots that Head or Tail leads to. */
  readonly reachable: number;
  /** Slots that a thread took or is about to take, and that nothing else claims. */
  readonly inHand: number;
  readonly retired: number;
  /** Those of the retired slots that are on no list, and whose claims are counted: the thread that ends the last one frees them. */
  readonly heldByCounts: number;
  /** Slots in hand-overs: retired, on no list, and each with the thread that uses it or did. */
  readonly parked: number;
  readonly free: number;
  /** Those of the free slots that are in the caches of threads. */
  readonly cached: number;
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
  /** Slots that the retired lists or the hand-overs meet more than once: they are on two lists, or on one that runs in a circle, or parked twice. */
  readonly retiredTwice: number;
  /** Pointer words that name a slot that does not exist. */
  readonly wild: number;
  /**
   * Slots that were retired and are not free again: on a retired list, or parked, or their state says so and neither the queue nor the free slots
   * claim them. Those that a scheme leaks by its claim are among them.
   */
  readonly unreclaimed: number;
  /** Those of them that are in hand: on their way to a list or from one, which a count of them may or may not include. */
  readonly retiredInHand: number;
  /** Those of them that nobody claims: leaked on purpose, where a scheme says that it frees nothing. */
  readonly retiredLost: number;
  /** Slots whose life goes on: their state does not say that they are free. */
  readonly inUse: number;

  /** The sweep: counts the slots of each combination of bits, and derives every number from the counts. */
  constructor({ claims, cached, wild }: Marks) {
    const slots = claims.length - 1;
    const counts = new Uint32Array(COMBINATIONS);
    // Few of the combinations occur.
    const occurring: number[] = [];
    for (let slot = 1; slot <= slots; slot++) {
      if (counts[claims[slot]]++ === 0) occurring.push(claims[slot]);
    }
    const having = (bits: number): number =>
      occurring.reduce((sum, each) => ((each & bits) === 0 ? sum : sum + counts[each]), 0);
    const where = (holds: (bits: number) => boolean): number =>
      occurring.reduce((sum, each) => (holds(each) ? sum + counts[each] : sum), 0);
    this.slots = slots;
    this.reachable = having(REACHABLE);
    this.inHand = having(IN_HAND);
    this.heldByCounts = having(BY_COUNT);
    this.retired = having(ON_RETIRED_LIST) + this.heldByCounts;
    this.parked = having(IN_HAND_OVER);
    this.free = [ON_FREE_LIST, LISTED_TWICE, IN_MAGAZINE, IN_MAGAZINES].reduce(
      (sum, bit) => sum + having(bit),
      0,
    );
    this.cached = cached;
    this.leaked = slots - having(CLAIMS);
    this.surplus = occurring.reduce((sum, each) => sum + Math.max(0, claimsIn(each) - 1) * counts[each], 0);
    this.conflicts = where((each) => claimsIn(each) > 1);
    this.stranded = having(FROM_OTHER);
    this.cyclic = having(ON_CYCLE);
    this.retiredTwice = having(RETIRED_TWICE);
    this.wild = wild;
    this.unreclaimed = where(isUnreclaimed);
    this.retiredInHand = where((each) => isUnreclaimed(each) && isOnItsWay(each));
    this.retiredLost = where((each) => isUnreclaimed(each) && (each & CLAIMS) === 0);
    this.inUse = slots - having(SAYS_FREE);
  }
}

/** Two of these numbers by themselves, which are asked for after every run of a search. */
export function unreclaimedIn({
  claims,
}: Pick<Marks, 'claims'>): Pick<Census, 'unreclaimed' | 'retiredInHand'> {
  let [unreclaimed, retiredInHand] = [0, 0];
  for (let slot = 1; slot < claims.length; slot++) {
    if (!isUnreclaimed(claims[slot])) continue;
    unreclaimed++;
    if (isOnItsWay(claims[slot])) retiredInHand++;
  }
  return { unreclaimed, retiredInHand };
}

/** The most slots that were unreclaimed at once in a recorded run, after the step of that number at the latest. */
export function mostUnreclaimed(trace: Trace, step: number): number {
  const replay = new WordsReplay(trace);
  const geometry = geometryOf(replay.words);
  const now = (): number => unreclaimedIn(mark(replay.words, geometry, undefined, replay.drawn)).unreclaimed;
  let most = now();
  while (replay.step < step && replay.advance() !== null) most = Math.max(most, now());
  return most;
}

/** True if a slot with these bits was retired and is not free again. */
export function isUnreclaimed(byte: number): boolean {
  if ((byte & (ON_RETIRED_LIST | IN_HAND_OVER | BY_COUNT)) !== 0) return true;
  return (byte & SAYS_RETIRED) !== 0 && (byte & (REACHABLE | FREE_CLAIMS)) === 0;
}

/** True of an unreclaimed slot that a count may leave out: it is in hand, or it is about to leave its list with others, and says that it is free. */
function isOnItsWay(byte: number): boolean {
  return (byte & IN_HAND) !== 0 || ((byte & ON_RETIRED_LIST) !== 0 && (byte & SAYS_FREE) !== 0);
}

/**
 * What is wrong with the number of unreclaimed slots that a scheme counts; null if nothing is. A slot is counted before it is on a list
 * and counted off when it has been taken off, and it is in hand meanwhile: then the count may or may not include it.
 */
export function miscount(
  { unreclaimed, retiredInHand }: Pick<Census, 'unreclaimed' | 'retiredInHand'>,
  count: number,
): string | null {
  if (count <= unreclaimed && count >= unreclaimed - retiredInHand) return null;
  const inHand =
    retiredInHand === 0 ? '' : ` (${withCommas(retiredInHand)} of them in hand, which a count may leave out)`;
  return `The scheme counts ${counted(count, 'unreclaimed slot')}, and the slab has ${withCommas(unreclaimed)}${inHand}.`;
}

/** The number of owners that claim a slot. */
export function claimsIn(byte: number): number {
  return OWNERS.filter((bits) => (byte & bits) !== 0).length;
}

const OWNERS = [
  REACHABLE,
  ON_FREE_LIST,
  LISTED_TWICE,
  IN_MAGAZINE,
  IN_MAGAZINES,
  ON_RETIRED_LIST,
  IN_HAND_OVER,
  BY_COUNT,
  IN_HAND,
];
