import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MODEL, type ModelFunction } from '../../../src/checker/wasm/binary/imports.ts';
import { rewriteModule } from '../../../src/checker/wasm/binary/rewrite.ts';
import { unsigned } from '../../../src/checker/wasm/binary/writer.ts';
import { runs } from '../../effort.ts';
import { buildModule, constant, f32, f64, type Function, i32, i64, v128 } from './build-module.ts';
import { engine, plainModel } from './plain-model.ts';

const PASSIVE = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** An instruction that goes to memory: what it takes after the address, what it leaves, and how it is written. */
interface Instruction {
  readonly code: readonly number[];
  readonly takes: readonly number[];
  readonly gives: number | null;
  readonly lane?: boolean;
  /** The least alignment that is right. */
  readonly alignment?: number;
}

const LOADS = [i32, i64, f32, f64, i32, i32, i32, i32, i64, i64, i64, i64, i64, i64];
const STORES = [i32, i64, f32, f64, i32, i32, i64, i64, i64];
const WIDTHS: readonly (readonly [number, number])[] = [
  [i32, 2],
  [i64, 3],
  [i32, 0],
  [i32, 1],
  [i64, 0],
  [i64, 1],
  [i64, 2],
];

const atomics = WIDTHS.flatMap(([type, alignment], width): Instruction[] => {
  const at = (number: number): readonly number[] => [0xfe, 0x10 + 7 * number + width];
  return [
    { code: at(0), takes: [], gives: type, alignment },
    { code: at(1), takes: [type], gives: null, alignment },
    ...[2, 3, 4, 5, 6, 7].map((number) => ({ code: at(number), takes: [type], gives: type, alignment })),
    { code: at(8), takes: [type, type], gives: type, alignment },
  ];
});

const INSTRUCTIONS: readonly Instruction[] = [
  ...LOADS.map((gives, i) => ({ code: [0x28 + i], takes: [], gives })),
  ...STORES.map((type, i) => ({ code: [0x36 + i], takes: [type], gives: null })),
  ...atomics,
  ...Array.from({ length: 11 }, (_, i) => ({ code: [0xfd, i], takes: [], gives: v128 })),
  { code: [0xfd, 11], takes: [v128], gives: null },
  ...[84, 85, 86, 87].map((op) => ({ code: [0xfd, op], takes: [v128], gives: v128, lane: true })),
  ...[88, 89, 90, 91].map((op) => ({ code: [0xfd, op], takes: [v128], gives: null, lane: true })),
  ...[92, 93].map((op) => ({ code: [0xfd, op], takes: [], gives: v128 })),
  { code: [0xfe, 0], takes: [i32], gives: i32, alignment: 2 },
];

/** What a program does: one access after the other, of which what it leaves is stored behind what is accessed. */
interface Access {
  readonly instruction: number;
  readonly address: number;
  readonly offset: number;
  readonly values: readonly (readonly [number, number])[];
  readonly lane: number;
}

const access: fc.Arbitrary<Access> = fc.record({
  instruction: fc.nat(INSTRUCTIONS.length - 1),
  address: fc.oneof(
    { weight: 6, arbitrary: fc.nat(64) },
    { weight: 3, arbitrary: fc.nat(8).map((n) => 8 * n) },
    { weight: 1, arbitrary: fc.constantFrom(65_530, 65_535, -1, -8) },
  ),
  offset: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(8, 16) },
    { weight: 1, arbitrary: fc.nat(20) },
  ),
  values: fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 2, maxLength: 2 }),
  lane: fc.nat(15),
});

/** A value of a type, of two halves of 32 bits. */
function valueCode(type: number, [low, high]: readonly [number, number]): number[] {
  const wide = [...constant(high), 0xad, 0x42, 32, 0x86, ...constant(low), 0xad, 0x84];
  if (type === i32) return constant(low);
  if (type === f32) return [...constant(low), 0xbe];
  if (type === i64) return wide;
  if (type === f64) return [...wide, 0xbf];
  return [...wide, 0xfd, 18];
}

/** Stores what is on the stack at an address, under which its own local holds it. */
function kept(type: number, local: number, address: number): number[] {
  const store = { [i32]: [0x36], [i64]: [0x37], [f32]: [0x38], [f64]: [0x39], [v128]: [0xfd, 11] }[type]!;
  return [0x21, local, ...constant(address), 0x20, local, ...store, 0, 0];
}

function accessCode({ instruction, address, offset, values, lane }: Access, at: number): number[] {
  const { code, takes, gives, lane: hasLane = false, alignment = 0 } = INSTRUCTIONS[instruction]!;
  const lanes = hasLane ? 16 >> (code[1]! & 3) : 1;
  const locals = [i32, i64, f32, f64, v128];
  return [
    ...constant(address),
    ...takes.flatMap((type, i) => valueCode(type, values[i]!)),
    ...code,
    ...unsigned(alignment),
    ...unsigned(offset),
    ...(hasLane ? [lane % lanes] : []),
    ...(gives === null ? [] : kept(gives, locals.indexOf(gives), 1024 + 16 * at)),
  ];
}

function programOf(accesses: readonly Access[]): Uint8Array<ArrayBuffer> {
  const functions: Function[] = accesses.map((each, i) => ({
    name: `f${i}`,
    parameters: [],
    results: [],
    locals: [i32, i64, f32, f64, v128],
    body: accessCode(each, i),
  }));
  const bulk: Function[] = [
    {
      name: 'copy',
      parameters: [i32, i32, i32],
      results: [],
      body: [0x20, 0, 0x20, 1, 0x20, 2, 0xfc, 10, 0, 0],
    },
    {
      name: 'fill',
      parameters: [i32, i32, i32],
      results: [],
      body: [0x20, 0, 0x20, 1, 0x20, 2, 0xfc, 11, 0],
    },
    {
      name: 'init',
      parameters: [i32, i32, i32],
      results: [],
      body: [0x20, 0, 0x20, 1, 0x20, 2, 0xfc, 8, 1, 0],
    },
    { name: 'drop', parameters: [], results: [], body: [0xfc, 9, 1] },
    { name: 'grow', parameters: [i32], results: [i32], body: [0x20, 0, 0x40, 0, 0x3f, 0, 0x6a] },
    {
      // The sum of 1 to n, by a loop and by a call through a table of what calls itself.
      name: 'sum',
      parameters: [i32],
      results: [i32],
      locals: [i32],
      body: [
        0x03, 0x40, 0x20, 0, 0x20, 1, 0x6a, 0x21, 1, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1,
      ],
    },
    {
      name: 'twice',
      parameters: [i32],
      results: [i32],
      body: [
        0x20,
        0,
        0x41,
        0,
        0x11,
        ...unsigned(accesses.length + 5),
        0,
        0xd2,
        ...unsigned(accesses.length + 5),
        0x1a,
        0x20,
        0,
        0x10,
        ...unsigned(accesses.length + 5),
        0x6a,
      ],
    },
  ];
  return buildModule({
    functions: [...functions, ...bulk],
    table: [accesses.length + 5],
    data: Array.from({ length: 256 }, (_, i) => (i * 37) & 255),
    passive: [PASSIVE],
  });
}

type Exports = Record<string, (...given: number[]) => unknown>;

/** What a run comes to: answers, whether it trapped, and memory. */
function outcomesOf(exports: Exports, memory: { readonly buffer: ArrayBuffer }, count: number): unknown[] {
  const told: unknown[] = [];
  const call = (name: string, ...given: number[]): void => {
    try {
      told.push(exports[name]!(...given));
    } catch {
      told.push('trapped');
    }
  };
  for (let i = 0; i < count; i++) call(`f${i}`);
  call('copy', 40, 8, 100);
  call('copy', 65_500, 8, 100);
  call('fill', 60, 0x1ff, 7);
  call('fill', 65_530, 1, 7);
  call('init', 90, 2, 5);
  call('init', 90, 5, 5);
  call('drop');
  call('init', 90, 2, 5);
  call('init', 90, 0, 0);
  call('sum', 10);
  call('twice', 4);
  call('grow', 2);
  const bytes = new Uint8Array(memory.buffer);
  return [...told, bytes.length, bytes.slice(0, 8192).join(), bytes.slice(65_000, 65_600).join()];
}

/** Runs a module as it is. */
function original(bytes: Uint8Array<ArrayBuffer>, count: number): unknown[] {
  const { exports } = new engine.Instance(new engine.Module(bytes), {});
  return outcomesOf(exports as unknown as Exports, exports['memory'] as never, count);
}

/** Runs it rewritten, over memory that is the thread's own, or that the model has. */
function rewritten(
  bytes: Uint8Array,
  count: number,
  isOwn: boolean,
): { told: unknown[]; asked: Set<string> } {
  const { bytes: changed } = rewriteModule(bytes);
  expect(engine.validate(changed)).toBe(true);
  const memory = new engine.Memory({ initial: 1 });
  const { asked, ...imports } = plainModel(memory, [[], PASSIVE]);
  const { exports } = new engine.Instance(new engine.Module(changed), imports);
  if (!isOwn) (exports[`${MODEL}:size`] as unknown as { value: number }).value = 0;
  const told = outcomesOf(exports as unknown as Exports, memory, count);
  return { told, asked: new Set(asked as string[]) };
}

const everyOne: readonly Access[] = INSTRUCTIONS.map((_, instruction) => ({
  instruction,
  // What lies there is negative as 8, 16 and 32 bits.
  address: 72,
  offset: 8,
  values: [
    [-2_000_000_123, 123_456_789],
    [987_654_321, -5],
  ] as const,
  lane: 1,
}));

describe('a rewritten module', () => {
  test('does with every instruction what the original does, in memory of its own and by the model', () => {
    const bytes = programOf(everyOne);
    const before = original(bytes, everyOne.length);
    const own = rewritten(bytes, everyOne.length, true);
    const model = rewritten(bytes, everyOne.length, false);
    expect(own.told).toEqual(before);
    expect(model.told).toEqual(before);
    const sizes = [8, 16, 32, 64].flatMap((size) =>
      ['load', 'store', 'atomicLoad', 'atomicStore', 'change', 'cas'].map(
        (name) => `${name}${size}` as ModelFunction,
      ),
    );
    for (const name of sizes) expect(model.asked).toContain(name);
    for (const name of sizes) expect(own.asked).not.toContain(name);
  });

  test('does so with random accesses, aligned and not, up to the end of memory', () => {
    fc.assert(
      fc.property(fc.array(access, { minLength: 1, maxLength: 30 }), (accesses) => {
        const bytes = programOf(accesses);
        const before = original(bytes, accesses.length);
        expect(rewritten(bytes, accesses.length, true).told).toEqual(before);
        expect(rewritten(bytes, accesses.length, false).told).toEqual(before);
      }),
      { numRuns: runs(400, 50), seed: 15 },
    );
  });
});
