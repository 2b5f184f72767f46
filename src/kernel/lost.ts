import { Geometry, R_UNRECLAIMED, S_LIMBO } from './layout.ts';
import { Memory } from './memory.ts';
import { ThreadRecord } from './record.ts';
import { MAX_INDEX_BITS } from './words.ts';

/**
 * Counts a retired slot that is in hand, and loses it on purpose. First it says as which of whose slots it is counted, so that `isLost`
 * can tell whether a thread that died in here has counted it. A slot is lost once, so the count stays within the index bits.
 */
export function lose(memory: Memory, geometry: Geometry, record: ThreadRecord, slot: i32): void {
  const count = (memory.peek(record.base + R_UNRECLAIMED) + 1) | 0;
  memory.poke(geometry.slot(slot, S_LIMBO), (record.thread << MAX_INDEX_BITS) | count);
  record.unreclaimed(1);
  record.release();
}

/** True if the thread that the slot names has counted as far as that. A count of lost slots never goes back. */
export function isLost(memory: Memory, geometry: Geometry, slot: i32): bool {
  const lost = memory.peek(geometry.slot(slot, S_LIMBO));
  const thread = lost >>> MAX_INDEX_BITS;
  // A slot that came out of a magazine still names the one that was behind it there, and no thread.
  if (thread == 0) return false;
  const count = memory.peek(geometry.record(thread) + R_UNRECLAIMED);
  return count >= (lost & ((1 << MAX_INDEX_BITS) - 1));
}
