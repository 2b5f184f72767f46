import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords } from '../../src/laboratory/shared.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm, type WasmParticipant } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { Geometry } from '../../src/kernel/layout.ts';
import { FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { runs } from '../effort.ts';
import { LimitedMemory } from './laboratory.ts';

const RINGS = ['scq', 'vyukov-ring', 'shann-ring'].map((id) => structureById(id));
const THREADS = 2;
const choice = await chooseScheme('tagged');

type Held = Pick<WasmParticipant['structure'], 'put' | 'take' | 'result' | 'isEmpty'>;

/**
 * Moves all positions of a ring, or of both, on by so many, a multiple of the entries: as if so many operations had been made. An entry of SCQ has
 * them one bit up; so has a cell of Shann's ring where it has two cells, beside the number of one of two threads.
 */
function moveOn(ring: StructureClass, words: Int32Array, by: number): void {
  const geometry = new Geometry(new LimitedMemory(words));
  const { name, count } = cardOfStructure(ring).cells!;
  const { cells, threads } = geometry;
  const upInCell = Number((count as (...sizes: number[]) => number)(cells, threads) === 2);
  for (let word = 0; word < geometry.cells; word++) {
    const at = geometry.cell(word);
    const named = name(word, cells, threads) ?? '';
    if (/Head|Tail|sequence/.test(named)) words[at] = words[at]! + by;
    else if (/ed\[/.test(named)) words[at] = words[at]! + (by << 1);
    else if (named.startsWith('cell')) words[at] = words[at]! + (by << upInCell);
  }
}

function ringOf(
  ring: StructureClass,
  slots: number,
  engine: string,
  initial: readonly number[],
  by: number,
): [Int32Array, Held[]] {
  const options = { slots, threads: THREADS, structure: ring, initial };
  const memory = createMemory(options, choice);
  const words = attachWords(memory.buffer);
  moveOn(ring, words, by);
  const module = loadModule(choice, ring);
  const shared = new LimitedMemory(words);
  return [
    words,
    Array.from({ length: THREADS }, (_, i) =>
      engine === 'wasm'
        ? assembleInWasm(memory, i + 1, module).structure
        : (assemble(shared, i + 1, choice.scheme) as unknown as { structure: Held }).structure,
    ),
  ];
}

const step = fc.record({
  thread: fc.nat(THREADS - 1),
  act: fc.constantFrom('put', 'put', 'take', 'take', 'isEmpty'),
  value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
});

/** Positions that come round within the program, and cycles that do. */
const starts = [0, 2 ** 32 - 32, 2 ** 31 - 32, 2 ** 30];

test.each(RINGS.flatMap((ring) => ['atomics', 'wasm'].map((engine) => [ring.ID, engine, ring] as const)))(
  'threads in turn are answered by %s on %s as by a queue with so many places, also where positions and cycles come round',
  (_, engine, ring) => {
    const seen = { full: 0, empty: 0, value: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(2, 3, 4, 7, 8),
        fc.nat(2),
        fc.constantFrom(...starts),
        fc.array(step, { minLength: 40, maxLength: 80, size: 'max' }),
        (slots, many, from, program) => {
          const capacity = 2 ** Math.floor(Math.log2(slots));
          const inside = [65, 66].slice(0, many);
          const [words, all] = ringOf(ring, slots, engine, inside, from);
          for (const { thread, act, value } of program) {
            const structure = all[thread]!;
            if (act === 'isEmpty') expect(Boolean(structure.isEmpty())).toBe(inside.length === 0);
            else if (act === 'put') {
              expect(structure.put(value)).toBe(inside.length < capacity ? OK : FULL);
              if (inside.length < capacity) inside.push(value);
              else seen.full++;
            } else if (structure.take() === VALUE) {
              expect(structure.result()).toBe(inside.shift());
              seen.value++;
            } else {
              expect(inside).toEqual([]);
              seen.empty++;
            }
          }
          const now = audit(words);
          expect(now.values()).toEqual(inside);
          expect(now.cells).toEqual({
            cells: capacity,
            holding: inside.length,
            claimed: 0,
            empty: capacity - inside.length,
          });
          expect(now.strayWrites()).toEqual([]);
        },
      ),
      { numRuns: runs(400, 30) },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  },
);

const clean = { complete: true, cut: 0, deadlocks: 0, findings: [], notJudged: [] };
test.each(['i | e d', '[A] d i | e', '[A B] i | d d', 'i | e | d'])(
  'each execution of %s is one of a queue, isEmpty included',
  async (program) => {
    expect(await explore(`scq:${program}`, 'tagged', { slots: 3 })).toMatchObject(clean);
  },
);

test('a thread may die at any step: its cell is claimed for good, and nothing else is lost', async () => {
  const found = await explore('scq:[A B] d die | d e', 'tagged', { slots: 2 });
  expect(found).toMatchObject(clean);
  expect(found.executions).toBeGreaterThan(100);
});

test('a thread that stands still has one cell, and the others go on', async () => {
  const found = await explore('scq:[A] d | e d', 'tagged', { slots: 2, facts: true });
  expect(found).toMatchObject(clean);
  expect(found.obstructionFreedom).toMatchObject({ stuck: null });
});
