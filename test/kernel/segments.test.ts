import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble, participate } from '../../src/laboratory/participant.ts';
import { chooseScheme, compiledSchemes, schemes } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer, enoughSlots } from '../../src/laboratory/shared.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { FREE, S_STATE } from '../../src/kernel/layout.ts';
import { FULL, OK, VALUE, type Structure } from '../../src/kernel/structure.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { runs, some } from '../effort.ts';
import { eager, LimitedMemory } from './laboratory.ts';

const SEGMENTS = structureById('segments');
const CARD = cardOfStructure(SEGMENTS).segments!;
const THREADS = 3;

type Held = Pick<Structure<Scheme>, 'put' | 'take' | 'result' | 'isEmpty'>;

const step = fc.record({
  thread: fc.nat(THREADS - 1),
  act: fc.constantFrom('put', 'put', 'put', 'take', 'take', 'isEmpty'),
  value: fc.oneof(fc.constantFrom(0, 1, -3, 2 ** 31 - 1, -(2 ** 31)), fc.nat(9)),
});

const cases = schemes.flatMap((scheme) => [
  { id: scheme.ID, engine: 'atomics' as const },
  ...(compiledSchemes(SEGMENTS).includes(scheme) ? [{ id: scheme.ID, engine: 'wasm' as const }] : []),
]);

describe.each(some(cases, 6))('threads in turn under $id on $engine', ({ id, engine }) => {
  const scheme = schemes.find(({ ID }) => ID === id)!;
  const choice = eager(scheme);

  test('are answered as by an array, whatever the number of cells, and no segment is lost', () => {
    const seen = { full: 0, empty: 0, next: 0, many: 0 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.nat(9), { maxLength: 7 }),
        fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }),
        (cells, more, initial, program) => {
          const stride = SEGMENTS.STRIDE! - 2 + cells;
          expect(CARD.count(stride)).toBe(cells);
          const size = { threads: THREADS, stride, cache: 0, initial, structure: SEGMENTS };
          const options = { ...size, slots: enoughSlots(undefined, 2, choice, size) + more };
          const module = engine === 'wasm' ? loadModule(choice, SEGMENTS) : null;
          const memory = module === null ? null : createMemory(options, choice);
          const words = attachWords(memory?.buffer ?? createBuffer(options, choice));
          const threads = Array.from({ length: THREADS }, (_, i): Held =>
            module === null || memory === null
              ? assemble(new LimitedMemory(words), i + 1, scheme).structure
              : assembleInWasm(memory, i + 1, module).structure,
          );
          const inside = [...initial];
          const refused = (answer: number): void => {
            seen.full++;
            expect(answer).toBe(FULL);
            // There is no room in the last segment, and none for another one.
            expect(audit(words).inside().length).toBeGreaterThan(0);
            expect(audit(words).free).toBe(0);
          };
          if (initial.length > cells) seen.many++;
          for (const { thread, act, value } of program) {
            const own = threads[thread]!;
            if (act === 'isEmpty') expect(own.isEmpty()).toBe(inside.length === 0);
            else if (act === 'put') {
              const answer = own.put(value);
              if (answer === OK) inside.push(value);
              else refused(answer);
            } else {
              const expected = inside.shift();
              if (expected === undefined) seen.empty++;
              expect([own.take(), expected === undefined ? 0 : own.result()]).toEqual([
                expected === undefined ? 0 : VALUE,
                expected ?? 0,
              ]);
            }
            const now = audit(words);
            if (now.inside()[0] !== 1) seen.next++;
            expect(now.values()).toEqual(inside);
          }
          // A scheme may need more slots than a program fills.
          let answer = OK;
          for (; answer === OK; inside.push(5)) answer = threads[0]!.put(5);
          inside.pop();
          refused(answer);
          const now = audit(words);
          expect(now.values()).toEqual(inside);
          expect([now.surplus, now.wild, now.strayWrites()]).toEqual([0, 0, []]);
          if (scheme.RECLAIMS) expect(now.leaked).toBe(0);
        },
      ),
      { numRuns: runs(60, 6) },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});

test('the slab is full for as long as nothing is taken out, and no count goes on meanwhile', async () => {
  const choice = await chooseScheme('epochs:period=1');
  const options = { slots: 4, threads: 1, structure: SEGMENTS };
  const words = attachWords(createBuffer(options, choice));
  const queue = assemble(new LimitedMemory(words), 1, choice.scheme).structure;
  while (queue.put(7) === OK);
  const before = words.slice();
  for (let n = 0; n < 5; n++) expect(queue.put(8)).toBe(FULL);
  const { geometry } = audit(words);
  for (let slot = 1; slot <= options.slots; slot++) {
    expect(words[geometry.slot(slot, S_STATE)]).not.toBe(FREE);
    const own = [geometry.slot(slot, 0), geometry.slot(slot + 1, 0)] as const;
    expect(words.slice(...own)).toEqual(before.slice(...own));
  }
});

test('a value that would say of a cell that it has none is refused, and so is a segment without cells', async () => {
  const choice = await chooseScheme('epochs');
  const options = { slots: 64, threads: 1, structure: SEGMENTS };
  const buffer = createBuffer(options, choice);
  const { structure } = participate(new LimitedMemory(attachWords(buffer)), 1, choice, {
    structure: SEGMENTS,
  });
  for (const { word, name } of CARD.reserved) {
    const said = `${word} cannot be a value of the segment queue, since it stands for "${name}" in a cell: give any 32-bit integer but -1 and -2.`;
    expect(() => structure.put(word)).toThrow(said);
    expect(() => createBuffer({ ...options, initial: [word] }, choice)).toThrow(said);
  }
  expect(structure.isEmpty()).toBe(true);
  expect(() => createBuffer({ ...options, stride: 10 }, choice)).toThrow(
    'A slot of the segment queue of 10 words cannot be had: give a whole number from 11 to 1024.',
  );
});
