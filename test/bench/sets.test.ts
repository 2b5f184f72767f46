import { describe, expect, onTestFinished, test } from 'vitest';
import type { Cell } from '../../src/bench/cell.ts';
import type { Conditions, WorkerContender } from '../../src/bench/contender.ts';
import { structureRatios } from '../../dist/src/bench/compare.js';
import { AGED, COLLECTED, FREED, PLAIN, SAMPLED, TIMED } from '../../dist/src/bench/figures.js';
import { obstacle, parseBench, printBench, structureMember } from '../../dist/src/bench/result-file.js';
import {
  BENCH_ENGINES,
  geometryFor,
  isBatched,
  schemeContender,
} from '../../dist/src/bench/scheme-contender.js';
import { WorkerSession } from '../../dist/src/bench/session.js';
import { stall, stallStep } from '../../dist/src/bench/experiments.js';
import { planSuite, type SuiteOptions } from '../../dist/src/bench/plan.js';
import { SET_WORKLOADS } from '../../dist/src/bench/workloads.js';
import { keysOf, structuresAsked, workloadsOf } from '../../dist/src/cli/bench-choices.js';
import { chooseScheme, compiledSchemes } from '../../dist/src/laboratory/registry.js';
import { createBuffer } from '../../dist/src/laboratory/shared.js';
import {
  cardOfStructure,
  structureById,
  structures,
  usualStructure,
} from '../../dist/src/laboratory/structures.js';
import { benchCharts } from '../../dist/src/report/plots/bench-charts.js';
import { structureCharts } from '../../dist/src/report/plots/structure-charts.js';
import { benchCsv } from '../../dist/src/report/text/bench-csv.js';
import { benchText } from '../../dist/src/report/text/bench-table.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { peers } from '../../bench/peers/index.ts';
import { bounded, deep, some } from '../effort.ts';
import { conditions } from './contenders.ts';
import { cell, result, sample } from './results.ts';
import { usageOf } from '../engines/usage.ts';

const LIST = structureById('michael-list');
const STACK = structureById('treiber-stack');
const SETS = structures.filter((each) => cardOfStructure(each).order === 'SET');

async function open(contender: WorkerContender, more: Partial<Conditions>): Promise<WorkerSession> {
  const session = await WorkerSession.open(contender, conditions({ threads: 2, ...more }));
  onTestFinished(() => session.end());
  return session;
}

const all = SETS.flatMap((structure) =>
  SET_WORKLOADS.flatMap((workload) =>
    BENCH_ENGINES.filter((engine) => !isBatched(engine)).flatMap((engine) =>
      ['tagged', 'epochs:period=2', 'no-reclaim']
        .filter((spec) => compiledSchemes(structure).some(({ ID }) => spec.split(':')[0] === ID))
        .map((spec) => [structure.ID, workload, spec, engine] as const),
    ),
  ),
);

// In the short form one of each engine, and in the bounded form two others.
test.each(some(all, 2))('%s loses no key in %s under %s on %s', async (id, workload, spec, engine) => {
  const contender = schemeContender(await chooseScheme(spec), engine, structureById(id));
  const session = await open(contender, { workload, keys: 64, prefill: 32 });
  for (const mode of [PLAIN, TIMED, SAMPLED, AGED, FREED, COLLECTED] as const) {
    const round = await session.round(5000, { mode, quota: 500 });
    // Every operation counts that was answered, and so does none that found no slot free.
    expect(round.perThread.every((each) => each <= 532)).toBe(true);
    expect(round.operations).toBe(round.perThread.reduce((sum, each) => sum + each));
    expect(round.taken).toBeLessThan(round.operations);
  }
  await session.settle();
});

test('few of the operations that mostly look keys up take one out', async () => {
  const choice = await chooseScheme('tagged');
  const contender = schemeContender(choice, 'atomics', LIST);
  const session = await open(contender, { workload: 'contains-90', threads: 1, keys: 64, prefill: 32 });
  const sizes = geometryFor(choice, { threads: 1, capacity: 256 }, LIST);
  expect(session.bytes()).toBe(createBuffer(sizes, choice).byteLength);
  const { operations, taken = 0 } = await session.round(5000, { quota: 2000 });
  expect(operations).toBeGreaterThanOrEqual(2000);
  expect(taken).toBeGreaterThan(10);
  expect(taken).toBeLessThan(0.05 * operations);
  await session.settle();
});

test.runIf(deep && !bounded)('a stalled thread is held against the claim in a set, too', async () => {
  const options = { structure: LIST.ID, threads: 2, stalled: 1, step: stallStep(LIST), seed: 1 };
  const seen = async (scheme: string): Promise<string[]> => {
    const { seen: found, verdict } = await stall({ scheme, ...options });
    return [found, verdict];
  };
  expect(await seen('hazard-pointers')).toEqual(['bounded', 'as-claimed']);
  expect(await seen('epochs')).toEqual(['unbounded', 'as-claimed']);
  // It promises nothing, and in a set what holds the next node is at most as long as there are keys.
  expect(await seen('reference-counting')).toEqual(['bounded', 'as-claimed']);
});

async function planned(more: Partial<SuiteOptions>): Promise<SuiteOptions> {
  const choice = await chooseScheme('tagged');
  return {
    contenders: [schemeContender(choice, 'atomics', LIST)],
    sweep: [],
    workloads: SET_WORKLOADS,
    threads: [1, 2],
    think: [false],
    prefill: [null],
    keys: [16, 4096],
    capacity: 1024,
    seed: 1,
    stalls: [],
    ...more,
  };
}

describe('a suite', () => {
  test('has a block for each range of keys, half of which are inside at the start', async () => {
    const { parts } = planSuite(await planned({}));
    expect(parts.map(({ block }) => block.conditions)).toHaveLength(3 * 2 * 2 + 1 * 2);
    const found = parts.map(({ block: { conditions: each } }) => [each.keys, each.prefill, each.capacity]);
    expect(new Set(found.map(String))).toEqual(new Set(['16,8,1024', '4096,2048,4096']));
  });

  test('tries what promises nothing on the keys', async () => {
    const choice = await chooseScheme('naive');
    const naive = [schemeContender(choice, 'atomics', LIST, {}, true)];
    const { parts, trials } = planSuite(
      await planned({ contenders: naive, workloads: ['contains-0'], keys: [16] }),
    );
    expect(parts).toHaveLength(1);
    expect(trials).toEqual([
      {
        engine: 'atomics',
        scheme: 'naive',
        spec: 'naive',
        on: LIST.ID,
        structure: LIST.ID,
        workload: 'contains-0',
        threads: 2,
        keys: 16,
        seed: 1,
      },
    ]);
  });

  test('has the structures take turns scheme by scheme, and peers in the turns of the first', async () => {
    const choices = await Promise.all(['tagged', 'epochs'].map((spec) => chooseScheme(spec)));
    const contenders = choices.flatMap((choice) =>
      [usualStructure, STACK].map((each) => schemeContender(choice, 'atomics', each, {}, true)),
    );
    const { parts, refusals } = planSuite(
      await planned({ contenders: [...contenders, ...peers], workloads: ['pairs'], threads: [2], keys: [] }),
    );
    expect(
      parts.map(({ block }) => block.contenders.map(({ structure, scheme }) => `${structure} ${scheme}`)),
    ).toEqual([
      ['michael-scott tagged', 'treiber-stack tagged', 'undefined mutex-queue'],
      ['michael-scott epochs', 'treiber-stack epochs'],
    ]);
    expect(refusals.join()).toContain('postMessage is left out where it cannot be used');
    // No queue takes part among sets, and no set among queues.
    expect([...peers, ...contenders].every(({ refusal }) => refusal('contains-0', 1) !== null)).toBe(true);
    expect((await planned({})).contenders[0]!.refusal('pairs', 1)).toContain('not of sets, and it is a set');
  });
});

const quick = { workload: [], keys: [], threads: [], quick: true };

describe('what is asked for', () => {
  test('may be all structures of a sort', async () => {
    const pools = await structuresAsked({ structure: ['pools'] });
    // A deque of 8 places would leave no more room to all that is measured beside it.
    expect(pools).toEqual(
      structures.filter((each) => cardOfStructure(each).order !== 'SET' && each.ID !== 'chase-lev'),
    );
    expect(pools.length).toBeGreaterThan(1);
    expect(await structuresAsked({ structure: ['sets', 'michael-list'] })).toEqual(SETS);
    expect(await structuresAsked({ structure: [] })).toEqual([usualStructure]);
  });

  test('is what suits the structure, where nothing is said', () => {
    expect(workloadsOf({ ...quick, quick: false }, [LIST])).toEqual([
      'contains-0',
      'contains-50',
      'contains-90',
    ]);
    expect(SET_WORKLOADS).toContain('long-readers');
    expect(workloadsOf({ ...quick, quick: false }, [STACK])).not.toContain('churn');
    expect(workloadsOf({ ...quick, quick: false }, [STACK])).not.toContain('owner-thieves');
    expect(workloadsOf({ ...quick, quick: false }, [usualStructure, STACK])).toContain('owner-thieves');
    expect(keysOf({ keys: [], quick: false }, [LIST])).toEqual([16, 256, 4096]);
    expect(keysOf({ keys: ['8', '8'], quick: true }, [LIST])).toEqual([8]);
    expect(keysOf(quick, [STACK])).toEqual([]);
  });

  test.each([
    [
      () => structuresAsked({ structure: ['pools', 'michael-list'] }),
      'A set and what is no set have no workload in common',
    ],
    [
      () => workloadsOf({ ...quick, workload: ['pairs'] }, [LIST]),
      'The workload pairs puts values in and takes any out, and michael-list is a set',
    ],
    [
      () => workloadsOf({ ...quick, workload: ['contains-0'] }, [STACK]),
      'The workload contains-0 is of sets, and treiber-stack is no set: ',
    ],
    [
      () => workloadsOf({ ...quick, workload: ['contains-9'] }, [LIST]),
      'There is no workload "contains-9" (did you mean "contains-0"?); the workloads are contains-0, contains-50, contains-90, long-readers.',
    ],
    [
      () => keysOf({ keys: ['9'], quick: true }, [STACK]),
      'Keys are drawn on a set, and treiber-stack is no set: leave --keys out',
    ],
    [
      () => keysOf({ keys: ['1'], quick: true }, [LIST]),
      '--keys cannot be "1": give a whole number from 2 to 65536.',
    ],
  ])('is refused in one sentence where it cannot be: %#', async (ask, sentence) => {
    const said = await usageOf(ask);
    expect(said).toContain(sentence);
    expect(said).toMatch(/^[A-Z-][^\n]+\.$/);
  });
});

/** A cell of a structure among others. */
function of(structure: string, mops: readonly number[], more: Partial<Cell> = {}): Cell {
  return cell(
    mops.map((each) => sample(each)),
    { structure, ...more },
  );
}

describe('a result of several structures', () => {
  const cells = [
    of('michael-scott', [4, 5, 6], { sharedBytes: 4096 }),
    of('treiber-stack', [8, 10, 12]),
    of('michael-scott', [1, 1, 1], { scheme: 'epochs' }),
    of('treiber-stack', [3, 3, 3], { scheme: 'epochs', engine: 'wasm' }),
  ];
  const pools = {
    ...result(cells, { peers: [cell([sample(7), sample(7)], { engine: 'peer', scheme: 'mutex-queue' })] }),
    structures: ['michael-scott', 'treiber-stack'],
  };

  test('has ratios where the same scheme on the same engine took turns', () => {
    expect(structureRatios(pools)).toMatchObject([
      {
        structure: 'treiber-stack',
        of: 'michael-scott',
        scheme: 'tagged',
        ratio: 2,
        repetitions: 3,
        kind: 'near',
      },
    ]);
    expect(structureRatios(result(cells))).toEqual([]);
    const text = benchText(pools, plainStyle());
    expect(text).toMatch(/times michael-scott +treiber-stack\ntagged +2\.00 1\.33 to 3\.00\n/);
    expect(text).toContain('treiber-stack/epochs (wasm)');
    expect(text).toContain('An operation has put a value in or taken one out;');
    expect(text).toContain('structures michael-scott, treiber-stack');
    expect(text).not.toContain('changes with every');
  });

  test('is kept, drawn and written with the structure of each cell', () => {
    expect(parseBench(printBench(pools), 'pools.json')).toEqual(pools);
    const { machine, effort } = pools;
    const seed = null;
    expect(
      obstacle(pools, machine, effort, { seed, ...structureMember([usualStructure, STACK]) }),
    ).toBeNull();
    expect(obstacle(pools, machine, effort, { seed })).toBe(
      'its structure is michael-scott and treiber-stack, and michael-scott is to be measured',
    );
    const [heads, first, , , , peer] = benchCsv(pools)
      .split('\r\n')
      .map((line) => line.split(','));
    const at = heads!.indexOf('structure');
    expect([first![at], peer![at]]).toEqual(['michael-scott', '']);
    const bytes = heads!.indexOf('sharedBytes');
    expect([first![bytes], peer![bytes]]).toEqual(['4096', '']);
    const [throughput] = benchCharts(pools);
    expect(throughput!.series.map(({ name }) => name)).toContain('treiber-stack/tagged');
    expect(structureCharts([pools])[0]!.grid).toEqual({
      rows: ['michael-scott', 'treiber-stack'],
      columns: ['tagged', 'epochs'],
    });
  });
});

test('a result of a set has a table and plots for each range of keys', () => {
  const sets = {
    ...result(
      [16, 256].map((keys) =>
        cell([sample(1), sample(1)], { workload: 'contains-90', keys, prefill: keys / 2, refused: 0.5 }),
      ),
    ),
    structure: LIST.ID,
  };
  const text = benchText(sets, plainStyle()).replaceAll(/\s+/g, ' ');
  expect(text).toContain('contains-90 of 16 keys, 2 threads');
  expect(text).toContain('contains-90 of 256 keys, 2 threads');
  expect(text).toContain('50 % of all attempts found no slot free');
  expect(text).toContain('An operation is each insert, remove or contains that was answered');
  expect(text).not.toContain('changes with every');
  expect(benchCharts(sets).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['throughput-contains-90-of-16-keys', 'throughput-contains-90-of-256-keys']),
  );
  expect(parseBench(printBench(sets), 'sets.json')).toEqual(sets);
});
