import type { ExploredCell } from '../../src/explore/matrix-cell.ts';
import type { KernelCounts } from '../explore/kernel-counts.ts';

/** `bounded` is what fits into a few minutes; where that is less than the claim, the title says so. */
export type Form = 'full' | 'bounded';

/** What a proof has shown: figures for a line, and counts or a cell of the matrix that can be recorded. */
export interface Proof {
  readonly figures: string;
  readonly counts?: KernelCounts;
  readonly cell?: ExploredCell;
}

/** Something that the laboratory claims, and how it is proved. */
export interface Claim {
  readonly title: string;
  /** Throws an error that says what is not so. */
  prove(): Proof | Promise<Proof>;
}

/** Claims that are proved one after the other in a process of their own, within a time and a memory. */
export interface Batch {
  readonly name: string;
  readonly seconds: number;
  /** Of the JavaScript heap. Default 1000. */
  readonly megabytes?: number;
  readonly claims: readonly Claim[];
}

/** True if counts are not held against those that are kept with the tests, but recorded in their place. */
export const RECORDING = process.argv.includes('--record');

export function digits(count: number | bigint): string {
  return count.toLocaleString('en-US');
}
