import { describe, expect, onTestFinished, test } from 'vitest';
import { peers } from '../../dist/bench/peers/index.js';
import { AGED, FREED, PLAIN, SAMPLED, TIMED } from '../../dist/src/bench/figures.js';
import { WorkerSession } from '../../dist/src/bench/session.js';
import type { Conditions } from '../../dist/src/bench/contender.js';
import { MANY, POOL_WORKLOADS, WORKLOADS } from '../../dist/src/bench/workloads.js';
import { type BenchEngine, isBatched } from '../../src/bench/scheme-contender.ts';
import type { WorkerContender } from '../../src/bench/contender.ts';
import { conditions, faultyContender, schemeContender } from './contenders.ts';
import { deep } from '../effort.ts';

async function open(contender: WorkerContender, more: Partial<Conditions> = {}): Promise<WorkerSession> {
  const session = await WorkerSession.open(contender, conditions(more));
  onTestFinished(() => session.end());
  return session;
}

const SCHEMES: readonly [spec: string, engine: BenchEngine][] = [
  ['no-reclaim', 'atomics'],
  ['tagged', 'atomics'],
  ['hazard-pointers:threshold=4', 'atomics'],
  ['epochs:period=2', 'atomics'],
  ['no-reclaim', 'wasm'],
  ['hazard-pointers:threshold=4', 'wasm'],
  ['tagged', 'wasm-batched'],
  ['epochs:period=2', 'wasm-batched'],
  ['tagged', 'wasm-chained'],
  ['hazard-pointers:threshold=4,linger=on', 'wasm-chained'],
  ['epochs:period=2', 'atomics-chained'],
  ['hazard-pointers:threshold=4', 'atomics-chained'],
];

describe.each(POOL_WORKLOADS)('%s', (workload) => {
  const { leastThreads: threads, queues } = WORKLOADS[workload];
  const able = SCHEMES.filter(([, engine]) => !isBatched(engine) || WORKLOADS[workload].batchedTurn !== null);
  const contenders: [string, () => Promise<WorkerContender>][] = [
    ...able.map(([spec, engine]): [string, () => Promise<WorkerContender>] => [
      `${spec} on ${engine}`,
      () => schemeContender(spec, engine),
    ]),
    ...peers
      .filter(({ refusal }) => refusal(workload, threads) === null)
      .map((contender): [string, () => Promise<WorkerContender>] => [
        contender.scheme,
        () => Promise.resolve(contender),
      ]),
  ];

  // In the short form every sixth contender, and with another workload another one.
  const turn = POOL_WORKLOADS.indexOf(workload);
  const chosen = contenders.filter((_, i) => deep || (i + turn) % 6 === 0);

  test.each(chosen)('%s loses nothing in any kind of round', async (_, make) => {
    const session = await open(await make(), { workload, threads, prefill: queues === 1 ? 16 : 0 });
    for (const mode of [PLAIN, TIMED, SAMPLED, AGED, FREED, PLAIN] as const) {
      const round = await session.round(15, { mode });
      expect(round.perThread).toHaveLength(threads);
      expect(round.perThread.reduce((sum, each) => sum + each)).toBe(round.operations);
      expect(round.seconds).toBeGreaterThan(0);
    }
    await session.settle();
  });
});

describe('a session', () => {
  test('of one producer and consumer has a histogram, counts and a log', async () => {
    const session = await open(await schemeContender('hazard-pointers:threshold=4'), { threads: 1 });
    const { operations, counts } = await session.round(5000, { quota: 1000 });
    expect(operations).toBeGreaterThanOrEqual(1000);
    expect(operations).toBeLessThan(1100);
    expect(counts).toMatchObject({ allocated: operations / 2, retired: operations / 2, E9: 0, D13: 0 });
    const timed = await session.round(5000, { mode: TIMED, quota: 1000 });
    expect(session.figures.histogram(1).count).toBe(timed.operations);
    await session.round(5000, { mode: SAMPLED, quota: 10_000 });
    const log = session.figures.log(1);
    expect(log[0]).toBeGreaterThan(100);
    // The bound for one thread, and reached: it retires up to its threshold.
    expect(log[2]).toBe(3);
  });

  test.each([
    ['tagged', 0],
    ['hazard-pointers:threshold=4', 3],
    ['epochs:period=2', 6],
  ])(
    'under %s has the age of every slot that it frees, and looks at no clock otherwise',
    async (spec, most) => {
      const session = await open(await schemeContender(spec), { threads: 1 });
      await session.round(5000, { quota: 1000 });
      const { operations } = await session.round(5000, { mode: AGED, quota: 10_000 });
      const { count, max } = session.figures.histogram(1);
      // Every second operation retires a slot; what is not free yet has no age.
      expect(count).toBe(operations / 2 - session.unreclaimed());
      expect(session.unreclaimed()).toBeLessThanOrEqual(most);
      expect(max).toBeGreaterThan(0);
      await session.round(5000, { quota: 1000 });
      expect(session.figures.histogram(1).count).toBe(count);
      await session.settle();
    },
  );

  test.each([
    ['tagged', 1],
    ['hazard-pointers:threshold=4', 4],
  ])('under %s has how many slots each call frees: at most %d', async (spec, most) => {
    const session = await open(await schemeContender(spec), { threads: 1 });
    const { operations } = await session.round(5000, { mode: FREED, quota: 1000 });
    const histogram = session.figures.histogram(1);
    expect(histogram.count).toBe(operations);
    expect(histogram.max).toBe(most);
    // All but what is unreclaimed yet was freed by one of them.
    expect(Math.round(histogram.mean * operations)).toBe(operations / 2 - session.unreclaimed());
    await session.settle();
  });

  test('has no age where nothing is freed', async () => {
    const session = await open(await schemeContender('no-reclaim'), { threads: 1 });
    await session.round(5000, { mode: AGED, quota: 1000 });
    expect(session.figures.histogram(1).count).toBe(0);
  });

  test('counts of compiled threads are in the same words, and so are the retired slots', async () => {
    const session = await open(await schemeContender('hazard-pointers:threshold=4', 'wasm'), { threads: 1 });
    const { operations, counts } = await session.round(5000, { quota: 1000 });
    expect(counts).toMatchObject({ allocated: operations / 2, retired: operations / 2, E9: 0, D13: 0 });
    await session.round(5000, { mode: SAMPLED, quota: 10_000 });
    expect(session.figures.log(1)[2]).toBe(3);
  });

  test('of batches goes on after calls that were ended by a full or an empty queue', async () => {
    const contender = await schemeContender('tagged', 'wasm-batched');
    // Every call of 16 meets an end of a queue of 10.
    const more = { workload: 'producers-consumers', threads: 2, capacity: 10 } as const;
    const session = await open(contender, more);
    const { operations, full, empty } = await session.round(5000, { quota: 1000 });
    expect(operations).toBeGreaterThan(100);
    expect(full).toBeGreaterThan(0);
    expect(empty).toBeGreaterThan(0);
    await session.settle();
  });

  test('of batches times calls and not operations', async () => {
    const session = await open(await schemeContender('tagged', 'wasm-batched'), { threads: 1 });
    const { operations } = await session.round(5000, { mode: TIMED, quota: 1600 });
    expect(session.figures.histogram(1).count).toBe(operations / MANY);
  });

  test('cannot stop a compiled thread', async () => {
    const point = { step: 1, passing: 1, after: false };
    const contender = await schemeContender('tagged', 'wasm');
    await expect(open(contender, { points: new Map([[1, point]]) })).rejects.toThrow(
      'take the engine atomics',
    );
  });

  test('starts a queue that is used up anew, with its first values', async () => {
    const session = await open(await schemeContender('no-reclaim'), { threads: 1, prefill: 10 });
    await session.round(5000, { quota: 1000 });
    const retired = session.unreclaimed();
    await session.round(5000, { quota: 1000 });
    expect(session.unreclaimed()).toBe(retired);
    await session.settle();
  });

  test.each(['lose', 'change'])('notices a contender that is wrong: %s', async (fault) => {
    const session = await open(faultyContender(fault), { threads: 1 });
    await session.round(5000, { quota: 5000 });
    await expect(session.settle()).rejects.toThrow('is damaged');
  });

  test('has nothing to say about a sound one', async () => {
    const session = await open(faultyContender('none'), { threads: 1 });
    await session.round(5000, { quota: 5000 });
    await session.settle();
  });

  test.each(['throw', 'reject'])('ends with the error of a worker that crashes: %s', async (fault) => {
    const session = await open(faultyContender(fault), { threads: 1 });
    await expect(session.round(5000, { quota: 5000 })).rejects.toThrow('has crashed (RangeError: planted)');
  });
});

describe('a peer', () => {
  const refusals = peers.map(({ scheme, refusal }) => [
    scheme,
    POOL_WORKLOADS.filter((workload) => refusal(workload, 2) === null),
  ]);

  test('takes part only where it is sound', () => {
    expect(Object.fromEntries(refusals)).toEqual({
      postMessage: ['producers-consumers', 'ping-pong'],
      'mutex-queue': POOL_WORKLOADS,
      'spsc-ring': ['producers-consumers', 'ping-pong'],
      'ringbuf.js': ['producers-consumers', 'ping-pong'],
    });
  });

  test('the mutex queue keeps everything between four threads', async () => {
    const [mutex] = peers.filter(({ scheme }) => scheme === 'mutex-queue');
    const session = await open(mutex!, { threads: 4, workload: 'fifty-fifty', prefill: 100 });
    await session.round(5000, { quota: 1000 });
    await session.settle();
  });
});
