import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, type Rewrite } from '../../../src/engines/wasm/compile.ts';
import { PLACES, unsignedBytes, withImports, withPlaces } from '../../../src/engines/wasm/constant-fields.ts';
import {
  bytesWithNumbers,
  type Constants,
  constantsOf,
  withNumbers,
} from '../../../src/engines/wasm/constants.ts';
import { loadModule, MODULES, MODULES_OF_THE_LAB } from '../../../src/engines/wasm/modules.ts';
import {
  assembleInWasm,
  participateInWasm,
  type WasmParticipant,
} from '../../../src/engines/wasm/participant.ts';
import { createMemory, threadPlaceOf } from '../../../src/engines/wasm/shared-memory.ts';
import { type Module, type SharedMemory, webAssembly } from '../../../src/engines/wasm/webassembly.ts';
import { InternalError } from '../../../src/errors.ts';
import { ThreadRecord } from '../../../src/kernel/record.ts';
import { compiledSchemes, type SchemeChoice } from '../../../src/laboratory/registry.ts';
import { attachWords } from '../../../src/laboratory/shared.ts';
import type { StructureClass } from '../../../src/laboratory/structure-class.ts';
import { structures, usualStructure } from '../../../src/laboratory/structures.ts';
import { Epochs } from '../../../src/kernel/schemes/epochs.ts';
import { HazardPointers } from '../../../src/kernel/schemes/hazard-pointers.ts';
import { Tagged } from '../../../src/kernel/schemes/tagged.ts';
import { deep, runs, some } from '../../effort.ts';
import { eager } from '../../kernel/laboratory.ts';

const SLOTS = 32;

function constantsIn(memory: SharedMemory, thread: number): Constants {
  const { memory: words, geometry } = threadPlaceOf(memory, thread);
  return constantsOf(new ThreadRecord(words, geometry, thread));
}

function laboratoryOf(
  choice: SchemeChoice,
  slots: number,
  structure: StructureClass = usualStructure,
): SharedMemory {
  return createMemory({ slots, threads: 3, structure }, choice);
}

test.each(some(MODULES_OF_THE_LAB, 8))(
  'in the module of $name no constant is left to be gotten, and it is valid',
  ({ scheme, structure }) => {
    const choice = eager(scheme);
    const module = loadModule(choice, structure);
    const constants = constantsIn(laboratoryOf(choice, 100, structure), 2);
    const bytes = bytesWithNumbers(module, constants)!;
    expect(new webAssembly.Module(bytes)).toBeInstanceOf(webAssembly.Module);
    expect(countOfPlaces(loadedBytes(module))).toBeGreaterThan(100);
    expect(countOfPlaces(withPlaces(bytes))).toBe(0);
  },
);

/** The bytes that a module has with it. */
function loadedBytes(module: Module): Uint8Array {
  const [source] = webAssembly.Module.customSections(module, 'lockfree-lab.source');
  return new Uint8Array(source!);
}

/** How many places its last section tells of. */
function countOfPlaces(bytes: Uint8Array): number {
  const section = webAssembly.Module.customSections(new webAssembly.Module(bytes), PLACES).at(-1)!;
  const content = new Uint8Array(section);
  let at = 0;
  const number = (): number => {
    let [result, shift] = [0, 0];
    for (;;) {
      const byte = content[at++]!;
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
      shift += 7;
    }
  };
  for (let names = number(); names > 0; names--) at += content[at]! + 1;
  return number();
}

test('what has the numbers of a thread is made once for it, as long as few others are asked for', () => {
  const choice = eager(Tagged);
  const module = loadModule(choice);
  const memory = laboratoryOf(choice, SLOTS);
  const first = withNumbers(module, constantsIn(memory, 1));
  expect(first).not.toBe(module);
  expect(withNumbers(module, constantsIn(laboratoryOf(choice, SLOTS), 1))).toBe(first);
  expect(withNumbers(module, constantsIn(memory, 2))).not.toBe(first);
  // The one with the numbers of thread 2 is there already.
  const many = createMemory({ slots: 100, threads: 40 }, choice);
  for (let thread = 1; thread <= 14; thread++) {
    withNumbers(module, constantsIn(many, thread));
    expect(withNumbers(module, constantsIn(memory, 1))).toBe(first);
  }
  // One more than are kept, but the first one was asked for since.
  withNumbers(module, constantsIn(many, 15));
  expect(withNumbers(module, constantsIn(memory, 1))).toBe(first);
  for (let thread = 16; thread <= 31; thread++) withNumbers(module, constantsIn(many, thread));
  expect(withNumbers(module, constantsIn(memory, 1))).not.toBe(first);
});

test('a module that was not loaded by loadModule runs as it is, and so does one that is run with numbers', () => {
  const choice = eager(Epochs);
  const bare = new webAssembly.Module(readFileSync(join(MODULES, 'michael-scott.epochs.wasm')));
  const memory = laboratoryOf(choice, SLOTS);
  expect(withNumbers(bare, constantsIn(memory, 1))).toBe(bare);
  const [one, other] = [participateInWasm(memory, 1, bare), participateInWasm(memory, 2, loadModule(choice))];
  one.queue.enqueue(5);
  other.queue.enqueue(6);
  expect([other.queue.dequeue(), other.queue.result(), one.queue.dequeue(), one.queue.result()]).toEqual([
    1, 5, 1, 6,
  ]);
});

test('a constant that nobody gives is a fault of the lab', () => {
  const choice = eager(Tagged);
  const constants = constantsIn(laboratoryOf(choice, SLOTS), 1);
  expect(() => withNumbers(loadModule(choice), { ...constants, top: {} })).toThrow(
    new InternalError('The module asks for the constant top.indexMask, and there is none.'),
  );
});

test.runIf(deep)('once a module is known, to put numbers into it takes less than 5 ms', () => {
  const choice = eager(HazardPointers);
  const module = loadModule(choice);
  const memory = createMemory({ slots: 1000, threads: 21 }, choice);
  const times = Array.from({ length: 21 }, (_, i) => {
    const constants = constantsIn(memory, i + 1);
    const before = performance.now();
    withNumbers(module, constants);
    return performance.now() - before;
  });
  expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(5);
});

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsignedBytes(content.length),
  ...content,
];

describe('a build that meets what it does not know', () => {
  const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const code = (...instructions: readonly number[]): Uint8Array =>
    Uint8Array.from([...HEAD, ...section(10, [1, instructions.length + 1, 0, ...instructions])]);

  test.each([
    [
      'an instruction',
      code(0xfc, 0x0a, 0, 0, 0x0b),
      /^The module has the instruction 0xfc at byte 13, .*: say so in/,
    ],
    ['a vector', code(0xfd, 0x0c, 0x0b), /^The module has the instruction 0xfd at byte 13, /],
    [
      'an atomic instruction',
      code(0xfe, 0x04, 0, 0x0b),
      /^The module has the instruction 0xfe 0x4 at byte 13, /,
    ],
    [
      'a section',
      Uint8Array.from([...HEAD, ...section(14, [])]),
      /^The module has a section 14 at byte 8, which/,
    ],
    [
      'an import',
      Uint8Array.from([...HEAD, ...section(2, [1, 1, 0x61, 1, 0x62, 4, 0])]),
      /^The module imports "a\.b" of the kind 4, which is not known\./,
    ],
    [
      'a function that ends elsewhere',
      code(0x41, 0x80),
      /^(?:A function of the module does not end|The module ends)/,
    ],
    [
      'code that ends early',
      Uint8Array.from([...HEAD, 10, 9, 1, 2, 0, 0x0b]),
      /^The code of the module does not end/,
    ],
  ])('%s refuses it', (_, bytes, said) => {
    expect(() => withPlaces(bytes)).toThrow(InternalError);
    expect(() => withPlaces(bytes)).toThrow(said);
  });

  test('a text of the kernel that has changed its form refuses it', () => {
    expect(() => withImports('src/kernel/layout.ts', 'export class Other {}')).toThrow(
      'There is no class Geometry in src/kernel/layout.ts.',
    );
    expect(() => withImports('src/kernel/layout.ts', 'export class Geometry {\n  slots: i32;\n}\n')).toThrow(
      'The class Geometry has no numbers to import.',
    );
  });
});

test('every number of the three classes is imported', () => {
  const { geometry, link, top, record } = constantsIn(laboratoryOf(eager(Tagged), SLOTS), 3);
  for (const [file, groups] of [
    ['layout', { geometry }],
    ['words', { link, top }],
    ['record', { record }],
  ] as const) {
    const path = `src/kernel/${file}.ts`;
    const text = withImports(path, readFileSync(path, 'utf8'));
    const imported = [...text.matchAll(/@external\("(\w+)", "(\w+)"\)/g)].map(
      ([, group, name]) => `${group}.${name}`,
    );
    const numbers = Object.entries(groups).flatMap(([group, each]) =>
      Object.keys(each)
        .filter((name) => typeof each[name] === 'number')
        .map((name) => `${group}.${name}`),
    );
    expect(imported.toSorted()).toEqual(numbers.toSorted());
    expect(text).not.toMatch(/readonly \w+: i32;/);
  }
});

type Act = 'put' | 'take' | 'ask' | 'collect' | 'idle' | 'many' | 'few';

function answerOf({ structure, scheme, batch }: WasmParticipant, act: Act, value: number): unknown {
  switch (act) {
    case 'put':
      return structure.put(value);
    case 'take':
      return [(structure.remove ?? structure.steal ?? structure.take)(value), structure.result()];
    case 'ask':
      return [structure.isEmpty(), structure.contains?.(value), structure.pop?.()];
    case 'many':
      batch.values.fill(value, 0, 5);
      return batch.putMany(5);
    case 'few':
      return [batch.takeMany(5), ...batch.values.subarray(0, 5)];
    default:
      return scheme[act]();
  }
}

/** Numbers in the place of the imports, for the compiler. */
function fixed(constants: Constants): Rewrite {
  return (_, text) =>
    text.replaceAll(
      /@external\("(geometry|link|top|record)", "(\w+)"\) declare const (\w+): i32;/g,
      (_whole, group: keyof Constants, name: string, own: string) =>
        `const ${own}: i32 = ${constants[group][name]};`,
    );
}

const acts = ['put', 'put', 'take', 'take', 'ask', 'collect', 'idle', 'many', 'few'] as const;

const commands = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom<Act>(...acts), fc.nat(9)),
  { minLength: 20, maxLength: 80, size: 'max' },
);

// Each costs two compilations.
const built = deep
  ? some(
      structures.flatMap((structure) => compiledSchemes(structure).map((scheme) => ({ structure, scheme }))),
      1,
    )
  : [];

test.each(built)(
  'the module of $structure.ID under $scheme.ID with numbers does word for word what one does that was compiled with them',
  async ({ structure, scheme }) => {
    const choice = eager(scheme);
    const options = { slots: SLOTS, threads: 2, cache: 2, structure };
    const memory = createMemory(options, choice);
    const compiled = new Map<number, Module>();
    for (const thread of [1, 2]) {
      const { wasm, text } = await compile(scheme, fixed(constantsIn(memory, thread)), structure);
      expect(text).not.toMatch(/\(import "(?:geometry|link|top|record)"/);
      compiled.set(thread, new webAssembly.Module(wasm));
    }
    const module = loadModule(choice, structure);
    let answers = 0;
    fc.assert(
      fc.property(commands, (program) => {
        const sides = [() => module, (thread: number) => compiled.get(thread)!].map((moduleOf) => {
          const shared = createMemory(options, choice);
          return {
            shared,
            parties: [1, 2].map((thread) => assembleInWasm(shared, thread, moduleOf(thread))),
          };
        });
        for (const [thread, act, value] of program) {
          const [first, second] = sides.map(({ parties }) => answerOf(parties[thread - 1]!, act, value));
          expect(second).toEqual(first);
          const [words, same] = sides.map(({ shared }) =>
            Buffer.from(attachWords(shared.buffer).slice().buffer),
          );
          expect(words!.equals(same!)).toBe(true);
          answers++;
        }
      }),
      { numRuns: runs(40) },
    );
    expect(answers).toBeGreaterThan(runs(40) * 20);
  },
);
