import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { checkAsync, type Shared } from '../../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const words = { lock: 0, counter: 0 };
type Words = Shared<typeof words>;

const noticed: unknown[] = [];
const notice = (reason: unknown): void => void noticed.push(reason);
process.on('unhandledRejection', notice);
afterEach(() => expect(noticed).toEqual([]));
afterAll(() => void process.off('unhandledRejection', notice));

const never = async (): Promise<void> => {
  await new Promise(() => {}); // here
};

const tries = async ({ lock }: Words): Promise<void> => {
  const once = async (): Promise<void> => {
    if (lock.load() === 0) throw new Error('not yet');
  };
  for (;;) {
    try {
      await once();
      return;
    } catch {
      // Again.
    }
  }
};

const starts = async ({ counter }: Words): Promise<void> => {
  const works = async (): Promise<number> => counter.add(1);
  void works();
  void works();
  await Promise.resolve();
  counter.add(1);
};

const releases = ({ lock }: Words): number => lock.store(1);

describe('a thread that does not come to its end', () => {
  test('by a rejection is an error', async () => {
    const cause = new RangeError('too far');
    const failure = await failureOf(() =>
      checkAsync({
        words,
        threads: [
          async ({ counter }) => {
            if (counter.add(1) === 1) throw cause;
          },
          async ({ counter }) => void counter.add(1),
        ],
      }),
    );
    expect(failure).toMatchObject({ kind: 'error', cause });
    expect(failure.message).toContain('T1 throws RangeError: too far');
  });

  test('by a rejection that nobody handles is an error, and reaches nobody else', async () => {
    const failure = await failureOf(() =>
      checkAsync({
        words,
        threads: [
          async ({ counter }) => {
            void Promise.reject(new Error(`lost ${counter.load()}`));
            await Promise.resolve();
            await new Promise((resolve) => setTimeout(resolve, 1));
          },
        ],
      }),
    );
    expect(failure.kind).toBe('error');
    expect(failure.message).toContain('T1 leaves a promise that nobody handles, rejected with Error: lost 0');
  });

  test('and one that is handled in time is none', async () => {
    await checkAsync({
      words,
      threads: [
        async ({ counter }) => {
          const late = Promise.reject(new Error('late'));
          process.nextTick(() => void late.catch(() => counter.add(1)));
          await Promise.resolve();
        },
      ],
      finally: ({ counter }) => counter === 1,
    });
  });

  test('by an error in a callback is an error', async () => {
    for (const begins of [setTimeout, setImmediate, queueMicrotask, process.nextTick]) {
      const { name } = begins;
      const failure = await failureOf(() =>
        checkAsync({
          words,
          threads: [
            ({ counter }) => {
              counter.add(1);
              const global = { setTimeout, setImmediate, queueMicrotask, nextTick: process.nextTick };
              global[name as 'setTimeout'](() => {
                throw new TypeError(`in ${name}`);
              });
            },
          ],
        }),
      );
      expect(failure.message).toContain(`T1 throws TypeError: in ${name}`);
    }
  });

  test('by an await of what nobody settles is a deadlock, told with its place', async () => {
    const failure = await failureOf(() =>
      checkAsync({
        words,
        threads: [
          async ({ counter }) => {
            counter.add(1);
            await never();
          },
        ],
      }),
    );
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toMatch(
      /T1 sleeps in an await of a promise that nothing is left to settle \(endings\.test\.ts:\d+, endings\.test\.ts:\d+\)/,
    );
  });

  test('by a timer that is set again forever and makes no step is a livelock', async () => {
    const failure = await failureOf(() =>
      checkAsync({
        words,
        threads: [
          ({ counter }) => {
            counter.add(1);
            setInterval(() => {}, 10);
          },
        ],
      }),
    );
    expect(failure.kind).toBe('livelock');
    expect(failure.message).toContain('a timer or another task of its event loop');
  });
});

describe('what is not heeded does no harm', () => {
  test('code that catches what suspends it, and tries again forever', async () => {
    const { complete } = await checkAsync({ words, threads: [tries, ({ lock }: Words) => lock.store(1)] });
    expect(complete).toBe(true);
    expect(await Promise.resolve(1).then((one) => one + 1)).toBe(2);
  });

  test('promises of suspended threads that nobody handles', async () => {
    const { complete } = await checkAsync({
      words,
      threads: [starts, starts],
      finally: ({ counter }) => counter === 6,
    });
    expect(complete).toBe(true);
  });

  test('listeners of the process, timers and globals are as before', async () => {
    const before = [
      setTimeout,
      MessageChannel,
      process.nextTick,
      Atomics,
      ...process.listeners('unhandledRejection'),
    ];
    await checkAsync({ words, threads: [tries, releases] });
    const after = [
      setTimeout,
      MessageChannel,
      process.nextTick,
      Atomics,
      ...process.listeners('unhandledRejection'),
    ];
    expect(after).toEqual(before);
  });
});
