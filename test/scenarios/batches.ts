import * as layout from '../../src/kernel/layout.ts';

/** What is looked at of a run: the words after each step, and where a slot and a record have theirs. */
interface Seen {
  readonly words: readonly Int32Array[];
  at(slot: number, word: number): number;
  recordAddress(thread: number): number;
}

/** The slots of the batch that a thread collects. */
export function collectedBy(truth: Seen, step: number, thread: number): number[] {
  const words = truth.words[step]!;
  const own = words[truth.recordAddress(thread) + layout.BATCH_OWN]!;
  if (words[layout.H_HOLDS] !== layout.HOLDS_BATCHES || own === 0) return [];
  const met = [own];
  let slot = words[truth.at(own, layout.S_LIMBO)]!;
  for (; slot !== 0 && !met.includes(slot); slot = words[truth.at(slot, layout.S_LIMBO)]!) met.push(slot);
  return met;
}

/** The batches of a buffer as they are told of: by slot which thread collects it, or on whose lists its batch is, and how many there are in it. */
export function batchesOf(
  truth: Seen,
  step: number,
): Map<number, { size: number; owner: number; holders: number[] }> {
  const words = truth.words[step]!;
  const threads = Array.from({ length: words[layout.H_THREADS]! }, (_, i) => i + 1);
  const walk = (first: number, word: number): number[] => {
    const met: number[] = [];
    for (let slot = first; slot > 0 && !met.includes(slot); slot = words[truth.at(slot, word)]!)
      met.push(slot);
    return met;
  };
  const told = new Map<number, { size: number; owner: number; holders: number[] }>();
  const note = (slots: readonly number[], owner: number, holder: number): void => {
    for (const slot of slots) {
      const known = told.get(slot) ?? { size: slots.length, owner, holders: [] };
      told.set(slot, { ...known, holders: holder === 0 ? known.holders : [...known.holders, holder] });
    }
  };
  const from = (slot: number): number[] => walk(words[truth.at(slot, layout.S_STAMP)]!, layout.S_LIMBO);
  for (const by of threads) {
    const base = truth.recordAddress(by);
    note(walk(words[base + layout.BATCH_OWN]!, layout.S_LIMBO), by, 0);
    for (const counts of walk(words[base + layout.BATCH_FREED]!, layout.S_DEATH)) note(from(counts), by, 0);
    const counted = words[base + layout.R_TAKES]!;
    if (counted !== 0 && counted !== words[base + layout.BATCH_OWN]! && !told.has(counted))
      note(from(words[truth.at(counted, layout.S_STAMP)]!), by, 0);
  }
  for (const by of threads) {
    const base = truth.recordAddress(by);
    const list = words[base + layout.R_ANNOUNCE]!;
    for (const slot of walk(list === 0 ? words[base + layout.BATCH_LEFT]! : list >>> 1, layout.S_DEATH))
      note(from(words[truth.at(slot, layout.S_STAMP)]!), by, by);
  }
  return told;
}

/** What a word announces under batches: that its thread is outside, or inside with a list. */
export function listOf(word: number): string {
  if (word === 0) return 'none';
  return word === 1 ? 'empty' : `slot ${word >>> 1}`;
}
