import { Memory } from './memory.ts';
import {
  Geometry,
  FREE_TOP,
  HEAD,
  H_CACHE,
  H_HOLDS,
  H_INITIAL,
  H_MAGIC,
  H_PARAM_0,
  H_PARAM_1,
  H_SCHEME,
  H_SLOTS,
  H_STRIDE,
  H_TAG_BITS,
  H_THREADS,
  H_VERSION,
  H_WORDS,
  LAYOUT_VERSION,
  LINKED,
  MAGIC,
  S_LIFE,
  S_NEXT,
  S_STATE,
  TAIL,
  totalWords,
} from './layout.ts';

/**
 * Writes the header, the first queue and the free list into zeroed words that nobody else sees yet. The queue is the dummy node in
 * slot 1 and `initial` values in slots 2 and on, whose S_VALUE the caller pokes; the rest is free, in ascending order. The caller has
 * checked that everything fits.
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
  initial: i32,
  cache: i32,
): void {
  memory.poke(H_SLOTS, slots);
  memory.poke(H_STRIDE, stride);
  memory.poke(H_THREADS, threads);
  memory.poke(H_TAG_BITS, tagBits);
  memory.poke(H_SCHEME, scheme);
  memory.poke(H_HOLDS, holds);
  memory.poke(H_PARAM_0, param0);
  memory.poke(H_PARAM_1, param1);
  memory.poke(H_INITIAL, initial + 1);
  memory.poke(H_CACHE, cache);
  memory.poke(H_WORDS, totalWords(slots, stride, threads));
  const geometry = new Geometry(memory);
  const last = initial + 1;
  for (let slot: i32 = 1; slot <= slots; slot++) {
    const next = slot == last || slot == slots ? 0 : slot + 1;
    memory.poke(geometry.slot(slot, S_NEXT), next);
    if (slot <= last) {
      memory.poke(geometry.slot(slot, S_STATE), LINKED);
      memory.poke(geometry.slot(slot, S_LIFE), 1);
    }
  }
  memory.poke(HEAD, 1);
  memory.poke(TAIL, last);
  memory.poke(FREE_TOP, last < slots ? last + 1 : 0);
  memory.poke(H_VERSION, LAYOUT_VERSION);
  // Last, so that a buffer that is only half written is refused.
  memory.poke(H_MAGIC, MAGIC);
}
