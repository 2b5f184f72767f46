/**
 * What kind of repetition it was, by the round trip before and after it: two cores that share a cache, two that do not, other work
 * on one of them, or one thread alone, for which it does not matter.
 */
export type RepetitionKind = 'near' | 'far' | 'disturbed' | 'alone';

/** In nanoseconds. What JavaScript adds to the way of a cache line is in it: two calls of `Atomics` each way. */
const NEAR_NS = 220;
const FAR_NS = 1000;

/** The kind of a round trip, in nanoseconds. */
export function repetitionKindOf(ns: number): RepetitionKind {
  if (!(ns > 0) || ns > FAR_NS) return 'disturbed';
  return ns <= NEAR_NS ? 'near' : 'far';
}

/**
 * Round trips of threads that stay where they are differ by less than this factor, and those of two cores and of two threads of one core, which
 * are near as well, by more: 95 of 100 by less than 1.25, and 105 and 65 ns, on the machine of bench/README.md.
 */
const MOVED = 1.5;

/** False if one round trip is so much longer than the other that the threads were in another place. */
export function isSamePlace(one: number, other: number): boolean {
  return Math.max(one, other) <= MOVED * Math.min(one, other);
}

/** The kind of what was done between two round trips. */
export function kindBetween(before: number, after: number): RepetitionKind {
  const kind = repetitionKindOf(before);
  return kind === repetitionKindOf(after) && isSamePlace(before, after) ? kind : 'disturbed';
}
