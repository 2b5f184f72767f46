import { FREE_TOP, type Geometry, LISTS, LIST_WORDS, R_LISTS, R_LOADED, R_SPARE } from '../kernel/layout.ts';

/**
 * True if two copies of the words, made one after the other, agree in all that leads from a slot, a record or the free list to a slot. Then
 * the second is the picture of one moment: that at which the structure's roots were read for it, which was after the slots were read for
 * the first copy and before they were read for the second. The roots themselves may differ: a thread that runs round a cycle helps Tail on
 * and on. So may what a thread that runs in circles keeps writing to its own record (labels, counters, an intent).
 */
export function standsStill(first: Int32Array, second: Int32Array, geometry: Geometry): boolean {
  const same = (from: number, to: number): boolean =>
    first.subarray(from, to).every((word, i) => word === second[from + i]);
  if (!same(FREE_TOP, FREE_TOP + 1)) return false;
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const record = geometry.record(thread);
    const lists = record + R_LISTS;
    if (!same(lists, lists + LISTS * LIST_WORDS)) return false;
    if (![R_LOADED, R_SPARE].every((place) => same(record + place, record + place + 1))) return false;
  }
  return same(geometry.slotsBase, first.length);
}
