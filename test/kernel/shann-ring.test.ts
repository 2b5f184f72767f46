import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import { audit } from '../../src/judge/audit/audit.ts';
import { attachWords, checkGeometry, createBuffer } from '../../src/laboratory/shared.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme, claimsLockFreedom } from '../../src/laboratory/registry.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { Geometry, LINE } from '../../src/kernel/layout.ts';
import { EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { SH10, SH4 } from '../../src/kernel/structures/shann-ring.ts';
import { deep, runs } from '../effort.ts';
import { Interrupted, LimitedMemory } from './laboratory.ts';

const RING = structureById('shann-ring');
const CARD = cardOfStructure(RING);
const choice = await chooseScheme('tagged');
const clean = { complete: true, cut: 0, deadlocks: 0, findings: [], notJudged: [] };

/** In a ring of two cells, which three slots give as well: so many are asked for where there are three threads. */
const find = (program: string) =>
  explore(`shann-ring:${program}`, 'tagged', { slots: program.split('|').length, facts: true });

describe('what it claims', () => {
  test('is to be lock-free, and FULL and EMPTY are said of an instant', () => {
    expect(claimsLockFreedom(choice.scheme, CARD)).toBe(true);
    expect(CARD.operations.filter(({ early = false, waits = false }) => early || waits)).toEqual([]);
  });

  // Beside a thread that stands anywhere the others go round the ring and are answered as if it were not there.
  test.each(deep ? ['e | e d', '[A B] d | d e', 'e d | e d', '[A] d | d | e'] : ['e | e d', '[A B] d | d e'])(
    '%s: a thread that stands still keeps no cell from the others',
    async (program) => {
      const found = await find(program);
      expect(found).toMatchObject(clean);
      expect(found.obstructionFreedom).toMatchObject({ stuck: null, waits: null });
      expect(found.memoryInLoop).toMatchObject({ usedUp: [], fewest: [], waits: null, broken: null });
    },
  );

  test.each(['e die | e d', '[A B] d die | d e'])(
    '%s: a thread may die at any step, and the others are answered',
    async (program) => {
      const found = await find(program);
      expect(found).toMatchObject(clean);
      expect(found.executions).toBeGreaterThan(20);
    },
  );
});

/** A ring of four cells with these values, and a memory on which a thread dies before a step. */
function dying(before: number, initial: readonly number[]) {
  const words = attachWords(createBuffer({ slots: 4, threads: 2, structure: RING, initial }, choice));
  const memory = new (class extends Interrupted {
    override cas(label: number, address: number, expected: number, desired: number): boolean {
      if (label === before) throw new RangeError('dies');
      return super.cas(label, address, expected, desired);
    }
  })(words, 'before', 0, () => {});
  const { structure } = assemble(new LimitedMemory(words), 2, choice.scheme);
  return { words, dead: assemble(memory, 1, choice.scheme).structure, structure };
}

test('a put that dies before Tail is moved on has put its value in, and all cells are left', () => {
  const { words, dead, structure } = dying(SH4, []);
  expect(() => dead.put(65)).toThrow('dies');
  expect(structure.isEmpty()).toBe(false);
  expect([66, 67, 68, 69].map((value) => structure.put(value))).toEqual([OK, OK, OK, FULL]);
  expect(audit(words).values()).toEqual([65, 66, 67, 68]);
  const taken = [65, 66, 67, 68].map(() => [structure.take(), structure.result()]);
  expect(taken).toEqual([65, 66, 67, 68].map((value) => [VALUE, value]));
  expect([structure.take(), structure.isEmpty()]).toEqual([EMPTY, true]);
});

test('a take that dies before Head is moved on has taken its value out, and all cells are left', () => {
  const { words, dead, structure } = dying(SH10, [65]);
  expect(() => dead.take()).toThrow('dies');
  expect([structure.isEmpty(), structure.take()]).toEqual([true, EMPTY]);
  expect([66, 67, 68, 69, 70].map((value) => structure.put(value))).toEqual([OK, OK, OK, OK, FULL]);
  expect(audit(words).values()).toEqual([66, 67, 68, 69]);
  expect(audit(words).cells).toEqual({ cells: 4, holding: 4, claimed: 0, empty: 0 });
});

test('any number of threads, at positions that come round: the number of a thread and the cycle have room in a word', () => {
  const step = fc.record({ thread: fc.nat(63), isPut: fc.boolean(), value: fc.integer() });
  const seen = { full: 0, empty: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 3, 5, 7, 8, 63, 64),
      fc.constantFrom(2, 4, 8),
      fc.constantFrom(0, -64, 2 ** 31 - 64),
      fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }),
      (threads, least, from, program) => {
        // There are at least as many slots as threads.
        const slots = Math.max(least, threads);
        const cells = 2 ** Math.floor(Math.log2(slots));
        const words = attachWords(createBuffer({ slots, threads, structure: RING }, choice));
        const memory = new LimitedMemory(words);
        const geometry = new Geometry(memory);
        // As if so many values had been put in and taken out.
        let apart = 1;
        while (apart <= threads) apart *= 2;
        for (const count of [0, LINE]) words[geometry.cell(count)] = from;
        for (let n = 0; n < cells; n++)
          words[geometry.cell(2 * LINE + n * apart)] = (from / cells) * Math.max(apart, cells);
        const all = Array.from(
          { length: threads },
          (_, n) => assemble(memory, n + 1, choice.scheme).structure,
        );
        const inside: number[] = [];
        for (const { thread, isPut, value } of program) {
          const structure = all[thread % threads]!;
          if (isPut) {
            expect(structure.put(value)).toBe(inside.length < cells ? OK : FULL);
            if (inside.length < cells) inside.push(value);
            else seen.full++;
          } else if (inside.length === 0) {
            expect(structure.take()).toBe(EMPTY);
            seen.empty++;
          } else expect([structure.take(), structure.result()]).toEqual([VALUE, inside.shift()]);
        }
        expect(audit(words).values()).toEqual(inside);
        expect(audit(words).strayWrites()).toEqual([]);
      },
    ),
    { numRuns: runs(300, 60) },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
});

test('a ring that would have too many words is refused, with what it would have', () => {
  const options = { slots: 2 ** 19, threads: 8, structure: RING };
  expect(() => checkGeometry(options, choice)).toThrow(
    'The array of the Shann ring would have 8388672 words, and may have 2097248: give fewer slots, or fewer threads.',
  );
});
