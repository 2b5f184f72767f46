import {
  CLAIMS,
  COMBINATIONS,
  FROM_TAIL,
  IN_HAND,
  IN_MAGAZINE,
  IN_MAGAZINES,
  type Marks,
  ON_CYCLE,
  ON_FREE_LIST,
  ON_RETIRED_LIST,
  REACHABLE,
  RETIRED_TWICE,
} from './mark.ts';

/** How many slots each class and overlay has. */
export interface Census {
  readonly slots: number;
  /** Slots that Head or Tail leads to. */
  readonly reachable: number;
  /** Slots that a thread took or is about to take, and that nothing else claims. */
  readonly inHand: number;
  readonly retired: number;
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
  /** Slots that the retired lists meet more than once: they are on two lists, or on a list that runs in a circle. */
  readonly retiredTwice: number;
  /** Pointer words that name a slot that does not exist. */
  readonly wild: number;
}

/** The sweep: counts the slots of each combination of claims, and derives every number from the counts. */
export function census({ claims, cached, wild }: Marks): Census {
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
    free: having(ON_FREE_LIST) + having(IN_MAGAZINE) + having(IN_MAGAZINES),
    cached,
    leaked: slots - having(CLAIMS),
    surplus,
    conflicts,
    stranded: having(FROM_TAIL),
    cyclic: having(ON_CYCLE),
    retiredTwice: having(RETIRED_TWICE),
    wild,
  };
}

/** The number of owners that claim a slot. */
export function claimsIn(byte: number): number {
  return OWNERS.filter((bits) => (byte & bits) !== 0).length;
}

const OWNERS = [REACHABLE, ON_FREE_LIST, IN_MAGAZINE, IN_MAGAZINES, ON_RETIRED_LIST, IN_HAND];

/** For each combination the claims beyond the first. */
const BEYOND_ONE = Uint8Array.from({ length: COMBINATIONS }, (_, byte) => Math.max(0, claimsIn(byte) - 1));
