import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemes } from '../../../src/laboratory/registry.ts';
import { compile } from '../../../src/engines/wasm/compile.ts';
import { loadModule } from '../../../src/engines/wasm/modules.ts';
import { type Module, webAssembly } from '../../../src/engines/wasm/webassembly.ts';
import { R_DAMAGES, recordsBase } from '../../../src/kernel/layout.ts';
import { Tagged } from '../../../src/kernel/schemes/tagged.ts';
import { eager } from '../../kernel/laboratory.ts';
import { atomicsSide, type Party, type Side, wasmSide } from './sides.ts';
import { deep, runs } from '../../effort.ts';

const THREADS = 3;
const SLOTS = 32;

const acts = [
  'enqueue',
  'dequeue',
  'isEmpty',
  'collect',
  'idle',
  'adopt',
  'many',
  'many',
  'few',
  'move',
] as const;

interface Command {
  readonly thread: number;
  readonly act: (typeof acts)[number];
  readonly values: readonly number[];
}

const program: fc.Arbitrary<Command[]> = fc.array(
  fc.record({
    thread: fc.integer({ min: 1, max: THREADS }),
    act: fc.constantFrom(...acts),
    values: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 9 }),
  }),
  { maxLength: 80, size: 'max' },
);

/** What a program answers on one side, and the words after each command. */
class Runner {
  readonly #side: Side;
  readonly #parties = new Map<number, Party>();

  constructor(side: Side) {
    this.#side = side;
    for (let thread = 1; thread <= THREADS; thread++) this.#parties.set(thread, side.party(thread));
  }

  get words(): Int32Array {
    return this.#side.words;
  }

  answer({ thread, act, values }: Command): unknown {
    const { queue, scheme, batch } = this.#parties.get(thread)!;
    switch (act) {
      case 'enqueue':
        return queue.enqueue(values[0]!);
      case 'dequeue':
        return [queue.dequeue(), queue.result()];
      case 'isEmpty':
        return queue.isEmpty();
      case 'many':
        batch.values.set(values);
        return batch.putMany(values.length);
      case 'few': {
        const count = batch.takeMany(values.length);
        return [...batch.values.subarray(0, count)];
      }
      case 'move':
        scheme.depart();
        this.#parties.set(thread, this.#side.party(thread));
        return null;
      default:
        scheme[act]();
        return null;
    }
  }
}

/** Undefined if both sides answer the same and leave the same words after every command, or what differs. */
function difference(first: Runner, second: Runner, commands: readonly Command[]): unknown {
  for (const [i, command] of commands.entries()) {
    const [expected, seen] = [first.answer(command), second.answer(command)];
    if (JSON.stringify(expected) !== JSON.stringify(seen)) return { i, expected, seen };
    const address = first.words.findIndex((word, at) => word !== second.words[at]);
    if (address >= 0) return { i, address, expected: first.words[address], seen: second.words[address] };
  }
  return undefined;
}

function alike(scheme: (typeof schemes)[number], module: Module, isCompiled: (thread: number) => boolean) {
  const choice = eager(scheme);
  let operations = 0;
  return {
    property: fc.property(program, fc.constantFrom(0, 2), (commands, cache) => {
      const options = { slots: SLOTS, threads: THREADS, initial: [7, 8], cache };
      const first = new Runner(atomicsSide(options, choice));
      const second = new Runner(wasmSide(options, choice, module, isCompiled));
      operations += commands.length;
      expect(difference(first, second, commands)).toBeUndefined();
    }),
    operations: () => operations,
  };
}

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  const module = loadModule(eager(scheme));

  test.each([
    ['on the engine wasm', () => true],
    ['on both engines in one memory', (thread: number) => thread % 2 === 0],
  ] as const)('a program %s answers as on atomics and leaves the same words', (_, isCompiled) => {
    const { property, operations } = alike(scheme, module, isCompiled);
    // The programs of one go may all be short.
    for (let goes = 0; goes < 10 && operations() <= runs(1000, 4); goes++)
      fc.assert(property, { numRuns: runs(60, 4) });
    expect(operations()).toBeGreaterThan(runs(1000, 4));
  });

  test('a batch ends at full and at empty, and keeps the order', () => {
    const [side, other] = [
      wasmSide({ slots: 100, threads: 1 }, eager(scheme), module),
      atomicsSide({ slots: 100, threads: 1 }, eager(scheme)),
    ];
    for (const { words, party } of [side, other]) {
      const { batch, queue } = party(1);
      expect(batch.takeMany(5)).toBe(0);
      batch.values.set(Array.from({ length: 256 }, (_, i) => 1000 + i));
      expect(batch.putMany(256)).toBe(99);
      expect([queue.dequeue(), queue.result()]).toEqual([1, 1000]);
      batch.values.fill(0);
      expect(batch.takeMany(256)).toBe(98);
      expect([...batch.values.subarray(0, 99)]).toEqual([
        ...Array.from({ length: 98 }, (_, i) => 1001 + i),
        0,
      ]);
      expect(words[recordsBase(2, 0) + R_DAMAGES]).toBe(0);
      for (const count of [-1, 1.5, NaN, 257, '2' as unknown as number]) {
        const said = `A batch of ${typeof count === 'string' ? '"2"' : count} operations cannot be made: give a whole number from 0 to 256`;
        expect(() => batch.putMany(count)).toThrow(said);
        expect(() => batch.takeMany(count)).toThrow(said);
      }
    }
  });
});

test.runIf(deep)('a kernel that differs in one number would be seen', async () => {
  const { wasm } = await compile(Tagged, (path, text) =>
    path === 'src/kernel/words.ts' ? text.replace('this.tag(old) + 1', 'this.tag(old) + 3') : text,
  );
  const { property } = alike(Tagged, new webAssembly.Module(wasm), () => true);
  expect(fc.check(property, { numRuns: runs(60, 4) }).failed).toBe(true);
});
