import {
  Geometry,
  FREE_LIST_RING,
  HAND_DRAWING,
  HOLDS_COUNTS,
  ON_ITS_WAY,
  RETIRED,
  R_CHAIN_COUNT,
  R_HAND,
  R_HAND_KIND,
  R_MAGAZINE,
  R_OWN,
  R_TAKES,
  R_TAKES_LIFE,
  S_LIFE,
  S_STATE,
} from './layout.ts';
import { Memory } from './memory.ts';

/** True if the thread of a record, which is dead, had something in hand, or, where they are counted, a claim on its way. */
export function isOpen(memory: Memory, geometry: Geometry, record: i32): bool {
  if (memory.peek(record + R_HAND) != 0 || memory.peek(record + R_TAKES) != 0) return true;
  if (geometry.freeList == FREE_LIST_RING && memory.peek(record + R_HAND_KIND) == HAND_DRAWING) return true;
  if (geometry.holds == HOLDS_COUNTS) {
    for (let n: i32 = 0; n < ON_ITS_WAY; n++) {
      if (memory.peek(record + R_OWN + n) != 0) return true;
    }
  }
  return memory.peek(record + R_CHAIN_COUNT) != 0 || hasMagazine(memory, geometry, record);
}

/** True if it had a magazine of free slots in hand. */
export function hasMagazine(memory: Memory, geometry: Geometry, record: i32): bool {
  return geometry.cache != 0 && memory.peek(record + R_MAGAZINE) != 0;
}

/** Writes down which retired slot, in which of its lives, is going to be counted or taken. The life is there first: without it the slot means nothing. */
export function intendToTake(memory: Memory, geometry: Geometry, record: i32, slot: i32): void {
  memory.poke(record + R_TAKES_LIFE, memory.peek(geometry.slot(slot, S_LIFE)));
  memory.poke(record + R_TAKES, slot);
}

/**
 * True if the slot that a record names in this way was not freed since. A thread that dies right after it has counted leaves the name
 * behind, and the others go on: they free the slot, and use it again.
 */
export function isRetiredStill(memory: Memory, geometry: Geometry, record: i32, slot: i32): bool {
  if (memory.peek(geometry.slot(slot, S_STATE)) != RETIRED) return false;
  return memory.peek(geometry.slot(slot, S_LIFE)) == memory.peek(record + R_TAKES_LIFE);
}
