import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { batchOf } from '../../src/laboratory/batch.ts';
import { joinLaboratory, participate } from '../../src/laboratory/participant.ts';
import { parseProgram } from '../../src/laboratory/program.ts';
import { chooseScheme, schemes } from '../../src/laboratory/registry.ts';
import {
  attachWords,
  checkGeometry,
  createBuffer,
  enoughSlots,
  MAX_THREADS,
  type GeometryOptions,
} from '../../src/laboratory/shared.ts';
import {
  H_MAGIC,
  H_CACHE,
  H_CELLS,
  H_PROTECTIONS,
  H_ROOTS,
  H_SLOTS,
  H_STRIDE,
  H_TAG_BITS,
  H_THREADS,
  H_VERSION,
  H_WORDS,
  R_STATUS,
  ACTIVE,
  totalWords,
} from '../../src/kernel/layout.ts';
import { parseSchedule } from '../../src/schedule/schedule.ts';
import { planOf } from '../../src/stress/options.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { usageOf } from '../engines/usage.ts';

const tagged = await chooseScheme('tagged');

async function refusal(spec: string, slots: number, threads: number): Promise<string> {
  const choice = await chooseScheme(spec);
  return usageOf(() => checkGeometry({ slots, threads }, choice));
}

describe('the sizes of a laboratory', () => {
  const plain = { slots: 100, threads: 2 };

  test.each<[Partial<GeometryOptions>, string]>([
    [{ slots: 1 }, '1 slots cannot be had: give a whole number from 2 to 1048575.'],
    [{ slots: 2 ** 20 }, '1048576 slots cannot be had: give a whole number from 2 to 1048575.'],
    [{ slots: 2.5 }, '2.5 slots cannot be had: give a whole number from 2 to 1048575.'],
    [{ slots: NaN }, 'NaN slots cannot be had: give a whole number from 2 to 1048575.'],
    [{ slots: -4 }, '-4 slots cannot be had: give a whole number from 2 to 1048575.'],
    [{ threads: 0 }, '0 threads cannot be had: give a whole number from 1 to 64.'],
    [{ threads: 65 }, '65 threads cannot be had: give a whole number from 1 to 64.'],
    [{ threads: 1.5 }, '1.5 threads cannot be had: give a whole number from 1 to 64.'],
    [{ stride: 12 }, 'A slot of 12 words cannot be had: give 8, 16, 32.'],
    [{ stride: 0 }, 'A slot of 0 words cannot be had: give 8, 16, 32.'],
    [
      { slots: 4, initial: [1, 2, 3, 4] },
      '4 values and the dummy node do not fit into 4 slots: give at least 5 slots.',
    ],
    [{ slots: 2 }, '2 slots are too few for tagged with 2 threads: give at least 3 (--slots 3).'],
  ])('%j is refused', async (options, sentence) => {
    expect(await usageOf(() => checkGeometry({ ...plain, ...options }, tagged))).toBe(sentence);
    expect(await usageOf(() => createBuffer({ ...plain, ...options }, tagged))).toBe(sentence);
  });

  test('too few slots are told with the number that would do, and with parameters that would', async () => {
    expect(await refusal('epochs', 6, 2)).toBe(
      '6 slots are too few for epochs with 2 threads: give at least 34 (--slots 34), or take epochs:period=1.',
    );
    // What is safe may depend on the others, so they stay as they were given.
    expect(await refusal('epochs:grace=3,period=4', 6, 2)).toBe(
      '6 slots are too few for epochs:grace=3,period=4 with 2 threads: give at least 14 (--slots 14), or take epochs:grace=3,period=1.',
    );
    expect(await refusal('hazard-pointers', 6, 2)).toContain('or take hazard-pointers:threshold=1.');
    // Three threads need more even so.
    expect(await refusal('hazard-pointers', 6, 3)).toMatch(/give at least \d+ \(--slots \d+\)\.$/);
  });

  test('where none are given there are enough for the scheme and for the first values', async () => {
    const epochs = await chooseScheme('epochs');
    expect(enoughSlots(undefined, 6, tagged, { threads: 2 })).toBe(6);
    expect(enoughSlots(undefined, 6, tagged, { threads: 2, initial: [1, 2, 3, 4, 5, 6, 7] })).toBe(8);
    class Deep extends MichaelScottQueue<Scheme> {
      static override readonly DUMMIES: number = 3;
    }
    const eight = { threads: 2, initial: [1, 2, 3, 4, 5, 6, 7, 8], structure: Deep };
    expect(enoughSlots(undefined, 6, tagged, eight)).toBe(11);
    expect(enoughSlots(undefined, 6, epochs, { threads: 2 })).toBe(34);
    expect(enoughSlots(5, 6, epochs, { threads: 2 })).toBe(5);
    for (const { ID } of schemes) {
      const choice = await chooseScheme(ID);
      for (const threads of [1, 2, 3, 8])
        checkGeometry({ threads, cache: 0, slots: enoughSlots(null, 6, choice, { threads }) }, choice);
    }
  });

  test('one thread is one thread', async () => {
    const hazards = await chooseScheme('epochs');
    expect(await usageOf(async () => checkGeometry({ slots: 2, threads: 2 }, hazards))).toContain(
      'with 2 threads:',
    );
    const own = { ...tagged, scheme: { ...tagged.scheme, needs: () => 9 } } as unknown as typeof tagged;
    expect(await usageOf(() => checkGeometry({ slots: 8, threads: 1 }, own))).toContain(
      'with 1 thread: give at least 9 (--slots 9).',
    );
  });

  test('a tag that does not fit beside the index is refused, with the widest that does', async () => {
    const wide = await chooseScheme('tagged:bits=16');
    expect(checkGeometry({ slots: 65_535, threads: 1 }, wide)).toBe(16);
    expect(await usageOf(() => checkGeometry({ slots: 65_536, threads: 1 }, wide))).toBe(
      'A tag of 16 bits does not fit beside the 17 bits that 65536 slots need: give at most 15 bits, or fewer slots.',
    );
  });

  test('a tag is as wide as it can be if nobody asks', () => {
    expect(checkGeometry({ slots: 100, threads: 1 }, tagged)).toBe(16);
    expect(checkGeometry({ slots: 2 ** 20 - 1, threads: 1 }, tagged)).toBe(12);
  });

  test('the greatest sizes can be had', () => {
    expect(createBuffer({ slots: 1000, threads: MAX_THREADS, stride: 32 }, tagged).byteLength).toBe(
      4 * totalWords(1000, 32, MAX_THREADS, 2, 0),
    );
  });
});

function made(): SharedArrayBuffer {
  return createBuffer({ slots: 10, threads: 2, initial: [1, 2] }, tagged);
}

describe('a buffer from elsewhere', () => {
  const bytes = made().byteLength;

  /** A buffer with one word of the header changed. */
  const damaged = (word: number, value: number): SharedArrayBuffer => {
    const buffer = made();
    new Int32Array(buffer)[word] = value;
    return buffer;
  };

  test('is attached as it is', () => {
    const buffer = made();
    expect(attachWords(buffer).buffer).toBe(buffer);
    expect(attachWords(buffer)).toHaveLength(bytes / 4);
  });

  test('may be longer than needed, as a WebAssembly.Memory is: only its own words are seen', () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    new Int32Array(memory.buffer).set(new Int32Array(made()));
    new Int32Array(memory.buffer)[bytes / 4] = 7;
    const words = attachWords(memory.buffer);
    expect(words.buffer).toBe(memory.buffer);
    expect(words).toHaveLength(bytes / 4);
    expect(words).toEqual(attachWords(made()));
  });

  test('may be a plain copy with a ragged end, as a file is', () => {
    const copy = new ArrayBuffer(bytes + 3);
    new Uint8Array(copy).set(new Uint8Array(made()));
    expect(attachWords(copy)).toHaveLength(bytes / 4);
  });

  test.each<[string, () => SharedArrayBuffer | ArrayBuffer, string]>([
    [
      'an empty one',
      () => new SharedArrayBuffer(0),
      "A buffer of 0 bytes is too short to be a laboratory's: its header is missing.",
    ],
    [
      'one that ends in its header',
      () => made().slice(0, 8),
      "A buffer of 8 bytes is too short to be a laboratory's: its header is missing.",
    ],
    [
      'a foreign one',
      () => new SharedArrayBuffer(4096),
      'This is no buffer of lockfree-lab: its first word is 0x00000000, not 0x4c464c42; make one with createBuffer.',
    ],
    [
      'one whose magic is negative',
      () => damaged(H_MAGIC, -2),
      'This is no buffer of lockfree-lab: its first word is 0xfffffffe, not 0x4c464c42; make one with createBuffer.',
    ],
    [
      'one of another version',
      () => damaged(H_VERSION, 99),
      'This buffer has layout version 99, and this lockfree-lab reads version 8: use the release that made it.',
    ],
    [
      'one that is cut off',
      () => made().slice(0, bytes - 4),
      `This buffer is cut off: its header promises ${bytes / 4} words and it has ${bytes / 4 - 1}.`,
    ],
    [
      'one that is cut off after its header',
      () => made().slice(0, 128),
      `This buffer is cut off: its header promises ${bytes / 4} words and it has 32.`,
    ],
  ])('%s is refused', async (_, make, sentence) => {
    expect(await usageOf(() => attachWords(make()))).toBe(sentence);
  });

  test.each([
    [H_SLOTS, 11],
    [H_SLOTS, 0],
    [H_SLOTS, -1],
    [H_SLOTS, 2 ** 30],
    [H_SLOTS, 2 ** 31 - 1],
    [H_STRIDE, 16],
    [H_STRIDE, 0],
    [H_THREADS, 3],
    [H_THREADS, -(2 ** 31)],
    [H_WORDS, 1],
    [H_WORDS, -1],
    [H_TAG_BITS, 29],
    [H_TAG_BITS, -1],
    [H_CACHE, -1],
    [H_CACHE, 4097],
    [H_ROOTS, 1],
    [H_ROOTS, -1],
    [H_CELLS, 33],
    [H_CELLS, -1],
    [H_PROTECTIONS, 5],
  ])('a header whose word %i says %i is refused as damaged', async (word, value) => {
    expect(await usageOf(() => attachWords(damaged(word, value)))).toMatch(
      /^The header of this buffer is damaged: (it speaks of -?\d+ slots of -?\d+ words, -?\d+ records, tags of -?\d+ bits, caches of -?\d+, -?\d+ roots and -?\d+ cells, which cannot be had|-?\d+ slots of -?\d+ words, -?\d+ records, -?\d+ roots and -?\d+ cells do not make -?\d+ words)\.$/,
    );
  });

  test.each([
    [10, 20, 2],
    [10, 8, 65],
    [2 ** 20, 8, 2],
  ])(
    'a header is refused whose numbers agree and cannot be: %i slots of %i words, %i records',
    async (slots, stride, threads) => {
      const buffer = made();
      const words = new Int32Array(buffer);
      for (const [word, value] of [
        [H_SLOTS, slots],
        [H_STRIDE, stride],
        [H_THREADS, threads],
        [H_WORDS, totalWords(slots, stride, threads, 2, 0)],
      ] as const) {
        words[word] = value;
      }
      expect(await usageOf(() => attachWords(buffer))).toMatch(/^The header of this buffer is damaged: /);
    },
  );
});

describe('a participant', () => {
  test('has a record of its own, which is then in use', () => {
    const memory = new AtomicsMemory(new Int32Array(createBuffer({ slots: 10, threads: 2 }, tagged)));
    const { geometry, thread, record } = participate(memory, 2, tagged.scheme);
    expect([thread, record.base]).toEqual([2, geometry.record(2)]);
    expect(memory.peek(geometry.record(1) + R_STATUS)).not.toBe(ACTIVE);
    expect(memory.peek(geometry.record(2) + R_STATUS)).toBe(ACTIVE);
  });

  test.each([0, 3, -1, 1.5, NaN])('number %d of two is refused', async (thread) => {
    const memory = new AtomicsMemory(new Int32Array(createBuffer({ slots: 10, threads: 2 }, tagged)));
    expect(await usageOf(() => participate(memory, thread, tagged.scheme))).toBe(
      `There is no record for thread ${thread}: this laboratory has those of threads 1 to 2; let joinLaboratory find one, or make it with more threads.`,
    );
  });
});

test('what is of a wrong type is told in one sentence', async () => {
  const choice = await chooseScheme('tagged');
  const making = (options: object): (() => void) => {
    return () => void createBuffer({ slots: 100, threads: 2, ...options }, choice);
  };
  for (const [given, shown] of [
    [5, '5'],
    [{}, 'an object'],
    [null, 'null'],
    [Symbol('x'), 'Symbol(x)'],
  ] as const) {
    expect(making({ structure: given })).toThrow(
      `There is no structure ${shown}; the structures are michael-scott, `,
    );
    expect(() => batchOf(given as never, 4)).toThrow(
      `A batch is made for a structure, and not for ${shown}: give the queue of what joinLaboratory answers.`,
    );
    if (typeof given === 'number') continue;
    for (const name of ['slots', 'threads', 'stride', 'cache', 'chain'])
      expect(making({ [name]: given })).toThrow(
        `The option "${name}" of a laboratory cannot be ${shown}: give a number.`,
      );
    expect(making({ initial: given })).toThrow(
      `The first content of a laboratory cannot be ${shown}: give an array`,
    );
    await expect(planOf({ ops: given as never })).rejects.toThrow(
      `The option "ops" of a stress run cannot be ${shown}`,
    );
    expect(() => parseSchedule(given as never)).toThrow(`not from ${shown}: give one such as 1x5,2x29,1x2.`);
    expect(() => parseProgram(given as never)).toThrow(`not from ${shown}: give one such as "e d | d".`);
  }
  const { queue } = joinLaboratory(
    new AtomicsMemory(attachWords(createBuffer({ slots: 9, threads: 1 }, choice))),
    choice,
  );
  expect(() => batchOf(queue, 0.5)).toThrow(TypeError);
  await expect(planOf(null as never)).rejects.toThrow('A stress run cannot be made with null');
});
