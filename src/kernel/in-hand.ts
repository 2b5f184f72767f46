import {
  Geometry,
  HOLDS_COUNTS,
  ON_ITS_WAY,
  R_CHAIN_COUNT,
  R_HAND,
  R_MAGAZINE,
  R_OWN,
  R_TAKES,
} from './layout.ts';
import { Memory } from './memory.ts';

/** True if the thread of a record, which is dead, had something in hand, or, where they are counted, a claim on its way. */
export function isOpen(memory: Memory, geometry: Geometry, record: i32): bool {
  if (memory.peek(record + R_HAND) != 0 || memory.peek(record + R_TAKES) != 0) return true;
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
