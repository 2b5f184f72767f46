import type { Call } from './types.ts';

/** A program: for each thread the calls that it makes. */
export type CallProgram = readonly (readonly Call<unknown>[])[];

/** How large programs may be. */
export interface ProgramSizes {
  readonly threads: number;
  /** Calls of a program in all. */
  readonly calls: number;
  /** Threads of the smallest. */
  readonly least: number;
}

/**
 * All programs of some calls, those with fewer calls first, then those with fewer threads. Which thread is which makes no other program.
 */
export function* programsOf(
  letters: readonly Call<unknown>[],
  { threads, calls, least }: ProgramSizes,
): Generator<CallProgram> {
  for (let size = least; size <= calls; size++) {
    for (let count = least; count <= Math.min(threads, size); count++) {
      for (const lengths of partitions(size, count, size)) yield* filled(letters, lengths, 0, []);
    }
  }
}

/** The ways to write a number as a sum of a given number of terms, the greater ones first. */
function* partitions(sum: number, count: number, most: number): Generator<readonly number[]> {
  if (count === 0) {
    if (sum === 0) yield [];
    return;
  }
  for (let first = Math.min(most, sum - count + 1); first * count >= sum; first--)
    for (const rest of partitions(sum - first, count - 1, first)) yield [first, ...rest];
}

/** Threads of the same length are in the order of their numbers, so that each program comes once. */
function* filled(
  letters: readonly Call<unknown>[],
  lengths: readonly number[],
  from: number,
  made: readonly number[],
): Generator<CallProgram> {
  const at = made.length;
  if (at === lengths.length) {
    yield made.map((number, i) => wordOf(letters, lengths[i], number));
    return;
  }
  const first = at > 0 && lengths[at] === lengths[at - 1] ? from : 0;
  for (let number = first; number < letters.length ** lengths[at]; number++)
    yield* filled(letters, lengths, number, [...made, number]);
}

/** The word of this length with a number. */
function wordOf(letters: readonly Call<unknown>[], length: number, number: number): Call<unknown>[] {
  return Array.from(
    { length },
    (_, i) => letters[Math.floor(number / letters.length ** (length - 1 - i)) % letters.length],
  );
}
