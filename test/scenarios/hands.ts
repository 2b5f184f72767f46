import * as layout from '../../src/kernel/layout.ts';

/** What is looked at: where a slot and a record have their words, and the slot that a word names. */
interface Seen {
  readonly slots: number;
  at(slot: number, word: number): number;
  recordAddress(record: number): number;
  index(word: number): number;
}

/** True if the slot that a record names in hand is its own, by what the record and the slot say of it. */
export function holdsSlot(truth: Seen, base: number, words: Int32Array): boolean {
  const slot = words[base + layout.R_HAND]!;
  const status = layout.statusIn(words[base + layout.R_STATUS]!);
  if (status === layout.VACANT || status === layout.LEFT || slot <= 0 || slot > truth.slots) return false;
  const state = words[truth.at(slot, layout.S_STATE)]!;
  const ends = truth.index(words[truth.at(slot, layout.S_NEXT)]!) === 0;
  const kind = words[base + layout.R_HAND_KIND]!;
  if (kind === layout.HAND_OWNED) return true;
  if (kind === layout.HAND_LINKING) return state === layout.HELD || state === layout.LINKED;
  if (kind === layout.HAND_TAKING || kind === layout.HAND_DRAWING) return state === layout.FREE;
  if (kind === layout.HAND_TAKEN)
    return state === layout.FREE || state === layout.HELD || (state === layout.LINKED && ends);
  return state === layout.LINKED;
}

/** Takes out those who only mean to take what another thread has: between steps they have not done so. */
export function dropIntents(truth: Seen, words: Int32Array, hands: Map<number, number>): void {
  const isIntent = (record: number): boolean =>
    [layout.HAND_TAKING, layout.HAND_UNLINKING].includes(
      words[truth.recordAddress(record) + layout.R_HAND_KIND]!,
    );
  const own = [...hands].filter(([record]) => record > 0);
  const had = new Set(own.flatMap(([record, slot]) => (isIntent(record) ? [] : [slot])));
  for (const [record, slot] of own) if (isIntent(record) && had.has(slot)) hands.delete(record);
}
