import { describe, expect, expectTypeOf, test } from 'vitest';
import { check, checkAsync, type Port, type Shared, type Thread } from '../../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const words = { lock: 0, counter: 0 };
type Words = Shared<typeof words>;

/** A mutex that sleeps without blocking its thread. Broken where its holder wakes nobody. */
const holds =
  (wakes: boolean) =>
  async ({ lock, counter }: Words): Promise<void> => {
    while (lock.compareExchange(0, 1) !== 0) {
      const waits = lock.waitAsync(1);
      if (waits.async) await waits.value;
    }
    counter.value++;
    await Promise.resolve();
    lock.store(0);
    if (wakes) lock.notify(1);
  };

const waiter = async ({ lock }: Words): Promise<string> => {
  const waits = lock.waitAsync(0, 10);
  return waits.value;
};

describe('a mutex by waitAsync', () => {
  test('excludes', async () => {
    const { complete, executions } = await checkAsync({
      words,
      threads: [holds(true), holds(true)],
      finally: ({ counter }) => counter === 2,
    });
    expect({ complete, executions }).toEqual({ complete: true, executions: 8 });
  });

  test('whose wake-up is lost is a deadlock, told with the wait', async () => {
    const failure = await failureOf(() => checkAsync({ words, threads: [holds(false), holds(false)] }));
    expect(failure).toMatchObject({ kind: 'deadlock', fewest: true });
    expect(failure.message).toContain('sleeps in lock.waitAsync');
    expect(failure.trace).toContain('lock.waitAsync(1) begins');
    const replayed = await failureOf(() =>
      checkAsync({ words, threads: [holds(false), holds(false)], replay: failure.replay }),
    );
    expect(replayed.trace).toBe(failure.trace);
  });

  test('with a timeout comes to an end, woken or not', async () => {
    const seen = new Set<string>();
    await checkAsync({
      words,
      threads: [waiter, ({ lock }: Words) => lock.notify()],
      finally: (_, results) => void seen.add(results.join()),
    });
    expect([...seen].toSorted()).toEqual(['ok,1', 'timed-out,0']);
  });
});

const increments = async ({ counter }: Words): Promise<void> => {
  const before = counter.load();
  await Promise.resolve();
  counter.store(before + 1);
};

const adds = ({ counter }: Words): number => counter.add(1);

const writes = async ({ counter }: Words, { ports }: Thread<number, 'news'>): Promise<void> => {
  counter.value = 1;
  await Promise.resolve();
  ports.news.postMessage('written');
};

const reads = async ({ counter }: Words, { ports }: Thread<number, 'news'>): Promise<number> => {
  await new Promise((resolve) => ports.news.once('message', resolve));
  return counter.value;
};

const early = async ({ counter }: Words): Promise<number> => counter.value;

describe('threads meet between two accesses, though there is an await', () => {
  test('a lost update is found, and the stack leads to the call', async () => {
    const failure = await failureOf(() =>
      checkAsync({ words, threads: [increments, increments], finally: ({ counter }) => counter === 2 }),
    );
    expect(failure).toMatchObject({ kind: 'property', preemptions: 1, replay: '1,2x2,1' });
    expect(failure.trace).toContain('verdicts.test.ts:');
    expect(failure.stack).toContain('verdicts.test.ts:');
    expect(failure.stack).not.toContain('jobs.ts');
  });

  test('threads that are synchronous are checked as well, as by check', async () => {
    const what = {
      words,
      threads: [adds, adds, adds],
      finally: ({ counter }: { counter: number }) => counter === 3,
    };
    const { executions } = await checkAsync(what);
    expect(executions).toBe(check({ ...what, symmetry: false }).executions);
  });

  test('plain accesses race, unless messages or waits order them', async () => {
    const what = { words, ports: { news: [1, 2] as const } };
    const { races } = await checkAsync({
      ...what,
      threads: [writes, reads],
      finally: (_, [, seen]) => seen === 1,
    });
    expect(races).toEqual([]);
    const failure = await failureOf(() => checkAsync({ ...what, threads: [writes, early] }));
    expect(failure.kind).toBe('race');
  });
});

test('results are what the promises of the threads come to, and types know it', async () => {
  await checkAsync({
    words: { a: 0 },
    ports: { jobs: [1, 2] },
    threads: [
      async ({ a }, { ports }) => {
        expectTypeOf(ports).toEqualTypeOf<Readonly<Record<'jobs', Port>>>();
        return a.add(1);
      },
      { code: async () => 'done', serves: true },
      () => true,
    ],
    finally: ({ a }, results) => {
      expectTypeOf(a).toEqualTypeOf<number>();
      expectTypeOf(results).toEqualTypeOf<readonly [number, string | undefined, boolean]>();
      expect(results).toEqual([0, 'done', true]);
    },
  });
});

test('operations that answer later are linearizable, or not', async () => {
  const model = {
    initial: 0,
    apply: (sum: number, operation: string): readonly [number, unknown] =>
      operation === 'add' ? [sum + 1, undefined] : [sum, sum],
  };
  const operations = {
    add: async ({ counter }: Words) => {
      const before = counter.load();
      await Promise.resolve();
      counter.store(before + 1);
    },
    get: async ({ counter }: Words) => counter.load(),
  };
  const one = { words, operations, model };
  const { complete } = await checkAsync({ ...one, threads: [[['add'], ['get']], [['get']]] });
  expect(complete).toBe(true);
  const failure = await failureOf(() =>
    checkAsync({
      ...one,
      threads: [
        [['add'], ['get']],
        [['add'], ['get']],
      ],
    }),
  );
  expect(failure.kind).toBe('not linearizable');
});
