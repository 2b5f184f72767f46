import {
  BATCH_FREED,
  BATCH_LEFT,
  BATCH_OWN,
  type Geometry,
  R_ANNOUNCE,
  R_TAKES,
  S_DEATH,
  S_LIMBO,
  S_STAMP,
} from '../../kernel/layout.ts';

/** A batch of retired slots under Hyaline. */
export interface RetiredBatch {
  /** The thread that collects it, or frees it, or hands it over or counts it down; else the first on whose list it is. */
  readonly thread: number;
  readonly is: 'collected' | 'handed over' | 'freed';
  /** From the latest to the first; of one that is being freed what is left. */
  readonly slots: readonly number[];
  /** On whose lists it is, each with the address of the word that leads there. */
  readonly holders: readonly { readonly thread: number; readonly address: number }[];
}

/** All batches, each once, from the words of the records. Slots and chains that make no sense are left out from there on. */
export function batchesIn(words: Int32Array, geometry: Geometry): RetiredBatch[] {
  const isSlot = (slot: number): boolean => slot > 0 && slot <= geometry.slots;
  const chain = (first: number, word: number): number[] => {
    const met = new Set<number>();
    for (let slot = first; isSlot(slot) && !met.has(slot); slot = words[geometry.slot(slot, word)])
      met.add(slot);
    return [...met];
  };
  const stamp = (slot: number): number => (isSlot(slot) ? words[geometry.slot(slot, S_STAMP)] : 0);
  /** By the slot that counts. */
  const found = new Map<number, RetiredBatch>();
  const note = (
    counts: number,
    thread: number,
    is: RetiredBatch['is'],
    holder?: RetiredBatch['holders'][number],
  ): void => {
    if (!isSlot(counts)) return;
    const { holders = [], ...known } = found.get(counts) ?? {
      thread,
      is,
      slots: chain(stamp(counts), S_LIMBO),
    };
    found.set(counts, { ...known, holders: holder === undefined ? holders : [...holders, holder] });
  };
  const threads = Array.from({ length: geometry.threads }, (_, i) => i + 1);
  const collected = threads.flatMap((thread): RetiredBatch[] => {
    const slots = chain(words[geometry.record(thread) + BATCH_OWN], S_LIMBO);
    return slots.length === 0 ? [] : [{ thread, is: 'collected', slots, holders: [] }];
  });
  for (const thread of threads) {
    const record = geometry.record(thread);
    for (const counts of chain(words[record + BATCH_FREED], S_DEATH)) note(counts, thread, 'freed');
    const counted = words[record + R_TAKES];
    if (counted !== 0 && counted !== words[record + BATCH_OWN]) note(stamp(counted), thread, 'handed over');
  }
  for (const thread of threads) {
    const record = geometry.record(thread);
    const list = words[record + R_ANNOUNCE];
    const address = list === 0 ? record + BATCH_LEFT : record + R_ANNOUNCE;
    // What is left of a list counts when the thread has none any more.
    for (const slot of chain(list === 0 ? words[address] : list >>> 1, S_DEATH))
      note(stamp(slot), thread, 'handed over', { thread, address });
  }
  return [...collected, ...found.values()];
}
