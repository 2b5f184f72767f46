import { describe, expect, test } from 'vitest';
import { atomics, check, type CheckFailure, type Shared } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const sleeps = ({ bell }: Shared<{ bell: number }>): string => bell.wait(0);

const notifiesOne = (replay: string): CheckFailure =>
  failureOf(() =>
    check({ words: { bell: 0 }, threads: [sleeps, sleeps, ({ bell }) => bell.notify(1)], replay }),
  );

const cautious = ({ x, y }: Shared<{ x: number; y: number }>): string => {
  try {
    x.add(1);
    x.add(1);
    return 'done';
  } catch {
    return 'failed';
  } finally {
    y.add(1);
  }
};

const adds = ({ x }: Shared<{ x: number }>): void => {
  for (let i = 0; i < 2; i++) x.store(x.load() + 1);
};

describe('plain accesses', () => {
  const racy = { words: { data: [0, 0], flag: 0 } };

  test('that race are a failure of their own', () => {
    const failure = failureOf(() =>
      check({ ...racy, threads: [({ data }) => void (data[0] = 1), ({ data }) => data[0]] }),
    );
    expect(failure).toMatchObject({ kind: 'race', replay: '1,2 @data' });
    expect(failure.message).toContain('T2 plainly read what T1 touches with a plain write at step 1');
    expect(failure.trace.match(/^!/gm)).toHaveLength(2);
  });

  test('that race may be allowed, and are then explored as steps', () => {
    const seen = new Set<string>();
    const passed = check({
      ...racy,
      threads: [({ data }) => void ((data[0] = 1), (data[1] = 1)), ({ data }) => [data[1], data[0]].join()],
      races: 'allow',
      finally: (_, [, read]) => void seen.add(String(read)),
    });
    expect(passed).toMatchObject({ complete: true, races: ['data'] });
    expect([...seen].toSorted()).toEqual(['0,0', '0,1', '1,1']);
  });

  test('that are ordered by an atomic flag are no steps and no races', () => {
    const passed = check({
      ...racy,
      threads: [
        ({ data, flag }) => {
          data[0] = 7;
          flag.store(1);
        },
        ({ data, flag }) => {
          while (flag.load() === 0);
          return data[0];
        },
      ],
      finally: (_, results) => results[1] === 7,
    });
    expect(passed).toMatchObject({ executions: 2, complete: true, races: [] });
  });

  test('that are ordered by falling asleep and being woken are no races', () => {
    const passed = check({
      ...racy,
      threads: [
        ({ data, flag }) => {
          data[0] = 7;
          flag.store(1);
          flag.notify();
        },
        ({ data, flag }) => {
          while (flag.load() === 0) flag.wait(0);
          return data[0];
        },
      ],
      finally: (_, results) => results[1] === 7,
    });
    expect(passed).toMatchObject({ complete: true, races: [] });
  });

  test('in a loop without a step are steps, and the loop is no hang', () => {
    const failure = failureOf(() =>
      check({
        words: { stop: 0 },
        threads: [
          ({ stop }) => {
            while (stop.value === 0);
          },
        ],
      }),
    );
    expect(failure).toMatchObject({ kind: 'livelock' });
    expect(failure.message).toContain(
      'T1 goes round at read stop as long as stop is 0; so it did for 10000 steps more that it made alone.',
    );
  });
});

describe('words', () => {
  test('of every kind wrap as their arrays do', () => {
    const results: unknown[] = [];
    check({
      words: {
        big: 2n ** 63n - 1n,
        ubig: new BigUint64Array([2n ** 64n - 1n]),
        byte: new Int8Array([127]),
        ubyte: new Uint8Array([255]),
        word: 2 ** 31 - 1,
        uword: new Uint32Array([2 ** 32 - 1]),
      },
      threads: [
        ({ big, ubig, byte, ubyte, word, uword }) => {
          Atomics.add(ubig, 0, 2n);
          for (const array of [byte, ubyte, uword]) Atomics.add(array, 0, 2);
          return [big.add(2n), word.add(2), big.compareExchange(-(2n ** 63n) + 1n, 5n)];
        },
      ],
      finally: (values, [answers]) => void results.push(values, answers),
    });
    expect(results).toEqual([
      {
        big: 5n,
        ubig: new BigUint64Array([1n]),
        byte: new Int8Array([-127]),
        ubyte: new Uint8Array([1]),
        word: -(2 ** 31) + 1,
        uword: new Uint32Array([1]),
      },
      [2n ** 63n - 1n, 2 ** 31 - 1, -(2n ** 63n) + 1n],
    ]);
  });

  test('in arrays are used like those of typed arrays', () => {
    const results: unknown[] = [];
    check({
      words: { ring: [1, 2, 3, 4] },
      threads: [
        ({ ring }) => {
          const last = ring.subarray(2);
          Atomics.sub(last, 0, 10);
          last[1] = 2 ** 32 + 9;
          ring.set([5], 1);
          const local = new Int32Array(1);
          Atomics.add(local, 0, 3);
          return [
            ring.length,
            [...ring],
            ring.indexOf(9),
            ring.slice(1, 3),
            ring instanceof Int32Array,
            ring[7],
            local[0],
          ];
        },
      ],
      finally: ({ ring }, [answers]) => void results.push(ring, answers),
    });
    const expected = [4, [1, 5, -7, 9], 3, new Int32Array([5, -7]), true, undefined, 3];
    expect(results).toEqual([new Int32Array([1, 5, -7, 9]), expected]);
  });

  test('wake those who sleep on them in the order in which they fell asleep', () => {
    expect(notifiesOne('1,2,3').trace).toContain('bell.notify(1), wakes T1');
    expect(notifiesOne('2,1,3').trace).toContain('bell.notify(1), wakes T2');
    expect(notifiesOne('2,1,3').message).toContain('T1 sleeps in bell.wait.');
  });

  test('with a timeout may be waited for in vain, or not', () => {
    const seen = new Set<unknown>();
    check({
      words: { bell: 0 },
      threads: [({ bell }) => bell.wait(0, 100), ({ bell }) => [bell.store(1), bell.notify()].at(-1)],
      finally: (_, results) => void seen.add(results.join()),
    });
    expect(seen).toEqual(new Set(['ok,1', 'timed-out,0', 'not-equal,0']));
  });
});

describe('loops that end when another thread has moved', () => {
  test('are decided, whatever they write meanwhile', () => {
    const slices = check({
      words: { flag: [0] },
      threads: [
        ({ flag }) => {
          while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0, 100);
        },
        ({ flag }) => [Atomics.store(flag, 0, 1), Atomics.notify(flag, 0)],
      ],
    });
    expect(slices).toMatchObject({ executions: 5, complete: true, cut: 0 });
    const givesBack = check({
      words: { s: 0 },
      threads: [
        ({ s }) => {
          while (s.sub(1) <= 0) s.add(1);
        },
        ({ s }) => s.add(1),
      ],
    });
    expect(givesBack).toMatchObject({ executions: 3, complete: true, cut: 0 });
  });

  test('are gone on with after a round that was no way back', () => {
    const passed = check({
      words: { w: 2, x: 0, y: 0 },
      threads: [
        ({ w, x }) => {
          do {
            w.store(1);
            w.store(0);
          } while (x.load() === 0);
        },
        ({ w, x, y }) => {
          for (y.add(1); w.load() === 2; y.add(1)) y.sub(1);
          x.store(1);
        },
      ],
    });
    expect(passed).toMatchObject({ complete: true, cut: 0 });
  });

  test('of 32 words are recognised', () => {
    const polled = check({
      words: { a: new Int32Array(32) },
      threads: [
        ({ a }) => {
          for (let i = 0; Atomics.load(a, i) === 0; i = (i + 1) % 32);
        },
        ({ a }) => Atomics.store(a, 31, 1),
      ],
    });
    expect(polled).toMatchObject({ complete: true, cut: 0 });
  });

  test('are livelocks where no thread is left to end them', () => {
    const failure = failureOf(() =>
      check({
        words: { s: 0 },
        threads: [
          ({ s }) => {
            while (s.sub(1) <= 0) s.add(1);
          },
        ],
      }),
    );
    expect(failure.kind).toBe('livelock');
    expect(failure.message).toContain('T1 goes round at s.sub(1); so it did for 10000 steps more');
  });
});

describe('code that looks ordinary', () => {
  test('may catch everything and clean up: neither is disturbed', () => {
    const passed = check({
      words: { x: 0, y: 0 },
      threads: [cautious, cautious],
      finally: ({ x, y }, results) => x === 4 && y === 2 && results.every((result) => result === 'done'),
    });
    expect(passed.complete).toBe(true);
  });

  test('may give up after some tries: what comes then is explored', () => {
    const seen = new Set<unknown>();
    check({
      words: { x: 0 },
      threads: [
        ({ x }) => {
          for (let tries = 0; tries < 5; tries++) if (x.load() === 1) return tries;
          return 'gave up';
        },
        ({ x }) => x.store(1),
      ],
      finally: (_, [result]) => void seen.add(result),
    });
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4, 'gave up']));
  });

  test('sees the Atomics of the model, and afterwards the platform’s own', () => {
    const before = globalThis.Atomics;
    let during: unknown;
    check({ words: { x: 0 }, threads: [({ x }) => void (during = x.load() === 0 && globalThis.Atomics)] });
    expect(during).toBe(atomics);
    expect(globalThis.Atomics).toBe(before);
  });
});

describe('how far a check goes', () => {
  test('is everything, with the number of interleavings on demand', () => {
    expect(
      check({ words: { x: 0 }, threads: [adds, adds], symmetry: false, interleavings: true }),
    ).toMatchObject({
      executions: 34,
      complete: true,
      interleavings: 70n,
    });
  });

  test('or a bound of preemptions, or of executions', () => {
    expect(check({ words: { x: 0 }, threads: [adds, adds], preemptions: 1 })).toMatchObject({
      complete: true,
    });
    expect(check({ words: { x: 0 }, threads: [adds, adds], maxExecutions: 7 })).toMatchObject({
      executions: 7,
      complete: false,
    });
  });
});
