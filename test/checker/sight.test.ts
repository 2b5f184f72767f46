import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { atomics, check, selfCheck, type Shared, UsageError } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

type X = Shared<{ x: number }>;
const words = { x: 0 };

const outside = new Int32Array(new SharedArrayBuffer(8));

const careful = ({ x }: X): string => {
  try {
    x.load();
    return Atomics.wait(outside, 0, 0, 1);
  } catch {
    return 'failed';
  }
};

const counts = ({ x }: X): number => {
  const own = new Int32Array(new SharedArrayBuffer(8));
  for (let i = 0; i < 3; i++) Atomics.add(own, 0, x.load() + 1);
  return Atomics.load(own, 0) + own.byteLength;
};

const naps = ({ x }: X): string[] => {
  const own = new Int32Array(new SharedArrayBuffer(4));
  return [Atomics.wait(own, 0, 0, 1e9), Atomics.wait(own, 0, x.load() + 1, 1e9), Atomics.wait(own, 0, 0, 0)];
};

const sleeps = ({ x }: X): string => {
  x.store(1);
  return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

const stores = ({ x }: X): void => {
  for (let i = 1; i <= 4; i++) x.store(i);
};

describe('shared memory that was not declared', () => {
  test('is refused by name, with what is done to it, before it is done', () => {
    const increments = ({ x }: X): number => [x.load(), Atomics.add(outside, 1, 1)].length;
    expect(() => check({ words, threads: [increments, increments] })).toThrow(UsageError);
    expect(() => check({ words, threads: [increments, increments] })).toThrow(
      /^T1 uses Atomics\.add on element 1 of Int32Array over a SharedArrayBuffer of 8 bytes that the check does not declare.* words: \{ memory: new Int32Array\(2\) \}/,
    );
    expect(Atomics.load(outside, 1)).toBe(0);
  });

  test('is refused although the code catches everything', () => {
    expect(() => check({ words, threads: [careful] })).toThrow(/uses Atomics\.wait on element 0/);
  });

  test('is refused of one thread that got it from another', () => {
    let leaked: Int32Array | undefined;
    const leaks = ({ x }: X): void => {
      const own = new Int32Array(new SharedArrayBuffer(4));
      leaked ??= own;
      Atomics.store(own, 0, x.load());
    };
    const takes = ({ x }: X): void => void (x.load(), leaked && Atomics.load(leaked, 0));
    expect(() => check({ words, threads: [leaks, takes] })).toThrow(/T2 uses Atomics\.load/);
  });

  test('is refused of a thread that kept it from an earlier run of its code', () => {
    let kept: Int32Array | undefined;
    // Only in an execution that comes late, and is not run a second time.
    const keeps = ({ x }: X): void => {
      if (x.load() !== 1) return;
      kept ??= new Int32Array(new SharedArrayBuffer(4));
      x.load();
      Atomics.add(kept, 0, 1);
    };
    expect(() => check({ words, threads: [keeps, stores] })).toThrow(/T1 uses Atomics\.add/);
  });

  test('is none of the check’s outside a thread', () => {
    const passed = check({
      words,
      threads: [({ x }) => x.load()],
      finally: () => Atomics.load(outside, 0) === 0,
    });
    expect(passed.complete).toBe(true);
  });
});

describe('memory of a thread’s own', () => {
  test('is used as it is', () => {
    const passed = check({
      words,
      threads: [counts, counts],
      finally: (_, results) => results.join() === '11,11',
    });
    expect(passed.complete).toBe(true);
  });

  test('is slept on for no time', () => {
    const answers = 'timed-out,not-equal,timed-out';
    expect(check({ words, threads: [naps], finally: (_, [said]) => said.join() === answers }).complete).toBe(
      true,
    );
  });

  test('is slept on forever without a timeout, since nobody can wake it', () => {
    const failure = failureOf(() => check({ words, threads: [sleeps, ({ x }) => x.load()] }));
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toContain(
      'T1 sleeps in a wait on memory of its own, which no other thread knows.',
    );
  });
});

describe('that check sees', () => {
  test('is proved by a lost update that is built in', () => {
    expect(selfCheck()).toEqual({ finds: 'a lost update', executions: 2, replay: '1,2x2,1' });
  });

  test('is refused where no thread touches a declared word', () => {
    expect(() => check({ words: { x: 0, ring: [0] }, threads: [() => 1, () => 2] })).toThrow(
      'No thread touches a declared word (x, ring), so nothing was checked',
    );
  });

  test('is refused where the global Atomics cannot be replaced', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'Atomics')!;
    // A global that is not configurable could not be put back, so the refusal of its realm stands in for that of this one.
    const context = createContext({});
    runInContext(
      'Object.defineProperty(globalThis, "Atomics", { writable: false, configurable: false })',
      context,
    );
    const body = runInContext('({ x }) => x.load()', context) as (shared: X) => number;
    expect(() => check({ words, threads: [body] })).toThrow(
      'The global Atomics cannot be replaced while the check runs (it is frozen)',
    );
    expect(Object.getOwnPropertyDescriptor(globalThis, 'Atomics')).toEqual(own);
  });

  test('holds for code of another realm, which has globals of its own', () => {
    const context = createContext({});
    const body = runInContext(
      '({ memory }) => { const seen = Atomics.load(memory, 0); Atomics.store(memory, 0, seen + 1); }',
      context,
    ) as (shared: Shared<{ memory: Int32Array }>) => void;
    const before = runInContext('Atomics', context) as Atomics;
    const failure = failureOf(() =>
      check({
        words: { memory: new Int32Array(1) },
        threads: [body, body],
        finally: ({ memory }) => memory[0] === 2,
      }),
    );
    expect(failure.kind).toBe('property');
    expect(runInContext('Atomics', context)).toBe(before);
    expect(before).not.toBe(atomics);
  });
});

describe('words answer as Atomics does', () => {
  test('a store with its value, made an integer', () => {
    const real = new Int32Array(new SharedArrayBuffer(4));
    const given = [5, -0, 2.7, Number.NaN, 2 ** 40];
    const expected = given.map((value) => Atomics.store(real, 0, value));
    const seen: unknown[] = [];
    check({
      words: { x: 0, big: 0n },
      threads: [({ x, big }) => [...given.map((value) => x.store(value)), big.store(7n)]],
      finally: (_, [said]) => void seen.push(said),
    });
    expect(seen[0]).toEqual([...expected, 7n]);
  });

  test('a wait that has no time looks, and is never woken', () => {
    const seen = new Set<string>();
    check({
      words: { memory: [0], x: 0 },
      threads: [
        ({ memory, x }) => [Atomics.wait(memory, 0, 0, 0), x.wait(1, -5), x.wait(0, 0)].join(),
        ({ memory, x }) => Atomics.notify(memory, 0) + x.notify(),
      ],
      finally: (_, results) => void seen.add(results.join(' ')),
    });
    expect([...seen]).toEqual(['timed-out,not-equal,timed-out 0']);
  });
});
