import {
  ANNOUNCED,
  type Geometry,
  ON_ITS_WAY,
  RETIRED,
  R_ANNOUNCE,
  R_CHAIN,
  R_HAND,
  R_OWN,
  R_STATUS,
  R_TAKES,
  COUNT_WORD,
  S_STATE,
} from '../../kernel/layout.ts';
import { countsClaims } from '../../laboratory/announcements.ts';
import { chainOf, holdsSlot } from './hands.ts';

// Where claims on slots are counted: what single words say of them. A count is twice the number of claims, and 1 more unless the slot was
// retired and waits for the last of them.

/** A word of a thread's record that has a claim on a slot, or may have one that is on its way. */
export interface ThreadClaim {
  readonly thread: number;
  readonly address: number;
  readonly slot: number;
  /** The number of the announced word, from 0; null of a claim that may be on its way to a word, or from one. */
  readonly announced: number | null;
}

/** The claims on a slot as its count says. */
export function countedClaims(words: Int32Array, geometry: Geometry, slot: number): number {
  return words[geometry.slot(slot, COUNT_WORD)] >> 1;
}

/** True if the slot was retired, has claims, and is freed when the last of them ends. */
export function isHeldByCount(words: Int32Array, geometry: Geometry, slot: number): boolean {
  const count = words[geometry.slot(slot, COUNT_WORD)];
  return words[geometry.slot(slot, S_STATE)] === RETIRED && (count & 1) === 0 && count > 0;
}

/** How many slots there are of which `isHeldByCount` is true; 0 where claims are not counted. */
export function heldByCounts(words: Int32Array, geometry: Geometry): number {
  if (!countsClaims(geometry)) return 0;
  let held = 0;
  for (let slot = 1; slot <= geometry.slots; slot++) if (isHeldByCount(words, geometry, slot)) held++;
  return held;
}

/**
 * What the records of threads that are at work, or died at it, speak of; and the slots of their second hands, each of which leads on to the
 * next one, and the last to what came after it.
 *
 * @param links by slot what its next word names
 */
export function claimsOfThreads(words: Int32Array, geometry: Geometry, links: Int32Array): ThreadClaim[] {
  const found: ThreadClaim[] = [];
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const record = geometry.record(thread);
    if (!holdsSlot(words[record + R_STATUS])) continue;
    const look = (word: number, announced: number | null): void => {
      const slot = words[record + word];
      if (slot !== 0) found.push({ thread, address: record + word, slot, announced });
    };
    for (let n = 0; n < ANNOUNCED; n++) look(R_ANNOUNCE + n, n);
    for (let n = 0; n < ON_ITS_WAY; n++) look(R_OWN + n, null);
    look(R_HAND, null);
    look(R_TAKES, null);
    for (const slot of chainOf(words, geometry, record, links).slots)
      found.push({ thread, address: record + R_CHAIN, slot, announced: null });
  }
  return found;
}
