import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { chooseScheme, schemes } from '../../../src/laboratory/registry.ts';
import { attachWords, createBuffer, leastSlots } from '../../../src/laboratory/shared.ts';
import { loadModule } from '../../../src/engines/wasm/modules.ts';
import { participateInWasm } from '../../../src/engines/wasm/participant.ts';
import { createMemory, formatMemory, threadPlaceOf } from '../../../src/engines/wasm/shared-memory.ts';
import { Geometry, S_NEXT, totalWords } from '../../../src/kernel/layout.ts';
import { AtomicsMemory } from '../../../src/laboratory/atomics.ts';
import { eager } from '../../kernel/laboratory.ts';

const PAGE = 65_536;

function memoryOf(pages: number, maximum = pages): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum, shared: true });
}

describe('a laboratory in a memory', () => {
  test.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))(
    'has the words of a buffer: $id',
    ({ scheme }) => {
      for (const stride of [8, 16, 32]) {
        const options = { slots: 100, threads: 3, stride, initial: [5, -6] };
        const words = attachWords(createMemory(options, eager(scheme)).buffer);
        expect(words).toEqual(attachWords(createBuffer(options, eager(scheme))));
      }
    },
  );

  test('cannot grow', async () => {
    const memory = createMemory({ slots: 10, threads: 2 }, await chooseScheme('tagged'));
    expect(() => (memory as unknown as { grow(pages: number): number }).grow(1)).toThrow(/grow/);
  });

  test('can be as large as the largest geometry', async () => {
    const options = { slots: 2 ** 20 - 1, threads: 64, stride: 32 };
    const memory = createMemory(options, await chooseScheme('tagged'));
    expect(attachWords(memory.buffer)).toHaveLength(totalWords(2 ** 20 - 1, 32, 64, 2, 0));
    const party = participateInWasm(memory, 64, loadModule(await chooseScheme('tagged')));
    expect([party.queue.enqueue(9), party.queue.dequeue(), party.queue.result()]).toEqual([1, 1, 9]);
  });

  test('keeps the heaps where no pointer word leads, apart from each other, and the objects within', () => {
    for (const scheme of schemes) {
      const slots = Math.max(17, leastSlots(eager(scheme), 3));
      const memory = createMemory({ slots, threads: 3 }, eager(scheme));
      const words = new Int32Array(memory.buffer);
      const geometry = new Geometry(new AtomicsMemory(words));
      const heaps = [1, 2, 3].map((thread) => threadPlaceOf(memory, thread).heap);
      const last = 4 * geometry.slot(geometry.link.indexMask + 1, S_NEXT);
      expect(Math.min(...heaps)).toBeGreaterThanOrEqual(last);
      const before = words.slice(0, geometry.slotsBase + (slots + 1) * geometry.stride);
      participateInWasm(memory, 2, loadModule(eager(scheme)));
      const { batchAt, batch } = threadPlaceOf(memory, 2);
      const used = [...words.keys()].filter((at) => words[at] !== 0 && at >= before.length);
      expect(used.length).toBeGreaterThan(20);
      expect(used.every((at) => 4 * at >= heaps[1]! && at < batchAt)).toBe(true);
      expect(4 * (batchAt + batch.length)).toBeLessThanOrEqual(heaps[2]!);
    }
  });
});

describe('what cannot be had is bad input', () => {
  test('a memory that is too small, with what it would take', async () => {
    const choice = await chooseScheme('tagged');
    const form = (): void => formatMemory(memoryOf(1), { slots: 10_000, threads: 2 }, choice);
    expect(form).toThrow(UsageError);
    expect(form).toThrow(
      /^A memory of 1 pages is too small: this laboratory with its heaps takes \d+; make it with/,
    );
    formatMemory(memoryOf(1), { slots: 100, threads: 2 }, choice);
  });

  test('a memory with room for the words and not for the heaps', async () => {
    const choice = await chooseScheme('tagged');
    const slots = 2 ** 10 - 1;
    const threads = Array.from({ length: 64 }, (_, i) => i + 1).find((n) => {
      const bytes = 4 * totalWords(slots, 8, n, 2, 0);
      return Math.ceil(bytes / PAGE) < Math.ceil((bytes + 2048 * n) / PAGE);
    })!;
    const words = attachWords(createBuffer({ slots, threads }, choice));
    const memory = memoryOf(Math.ceil(words.byteLength / PAGE));
    new Int32Array(memory.buffer).set(words);
    expect(attachWords(memory.buffer)).toHaveLength(words.length);
    expect(() => participateInWasm(memory, 1, loadModule(choice))).toThrow(/pages is too small/);
  });

  test('sizes that no laboratory has', async () => {
    const choice = await chooseScheme('hazard-pointers');
    expect(() => createMemory({ slots: 2 ** 20, threads: 2 }, choice)).toThrow(
      /^1048576 slots cannot be had/,
    );
    expect(() => createMemory({ slots: 3, threads: 2 }, choice)).toThrow(/too few for hazard-pointers/);
  });

  test('a memory that is not shared, or in use', async () => {
    const choice = await chooseScheme('tagged');
    const own = { buffer: new ArrayBuffer(PAGE) };
    expect(() => formatMemory(own, { slots: 10, threads: 1 }, choice)).toThrow(/cannot share this memory/);
    const memory = createMemory({ slots: 10, threads: 1 }, choice);
    expect(() => formatMemory(memory, { slots: 10, threads: 1 }, choice)).toThrow(/holds something already/);
  });

  test('the module of another scheme, and a thread without a record', async () => {
    const memory = createMemory({ slots: 100, threads: 2 }, await chooseScheme('epochs:period=1'));
    const [epochs, tagged] = [await chooseScheme('epochs'), await chooseScheme('tagged')].map((choice) =>
      loadModule(choice),
    );
    expect(() => participateInWasm(memory, 1, tagged!)).toThrow(
      'This laboratory is one of epochs, and the module is that of tagged',
    );
    expect(() => participateInWasm(memory, 3, epochs!)).toThrow('no record for thread 3');
    expect(() => participateInWasm(memoryOf(1), 1, epochs!)).toThrow('This is no buffer of lockfree-lab');
  });
});
