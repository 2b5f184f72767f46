import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import { unsigned } from '../../../src/checker/wasm/binary/writer.ts';
import { runs } from '../../effort.ts';
import { buildModule, constant, i64 } from './build-module.ts';

const FROM = 2048;
const BYTES = 8;

/** An access of memory: of 1, 2, 4 or 8 bytes, plain or atomic, at a byte of a few. */
interface Access {
  readonly does:
    'load' | 'store' | 'load double' | 'store double' | 'atomic load' | 'atomic store' | 'add' | 'exchange';
  readonly bytes: 1 | 2 | 4 | 8;
  readonly at: number;
  readonly value: number;
}

/** Opcodes by the number of bytes, of 64-bit values. */
const OPCODES: Readonly<Record<Access['does'], Readonly<Record<number, readonly number[]>>>> = {
  load: { 1: [0x31], 2: [0x33], 4: [0x35], 8: [0x29] },
  store: { 1: [0x3c], 2: [0x3d], 4: [0x3e], 8: [0x37] },
  'load double': { 8: [0x2b] },
  'store double': { 8: [0x39] },
  'atomic load': { 1: [0xfe, 0x14], 2: [0xfe, 0x15], 4: [0xfe, 0x16], 8: [0xfe, 0x11] },
  'atomic store': { 1: [0xfe, 0x1b], 2: [0xfe, 0x1c], 4: [0xfe, 0x1d], 8: [0xfe, 0x18] },
  add: { 1: [0xfe, 0x22], 2: [0xfe, 0x23], 4: [0xfe, 0x24], 8: [0xfe, 0x1f] },
  exchange: { 1: [0xfe, 0x45], 2: [0xfe, 0x46], 4: [0xfe, 0x47], 8: [0xfe, 0x42] },
};

const access: fc.Arbitrary<Access> = fc
  .record({
    does: fc.constantFrom<Access['does'][]>(
      'load',
      'store',
      'load double',
      'store double',
      'atomic load',
      'atomic store',
      'add',
      'exchange',
    ),
    bytes: fc.constantFrom<Access['bytes'][]>(1, 2, 4, 8),
    at: fc.nat(BYTES - 1),
    value: fc.integer(),
  })
  .map((each): Access => {
    const bytes = each.does.endsWith('double') ? 8 : each.bytes;
    const isAligned = !/^(?:load|store)/.test(each.does);
    // Plain accesses stand anywhere; an atomic one at a multiple of its size.
    const at = isAligned ? each.at - (each.at % bytes) : Math.min(each.at, BYTES);
    return { ...each, bytes, at };
  });

/** A value of 64 bits whose halves both are of it. */
const wide = (value: number): bigint => BigInt.asUintN(64, (BigInt(value) << 32n) ^ BigInt(value >>> 0));

/** The answers of a thread are one number: 31 times what it was, and the next one. */
const kept = (answer: readonly number[]): number[] => [0x20, 0, 0x42, 31, 0x7e, ...answer, 0x7c, 0x21, 0];

function codeOf({ does, bytes, at, value }: Access): number[] {
  const op = OPCODES[does][bytes]!;
  const alignment = op[0] === 0xfe ? Math.log2(bytes) : 0;
  const code = [...op, alignment, ...unsigned(0)];
  const given = [...constant(value), 0xac, 0x42, 32, 0x86, ...constant(value), 0xad, 0x85];
  const address = constant(FROM + at);
  if (does === 'load' || does === 'atomic load') return kept([...address, ...code]);
  if (does === 'load double') return kept([...address, ...code, 0xbd]);
  if (does === 'store double') return [...address, ...given, 0xbf, ...code];
  if (does === 'add' || does === 'exchange') return kept([...address, ...given, ...code]);
  return [...address, ...given, ...code];
}

type State = { readonly memory: bigint; readonly at: readonly number[]; readonly results: readonly bigint[] };

/** Memory of 16 bytes as one number, and what an access makes of it. */
function stepOf({ memory, at, results }: State, thread: number, made: Access): State {
  const { does, bytes, at: from, value } = made;
  const [shift, mask] = [BigInt(8 * from), (1n << BigInt(8 * bytes)) - 1n];
  const before = (memory >> shift) & mask;
  const given = wide(value) & mask;
  const written = { load: null, 'load double': null, 'atomic load': null, add: (before + given) & mask }[
    does as 'load' | 'add'
  ];
  const now = written === undefined ? given : written;
  const result = does.includes('store')
    ? results[thread]!
    : BigInt.asUintN(64, results[thread]! * 31n + before);
  return {
    memory: now === null ? memory : (memory & ~(mask << shift)) | (now << shift),
    at: at.with(thread, at[thread]! + 1),
    results: results.with(thread, result),
  };
}

/** All that can come of it, in every order of single accesses: nothing of this is the checker's. */
function enumerated(threads: readonly (readonly Access[])[]): Set<string> {
  const ends = new Set<string>();
  const seen = new Set<string>();
  const visit = (state: State): void => {
    const key = `${state.memory} ${state.at.join()} ${state.results.join()}`;
    if (seen.has(key)) return;
    seen.add(key);
    let hasEnded = true;
    for (const [thread, accesses] of threads.entries()) {
      const next = accesses[state.at[thread]!];
      if (next === undefined) continue;
      hasEnded = false;
      visit(stepOf(state, thread, next));
    }
    if (hasEnded) ends.add(`${state.memory} ${state.results.join()}`);
  };
  visit({ memory: 0n, at: threads.map(() => 0), results: threads.map(() => 0n) });
  return ends;
}

function checked(threads: readonly (readonly Access[])[]): Set<string> {
  const ends = new Set<string>();
  const functions = threads.map((accesses, i) => ({
    name: `t${i}`,
    parameters: [],
    results: [i64],
    locals: [i64],
    body: [...accesses.flatMap(codeOf), 0x20, 0],
  }));
  const { complete } = checkWasm(buildModule({ functions }), {
    threads: functions.map(({ name }) => [name]),
    races: 'allow',
    finally: (_, results, memory) => {
      let bytes = 0n;
      for (let i = 15; i >= 0; i--) bytes = (bytes << 8n) | BigInt(memory.getUint8(FROM + i));
      ends.add(`${bytes} ${results.map((result) => BigInt.asUintN(64, result as bigint)).join()}`);
    },
  });
  expect(complete).toBe(true);
  return ends;
}

describe('random programs of accesses of 8 to 64 bits, aligned and not', () => {
  test('come to what an enumeration of every order comes to', () => {
    const thread = fc.array(access, { minLength: 1, maxLength: 3 });
    const program = fc.array(thread, { minLength: 2, maxLength: 3 });
    let several = 0;
    fc.assert(
      fc.property(program, (threads) => {
        const ends = enumerated(threads);
        if (ends.size > 1) several++;
        expect(checked(threads)).toEqual(ends);
      }),
      { numRuns: runs(1000, 200), seed: 8 },
    );
    expect(several).toBeGreaterThan(runs(1000, 200) / 4);
  });
});
