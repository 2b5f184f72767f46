import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import * as layout from '../../src/kernel/layout.ts';

/** Queue 1· 2 3, free 4 5 6, two thread records; the words are written by hand from there. */
export async function sixSlots(scheme = 'naive', threads = 2, slots = 6): Promise<Handmade> {
  return new Handmade(
    attachWords(createBuffer({ slots, threads, initial: [10, 20] }, await chooseScheme(scheme))),
  );
}

export class Handmade {
  readonly words: Int32Array;
  constructor(words: Int32Array) {
    this.words = words;
  }
  slot(slot: number, word: number, value: number): this {
    this.words[
      layout.slotsBase(this.words[layout.H_THREADS], 2, 0) + slot * this.words[layout.H_STRIDE] + word
    ] = value;
    return this;
  }
  record(thread: number, word: number, value: number): this {
    this.words[
      layout.recordsBase(2, 0) + (thread - 1) * layout.recordWords(this.words[layout.H_THREADS]) + word
    ] = value;
    return this;
  }
  root(address: number, value: number): this {
    this.words[address] = value;
    return this;
  }
  counter(thread: number, counter: number, low: number, high: number): this {
    return this.record(thread, layout.R_COUNTERS + counter * 2, low).record(
      thread,
      layout.R_COUNTERS + counter * 2 + 1,
      high,
    );
  }
}

/** The offset of a retired list in a record. */
export const list = (n: number): number => layout.R_LISTS + n * layout.LIST_WORDS;
