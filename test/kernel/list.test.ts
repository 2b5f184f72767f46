import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { type SchemeChoice, compiledSchemes } from '../../src/laboratory/registry.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { attachWords, createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm, type WasmParticipant } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import type { Module } from '../../src/engines/wasm/webassembly.ts';
import { FULL, NO, OK } from '../../src/kernel/structure.ts';
import type { MichaelList } from '../../src/kernel/structures/michael-list.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { deep, pairs, runs } from '../effort.ts';
import { eager, LimitedMemory, schemes } from './laboratory.ts';

const LISTS = ['michael-list', 'harris-list', 'scot-list', 'hash-set'].map((id) => structureById(id));
const THREADS = 2;
const ROOM = 3;

type Set = Pick<MichaelList<Scheme>, 'insert' | 'remove' | 'contains' | 'isEmpty' | 'put' | 'take'>;
type Held = Pick<WasmParticipant, 'scheme'> & { readonly structure: Set };

/** A list that two threads use in turn, with few slots, so that it is full at times and slots go round. */
function listOf(
  structure: StructureClass,
  choice: SchemeChoice,
  cache: number,
  module: Module | null,
): [Int32Array, Held[]] {
  const slots = leastSlots(choice, THREADS, cache, structure) + ROOM;
  const options = { slots, threads: THREADS, cache, structure };
  const threads = Array.from({ length: THREADS }, (_, i) => i + 1);
  if (module === null) {
    const memory = new LimitedMemory(attachWords(createBuffer(options, choice)));
    const all = threads.map((thread) => assemble(memory, thread, choice.scheme));
    return [memory.words, all as unknown as Held[]];
  }
  const memory = createMemory(options, choice);
  const all = threads.map((thread) => assembleInWasm(memory, thread, module));
  return [attachWords(memory.buffer), all as unknown as Held[]];
}

const step = fc.record({
  thread: fc.nat(THREADS - 1),
  act: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'contains', 'isEmpty'),
  key: fc.oneof(fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)), fc.nat(40)),
});

const cases = pairs(schemes, ['atomics', 'wasm'] as const).flatMap(([scheme, engine], i) =>
  LISTS.filter((_, n) => deep || (i >> 1) % LISTS.length === n)
    .filter((list) => engine === 'atomics' || compiledSchemes(list).includes(scheme))
    .map((list) => ({ list: list.ID, id: scheme.ID, engine, scheme, structure: list })),
);

test.each(cases)(
  'threads in turn are answered as by a set: $list under $id on $engine, and "full" has its reason',
  ({ structure: list, scheme, engine }) => {
    const choice = eager(scheme);
    const module = engine === 'wasm' ? loadModule(choice, list) : null;
    const seen = { full: 0, done: 0, twice: 0, removed: 0, absent: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(0, 2),
        fc.array(step, { minLength: 40, maxLength: 80, size: 'max' }),
        (cache, program) => {
          const [words, all] = listOf(list, choice, cache, module);
          const inside = new Set<number>();
          for (const { thread, act, key } of program) {
            const { structure, scheme: own } = all[thread]!;
            if (act === 'isEmpty') expect(structure.isEmpty()).toBe(inside.size === 0);
            else if (act === 'contains') expect(structure.contains(key)).toBe(inside.has(key));
            else if (act === 'remove') {
              const answer = structure.remove(key);
              expect(answer).toBe(inside.delete(key) ? OK : NO);
              seen[answer === OK ? 'removed' : 'absent']++;
            } else {
              const answer = structure.insert(key);
              if (answer === FULL) {
                seen.full++;
                if (scheme.RECLAIMS) expect(inside.size).toBeGreaterThan(ROOM);
                const { free, cached } = audit(words);
                expect(free).toBe(cached);
              } else {
                expect(answer).toBe(inside.has(key) ? NO : OK);
                seen[answer === OK ? 'done' : 'twice']++;
                inside.add(key);
              }
            }
            own.offline();
          }
          // Of buckets those of one come after the other's.
          expect(
            audit(words)
              .values()
              .toSorted((a, b) => a - b),
          ).toEqual([...inside].toSorted((a, b) => a - b));
          if (list.ID !== 'hash-set')
            expect(audit(words).values()).toEqual(
              audit(words)
                .values()
                .toSorted((a, b) => a - b),
            );
          const [first, second] = all.map(({ structure }) => structure);
          expect(second!.take()).toBe(NO);
          for (const key of inside) expect(first!.remove(key)).toBe(OK);
          expect(second!.isEmpty()).toBe(true);
        },
      ),
      { numRuns: runs(160, 4) },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  },
);
