import { Memory } from './memory.ts';
import {
  Geometry,
  FREE_TOP,
  H_CACHE,
  H_CELLS,
  H_HOLDS,
  H_INITIAL,
  H_MARK_BITS,
  H_PARAM_0,
  H_PARAM_1,
  H_PROTECTIONS,
  H_ROOTS,
  H_SCHEME,
  H_SLOTS,
  H_STRIDE,
  H_STRUCTURE,
  H_TAG_BITS,
  H_THREADS,
  H_VERSION,
  H_WORDS,
  LAYOUT_VERSION,
  LINKED,
  S_LIFE,
  S_NEXT,
  S_STATE,
  totalWords,
} from './layout.ts';

/**
 * Writes the header and the free list into zeroed words that nobody else sees yet. The slots 1 to `inUse` are marked as those of the
 * structure, which the caller links (`begin` of the structure's class), as it pokes their S_VALUE and, last of all, H_MAGIC; the rest is
 * free, in ascending order. The caller has checked that everything fits.
 */
export function format(
  memory: Memory,
  slots: i32,
  stride: i32,
  threads: i32,
  tagBits: i32,
  scheme: i32,
  holds: i32,
  param0: i32,
  param1: i32,
  cache: i32,
  structure: i32,
  roots: i32,
  cells: i32,
  protections: i32,
  markBits: i32,
  inUse: i32,
): void {
  memory.poke(H_SLOTS, slots);
  memory.poke(H_STRIDE, stride);
  memory.poke(H_THREADS, threads);
  memory.poke(H_TAG_BITS, tagBits);
  memory.poke(H_SCHEME, scheme);
  memory.poke(H_HOLDS, holds);
  memory.poke(H_PARAM_0, param0);
  memory.poke(H_PARAM_1, param1);
  memory.poke(H_CACHE, cache);
  memory.poke(H_STRUCTURE, structure);
  memory.poke(H_ROOTS, roots);
  memory.poke(H_CELLS, cells);
  memory.poke(H_PROTECTIONS, protections);
  memory.poke(H_MARK_BITS, markBits);
  memory.poke(H_INITIAL, inUse);
  memory.poke(H_WORDS, totalWords(slots, stride, threads, roots, cells));
  const geometry = new Geometry(memory);
  for (let slot: i32 = 1; slot <= slots; slot++) {
    if (slot <= inUse) {
      memory.poke(geometry.slot(slot, S_STATE), LINKED);
      memory.poke(geometry.slot(slot, S_LIFE), 1);
    } else if (slot < slots) {
      memory.poke(geometry.slot(slot, S_NEXT), slot + 1);
    }
  }
  memory.poke(FREE_TOP, inUse < slots ? inUse + 1 : 0);
  memory.poke(H_VERSION, LAYOUT_VERSION);
}
