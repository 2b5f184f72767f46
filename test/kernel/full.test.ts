import { expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import { Geometry, LIST_COUNT, R_LISTS } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { CH3, E17, E9, type MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';

class Stopped extends Error {}

const stop = (): never => {
  throw new Stopped();
};

/** A memory on which something happens before a step is made for the first time. */
class Interrupted extends AtomicsMemory {
  before: { readonly step: number; readonly act: () => void } | null = null;

  #reach(step: number): void {
    if (this.before?.step !== step) return;
    const { act } = this.before;
    this.before = null;
    act();
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.#reach(step);
    return super.cas(step, address, expected, desired);
  }
}

// The second thread has as many retired slots as it keeps, and stops for good where it announces two slots that the first one takes out
// meanwhile, with what it is about to put in in its hand.
test.each([
  ['hazard-pointers:threshold=6', 2],
  ['hazard-pointers:threshold=12', 3],
  ['hazard-pointers:threshold=12,linger=on', 1],
  ['hazard-pointers:threshold=6,linger=on', 2],
])(
  'there is a slot for a value in the least slab, whatever another thread holds: %s, chains of %i',
  async (spec, chain) => {
    const choice = await chooseScheme(spec);
    const slots = leastSlots(choice, 2, 0, usualStructure, chain);
    const words = new Int32Array(createBuffer({ slots, threads: 2, chain }, choice));
    const [own, its] = [new Interrupted(words), new Interrupted(words)];
    const queueOf = (memory: Interrupted, thread: number): MichaelScottQueue<Scheme> =>
      assemble(memory, thread, choice.scheme).structure as unknown as MichaelScottQueue<Scheme>;
    const [first, second] = [queueOf(own, 1), queueOf(its, 2)];
    const kept = new Geometry(its).record(2) + R_LISTS + LIST_COUNT;
    for (let n = 0; words[kept]! < choice.param0 - 1; n++) {
      second.enqueue(n);
      second.dequeue();
    }
    own.before = {
      step: E17,
      act: () => {
        its.before = { step: chain > 1 ? CH3 : E9, act: stop };
        const values = new AtomicsMemory(new Int32Array(4));
        expect(() => (chain > 1 ? second.enqueueChain(values, 0, chain) : second.enqueue(7))).toThrow(
          Stopped,
        );
      },
    };
    first.enqueue(1);
    for (let n = 0; n < 6; n++) {
      while (first.dequeue() === VALUE);
      expect(first.enqueue(n)).toBe(OK);
    }
  },
);
