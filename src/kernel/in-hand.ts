import { Geometry, R_CHAIN_COUNT, R_HAND, R_MAGAZINE, R_TAKES } from './layout.ts';
import { Memory } from './memory.ts';

/** True if the dead thread of a record had something in hand. */
export function isOpen(memory: Memory, geometry: Geometry, record: i32): bool {
  if (memory.peek(record + R_HAND) != 0 || memory.peek(record + R_TAKES) != 0) return true;
  return memory.peek(record + R_CHAIN_COUNT) != 0 || hasMagazine(memory, geometry, record);
}

/** True if the dead thread of a record had a magazine of free slots in hand. */
export function hasMagazine(memory: Memory, geometry: Geometry, record: i32): bool {
  return geometry.cache != 0 && memory.peek(record + R_MAGAZINE) != 0;
}
