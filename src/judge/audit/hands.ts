import { ACTIVE, type Geometry, R_HAND, R_MAGAZINE, R_STATUS, statusIn } from '../../kernel/layout.ts';
import { handOf, holdsSlot, IN_HAND, magazineOf } from './mark.ts';

/** A slot that a thread has in hand, or meant to take. */
export interface Hand {
  readonly thread: number;
  readonly slot: number;
  /** True for the one thread that has the slot, if nothing else has a claim on it. */
  readonly counts: boolean;
}

/**
 * What the threads that are at work, or died at it, have in hand. Of several that name one slot the first counts, those before others
 * that may still go on with it: only one can own it, and the words do not tell which. So a slot is settled once, if the threads are
 * settled one after the other (`recover`), each by what an audit after the one before it says.
 */
export function hands(
  words: Int32Array,
  geometry: Geometry,
  claims: Uint16Array,
): { readonly slots: Hand[]; readonly magazines: Hand[] } {
  const owned = new Set<number>();
  const threads = Array.from({ length: geometry.threads }, (_, i) => i + 1);
  const status = (thread: number): number => statusIn(words[geometry.record(thread) + R_STATUS]);
  const alive = (thread: number): boolean => status(thread) === ACTIVE;
  const order = [...threads.filter(alive), ...threads.filter((thread) => !alive(thread))];
  const of = (word: number, claimed: (record: number) => number): Hand[] =>
    order
      .map((thread) => ({ thread, record: geometry.record(thread) }))
      .filter(({ record }) => words[record + word] !== 0 && holdsSlot(words[record + R_STATUS]))
      .map(({ thread, record }) => {
        const slot = words[record + word];
        const counts = claimed(record) === slot && (claims[slot] & IN_HAND) !== 0 && !owned.has(slot);
        if (counts) owned.add(slot);
        return { thread, slot, counts };
      })
      .toSorted((a, b) => a.thread - b.thread);
  const slots = of(R_HAND, (record) => handOf(words, geometry, record));
  const magazines =
    geometry.cache === 0 ? [] : of(R_MAGAZINE, (record) => magazineOf(words, geometry, record));
  return { slots, magazines };
}
