import { Memory } from './memory.ts';
import { R_ANNOUNCE, R_SCRATCH } from './layout.ts';

/**
 * Takes back what the thread of a record announces in so many words, at step `step`. They are the caller's own, and a plain look tells
 * whether there is anything to take back.
 */
export function withdraw(memory: Memory, record: i32, step: i32, count: i32): void {
  for (let k: i32 = 0; k < count; k++) {
    if (memory.peek(record + R_ANNOUNCE + k) != 0) memory.store(step, record + R_ANNOUNCE + k, 0);
  }
}

/** Takes back what a dead thread announced in so many words. */
export function withdrawForDead(memory: Memory, record: i32, step: i32, count: i32): void {
  for (let k: i32 = 0; k < count; k++) memory.store(step, record + R_ANNOUNCE + k, 0);
}

/** True if a slot is one of the first `count` words in the scratch of a record, which were announced. */
export function isAnnounced(memory: Memory, record: i32, count: i32, slot: i32): bool {
  for (let i: i32 = 0; i < count; i++) {
    if (memory.peek(record + R_SCRATCH + i) == slot) return true;
  }
  return false;
}
