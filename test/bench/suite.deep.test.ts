import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../dist/src/bench/cell.js';
import { parseBench, printBench } from '../../dist/src/bench/result-file.js';
import { sealed } from '../../dist/src/observe/seal.js';
import { planSuite, type SuiteOptions } from '../../dist/src/bench/plan.js';
import { leftOut, runSuite, sizeOf } from '../../dist/src/bench/suite.js';
import { HASTY_REPETITIONS, TimeLimit } from '../../dist/src/bench/effort.js';
import type { BenchResult } from '../../src/bench/result-file.ts';
import { folder } from '../cli/lab.ts';
import { cell, result, sample } from './results.ts';
import { faultyContender, schemeContender } from './contenders.ts';
import { deep } from '../effort.ts';

const EMPTY = result([], { complete: false });
const { effort } = EMPTY;

async function options(more: Partial<SuiteOptions> = {}): Promise<SuiteOptions> {
  return {
    contenders: [await schemeContender('tagged'), await schemeContender('epochs')],
    sweep: [],
    workloads: ['pairs', 'bursts'],
    threads: [1, 2],
    think: [false],
    prefill: [null],
    keys: [],
    capacity: 256,
    seed: 1,
    stalls: [],
    ...more,
  };
}

const silent = { onResult: () => {}, onProgress: () => {} };

describe('a suite', () => {
  test('measures every contender under all conditions, and says who cannot take part', async () => {
    const suite = planSuite(
      await options({
        contenders: [await schemeContender('naive'), await schemeContender('tagged')],
        threads: [1, 2],
      }),
    );
    // With two threads naive has a verdict, and no cell.
    expect(sizeOf(suite)).toBe(2 * (2 + 2));
    expect(suite.trials).toMatchObject([
      { scheme: 'naive', workload: 'pairs', threads: 2 },
      { scheme: 'naive', workload: 'bursts', threads: 2 },
    ]);
    expect(suite.refusals).toEqual([]);
    const stalls = [3, 2].map((threads) => ({ scheme: 'tagged', threads, stalled: 1, step: 'D12', seed: 1 }));
    const more = planSuite(
      await options({ contenders: [await schemeContender('naive')], workloads: ['pairs'], stalls }),
    );
    expect(more.trials.map(({ threads }) => threads)).toEqual([2, 3]);
  });

  test('fills each cell: repetitions within the bounds, latency, and memory', async () => {
    const { cells, peers, sweep, stalls, complete } = await runSuite(
      planSuite(
        await options({
          contenders: [await schemeContender('tagged'), faultyContender('none')],
          sweep: [await schemeContender('hazard-pointers:threshold=2')],
          workloads: ['pairs'],
          threads: [1],
          think: [true],
          stalls: [{ scheme: 'tagged', threads: 2, stalled: 1, step: 'D12', seed: 1 }],
        }),
      ),
      effort,
      EMPTY,
      silent,
    );
    expect(complete).toBe(true);
    expect([cells.length, peers.length, sweep.length, stalls.length]).toEqual([1, 1, 1, 1]);
    for (const one of [...cells, ...peers, ...sweep]) {
      expect(one.samples.length).toBeGreaterThanOrEqual(effort.leastRepetitions);
      expect(one.samples.length).toBeLessThanOrEqual(effort.mostRepetitions);
      expect(one.mopsMin).toBeLessThanOrEqual(one.mopsMedian);
      expect(one.mopsMedian).toBeLessThanOrEqual(one.mopsMax);
      const { p50, p99, p999, max } = one.latencyNs!;
      expect([p50, p99, p999, max]).toEqual([p50, p99, p999, max].toSorted((a, b) => a - b));
    }
    expect(cells[0]).toMatchObject({ engine: 'atomics', scheme: 'tagged', allocationsPerOperation: 0.5 });
    expect(cells[0]!.unreclaimedPeak).toBe(0);
    expect(peers[0]).toMatchObject({ engine: 'peer', unreclaimedPeak: null, allocationsPerOperation: null });
    // Two retires make it scan, which frees both. In so short a round there may be one look, at a moment when none is left.
    const { peak, bound } = sweep[0]!.unreclaimed!;
    expect([0, 1]).toContain(peak);
    expect(bound).toBe(2);
  });

  test.runIf(deep)('shows no-reclaim as leaking', async () => {
    const [leaking] = (
      await runSuite(
        planSuite(
          await options({
            contenders: [await schemeContender('no-reclaim')],
            workloads: ['pairs'],
            threads: [1],
          }),
        ),
        effort,
        EMPTY,
        silent,
      )
    ).cells;
    expect(leaking!.unreclaimedPeak).toBeGreaterThan(1000);
    expect(leaking!.unreclaimed).toMatchObject({ bound: null, ageNs: null });
  });

  test('goes on from what there is: finished cells stay as they are, and nothing is measured twice', async () => {
    const suite = planSuite(await options({ threads: [1] }));
    const files: string[] = [];
    const controller = new AbortController();
    const first = await runSuite(suite, effort, EMPTY, {
      ...silent,
      limit: new TimeLimit(Infinity, 0, controller.signal),
      onResult: (now) => {
        files.push(printBench(now));
        controller.abort();
      },
    });
    expect(first.complete).toBe(false);
    expect(first.cells.map((each) => keyOf(each))).toHaveLength(2);
    const kept = parseBench(files.at(-1)!, 'kept');
    expect(kept.cells).toEqual(JSON.parse(JSON.stringify(first.cells)));
    const second = await runSuite(suite, effort, kept, silent);
    expect(second.complete).toBe(true);
    expect(second.cells.slice(0, 2)).toEqual(kept.cells);
    const keys = second.cells.map((each) => keyOf(each));
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(4);
    const began: string[] = [];
    const third = await runSuite(suite, effort, second, {
      ...silent,
      onProgress: (_, what) => began.push(what),
    });
    expect(began).toEqual([]);
    expect(third.cells).toEqual(second.cells);
  });

  test('whose time is over has made few repetitions of what fits into it, begins nothing more, and names the rest', async () => {
    const suite = planSuite(await options({ threads: [1] }));
    const long = { ...effort, leastRepetitions: 500, mostRepetitions: 500 };
    const began = performance.now();
    const limit = new TimeLimit(2, began);
    const found = await runSuite(suite, long, EMPTY, { ...silent, limit });
    // Starting and joining the workers comes on top of it, on a busy machine too. The 500 repetitions of each would take 20 s.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(found.complete).toBe(false);
    const made = found.cells.map(({ samples }) => samples.length);
    for (const count of made) {
      expect(count).toBeGreaterThanOrEqual(HASTY_REPETITIONS);
      expect(count).toBeLessThan(500);
    }
    const missing = leftOut(suite, found);
    expect(missing.reduce((sum, each) => sum + each.missing.length, made.length)).toBe(sizeOf(suite));
    // With more time the same suite goes on where it was.
    const whole = await runSuite(suite, effort, found, silent);
    expect(whole.complete).toBe(true);
    expect(whole.cells.slice(0, made.length)).toEqual(found.cells);
    expect(leftOut(suite, whole)).toEqual([]);
  });

  test('with no time begins nothing', async () => {
    const suite = planSuite(await options({ threads: [1] }));
    const began: string[] = [];
    const none = await runSuite(suite, effort, EMPTY, {
      onResult: () => {},
      onProgress: (_, what) => began.push(what),
      limit: new TimeLimit(0.05, performance.now()),
    });
    expect(none).toMatchObject({ cells: [], complete: false });
    expect(began).toEqual([]);
  });

  test('measures only the contender that is missing from a block', async () => {
    const one = await options({
      contenders: [await schemeContender('tagged')],
      workloads: ['pairs'],
      threads: [1],
    });
    const before = await runSuite(planSuite(one), effort, EMPTY, silent);
    const two = planSuite({ ...one, contenders: [...one.contenders, await schemeContender('epochs')] });
    const after = await runSuite(two, effort, before, silent);
    expect(after.cells.map(({ scheme }) => scheme)).toEqual(['tagged', 'epochs']);
    expect(after.cells[0]).toBe(before.cells[0]);
  });
});

const SUITE = new URL('../../dist/src/bench/suite.js', import.meta.url).href;
const PLAN = new URL('../../dist/src/bench/plan.js', import.meta.url).href;
const LIMIT = new URL('../../dist/src/bench/effort.js', import.meta.url).href;
const CONTENDER = new URL('../../dist/src/bench/scheme-contender.js', import.meta.url).href;
const REGISTRY = new URL('../../dist/src/laboratory/registry.js', import.meta.url).href;

describe('a run in a process of its own', () => {
  test('leaves no worker behind, ended or interrupted', () => {
    const program = `
      import { planSuite } from ${JSON.stringify(PLAN)};
      import { runSuite } from ${JSON.stringify(SUITE)};
      import { schemeContender } from ${JSON.stringify(CONTENDER)};
      import { HASTY_REPETITIONS, TimeLimit } from ${JSON.stringify(LIMIT)};
      import { chooseScheme } from ${JSON.stringify(REGISTRY)};
      const suite = planSuite({ contenders: [schemeContender(await chooseScheme('tagged'), 'atomics')], sweep: [], workloads: ['pairs'],
        threads: [2], think: [false], prefill: [null], keys: [], capacity: 64, seed: 1, stalls: [] });
      for (const ms of [null, 150]) {
        const controller = new AbortController();
        if (ms !== null) setTimeout(() => controller.abort(), ms);
        const result = await runSuite(suite, ${JSON.stringify(effort)}, ${JSON.stringify(EMPTY)},
          { limit: new TimeLimit(Infinity, 0, controller.signal), onResult() {}, onProgress() {} });
        if (ms === null) console.log(result.cells.length);
      }`;
    // It ends by itself only if no worker is left.
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 40_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('1\n');
  });
});

describe('a result file', () => {
  test('is read as it was written', () => {
    const path = join(folder(), 'result.json');
    writeFileSync(path, printBench(EMPTY));
    expect(parseBench(readFileSync(path, 'utf8'), path)).toEqual(EMPTY);
  });

  test('has a line for each list of numbers, whatever its strings say', () => {
    const buckets = [
      [1, 2.5e-7],
      [3, -4],
    ] as const;
    const one = cell([sample(1), sample(2)]);
    const command = 'bench [\n 1,\n 2\n ] [ 1, 2 ]';
    const written: BenchResult = {
      ...EMPTY,
      command,
      cells: [{ ...one, latencyNs: { ...one.latencyNs!, buckets } }],
    };
    const text = printBench(written);
    expect(text).toMatch(/^ *\[3,-4\]$/m);
    expect(parseBench(text, 'a').cells).toEqual(JSON.parse(JSON.stringify(written.cells)));
    expect(JSON.parse(text)).toMatchObject({ command });
  });

  test.each<[string, (good: BenchResult) => unknown, string]>([
    ['no JSON', () => undefined, 'it is no JSON'],
    ['something else', () => ({ schemaVersion: 1 }), 'it does not say that it is one'],
    ['of another version', (good) => ({ ...good, schemaVersion: 2 }), 'its schema version is 2'],
    ['without a hash', (good) => good, 'its hash is missing'],
    ['with a changed number', (good) => ({ ...sealed(good), seed: 2 }), 'it is not as it was written'],
    ['without a list', (good) => sealed({ ...good, sweep: undefined }), 'no proper "sweep"'],
    ['with a broken cell', (good) => sealed({ ...good, cells: [{}] }), 'no proper "cells.0.engine"'],
    [
      'with a time that is none',
      (good) => sealed({ ...good, effort: { ...(good['effort'] as object), seconds: 'long' } }),
      'no proper "effort.seconds"',
    ],
    ['without a seed', (good) => sealed({ ...good, seed: null }), 'no proper "seed"'],
  ])('that is %s is refused', (_, damage, why) => {
    const text = JSON.stringify(damage(EMPTY)) ?? '{';
    expect(() => parseBench(text, 'some.json')).toThrow(why);
  });
});
