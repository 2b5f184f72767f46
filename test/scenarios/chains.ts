import * as layout from '../../src/kernel/layout.ts';

/** What is looked at of a run: the words after each step, where a slot and a record have theirs, and the slot that a word names. */
interface Seen {
  readonly words: readonly Int32Array[];
  readonly slots: number;
  at(slot: number, word: number): number;
  recordAddress(thread: number): number;
  index(word: number): number;
}

/** The slots of the second hand of each record, but for those that are claimed: as many as it counts, by their next words. */
export function chainsOf(
  truth: Seen,
  step: number,
  claimed: ReadonlySet<number>,
): ReadonlyMap<number, readonly number[]> {
  const words = truth.words[step]!;
  const chains = new Map<number, readonly number[]>();
  for (let record = 1; record <= words[layout.H_THREADS]!; record++) {
    const base = truth.recordAddress(record);
    const status = layout.statusIn(words[base + layout.R_STATUS]!);
    if (status === layout.VACANT || status === layout.LEFT) continue;
    const chain: number[] = [];
    let at = words[base + layout.R_CHAIN]!;
    for (let left = words[base + layout.R_CHAIN_COUNT]!; left > 0 && at > 0 && at <= truth.slots; left--) {
      if (!claimed.has(at)) chain.push(at);
      at = truth.index(words[truth.at(at, layout.S_NEXT)]!);
    }
    if (chain.length > 0) chains.set(record, chain);
  }
  return chains;
}

/**
 * The slots in a free list that is a ring, at positions that its Head has not passed, and those at passed ones, which a thread has drawn. Null
 * of a stack.
 */
export function ringOf(
  words: Int32Array,
): { readonly free: readonly number[]; readonly drawn: readonly number[] } | null {
  if (words[layout.H_FREE_LIST] !== layout.FREE_LIST_RING) return null;
  const base = layout.ROOTS + words[layout.H_ROOTS]! * layout.LINE;
  const head = words[base]!;
  const entries = words[layout.H_CELLS]! - 3 * layout.LINE;
  const [free, drawn]: [number[], number[]] = [[], []];
  for (let entry = 0; entry < entries; entry++) {
    const word = words[base + 3 * layout.LINE + entry]!;
    const position = Math.floor(word / (2 * entries)) * entries + entry;
    if (word % entries !== entries - 1) (position < head ? drawn : free).push(word % entries);
  }
  return { free, drawn };
}

/** The address of an entry of one of the two rings of SCQ: they have three lines each, and then two words of each group of eight. */
export function entryOfScq(ring: number, entry: number): number {
  return layout.ROOTS + 6 * layout.LINE + 8 * (entry >> 1) + 2 * ring + (entry & 1);
}

/** The same by its name, `Filled[0]`; -1 if it is none. */
export function entryNamed(name: string): number {
  const [, ring, entry] = /^(Filled|Emptied)\[(\d+)\]$/.exec(name) ?? [];
  return ring === undefined ? -1 : entryOfScq(ring === 'Filled' ? 0 : 1, Number(entry));
}

/** What an entry of SCQ holds, as stories show it: an index or none, and its cycle. */
export function textOfScq(words: Int32Array, word: number): string {
  const entries = (words[layout.H_CELLS]! - 6 * layout.LINE) / 4;
  const index = word % entries;
  return `${index === entries - 1 ? 'none' : index}@${Math.floor(word / (2 * entries))}`;
}
