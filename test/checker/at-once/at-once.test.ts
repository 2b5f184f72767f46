import { describe, expect, test } from 'vitest';
import { check, checkObject, type Thread, UsageError } from '../../../src/checker/index.ts';
import { failureOf } from '../failure-of.ts';
import { deep } from '../../effort.ts';

/** A lock over the first word of an array, as a package has it. */
class Mutex {
  readonly #word: Int32Array;

  constructor(word: Int32Array = new Int32Array(new SharedArrayBuffer(4))) {
    this.#word = word;
  }

  lock(): void {
    while (Atomics.compareExchange(this.#word, 0, 0, 1) !== 0) Atomics.wait(this.#word, 0, 1);
  }

  lockFor(timeout: number): boolean {
    while (Atomics.compareExchange(this.#word, 0, 0, 1) !== 0)
      if (Atomics.wait(this.#word, 0, 1, timeout) === 'timed-out') return false;
    return true;
  }

  unlock(): void {
    Atomics.store(this.#word, 0, 0);
    Atomics.notify(this.#word, 0, 1);
  }

  async lockLater(): Promise<void> {}
}

const make = (): { mutex: Mutex; data: Int32Array } => ({
  mutex: new Mutex(),
  data: new Int32Array(new SharedArrayBuffer(8)),
});
type Made = ReturnType<typeof make>;

const increments = ({ mutex, data }: Made): void => {
  mutex.lock();
  data[0]!++;
  mutex.unlock();
};

const bare = ({ data }: Made): void => void data[0]!++;

const asks = ({ mutex, data }: Made): number => {
  for (;;) {
    mutex.lock();
    const seen = data[0]!;
    mutex.unlock();
    if (seen > 0) return seen;
  }
};

const checkAt = (atOnce: unknown): unknown => check({ make, threads: [increments], atOnce } as never);

describe('methods that a check does at once', () => {
  test('are a step each, so that a lock has as many executions as orders', () => {
    const at = (atOnce?: [[typeof Mutex, ...string[]]]): number =>
      check({
        make,
        threads: [increments, increments, increments],
        symmetry: false,
        ...(atOnce && { atOnce }),
      }).executions;
    expect([at(), at([[Mutex, 'lock', 'unlock']])]).toEqual([792, 6]);
  });

  test('are told as steps, with what they set', () => {
    const failure = failureOf(() =>
      check({
        make,
        threads: [increments, increments],
        atOnce: [[Mutex, 'lock', 'unlock']],
        finally: ({ data }) => data[0] === 1,
      }),
    );
    expect(failure.trace).toMatch(
      /1 {2}Mutex\.lock\(\), at once .*\n +sets buffer1\.int32\[0\] = 1\n +read buffer2\.int32\[0\] ⇒ 0\n/,
    );
    expect(failure.replay).toBe('1x2,2x2');
  });

  test('order what is between them, and nothing else', () => {
    const failure = failureOf(() =>
      check({ make, threads: [increments, bare], atOnce: [[Mutex, 'lock', 'unlock']] }),
    );
    expect(failure.kind).toBe('race');
  });

  test('sleep where nobody gives back what they wait for', () => {
    const failure = failureOf(() =>
      check({
        make,
        threads: [({ mutex }) => mutex.lock(), ({ mutex }) => mutex.lock()],
        atOnce: [[Mutex, 'lock']],
      }),
    );
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toContain('T2 sleeps in Mutex.lock().');
  });

  test('may time out at any moment, if they can', () => {
    const seen = new Set<string>();
    check({
      make,
      threads: [
        ({ mutex }) => mutex.lockFor(10) && (mutex.unlock(), true),
        ({ mutex }) => (mutex.lock(), mutex.unlock()),
      ],
      atOnce: [[Mutex, 'lock', 'lockFor', 'unlock']],
      finally: (_, [first]) => void seen.add(String(first)),
    });
    expect([...seen].toSorted()).toEqual(['false', 'true']);
  });

  test.runIf(deep)('stand still in a loop that asks again and again, until another thread moves', () => {
    const atOnce = [[Mutex, 'lock', 'unlock']] as const;
    const { complete } = check({ make, threads: [asks, increments], atOnce });
    expect(complete).toBe(true);
    const alone = failureOf(() => check({ make, threads: [asks, asks], atOnce }));
    expect(alone.kind).toBe('livelock');
  });

  test('are what they were when the check is over', () => {
    const before = Object.getOwnPropertyDescriptors(Mutex.prototype);
    check({ make, threads: [increments], atOnce: [[Mutex, 'lock', 'unlock']] });
    expect(Object.getOwnPropertyDescriptors(Mutex.prototype)).toEqual(before);
  });

  test('make programs of objects smaller', () => {
    const counter = {
      make,
      operations: {
        next: ({ mutex, data }: Made): number => {
          mutex.lock();
          const next = ++data[0]!;
          mutex.unlock();
          return next;
        },
      },
      calls: 3,
    };
    const whole = checkObject(counter);
    const once = checkObject({ ...counter, atOnce: [[Mutex, 'lock', 'unlock']] });
    expect({ programs: once.programs, complete: once.complete }).toEqual({
      programs: whole.programs,
      complete: true,
    });
    expect(once.executions).toBeLessThan(whole.executions / 5);
  });
});

describe('a function that a thread does at once', () => {
  const words = { a: 0, b: 0 };
  interface Words {
    readonly a: { load(): number; store(value: number): number; value: number };
    readonly b: { load(): number; store(value: number): number };
  }

  test('is one step of all that it does, and answers', () => {
    const seen = new Set<string>();
    check({
      words,
      threads: [
        ({ a, b }: Words, thread: Thread<number>) =>
          thread.atOnce(() => {
            a.store(1);
            return thread.atOnce(() => b.store(1));
          }),
        ({ a, b }: Words, thread: Thread<number>) => thread.atOnce(() => `${a.load()}${b.load()}`),
      ],
      finally: (_, results) => void seen.add(results.join()),
    });
    expect([...seen].toSorted()).toEqual(['1,00', '1,11']);
  });

  test.each([
    [
      (thread: Thread<number>) => thread.atOnce(() => thread.choose(2)),
      /cannot be a part of one step: .* neither chance/,
    ],
    [(thread: Thread<number>) => thread.atOnce(async () => 1), /answers a promise/],
  ])('is refused, with a sentence, where it can be none: %#', (body, why) => {
    const run = (): unknown =>
      check({ words, threads: [({ a }: Words, thread: Thread<number>) => (a.load(), body(thread))] });
    expect(run).toThrow(UsageError);
    expect(run).toThrow(why);
  });

  test('is refused if it goes on and on', () => {
    expect(() =>
      check({
        words,
        threads: [
          ({ a }: Words, thread: Thread<number>) =>
            thread.atOnce(() => {
              for (let i = 1; ; i++) a.store(i);
            }),
        ],
      }),
    ).toThrow(/is to be one step, and makes more than 5000 accesses/);
  });
});

test('what is said of methods is heard, with a sentence', () => {
  expect(() => checkAt([[Mutex, 'unlok']])).toThrow(
    'There is no method unlok of Mutex (did you mean "unlock"?)',
  );
  expect(() => checkAt([Mutex])).toThrow('"atOnce" of check is [ [class Mutex] ]: give lists of a class');
  expect(() =>
    checkAt([
      [Mutex, 'lockLater'],
      [Mutex, 'lock'],
    ]),
  ).not.toThrow();
});
