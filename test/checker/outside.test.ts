import { describe, expect, test } from 'vitest';
import { check, type Shared, type Thread, UsageError } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

type X = Shared<{ x: number }>;
const words = { x: 0 };

/** Fails now and then though the word is as expected, as such an instruction may. */
const weakly = ({ x }: X, thread: Thread<number>): void => {
  for (let done = false; !done;) {
    const seen = x.load();
    done = thread.choose(2) === 1 && x.compareExchange(seen, seen + 1) === seen;
  }
};

const counts = ({ x }: X, thread: Thread<number>): void => {
  for (let i = 0; i < 90; i++) if (thread.choose(2) === 1) x.load();
};

/** Takes a lock, and gives up when half a second is over. */
const patient = ({ x }: X): boolean => {
  const until = Date.now() + 500;
  while (x.compareExchange(0, 1) !== 0) {
    if (Date.now() > until) return false;
    x.wait(1, 100);
  }
  x.store(0);
  x.notify(1);
  return true;
};

describe('a choice', () => {
  const chooses = {
    words,
    threads: [
      ({ x }: X, thread: Thread<number>): number => x.add(thread.choose(3)),
      ({ x }: X, thread: Thread<number>): number => 10 * thread.choose(2) + x.load(),
    ],
  };

  test('is answered in every way, and every way is an execution of its own', () => {
    const seen = new Set<unknown>();
    const passed = check({
      ...chooses,
      finally: (_, [, second]) => void seen.add(second),
      interleavings: true,
    });
    expect(passed).toMatchObject({ executions: 12, complete: true, cut: 0, interleavings: 36n });
    expect(seen).toEqual(new Set([0, 1, 2, 10, 11, 12]));
  });

  test('is told in the story and written in the replay line', () => {
    const finds = { ...chooses, finally: (_: unknown, results: readonly unknown[]) => results[1] !== 12 };
    const failure = failureOf(() => check(finds));
    expect(failure.trace).toMatch(/ 1 {2}chose 2 of 0\.\.2 [^]* 3 .*chose 1 of 0\.\.1/);
    expect(failure.replay).toBe('1=2,1,2=1,2');
    expect(failureOf(() => check({ ...finds, replay: failure.replay })).message).toContain(
      'Replayed: 4 steps',
    );
    expect(check({ ...finds, replay: '1=2,1,2=0,2' }).executions).toBe(1);
  });

  test.each([
    ['1=3,1', 'at step 1 it moves T1 with the choice 3, which has only 0 to 2 to choose from.'],
    ['1=2,1=2', 'at step 2 it moves T1 with the choice 2, which chooses nothing there'],
    [
      '2=1,2=1',
      'at step 2 it moves T2 with the choice 1, which chooses nothing there, after chose 1 of 0..1.',
    ],
  ])('that does not fit is refused: %s', (replay, why) => {
    expect(() => check({ ...chooses, replay })).toThrow(UsageError);
    expect(() => check({ ...chooses, replay })).toThrow(why);
  });

  test('that is answered in the same way forever does not count', () => {
    const passed = check({ words, threads: [weakly, weakly, weakly], finally: ({ x }) => x === 3 });
    expect(passed).toMatchObject({ complete: true, cut: 0 });
    expect(check({ words, threads: [weakly] })).toMatchObject({ executions: 1, complete: true });
    expect(check({ words, threads: [weakly, weakly], preemptions: 2 })).toMatchObject({ complete: true });
  });

  test('does not let a thread out of a loop that it has no way out of', () => {
    const failure = failureOf(() =>
      check({
        words,
        threads: [
          ({ x }, thread) => {
            while (x.load() === 0) thread.choose(2);
          },
        ],
      }),
    );
    expect(failure.kind).toBe('livelock');
    expect(failure.message).toContain('T1 goes round at x.load() as long as x is 0; so it did for');
  });

  test('in a loop that counts its rounds is not taken for one that may go on', () => {
    expect(() => check({ words, threads: [counts], stepLimit: 20 })).toThrow('The check is not decided');
  });

  test('is made in an operation too, and its answers are judged', () => {
    const failure = failureOf(() =>
      check({
        words,
        operations: {
          add: ({ x }, value, thread) => (thread.choose(2) === 1 ? 'busy' : x.add(value)),
        },
        threads: [[['add', 1]], [['add', 2]]],
        model: { initial: 0, apply: (sum, _, value) => [sum + value, sum] },
      }),
    );
    expect(failure.kind).toBe('not linearizable');
    expect(failure.trace).toContain('chose 1 of 0..1');
  });

  test.each([0, 1.5, 1001, Number.NaN, '2'])('among %s is refused', (n) => {
    expect(() => check({ words, threads: [(_, thread) => thread.choose(n as number)] })).toThrow(
      /T1 chooses one of .*: give a whole number from 1 to 1000/,
    );
  });
});

describe('what chance and the clock say', () => {
  test('is what the check says that they may', () => {
    const seen = new Set<unknown>();
    check({
      words,
      random: [0, 0.5],
      threads: [({ x }) => [Math.random(), x.load()], ({ x }) => x.store(1)],
      finally: (_, [drawn]) => void seen.add(drawn.join()),
    });
    expect([...seen].toSorted()).toEqual(['0,0', '0,1', '0.5,0', '0.5,1']);
  });

  test('grows over all threads', () => {
    const seen = new Set<unknown>();
    check({
      words,
      clock: [0, 5],
      threads: [
        ({ x }) => ({ after: x.load() === 1, time: performance.now() }),
        ({ x }) => {
          const time = Date.now() - Date.UTC(2025, 0, 1);
          x.store(1);
          return time;
        },
      ],
      finally: (_, [{ after, time }, before]) => {
        seen.add(`${time},${before}`);
        return !after || time >= before;
      },
    });
    expect([...seen].toSorted()).toEqual(['0,0', '0,5', '10,5', '5,0', '5,10', '5,5']);
  });

  test('decides a lock that is waited for as long as time has not run out', () => {
    expect(check({ words, clock: [0, 1000], threads: [patient, patient] })).toMatchObject({
      executions: 72,
      complete: true,
    });
    const failure = failureOf(() =>
      check({ words, clock: [0, 1000], threads: [patient, patient], finally: (_, [a, b]) => a && b }),
    );
    expect(failure.trace).toMatch(
      /no time passes[^]*the clock is at 0 ms[^]*1000 ms pass[^]*the clock is at 1000 ms/,
    );
  });

  test('is the platform’s outside a thread', () => {
    const before = Math.random;
    let time = 0;
    check({ words, threads: [({ x }) => x.load()], finally: () => void (time = Date.now() + Math.random()) });
    expect(time).toBeGreaterThan(Date.UTC(2026, 0, 1));
    expect(Math.random).toBe(before);
  });

  test.each([
    ['Math.random', () => Math.random(), /T1 calls Math\.random, .*random: \[0, 0\.5, 0\.99\]/],
    ['Date.now', () => Date.now(), /T1 looks at the clock by Date\.now, .*clock: \[0, 1000\]/],
    ['new Date', () => new Date(), /T1 looks at the clock by Date/],
    ['Date as a function', () => Date(), /T1 looks at the clock by Date/],
    ['performance.now', () => performance.now(), /T1 looks at the clock by performance\.now/],
  ])('is refused by name where the check says nothing of it: %s', (_, look, why) => {
    expect(() => check({ words, threads: [look] })).toThrow(UsageError);
    expect(() => check({ words, threads: [look] })).toThrow(why);
    expect(() => check({ words, threads: [({ x }) => [x.load(), new Date(5).getTime()]] })).not.toThrow();
  });

  test.each([
    ['no list', { random: 0.5 }, /"random" of check is 0.5: give a list of numbers from 0 to less than 1/],
    ['too great a number', { random: [1] }, /"random" of check is \[ 1 \]/],
    ['nothing', { random: [] }, /"random" of check is \[\]/],
    ['a time that runs back', { clock: [-1] }, /"clock" of check is \[ -1 \]: give a list of milliseconds/],
    ['a misspelt one', { clok: [1] }, /There is no "clok" in check \(did you mean "clock"\?\)/],
  ])('is refused where it cannot be: %s', (_, option, why) => {
    expect(() => check({ words, threads: [({ x }: X) => x.load()], ...option } as never)).toThrow(why);
  });

  test('of time comes to an end', () => {
    expect(() =>
      check({ words, clock: [2 ** 31 - 1], threads: [() => performance.now() + performance.now()] }),
    ).toThrow('The clock of the check comes to 4294967294 ms, and it goes to 2147483647');
  });
});
