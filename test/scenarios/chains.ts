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
