import { dequeueMany, enqueueMany } from '../kernel/batch.ts';
import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import type { Scheme } from '../kernel/scheme.ts';
import { AtomicsMemory } from './atomics.ts';
import { asCount } from './edge.ts';

/**
 * Many operations with one call. The values are handed over in `values`, which the thread writes before `enqueueMany` and reads after
 * `dequeueMany`. Each operation is one of its own: others may come between two of them. A count that is no whole number, or more than
 * `values` has room for, throws a TypeError.
 */
export interface Batch {
  readonly values: Int32Array;
  /** Enqueues the first `count` values, until the queue is full. Returns how many were taken. */
  enqueueMany(count: number): number;
  /** Dequeues up to `count` values, until the queue is empty. Returns how many there were. */
  dequeueMany(count: number): number;
}

/** So many values fit into the batches of a compiled thread, and a batch of a program has no more. */
export const MOST_IN_BATCH = 256;

/** Batches of up to `size` values on JavaScript's own atomics. */
export function batchOf(queue: MichaelScottQueue<Scheme>, size: number): Batch {
  const memory = new AtomicsMemory(new Int32Array(size));
  return {
    values: memory.words,
    enqueueMany: (count) => enqueueMany(queue, memory, 0, asCount(count, size)),
    dequeueMany: (count) => dequeueMany(queue, memory, 0, asCount(count, size)),
  };
}
