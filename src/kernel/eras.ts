import { TIME_MASK } from './clock.ts';
import { GLOBAL } from './layout.ts';

/** The clock of the schemes of eras, which all threads share: the first of the scheme's global words. */
export const ERA_CLOCK: i32 = GLOBAL;

/** The era that a word announces, which is not 0. */
export function eraIn(announced: i32): i32 {
  return (announced >>> 1) & TIME_MASK;
}

/** True if an era is one of those from `first` to `last`. There are fewer than 2^30 of them. */
export function isWithin(era: i32, first: i32, last: i32): bool {
  return ((era - first) & TIME_MASK) <= ((last - first) & TIME_MASK);
}
