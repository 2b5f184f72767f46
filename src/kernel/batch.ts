import { Memory } from './memory.ts';
import { FULL, MichaelScottQueue, VALUE } from './structures/michael-scott.ts';
import { Scheme } from './scheme.ts';

/**
 * Many operations with one call, for callers to whom a call is dear. Each is an operation of its own with a linearization point of its
 * own: others may come between two of them.
 *
 * The values stand in `count` words of `values` from `at` on, which belong to the calling thread alone; they may be in another memory
 * than the queue.
 */

/** Enqueues the values in their order until the queue is full. Returns how many were taken. */
export function enqueueMany<S extends Scheme>(
  queue: MichaelScottQueue<S>,
  values: Memory,
  at: i32,
  count: i32,
): i32 {
  for (let n: i32 = 0; n < count; n++) {
    if (queue.enqueue(values.peek(at + n)) == FULL) return n;
  }
  return count;
}

/** Dequeues up to `count` values, until the queue is empty. Returns how many there were. */
export function dequeueMany<S extends Scheme>(
  queue: MichaelScottQueue<S>,
  values: Memory,
  at: i32,
  count: i32,
): i32 {
  for (let n: i32 = 0; n < count; n++) {
    if (queue.dequeue() != VALUE) return n;
    values.poke(at + n, queue.result());
  }
  return count;
}
