import {
  ANNOUNCED,
  CLAIM_CHAIN,
  CLAIM_HAND,
  CLAIM_NO_NEXT,
  CLAIM_TAKES,
  type Geometry,
  HAND_TAKEN,
  LINKED,
  ON_ITS_WAY,
  RETIRED,
  R_ANNOUNCE,
  R_HAND,
  R_HAND_KIND,
  R_OWN,
  S_STATE,
} from '../../kernel/layout.ts';
import { countsClaims } from '../../laboratory/announcements.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import type { StepRecord, Trace } from '../../observe/trace.ts';
import { countedClaims, isHeldByCount } from './claims.ts';
import { handOf } from './hands.ts';
import { IN_HAND } from './claim-bits.ts';
import { geometryOf, mark, type Marks } from './mark.ts';
import { slotsInHand } from './slots-in-hand.ts';

// Where claims on slots are counted: what accounts for them.

/** The slot that a word names with a claim: a slot's own next word has none on the slot itself. */
function claimedBy(slot: number, links: Int32Array): number {
  return links[slot] === slot ? 0 : links[slot];
}

/** True of a slot whose next word has a claim: one that was linked, unless a thread has it in hand and it may never have been. */
function linkCounts(words: Int32Array, geometry: Geometry, slot: number, hands: Set<number>): boolean {
  const state = words[geometry.slot(slot, S_STATE)];
  return state === RETIRED || (state === LINKED && !hands.has(slot));
}

/** The slots that threads have in their first hands, and that nothing else claims. */
function firstHands(words: Int32Array, geometry: Geometry, { claims }: Pick<Marks, 'claims'>): Set<number> {
  const records = Array.from({ length: geometry.threads }, (_, i) => geometry.record(i + 1));
  const slots = records.map((record) => handOf(words, geometry, record));
  return new Set(slots.filter((slot) => (claims[slot] & IN_HAND) !== 0));
}

/**
 * For each slot the claims that its count has more than words account for: those of threads in the middle of an operation, or that died there.
 * Of a scheme that keeps its books less than 0 of none.
 */
export function claimsOnTheirWay(
  words: Int32Array,
  geometry: Geometry,
  marks: Pick<Marks, 'claims' | 'links'>,
): Int32Array {
  const { claims, links } = marks;
  const left = new Int32Array(claims.length);
  const account = (slot: number): void => {
    if (slot > 0 && slot < left.length) left[slot]--;
  };
  const hands = firstHands(words, geometry, marks);
  for (let slot = 1; slot < left.length; slot++) {
    left[slot] += countedClaims(words, geometry, slot);
    if (linkCounts(words, geometry, slot, hands)) account(claimedBy(slot, links));
  }
  for (let n = 0; n < geometry.roots; n++) account(geometry.link.index(words[geometry.root(n)]));
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const announced = geometry.record(thread) + R_ANNOUNCE;
    for (let n = 0; n < ANNOUNCED; n++) account(words[announced + n]);
  }
  return left;
}

/**
 * Of each of these slots whose count has more claims than words account for after step `end` of a recorded run, the step since which it has.
 * The claims of threads in the middle of an operation are ahead for a while as well, so what goes on at the end counts alone.
 */
export function aheadSince(
  trace: Trace,
  slots: readonly number[],
  end: number,
): ReadonlyMap<number, StepRecord> {
  const since = new Map<number, StepRecord>();
  const replay = new WordsReplay(trace);
  const geometry = geometryOf(replay.words);
  if (slots.length === 0 || !countsClaims(geometry)) return since;
  while (replay.step < end) {
    const step = replay.advance();
    if (step === null) break;
    const left = claimsOnTheirWay(replay.words, geometry, mark(replay.words, geometry));
    for (const slot of slots)
      if (left[slot] <= 0) since.delete(slot);
      else if (!since.has(slot)) since.set(slot, step);
  }
  return since;
}

/** Which of the claims that a thread's record speaks of are there, and are accounted for by nothing else: what `recover` is told. */
export function claimsToEnd(words: Int32Array, geometry: Geometry, marks: Marks, thread: number): number {
  if (!countsClaims(geometry)) return 0;
  const left = claimsOnTheirWay(words, geometry, marks);
  const take = (slot: number): boolean => slot > 0 && slot < left.length && left[slot]-- > 0;
  const record = geometry.record(thread);
  const { slots, taken, chains } = slotsInHand(words, geometry, marks);
  const hand = slots.find((each) => each.thread === thread && each.counts)?.slot ?? 0;
  const takes = taken.find((each) => each.thread === thread && each.counts)?.slot ?? 0;
  const stateOf = (slot: number): number => words[geometry.slot(slot, S_STATE)];
  let bits = 0;
  const isLinked = hand !== 0 && stateOf(hand) === LINKED && words[record + R_HAND_KIND] !== HAND_TAKEN;
  if (isLinked || (hand !== 0 && stateOf(hand) === RETIRED)) {
    if (take(hand)) bits |= CLAIM_HAND;
    const next = claimedBy(hand, marks.links);
    if (isLinked && next !== 0 && !take(next)) bits |= CLAIM_NO_NEXT;
  }
  const first = chains.find((each) => each.thread === thread && each.sole > 0)?.slots[0] ?? 0;
  if (first !== words[record + R_HAND] && take(first)) bits |= CLAIM_CHAIN;
  const isRetiring = takes !== 0 && stateOf(takes) === RETIRED && !isHeldByCount(words, geometry, takes);
  if (isRetiring && take(takes)) bits |= CLAIM_TAKES;
  for (let n = 0; n < ON_ITS_WAY; n++) if (take(words[record + R_OWN + n])) bits |= 1 << n;
  return bits;
}
