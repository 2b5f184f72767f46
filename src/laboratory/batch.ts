import { putMany, takeMany } from '../kernel/batch.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Structure } from '../kernel/structure.ts';
import { AtomicsMemory } from './atomics.ts';
import { asCount } from './edge.ts';

/**
 * Many operations with one call. The values are handed over in `values`, which the thread writes before `putMany` and reads after
 * `takeMany`. Each operation is one of its own: others may come between two of them. A count that is no whole number, or more than
 * `values` has room for, throws a TypeError.
 */
export interface Batch {
  readonly values: Int32Array;
  /** Puts the first `count` values in, until nothing is free. Returns how many were taken. */
  putMany(count: number): number;
  /** Takes up to `count` values out, until the structure is empty. Returns how many there were. */
  takeMany(count: number): number;
}

/** The most values that fit into a batch of a compiled thread, and that a batch of a program may have. */
export const MOST_IN_BATCH = 256;

/** Batches of up to `size` values on JavaScript's own atomics. */
export function batchOf(structure: Structure<Scheme>, size: number): Batch {
  const memory = new AtomicsMemory(new Int32Array(size));
  return {
    values: memory.words,
    putMany: (count) => putMany(structure, memory, 0, asCount(count, size)),
    takeMany: (count) => takeMany(structure, memory, 0, asCount(count, size)),
  };
}
