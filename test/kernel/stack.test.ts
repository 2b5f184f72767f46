import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm, type WasmParticipant } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import type { Module } from '../../src/engines/wasm/webassembly.ts';
import { EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { pairs, runs } from '../effort.ts';
import { eager, LimitedMemory, schemes } from './laboratory.ts';

const STACK = structureById('treiber-stack');
const THREADS = 2;
const ROOM = 3;

type Held = Pick<WasmParticipant, 'structure' | 'scheme'>;

/** A stack that two threads use in turn, with few slots, so that it is full at times and slots go round. */
function stackOf(choice: SchemeChoice, cache: number, module: Module | null): [Int32Array, Held[]] {
  const slots = leastSlots(choice, THREADS, cache, STACK) + ROOM;
  const options = { slots, threads: THREADS, cache, structure: STACK };
  const threads = Array.from({ length: THREADS }, (_, i) => i + 1);
  if (module === null) {
    const memory = new LimitedMemory(attachWords(createBuffer(options, choice)));
    return [memory.words, threads.map((thread) => assemble(memory, thread, choice.scheme))];
  }
  const memory = createMemory(options, choice);
  const all = threads.map((thread) => assembleInWasm(memory, thread, module));
  return [attachWords(memory.buffer), all];
}

const step = fc.record({
  thread: fc.nat(THREADS - 1),
  act: fc.constantFrom('push', 'push', 'push', 'pop', 'pop', 'isEmpty'),
  value: fc.oneof(fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)), fc.nat(9)),
});

const cases = pairs(schemes, ['atomics', 'wasm'] as const).map(([scheme, engine]) => ({
  id: scheme.ID,
  engine,
  scheme,
}));

test.each(cases)(
  'threads in turn are answered as by an array, under $id on $engine, and "full" has its reason',
  ({ scheme, engine }) => {
    const choice = eager(scheme);
    const module = engine === 'wasm' ? loadModule(choice, STACK) : null;
    let [full, empty, delivered] = [0, 0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom(0, 2),
        fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }),
        (cache, program) => {
          const [words, all] = stackOf(choice, cache, module);
          const inside: number[] = [];
          for (const { thread, act, value } of program) {
            const { structure, scheme: own } = all[thread]!;
            if (act === 'isEmpty') expect(structure.isEmpty()).toBe(inside.length === 0);
            else if (act === 'push') {
              const answer = structure.put(value);
              if (answer === OK) inside.push(value);
              else {
                expect(answer).toBe(FULL);
                full++;
                // What a bounded scheme holds back leaves room for more values than this; one that frees nothing has used it all up.
                if (scheme.RECLAIMS) expect(inside.length).toBeGreaterThan(ROOM);
                const { free, cached } = audit(words);
                expect(free).toBe(cached);
              }
            } else if (structure.take() === VALUE) {
              delivered++;
              expect(structure.result()).toBe(inside.pop());
            } else {
              empty++;
              expect(inside).toEqual([]);
            }
            own.offline();
          }
          expect(audit(words).values()).toEqual(inside.toReversed());
          const [first, second] = all.map(({ structure }) => structure);
          while (first!.take() === VALUE) expect(first!.result()).toBe(inside.pop());
          expect(inside).toEqual([]);
          expect(second!.take()).toBe(EMPTY);
        },
      ),
      { numRuns: runs(160, 4) },
    );
    expect(Math.min(full, empty, delivered)).toBeGreaterThan(0);
  },
);
