import { expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { VALUE } from '../../src/kernel/structure.ts';
import type { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { eager } from './laboratory.ts';

test.each([0, 4])(
  'a chain that finds fewer slots than values has the first of them, in their order, with caches of %i',
  (cache) => {
    const CHAIN = 8;
    const lengths = new Set<number>();
    for (let inside = 0; inside < 16; inside++) {
      const initial = Array.from({ length: inside }, (_, i) => 1 + i);
      const words = new Int32Array(
        createBuffer({ slots: 20, threads: 1, cache, chain: CHAIN, initial }, eager(Tagged)),
      );
      const { structure } = assemble(new AtomicsMemory(words), 1, Tagged);
      const queue = structure as unknown as MichaelScottQueue<Scheme>;
      const values = Array.from({ length: CHAIN }, (_, i) => 100 + i);
      const count = queue.enqueueChain(new AtomicsMemory(Int32Array.from(values)), 0, CHAIN);
      const out: number[] = [];
      while (queue.dequeue() === VALUE) out.push(queue.result());
      expect(out).toEqual([...initial, ...values.slice(0, count)]);
      lengths.add(count);
    }
    expect([...lengths].toSorted((a, b) => a - b)).toEqual([4, 5, 6, 7, 8]);
  },
);
