import { describe, expect, test } from 'vitest';
import { check, checkAsync, type Port, type Shared, UsageError } from '../../../src/checker/index.ts';

const words = { lock: 0, counter: 0 };
type Words = Shared<typeof words>;

const one =
  (code: (shared: Words) => unknown): (() => Promise<unknown>) =>
  () =>
    checkAsync({ words, threads: [code] });

describe('what cannot be checked is refused by name', () => {
  let runs = 0;
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a body that does something else the second time',
      one(async ({ counter }) => {
        counter.add(1);
        await Promise.resolve();
        counter.add(++runs);
      }),
      /T1 is not deterministic/,
    ],
    [
      'a file',
      one(async ({ counter }) => {
        counter.add(1);
        await readFile(import.meta.filename);
      }),
      /T1 uses work of the process \(FSReqPromise\)/,
    ],
    [
      'a digest',
      one(async ({ counter }) => {
        counter.add(1);
        await crypto.subtle.digest('SHA-256', new Uint8Array(1));
      }),
      /T1 uses work of the process \(\w+\)/,
    ],
    [
      'fetch',
      one(async ({ counter }) => void (counter.add(1), await fetch('http://localhost'))),
      /T1 uses fetch, which is not modelled/,
    ],
    [
      'a channel for all',
      one(({ counter }) => void (counter.add(1), new BroadcastChannel('all'))),
      /T1 uses BroadcastChannel, which is not modelled: declare ports/,
    ],
    [
      'chance',
      one(async ({ counter }) => void (counter.add(1), crypto.randomUUID())),
      /T1 calls crypto.randomUUID, and the check does not say/,
    ],
    [
      'the clock',
      one(async ({ counter }) => void (counter.add(1), process.hrtime())),
      /T1 looks at the clock by process.hrtime/,
    ],
    [
      'shared memory of its own',
      one(({ counter }) => {
        counter.add(1);
        new MessageChannel().port1.postMessage(new SharedArrayBuffer(4));
      }),
      /T1 sends a SharedArrayBuffer that it made itself/,
    ],
    ['a generator', () => checkAsync({ words, threads: [function* () {} as never] }), /T1 is a generator/],
    [
      'ports between too many',
      () => checkAsync({ words, ports: { a: [1, 2] }, threads: [() => {}] }),
      /The ports "a" are between \[ 1, 2 \]: give the numbers of two threads, from 1 to 1/,
    ],
    [
      'a port that is not there',
      () =>
        checkAsync({
          ports: { jobs: [1, 2] },
          threads: [(_, { ports }) => void (ports as unknown as { job: Port }).job.start(), () => {}],
        }),
      /T1 asks for its port "job" \(did you mean "jobs"\?\): the check declares jobs/,
    ],
    [
      'a port of others',
      () =>
        checkAsync({
          ports: { jobs: [1, 2] },
          threads: [() => {}, () => {}, (_, { ports }) => ports.jobs.start()],
        }),
      /T3 has no port "jobs", which is between T1 and T2/,
    ],
    [
      'a call beside another',
      () =>
        checkAsync({
          words,
          operations: { get: async ({ counter }) => counter.load() },
          threads: [async (_, thread) => void (thread.call('get'), await thread.call('get'))],
        }),
      /T1 calls get while its call of get has not answered/,
    ],
  ])('%s', async (_, run, why) => {
    await expect(run()).rejects.toThrow(why);
    await expect(run()).rejects.toThrow(UsageError);
  });

  test.each<[string, (shared: Words) => unknown]>([
    ['an asynchronous body', async () => {}],
    ['a promise', ({ counter }) => Promise.resolve(counter.load())],
    ['a timer', ({ counter }) => setTimeout(() => counter.add(1))],
    ['a channel', ({ counter }) => (counter.load(), new MessageChannel())],
    ['an asynchronous wait', ({ counter }) => counter.waitAsync(0)],
    ['one of Atomics', () => Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0)],
  ])('check says of %s that checkAsync takes it', (_, code) => {
    expect(() => check({ words, threads: [code] })).toThrow(/T1 .* checkAsync/);
  });
});

describe('chance and the clock', () => {
  test('decide random values of crypto and process.hrtime', async () => {
    const seen = new Set<string>();
    await checkAsync({
      words,
      random: [0, 0.5],
      clock: [0, 1500],
      threads: [
        async ({ counter }) => {
          const bytes = crypto.getRandomValues(new Uint8Array(2)).join();
          const began = process.hrtime();
          counter.add(1);
          return [bytes, process.hrtime(began).join('.'), crypto.randomUUID()[0]].join(' ');
        },
      ],
      finally: (_, [result]) => void seen.add(result),
    });
    expect(seen.size).toBe(8);
    expect(seen).toContain('0,0 0.0 8');
    expect(seen).toContain('128,128 1.500000000 8');
  });
});
