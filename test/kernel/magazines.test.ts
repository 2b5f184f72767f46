import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { type Batch, chainsIn } from '../../src/laboratory/batch.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import {
  FREE,
  FREE_TOP,
  R_LOADED,
  R_LOADED_COUNT,
  R_SPARE,
  S_NEXT,
  S_STAMP,
} from '../../src/kernel/layout.ts';
import type { Slab } from '../../src/kernel/slab.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import {
  choiceOf,
  field,
  laboratory,
  LimitedMemory,
  queueSlots,
  slotsInState,
  type Laboratory,
} from './laboratory.ts';
import { runs } from '../effort.ts';

/** Two magazines and a list of magazines: what the cache has to do, in numbers of slots. */
class Magazines {
  loaded: number[] = [];
  spare: number[] = [];
  readonly list: number[][];
  readonly #size: number;

  constructor(size: number, free: readonly number[]) {
    this.#size = size;
    this.list = free.map((slot) => [slot]);
  }

  take(): number {
    if (this.loaded.length === 0) {
      this.loaded = this.spare.length > 0 ? this.spare : (this.list.shift() ?? []);
      this.spare = [];
    }
    return this.loaded.shift() ?? 0;
  }

  give(slot: number): void {
    if (this.loaded.length === this.#size) {
      if (this.spare.length > 0) this.list.unshift(this.spare);
      this.spare = this.loaded;
      this.loaded = [];
    }
    this.loaded.unshift(slot);
  }

  /** A chain goes over from its end, as much of it at a time as there is room for. */
  giveChain(slots: readonly number[]): void {
    let rest = [...slots];
    while (rest.length > 0) {
      const room = this.#size - (this.loaded.length % this.#size);
      const last = rest.slice(-room);
      for (const slot of last) this.give(slot);
      rest = rest.slice(0, -last.length);
    }
  }

  leave(): void {
    for (const magazine of [this.spare, this.loaded]) if (magazine.length > 0) this.list.unshift(magazine);
    this.spare = [];
    this.loaded = [];
  }
}

function expectAs(lab: Laboratory, expected: Magazines): void {
  const { geometry, memory } = lab;
  const cached = [...expected.loaded, ...expected.spare];
  const now = audit(memory.words);
  expect(now.caches()).toEqual(cached.length === 0 ? [] : [{ thread: 1, slots: cached }]);
  expect(field(lab, 1, R_LOADED)).toBe(expected.loaded[0] ?? 0);
  expect(field(lab, 1, R_SPARE)).toBe(expected.spare[0] ?? 0);
  expect(now.freeList()).toEqual(expected.list.flat());
  // Where one magazine ends and the next begins, the order alone does not say.
  const firsts: number[] = [];
  let slot = geometry.top.index(memory.peek(FREE_TOP));
  for (; slot !== 0; slot = geometry.link.index(memory.peek(geometry.slot(slot, S_NEXT)))) firsts.push(slot);
  expect(firsts).toEqual(expected.list.map(([first]) => first));
  expect(field(lab, 1, R_LOADED_COUNT)).toBe(expected.loaded.length);
  for (const magazine of [expected.spare, ...expected.list])
    if (magazine.length > 1)
      expect(memory.peek(geometry.slot(magazine[0]!, S_STAMP))).toBe(magazine.length - 1);
  expect(now.strayWrites()).toEqual([]);
}

function cacheOf(size: number, slots: number): { lab: Laboratory; slab: Slab; expected: Magazines } {
  const lab = laboratory(choiceOf(Tagged, 0, 0, 12), slots, 1, [], size);
  return { lab, slab: lab.threads[0]!.slab, expected: new Magazines(size, slotsInState(lab, FREE)) };
}

/** The same with a queue, in which chains go from the cache into the structure and back. */
function queueOf(size: number, chain: number): { lab: Laboratory; expected: Magazines; chains: Batch } {
  const choice = choiceOf(Tagged, 0, 0, 12);
  const sizes = { slots: 80, threads: 1, cache: size, chain };
  const memory = new LimitedMemory(new Int32Array(createBuffer(sizes, choice)));
  const thread = assemble(memory, 1, Tagged);
  const lab = { memory, geometry: thread.geometry, threads: [thread] };
  const chains = chainsIn(thread.structure, chain) as Batch;
  return { lab, expected: new Magazines(size, slotsInState(lab, FREE)), chains };
}

describe('a cache', () => {
  test.each([1, 2, 3, 32])(
    'with magazines of %i goes to the free list when both are full, and is filled from there when both are empty',
    (size) => {
      const { lab, slab, expected } = cacheOf(size, 4 * size + 6);
      const all = Array.from({ length: 3 * size + 2 }, (_, i) => i + 1);
      for (const n of all) {
        // One after the other from the list: slot 1 is the dummy node.
        expect([slab.take(), expected.take()]).toEqual([n + 1, n + 1]);
      }
      const before = expected.list.length;
      for (const n of all) {
        slab.give(n + 1);
        expected.give(n + 1);
        expectAs(lab, expected);
        // The first magazine goes when the third one begins, and so on.
        const gone = Math.max(0, Math.floor((n - 1) / size) - 1);
        expect([n, expected.list.length - before]).toEqual([n, gone]);
      }
      // What was given last comes back first.
      for (const n of all.toReversed()) {
        expect([slab.take(), expected.take()]).toEqual([n + 1, n + 1]);
        expectAs(lab, expected);
      }
    },
  );

  test('holds which slots, and in which order, as two magazines and a list do: after any takes, gives and departures', () => {
    const acts = fc.array(fc.constantFrom('take', 'take', 'take', 'give', 'give', 'give', 'leave'), {
      minLength: 20,
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), acts, (size, program) => {
        const { lab, slab, expected } = cacheOf(size, 12);
        const held: number[] = [];
        for (const act of program) {
          if (act === 'take') {
            const slot = expected.take();
            expect(slab.take()).toBe(slot);
            if (slot !== 0) held.push(slot);
          } else if (act === 'give') {
            const slot = held.shift();
            if (slot === undefined) continue;
            slab.give(slot);
            expected.give(slot);
          } else {
            slab.empty();
            expected.leave();
          }
          expectAs(lab, expected);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  test.each([
    { size: 1, chain: 5 },
    { size: 2, chain: 5 },
    { size: 3, chain: 5 },
    { size: 4, chain: 3 },
    { size: 8, chain: 5 },
  ])(
    'with magazines of $size takes in a chain of $chain from its end, a magazine at a time, and gives one out as it gives slots',
    ({ size, chain }) => {
      const { lab, expected, chains } = queueOf(size, chain);
      const queue = [1];
      for (let n = 0; n < 40; n++) {
        const count = 1 + (n % chain);
        expect(chains.putMany(count)).toBe(count);
        queue.push(...Array.from({ length: count }, () => expected.take()));
        expect(queueSlots(lab)).toEqual(queue);
        expectAs(lab, expected);
        if (n % 3 === 0) continue;
        const taken = chains.takeMany(1 + ((3 * n) % chain));
        expected.giveChain(queue.splice(0, taken));
        expectAs(lab, expected);
      }
    },
  );
});
