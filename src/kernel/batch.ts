import { Memory } from './memory.ts';
import { Scheme } from './scheme.ts';
import { FULL, Structure, VALUE } from './structure.ts';

/**
 * Many operations with one call, for callers to whom a call is dear. Each is an operation of its own with a linearization point of its
 * own: others may come between two of them.
 *
 * The values stand in `count` words of `values` from `at` on, which belong to the calling thread alone; they may be in another memory
 * than the structure.
 */

/** Puts the values in, in their order, until nothing is free. Returns how many were taken. */
export function putMany<S extends Scheme>(structure: Structure<S>, values: Memory, at: i32, count: i32): i32 {
  for (let n: i32 = 0; n < count; n++) {
    if (structure.put(values.peek(at + n)) == FULL) return n;
  }
  return count;
}

/** Takes up to `count` values out, until the structure is empty. Returns how many there were. */
export function takeMany<S extends Scheme>(
  structure: Structure<S>,
  values: Memory,
  at: i32,
  count: i32,
): i32 {
  for (let n: i32 = 0; n < count; n++) {
    if (structure.take() != VALUE) return n;
    values.poke(at + n, structure.result());
  }
  return count;
}
