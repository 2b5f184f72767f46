import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import type { ControlledRun } from '../../src/engines/controlled.ts';
import { model } from '../../src/model/engine.ts';
import { joinLaboratory, participate } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { joinInWasm, participateInWasm } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { ACTIVE, DEAD, INHERITING, LEFT, R_STATUS, SETTLED, VACANT } from '../../src/kernel/layout.ts';
import { Epochs } from '../../src/kernel/schemes/epochs.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { usageOf } from '../engines/usage.ts';

const hazards = await chooseScheme('hazard-pointers');
const tagged = await chooseScheme('tagged');

function memoryOf(choice = hazards, threads = 2): AtomicsMemory {
  return new AtomicsMemory(attachWords(createBuffer({ slots: 200, threads }, choice)));
}

/** A laboratory of hazard pointers, and a program that a stage is to run on it. */
function runOf(scheme: string): ControlledRun {
  const buffer = createBuffer({ slots: 200, threads: 1 }, hazards);
  return { buffer, scheme, variant: null, programs: [[{ name: 'dequeue', argument: null }]] };
}

const OTHER = 'This laboratory is one of hazard-pointers, and not of tagged';

function statusOf(thread: number): number {
  return participate(memoryOf(), thread, hazards).record.base + R_STATUS;
}

describe('a buffer is attached with the scheme that it was made for', () => {
  test('on atomics, by number and by joining', async () => {
    const sentence = `${OTHER}: give the scheme that its buffer was made with.`;
    expect(await usageOf(() => participate(memoryOf(), 1, tagged.scheme))).toBe(sentence);
    expect(await usageOf(() => joinLaboratory(memoryOf(), tagged))).toBe(sentence);
    expect(joinLaboratory(memoryOf(), hazards).thread).toBe(1);
    expect(participate(memoryOf(), 2, hazards).thread).toBe(2);
  });

  test('on the model, and on stepped threads', async () => {
    await expect(model.begin(runOf('tagged'))).rejects.toThrow(OTHER);
    await using steppers = new Steppers();
    await expect(steppers.begin(runOf('tagged'))).rejects.toThrow(OTHER);
    expect((await steppers.begin(runOf('hazard-pointers'))).state(1)).toBe('waiting');
  });

  test('compiled, and a refused thread leaves its record to others', async () => {
    const memory = createMemory({ slots: 200, threads: 1 }, hazards);
    const wrong = loadModule(tagged);
    const sentence =
      'This laboratory is one of hazard-pointers, and the module is that of tagged: load the module of the same scheme.';
    expect(await usageOf(() => participateInWasm(memory, 1, wrong))).toBe(sentence);
    expect(await usageOf(() => joinInWasm(memory, wrong))).toBe(sentence);
    expect(joinInWasm(memory, loadModule(hazards)).thread).toBe(1);
    expect(await usageOf(() => joinInWasm(memory, loadModule(hazards)))).toMatch(/^All 1 thread records/);
  });

  test('and with its parameters, where they are given', async () => {
    const memory = memoryOf(await chooseScheme('epochs:grace=1,period=4'));
    for (const [spec, sentence] of [
      ['epochs:grace=2,period=4', 'made with epochs:grace=1, and not with grace=2'],
      ['epochs:grace=1,period=5', 'made with epochs:period=4, and not with period=5'],
    ] as const)
      expect(await usageOf(async () => participate(memory, 1, await chooseScheme(spec)))).toContain(sentence);
    const narrow = memoryOf(await chooseScheme('tagged:bits=3'));
    expect(await usageOf(async () => participate(narrow, 1, await chooseScheme('tagged:bits=4')))).toContain(
      'made with tagged:bits=3, and not with bits=4',
    );
    expect(participate(narrow, 1, tagged).thread).toBe(1);
  });

  test("one of the user's own is known by its id and parameters, whatever number it has from the scheme that it extends", async () => {
    class Mine extends Tagged {
      static override readonly ID: string = 'mine';
    }
    class Other extends Epochs {
      static override readonly ID: string = 'other';
    }
    const memory = memoryOf({ ...tagged, scheme: Mine });
    expect(participate(memory, 1, Mine).thread).toBe(1);
    const sentence = "This laboratory is one of a scheme of the user's own, and not of";
    expect(await usageOf(() => participate(memory, 2, Tagged))).toContain(`${sentence} tagged:`);
    expect(await usageOf(() => participate(memory, 2, Other))).toContain(`${sentence} other:`);
  });

  test('what is no memory, buffer, scheme or spec is refused by a sentence', async () => {
    const buffer = createBuffer({ slots: 200, threads: 2 }, hazards);
    const wrong: [() => unknown, RegExp][] = [
      [() => joinLaboratory(buffer as never, hazards), /and not the buffer or its words\.$/],
      [() => joinLaboratory(attachWords(buffer) as never, hazards), /new AtomicsMemory\(attachWords/],
      [() => joinLaboratory(memoryOf(), 'tagged' as never), /and not tagged\.$/],
      [() => joinLaboratory(memoryOf(), undefined as never), /and not undefined\.$/],
      [() => participate(memoryOf(), hazards as never, 1 as never), /and not 1\.$/],
      [() => attachWords(null as never), /and not null\.$/],
      [() => attachWords(attachWords(buffer) as never), /and not a view of it\.$/],
      [() => chooseScheme(undefined as never), /^A scheme is chosen by a text, and not by undefined/],
    ];
    for (const [ask, sentence] of wrong) expect(await usageOf(ask)).toMatch(sentence);
  });

  test('what is no laboratory is refused', async () => {
    const memory = new AtomicsMemory(new Int32Array(new SharedArrayBuffer(4096)));
    expect(await usageOf(() => participate(memory, 1, hazards))).toBe(
      'This memory is no laboratory of this lockfree-lab: give the words that attachWords answers for a buffer of createBuffer.',
    );
  });
});

describe('a thread number has one thread', () => {
  test.each([
    [ACTIVE, 'is in use'],
    [DEAD, 'is that of a thread that was terminated, and waits for an heir (adopt)'],
    [INHERITING, 'is being taken over by an heir'],
    [SETTLED, 'is that of a thread that was terminated, and may have a slot in hand (recover)'],
    [7, 'is damaged'],
  ])('a record of status %i is refused', async (status, why) => {
    const memory = memoryOf();
    memory.poke(statusOf(2), status);
    expect(await usageOf(() => participate(memory, 2, hazards))).toBe(
      `The record of thread 2 ${why}: take another number, let joinLaboratory find one, or give { takeUp: true } if that thread is gone for certain.`,
    );
    expect(memory.peek(statusOf(2))).toBe(status);
    expect(participate(memory, 2, hazards, {}, { takeUp: true }).thread).toBe(2);
    expect(memory.peek(statusOf(2))).toBe(ACTIVE);
  });

  test.each([VACANT, LEFT])('a record of status %i is had, once', async (status) => {
    const memory = memoryOf();
    memory.poke(statusOf(1), status);
    participate(memory, 1, hazards);
    expect(await usageOf(() => participate(memory, 1, hazards))).toContain('is in use');
  });

  test('so it is with compiled threads, and among both', async () => {
    const memory = createMemory({ slots: 200, threads: 2 }, hazards);
    const module = loadModule(hazards);
    participateInWasm(memory, 1, module);
    expect(await usageOf(() => participateInWasm(memory, 1, module))).toContain('is in use');
    expect(
      await usageOf(() => participate(new AtomicsMemory(attachWords(memory.buffer)), 1, hazards)),
    ).toContain('is in use');
    expect(participateInWasm(memory, 1, module, { takeUp: true }).thread).toBe(1);
    expect(joinInWasm(memory, module).thread).toBe(2);
  });

  test('a thread whose scheme cannot be constructed leaves its record as it was', () => {
    class Broken extends Tagged {
      static override readonly ID: string = 'broken';
      constructor(...given: ConstructorParameters<typeof Tagged>) {
        super(...given);
        throw new Error('not today');
      }
    }
    const choice = { ...tagged, scheme: Broken as SchemeClass };
    const memory = memoryOf(choice, 1);
    expect(() => participate(memory, 1, choice)).toThrow('not today');
    expect(() => joinLaboratory(memory, choice)).toThrow('not today');
    expect(() => joinLaboratory(memory, choice)).toThrow('not today');
  });
});

describe('the values of an enqueue', () => {
  const wrong = [
    'x',
    '7',
    NaN,
    Infinity,
    2 ** 40,
    2 ** 31,
    3.7,
    -0,
    undefined,
    null,
    true,
    7n,
    {},
    Symbol('x'),
  ];
  const memory = createMemory({ slots: 200, threads: 3 }, hazards);
  const onAtomics = new AtomicsMemory(attachWords(memory.buffer));
  const queues = {
    participate: participate(onAtomics, 1, hazards).queue,
    joinLaboratory: joinLaboratory(onAtomics, hazards).queue,
    joinInWasm: joinInWasm(memory, loadModule(hazards)).queue,
  };

  test.each(Object.entries(queues))('of %s are 32-bit integers', (_, queue) => {
    for (const value of wrong) expect(() => queue.enqueue(value as number)).toThrow(TypeError);
    expect(queue.isEmpty()).toBe(true);
    for (const value of [0, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      queue.enqueue(value);
      expect([queue.dequeue(), queue.result()]).toEqual([1, value]);
    }
  });

  test('of a chain are words that there are', () => {
    const buffer = createBuffer({ slots: 60, threads: 1, chain: 4 }, tagged);
    const { queue } = joinLaboratory(new AtomicsMemory(attachWords(buffer)), tagged);
    const own = new AtomicsMemory(Int32Array.of(1, 2, 3, 4, 5, 6));
    for (const [at, count] of [
      [5, 3],
      [7, 0],
      [-1, 2],
      [0, -1],
      [0, 1.5],
      [0, 'x'],
      [0, undefined],
    ] as [number, number][]) {
      expect(() => queue.enqueueChain(own, at, count)).toThrow(TypeError);
      expect(() => queue.dequeueChain(own, at, count)).toThrow(TypeError);
    }
    expect(() => queue.enqueueChain(own, 5, 3)).toThrow(
      'A chain of 3 values cannot begin at word 5 of 6: give whole numbers from 0 that stay within these words.',
    );
    expect(() => queue.enqueueChain([1, 2] as unknown as AtomicsMemory, 0, 2)).toThrow(
      'The values of a chain cannot be in an object: give an AtomicsMemory of your own',
    );
    expect(queue.isEmpty()).toBe(true);
    expect([queue.enqueueChain(own, 0, 6), queue.dequeueChain(own, 3, 3), own.words.join()]).toEqual([
      4,
      3,
      '1,2,3,1,2,3',
    ]);
  });

  test('are named in the sentence', () => {
    expect(() => queues.participate.enqueue('x' as unknown as number)).toThrow(
      '"x" cannot be a value: give a 32-bit integer, from -2147483648 to 2147483647; to share anything else, share its index in memory of your own.',
    );
  });

  test('are looked at when a laboratory is made, too', () => {
    expect(() => createBuffer({ slots: 9, threads: 1, initial: [1, 2.5] }, tagged)).toThrow(TypeError);
  });
});

describe('the sizes of a laboratory', () => {
  test('have known names', async () => {
    const wrong = { slots: 200, threads: 1, cach: 1 };
    expect(await usageOf(() => createBuffer(wrong, hazards))).toBe(
      'There is no option "cach" (did you mean "cache"?) of a laboratory; the options are slots, threads, stride, cache, freeList, chain, structure, initial.',
    );
    expect(await usageOf(() => createMemory(wrong, hazards))).toContain('did you mean "cache"?');
  });

  test('and the scheme have to be there', async () => {
    const make = createBuffer as unknown as (...given: unknown[]) => unknown;
    for (const given of [[], [{ slots: 9, threads: 1 }], [{ slots: 9, threads: 1 }, 'tagged']])
      expect(await usageOf(() => make(...given))).toBe(
        'A laboratory is made from its sizes and a scheme: give { slots, threads } and what chooseScheme answers.',
      );
  });
});
