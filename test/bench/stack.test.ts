import { expect, onTestFinished, test } from 'vitest';
import { PLAIN, SAMPLED, TIMED } from '../../dist/src/bench/figures.js';
import { compareResults } from '../../dist/src/bench/compare.js';
import { obstacle, parseBench, printBench, structureMember } from '../../dist/src/bench/result-file.js';
import { BENCH_ENGINES, isBatched, schemeContender } from '../../dist/src/bench/scheme-contender.js';
import { WorkerSession } from '../../dist/src/bench/session.js';
import {
  plannedStalls,
  protectingSteps,
  stall,
  stallsLeftOut,
  stallStep,
} from '../../dist/src/bench/experiments.js';
import { POOL_WORKLOADS, WORKLOADS } from '../../dist/src/bench/workloads.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { structureById, usualStructure } from '../../dist/src/laboratory/structures.js';
import { benchText } from '../../dist/src/report/text/bench-table.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { deep } from '../effort.ts';
import { measuringLines } from '../../dist/src/report/text/bench-table.js';
import { cell, result, sample } from './results.ts';
import { conditions } from './contenders.ts';

const STACK = structureById('treiber-stack');
const SPECS = ['no-reclaim', 'tagged', 'hazard-pointers:threshold=4', 'epochs:period=2'];

const all = POOL_WORKLOADS.flatMap((workload) =>
  BENCH_ENGINES.filter(
    (engine) =>
      !engine.endsWith('-chained') && (!isBatched(engine) || WORKLOADS[workload].batchedTurn !== null),
  ).flatMap((engine) => SPECS.map((spec) => [workload, spec, engine] as const)),
);

// In the short form one of each engine.
test.each(all.filter((_, i) => deep || i === 1 || i === 6 || i === 11))(
  'a stack loses nothing in %s under %s on %s, and its own steps are counted',
  async (workload, spec, engine) => {
    const { leastThreads: threads, queues } = WORKLOADS[workload];
    const contender = schemeContender(await chooseScheme(spec), engine, STACK);
    const session = await WorkerSession.open(
      contender,
      conditions({ workload, threads, prefill: queues === 1 ? 16 : 0 }),
    );
    onTestFinished(() => session.end());
    for (const mode of [PLAIN, TIMED, SAMPLED] as const) {
      const { counts } = await session.round(15, { mode });
      if (mode === PLAIN) expect(Object.keys(counts)).toEqual(expect.arrayContaining(['A3', 'S3', 'S6']));
    }
    await session.settle();
  },
);

/** The steps of the lab's own queue and stack: variants that another test has loaded have others. */
function known(steps: readonly string[]): string[] {
  return steps.filter((step) => /^[DEQS]\d+$/.test(step));
}

test('threads are stalled at each read that protects something, if that is asked for', async () => {
  expect(known(protectingSteps()).toSorted()).toEqual(['D12', 'D2', 'D3', 'D4', 'E5', 'E6']);
  expect(known(protectingSteps(STACK))).toEqual(['S4', 'S5']);
  const choices = [await chooseScheme('epochs'), await chooseScheme('naive')];
  const asked = (steps: readonly string[]): string[] =>
    plannedStalls(choices, false, STACK, { structure: STACK.ID, seed: 1, steps })
      .filter(({ prefill }) => prefill === undefined)
      .map(({ scheme, stalled, step }) => `${scheme} ${stalled} ${step}`);
  expect(asked(['every'])).toEqual(
    expect.arrayContaining(['epochs 1 S4', 'epochs 3 S4', 'epochs 1 S5', 'epochs 3 S5']),
  );
  expect(asked([])).toEqual(['epochs 1 S5', 'epochs 3 S5']);
  expect(() => asked(['S55'])).toThrow('There is no step "S55"');
  expect(() => asked(['D12'])).toThrow('No thread comes to D12 on treiber-stack under epochs: ');
  const [epochs, counting] = [choices[0]!, await chooseScheme('reference-counting')];
  const of = (step: string): string[] =>
    plannedStalls([epochs, counting], true, STACK, { structure: STACK.ID, seed: 1, steps: [step] }).map(
      ({ scheme }) => scheme,
    );
  expect([of('C4'), of('S5')]).toEqual([['reference-counting'], ['epochs', 'reference-counting']]);
  expect(stallsLeftOut([epochs, counting], STACK, ['every', 'S5', 'C4'])).toEqual([
    'No thread is stalled at C4 under epochs, where none comes to it.',
  ]);
});

test('a stalled thread holds a node of a stack where S5 reads it', async () => {
  expect(stallStep(STACK)).toBe('S5');
  const options = { structure: STACK.ID, threads: 2, stalled: 1, step: 'S5', seed: 1 };
  const found = await stall({ scheme: 'hazard-pointers:threshold=1', ...options });
  expect(found).toMatchObject({ seen: 'bounded', verdict: 'as-claimed' });
  // 2 x max(1, 1 + 1 x 1): a stack protects one node at a time, and a queue two.
  expect(found.bound).toBe(4);
});

const measuringLine = (engine: string): string =>
  measuringLines([cell([sample(1)], { engine })], [STACK])[0]!;

test('where a call makes many operations it is said that its latencies are of calls', () => {
  expect(measuringLine('wasm-chained')).toContain('and those of batches and chains are of whole calls.');
  expect(measuringLine('wasm')).not.toContain('calls');
});

test('a result names its structure, and is not put together with one of another', () => {
  const queue = result([cell([sample(1), sample(1), sample(1)])]);
  const stack = { ...queue, structure: STACK.ID };
  expect(parseBench(printBench(stack), 'stack.json')).toEqual(stack);
  expect(() => parseBench(printBench({ ...queue, structure: 'heap' }), 'heap.json')).toThrow(
    'it has no proper "structure"',
  );
  expect(() => compareResults(queue, stack)).toThrow(
    'Results of different structures cannot be compared: one is of michael-scott, and another one of treiber-stack.',
  );
  expect(compareResults(stack, stack).differences).toHaveLength(1);
  const { machine, effort } = queue;
  expect(obstacle(queue, machine, effort, { seed: null, structure: STACK.ID })).toBe(
    'its structure is michael-scott, and treiber-stack is to be measured',
  );
  expect(obstacle(stack, machine, effort, { seed: null, structure: STACK.ID })).toBeNull();
  expect([structureMember([usualStructure]), structureMember([STACK])]).toEqual([
    {},
    { structure: STACK.ID },
  ]);
  const told = benchText(stack, plainStyle()).replaceAll(/\s+/g, ' ');
  expect(told).toContain('An operation is a successful push or pop;');
  expect(told).toContain('Top changes with every push and with every pop.');
  expect(told).toContain('structure treiber-stack');
  expect(benchText(queue, plainStyle()).replaceAll(/\s+/g, ' ')).toContain(
    'With as many enqueues as dequeues it takes twice as long: Head changes with every dequeue, Tail with every enqueue.',
  );
});

test('how soon tags wrap is told side by side as far as there is room, and never one figure a line', () => {
  const engines = ['atomics', 'wasm', 'wasm-batched', 'atomics-batched'];
  for (const [columns, count, tables] of [
    [100, 2, 1],
    [80, 2, 1],
    [100, 4, 2],
    [80, 4, 4],
    [44, 2, 2],
  ] as const) {
    const cells = engines.slice(0, count).map((engine) => cell([sample(50)], { engine }));
    const lines = benchText(result(cells), { ...plainStyle(), columns }).split('\n');
    const [from, to] = ['Tags: how', '  At the fastest'].map((text) =>
      lines.findIndex((line) => line.startsWith(text)),
    );
    const found = lines.slice(from! + 1, to);
    expect(found.filter((line) => line.startsWith('bits '))).toHaveLength(tables);
    expect(found).toHaveLength(tables * 7);
    expect(Math.max(...found.map((line) => line.length))).toBeLessThanOrEqual(columns);
  }
});

test('a deque is driven by its owner and its thieves, and not where others would have to put in', async () => {
  const deque = structureById('chase-lev');
  const contender = schemeContender(await chooseScheme('tagged'), 'wasm', deque);
  expect(contender.refusal('pairs', 1)).toBeNull();
  expect(contender.refusal('producers-consumers', 2)).toBeNull();
  expect(contender.refusal('pairs', 2)).toBe(
    'in pairs thread 2 puts values in, and into a deque only its owner does, the first thread',
  );
  expect(contender.refusal('ping-pong', 2)).toContain('in ping-pong thread 2 puts values in');
  const session = await WorkerSession.open(
    contender,
    conditions({ workload: 'producers-consumers', threads: 2 }),
  );
  onTestFinished(() => session.end());
  const { counts } = await session.round(15, { mode: PLAIN });
  expect(Object.keys(counts)).toEqual(expect.arrayContaining(['WS6', 'WS11']));
  await session.settle();
  expect(structureMember([deque])).toEqual({ structure: 'chase-lev' });
  const told = benchText({ ...result([cell([sample(1)])]), structure: deque.ID }, plainStyle());
  expect(told.replaceAll(/\s+/g, ' ')).toContain('An operation is a successful push or pop or steal;');
  expect(told).not.toContain('Tags: how soon they wrap');
});
