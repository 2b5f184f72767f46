import { GLOBAL } from './layout.ts';

/**
 * Time as the schemes of eras have it: a clock that all threads share, the first of the scheme's global words. It counts modulo 2^30, so
 * that an era fits beside the bit that tells it from nothing announced; what is later is told by differences modulo 2^30.
 */
export const ERA_CLOCK: i32 = GLOBAL;
export const ERA_MASK: i32 = (1 << 30) - 1;

/** An era as it is announced. */
export function announcing(era: i32): i32 {
  return (era << 1) | 1;
}

/** The era that a word announces, which is not 0. */
export function eraIn(announced: i32): i32 {
  return (announced >>> 1) & ERA_MASK;
}

/** True if an era is one of those from `first` to `last`. There are fewer than 2^30 of them. */
export function isWithin(era: i32, first: i32, last: i32): bool {
  return ((era - first) & ERA_MASK) <= ((last - first) & ERA_MASK);
}
