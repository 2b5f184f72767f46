import { Scheme } from './scheme.ts';

// What schemes of epochs and schemes of eras share: a clock that counts modulo 2^30, so that a time fits beside the bit that tells it from
// nothing announced. What is later is told by differences modulo 2^30.

export const TIME_MASK: i32 = (1 << 30) - 1;

/** A time as it is announced; 0 announces none. */
export function announcing(time: i32): i32 {
  return (time << 1) | 1;
}

/** Counts one more, or `by` at once, in an own word of the thread's record. True with every `period`-th one. */
export function isTimeAgain(scheme: Scheme, word: i32, period: i32, by: i32 = 1): bool {
  const since = scheme.record.base + word;
  const count = (scheme.memory.peek(since) + by) | 0;
  const isTime = count >= period;
  scheme.memory.poke(since, isTime ? 0 : count);
  return isTime;
}
