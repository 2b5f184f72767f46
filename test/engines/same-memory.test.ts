import { CARD } from '../../src/kernel/structures/michael-scott.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OperationBody, operationsOf } from '../../src/laboratory/operations.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { chooseScheme, needsOf, schemes, specsOf, splitSpec } from '../../src/laboratory/registry.ts';
import { earliest } from '../../src/scenario/cases.ts';
import { attachWords } from '../../src/laboratory/shared.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { kernelModel } from '../../src/explore/kernel-model.ts';
import { Machine } from '../../src/model/machine.ts';
import { runs, some } from '../effort.ts';

const SLOTS = 14;

/** All schemes, each as early as it can be, and with what its parameters may say; in the short form some of them. */
const SPECS: readonly string[] = some(
  [
    'tagged:bits=2',
    ...schemes.flatMap((scheme) => specsOf(scheme).map((spec) => joined(earliest(scheme), spec))),
  ],
  4,
);

function joined(early: string, spec: string): string {
  const [, parameter] = splitSpec(spec);
  return parameter === '' ? early : `${early}${early.includes(':') ? ',' : ':'}${parameter}`;
}

/** What the queue holds at the start, and operations of two threads, which go one after the other. */
const text = fc
  .tuple(
    fc.integer({ min: 0, max: 2 }),
    ...[1, 2].map(() =>
      fc.array(fc.constantFrom('e', 'e', 'd', 'd', 'i', 'collect'), { minLength: 1, maxLength: 25 }),
    ),
  )
  .map(([items, ...threads]) => {
    const held = Array.from({ length: items as number }, () => 'X').join(' ');
    return `[${held}] ${threads.map((thread) => (thread as string[]).join(' ')).join(' | ')}`;
  });

test.each(SPECS)('atomics, wasm and model leave the same words under %s', async (spec) => {
  const choice = await chooseScheme(spec);
  const module = loadModule(choice);
  const slots = Math.max(SLOTS, needsOf(choice, 2) + 4);
  await fc.assert(
    // Magazines of 1 or 2 slots, or no caches.
    fc.asyncProperty(text, fc.constantFrom(0, 1, 2), async (program, cache) => {
      const model = await kernelModel(program, spec, { slots, cache });
      const { threads, initial } = model.program;
      const atomics = attachWords(model.makeBuffer());
      const memory = createMemory({ slots, threads: threads.length, cache, initial }, choice);
      const wasm = attachWords(memory.buffer);
      const machine = new Machine(model, memoryDependence(model.words.length), 100_000);
      // All take part before the first of them begins.
      const crews = threads.map((_, i): Participant[] => [
        assemble(new AtomicsMemory(atomics), i + 1, choice.scheme),
        assembleInWasm(memory, i + 1, module) as unknown as Participant,
      ]);
      for (const [i, own] of threads.entries()) {
        for (const participant of crews[i]) {
          for (const { name, argument } of own) {
            (operationsOf(CARD)[name] as OperationBody)(participant, argument ?? 0);
          }
        }
        for (let steps = 0; machine.at[i].next !== null; steps++) {
          if (steps > 5000) throw new Error('the model goes on forever');
          machine.step(i);
        }
      }
      expect(wasm).toEqual(atomics);
      expect(machine.words).toEqual(atomics);
    }),
    { numRuns: runs(80) },
  );
});
