import { expect, test } from 'vitest';
import { type Batch, chainsIn } from '../../src/laboratory/batch.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import { createBuffer, attachWords } from '../../src/laboratory/shared.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { CH10, D13, E9 } from '../../src/kernel/structures/michael-scott.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { choiceOf, LimitedMemory } from './laboratory.ts';

/** Fails so many compare-and-swaps of a step, as if other threads had come first, and notes for how long the thread waits. */
class Contended extends LimitedMemory {
  failures: number;
  readonly pauses: number[] = [];
  readonly #at: number;

  constructor(words: Int32Array, at: number, failures: number) {
    super(words);
    this.#at = at;
    this.failures = failures;
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    if (step !== this.#at || this.failures-- <= 0) return super.cas(step, address, expected, desired);
    return false;
  }

  override pause(turns: number): void {
    this.pauses.push(turns);
  }
}

const cases = schemes.flatMap((scheme) =>
  (['enqueue', 'dequeue'] as const).map((operation) => ({ id: scheme.ID, scheme, operation })),
);

test.each(cases)(
  'under $id $operation waits after every failed round, twice as long each time, to a limit; and never before the first',
  ({ scheme, operation }) => {
    const sizes = { slots: 80, threads: 1, initial: [1, 2] };
    const words = attachWords(createBuffer(sizes, choiceOf(scheme, 1, 1, 8)));
    const memory = new Contended(words, operation === 'enqueue' ? E9 : D13, 6);
    const { queue } = assemble(memory, 1, scheme);
    const once = (): number => (operation === 'enqueue' ? queue.enqueue(7) : queue.dequeue());
    const done = operation === 'enqueue' ? OK : VALUE;
    expect(once()).toBe(done);
    expect(memory.pauses).toEqual([2048, 4096, 4096, 4096, 4096, 4096]);
    expect(once()).toBe(done);
    expect(memory.pauses).toHaveLength(6);
  },
);

test.each(['putMany', 'takeMany'] as const)(
  'on a chain, %s waits for a quarter of that at first',
  (operation) => {
    const sizes = { slots: 80, threads: 1, initial: [1, 2], chain: 4 };
    const words = attachWords(createBuffer(sizes, choiceOf(Tagged, 0, 0, 8)));
    const memory = new Contended(words, operation === 'putMany' ? E9 : CH10, 6);
    const chains = chainsIn(assemble(memory, 1, Tagged).structure, 4) as Batch;
    expect(chains[operation](2)).toBe(2);
    expect(memory.pauses).toEqual([512, 1024, 2048, 4096, 4096, 4096]);
  },
);
