import type { Part } from './part.ts';

/** How many executions a search has in all, about. */
export interface Estimate {
  readonly executions: number;
  /** The standard error of it, which is itself an estimate. */
  readonly error: number;
}

/** Units differ in size, so the first few of them tell nothing. */
const FEW = 8;

/**
 * Knuth, "Estimating the efficiency of backtrack programs" (1975), on a tree whose top is known whole: below it are the units, and those
 * that were searched are a random sample of them. Knuth goes down from there by one random path, and takes the product of the numbers
 * of branches for the size. That tells nothing here, since with sleep sets most paths end where everybody sleeps: of 4000 of them none
 * came to the end of one of the 188 executions of `e | e | d`. So a unit is searched whole, which is to be done anyway.
 *
 * A unit that takes long is less likely to be done when a search is ended soon, so early estimates tend to be too low.
 *
 * @returns null if too few units were searched, or all of them
 */
export function estimateOf(
  { executions, squares }: Pick<Part, 'executions' | 'squares'>,
  done: number,
  all: number,
): Estimate | null {
  if (done < FEW || done >= all) return null;
  const mean = executions / done;
  const variance = Math.max(0, squares - done * mean * mean) / (done - 1);
  return { executions: mean * all, error: all * Math.sqrt((variance / done) * (1 - done / all)) };
}
