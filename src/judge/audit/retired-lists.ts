import { type Geometry, LISTS, LIST_TOP, LIST_WORDS, R_LISTS, S_LIMBO } from '../../kernel/layout.ts';

/** A retired list that is not empty. */
export interface RetiredList {
  readonly thread: number;
  /** From 0. */
  readonly list: number;
  /** In the order of the list, up to its end or to the first slot that it repeats. */
  readonly slots: readonly number[];
}

/** The retired lists that are not empty, up to `limit` slots in all. */
export function retiredLists(words: Int32Array, geometry: Geometry, limit: number = Infinity): RetiredList[] {
  const found: RetiredList[] = [];
  let left = limit;
  for (let thread = 1; thread <= geometry.threads; thread++) {
    for (let list = 0; list < LISTS; list++) {
      const seen = new Set<number>();
      let slot = words[geometry.record(thread) + R_LISTS + list * LIST_WORDS + LIST_TOP];
      while (slot > 0 && slot <= geometry.slots && !seen.has(slot) && left > 0) {
        seen.add(slot);
        left--;
        slot = words[geometry.slot(slot, S_LIMBO)];
      }
      if (seen.size > 0) found.push({ thread, list, slots: [...seen] });
    }
  }
  return found;
}
