import { expect, test } from 'vitest';
import { keyOf } from '../../src/bench/cell.ts';
import { benchCsv } from '../../src/report/text/bench-csv.ts';
import { benchText } from '../../src/report/text/bench-table.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { cell, result, sample } from './results.ts';
import { Geometry } from '../../src/kernel/layout.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { attachWords } from '../../src/laboratory/shared.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { seenIn } from '../../src/bench/passes.ts';
import { measure } from '../../src/bench/measure.ts';
import type { Conditions, NativeContender, Session } from '../../src/bench/contender.ts';
import type { RoundTrip } from '../../src/bench/round-trip.ts';
import { schemeContender } from '../../src/bench/scheme-contender.ts';

/** Passes that see something from this time on, and the times that they were given. */
function passes(enough: number): {
  readonly spans: number[];
  readonly pass: (span: number) => Promise<string | null>;
} {
  const spans: number[] = [];
  const pass = (span: number): Promise<string | null> => {
    spans.push(span);
    return Promise.resolve(span >= enough ? `seen in ${span}` : null);
  };
  return { spans, pass };
}

test('a pass that has seen nothing is repeated with twice the time, until it has, or it has had enough', async () => {
  const [once, late, never] = [passes(0), passes(30), passes(Infinity)];
  expect([await seenIn(10, once.pass), once.spans]).toEqual(['seen in 10', [10]]);
  expect([await seenIn(10, late.pass), late.spans]).toEqual(['seen in 40', [10, 20, 40]]);
  expect([await seenIn(10, never.pass), never.spans]).toEqual([null, [10, 20, 40, 80, 160]]);
});

test.each([
  [null, 32],
  [0, 0],
  [8, 8],
])(
  'where caches of %s free slots are asked for, a slab is made with %s and room for them',
  async (cache, made) => {
    for (const spec of ['debra:free=one', 'no-reclaim']) {
      const slab = { cache, stride: 16 };
      const contender = schemeContender(await chooseScheme(spec), 'atomics', undefined, slab);
      const queue = contender.make({ workload: 'pairs', threads: 2, capacity: 1000, points: new Map() });
      const { buffer } = queue.partsFor(1).state as { readonly buffer: SharedArrayBuffer };
      const geometry = new Geometry(new AtomicsMemory(attachWords(buffer)));
      expect([contender.cache ?? null, geometry.cache]).toEqual([cache, made]);
      expect([contender.stride, geometry.stride]).toEqual([16, 16]);
      expect(geometry.slots).toBeGreaterThan(1000 + 2 * made);
    }
  },
);

test('tells cells apart by their caches of free slots and the words of a slot, where these were asked for', () => {
  const cells = [{}, { cache: 0 }, { cache: 32 }, { stride: 16 }].map((slab) =>
    cell([sample(1)], { engine: 'wasm', ...slab }),
  );
  const told = benchText(result(cells), plainStyle());
  for (const name of ['wasm', 'wasm, no caches', 'wasm, magazines of 32', 'wasm, slots of 16 words'])
    expect(told).toMatch(new RegExp(`^tagged \\(${name}\\) +1\\.00 `, 'm'));
  const [heads, ...rows] = benchCsv(result(cells)).split('\r\n');
  const at = heads!.split(',').indexOf('cache');
  expect(rows.slice(0, 4).map((row) => row.split(',')[at])).toEqual(['', '0', '32', '']);
  expect(rows[3]!.split(',')[heads!.split(',').indexOf('stride')]).toBe('16');
  expect(new Set(cells.map(keyOf)).size).toBe(4);
  expect(keyOf(cells[0]!)).toBe('wasm tagged pairs 2 no-think 0');
});

/** A contender whose rounds take so long, and which fills up in them or does not. */
function rounds(
  seconds: number,
  operations: number,
  more: object = {},
  share = 1,
  waits = 0,
): NativeContender {
  const contender: NativeContender = {
    engine: 'peer',
    scheme: 'fake',
    refusal: () => null,
    open: (conditions: Conditions): Promise<Session> =>
      Promise.resolve({
        contender,
        conditions,
        round: () =>
          Promise.resolve({
            operations,
            perThread: [operations],
            seconds,
            full: 'exhausts' in more ? 1 : 0,
            empty: 0,
            counts: {},
            heapBytes: 0,
            usage: { cpuMicros: share * seconds * 1e6, waits },
          }),
        settle: () => Promise.resolve(),
        end: () => Promise.resolve(),
      }),
    ...more,
  };
  return contender;
}

test('rounds that were shorter than they were to be, or whose one thread had no core, are disturbed, unless nothing was free any more', async () => {
  const conditions: Conditions = {
    workload: 'pairs',
    threads: 1,
    think: false,
    prefill: 0,
    capacity: 16,
    seed: 1,
  };
  const effort = { roundMs: 25, warmUps: 0, leastRepetitions: 3, mostRepetitions: 3, variation: 1 };
  const contenders = [
    rounds(0.026, 1000),
    rounds(0.000_002, 0),
    rounds(0, 0),
    rounds(0.01, 1000, { exhausts: true }),
    // One thread has nobody to wait for, however often others of its process do.
    rounds(0.026, 1000, {}, 0.3, 100),
  ];
  const cells = await measure({ conditions, contenders }, effort, {} as RoundTrip);
  expect(cells?.map(({ kind }) => kind)).toEqual(['alone', 'disturbed', 'disturbed', 'alone', 'disturbed']);
  expect(cells?.map(({ mopsMedian }) => mopsMedian)).toEqual([0.001 / 0.026, 0, 0, 0.1, 0.001 / 0.026]);
});
