import type { PartialResult } from './partial-result.ts';

/** How many executions a search has in all, about. */
export interface Estimate {
  readonly executions: number;
  /** In about nine of ten searches the number is between these two. */
  readonly least: number;
  /** Null if the units differ so much that no upper end can be said. */
  readonly most: number | null;
}

/** Units differ in size, so the first of them tell nothing. */
const FEW = 30;
/** Standard errors of the mean up to the ends of the range. */
const BELOW = 2;
const ABOVE = 2.5;

/**
 * Knuth, "Estimating the efficiency of backtrack programs" (1975), on a tree whose top is known whole: below it are the units, and those
 * that were searched are a random sample of them. Knuth goes down from there by one random path, and takes the product of the numbers
 * of branches for the size. That tells nothing here, since with sleep sets most paths end where everybody sleeps: of 4000 of them none
 * came to the end of one of the 188 executions of `e | e | d`. So a unit is searched whole, which is to be done anyway.
 *
 * Most units are small and some are large, so a mean that is too low has too low an error beside it, and a unit that takes long is less
 * likely to be done when a search is ended soon. So the range holds the relative error against the unknown number and not against the
 * mean: it reaches farther up than down.
 *
 * @returns null if too few units were searched, or all of them
 */
export function estimateOf(
  { executions, squares }: Pick<PartialResult, 'executions' | 'squares'>,
  done: number,
  all: number,
): Estimate | null {
  if (done < FEW || done >= all) return null;
  const mean = executions / done;
  const variance = Math.max(0, squares - done * mean * mean) / (done - 1);
  const relative = mean === 0 ? 0 : Math.sqrt((variance / done) * (1 - done / all)) / mean;
  const whole = mean * all;
  return {
    executions: whole,
    least: Math.max(executions, whole / (1 + BELOW * relative)),
    most: ABOVE * relative < 1 ? whole / (1 - ABOVE * relative) : null,
  };
}
