import { FREE_TOP, type Geometry, LISTS, LIST_WORDS, R_LISTS, R_LOADED, R_SPARE } from '../kernel/layout.ts';

/**
 * True if two copies of the words agree in all that leads to a slot: then nothing moved between them, and each is a moment's picture.
 * What a thread that runs in circles keeps writing to its own record (labels, counters, an intent) may differ.
 */
export function standsStill(first: Int32Array, second: Int32Array, geometry: Geometry): boolean {
  const same = (from: number, to: number): boolean =>
    first.subarray(from, to).every((word, i) => word === second[from + i]);
  const roots = Array.from({ length: geometry.roots }, (_, n) => geometry.root(n));
  if (![FREE_TOP, ...roots].every((root) => same(root, root + 1))) return false;
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const record = geometry.record(thread);
    const lists = record + R_LISTS;
    if (!same(lists, lists + LISTS * LIST_WORDS)) return false;
    if (![R_LOADED, R_SPARE].every((place) => same(record + place, record + place + 1))) return false;
  }
  return same(geometry.slotsBase, first.length);
}
