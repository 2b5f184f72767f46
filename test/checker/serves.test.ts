import { deep } from '../effort.ts';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { check, type Shared } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const words = { jobs: 0, done: 0 };
type Words = Shared<typeof words>;

const worker = ({ jobs, done }: Words): void => {
  for (let seen = 0; ; seen++) {
    while (jobs.load() === seen) jobs.wait(seen);
    done.add(1);
    done.notify();
  }
};

const poller = ({ jobs, done }: Words): void => {
  for (;;) if (jobs.exchange(0) > 0) done.store(1);
};

const client = ({ jobs, done }: Words): string => {
  jobs.add(1);
  jobs.notify();
  while (done.load() !== 1) done.wait(0);
  return 'served';
};

const adds = ({ done }: Words): number => done.add(1);

const pollingClient = ({ jobs, done }: Words): void => {
  jobs.store(1);
  while (done.load() === 0);
};

const counts = ({ done }: Words): void => {
  for (;;) done.add(1);
};

/** Shows that it lives, whether there is something to do or not. */
const beats = ({ jobs, done }: Words): void => {
  for (;;) {
    jobs.store(1);
    if (done.load() === 1) done.store(2);
    jobs.store(0);
  }
};

describe('a thread that serves', () => {
  test('may sleep when all others have ended', () => {
    const passed = check({
      words,
      threads: [{ code: worker, serves: true }, client],
      finally: ({ done }, [served, result]) => {
        expectTypeOf(served).toEqualTypeOf<undefined | void>();
        expectTypeOf(result).toEqualTypeOf<string>();
        return done === 1 && served === undefined && result === 'served';
      },
    });
    expect(passed).toMatchObject({ complete: true, cut: 0 });
    expect(failureOf(() => check({ words, threads: [worker, client] })).kind).toBe('deadlock');
    expect(failureOf(() => check({ words, threads: [{ code: worker, serves: false }, client] })).kind).toBe(
      'deadlock',
    );
  });

  test('may poll', () => {
    const passed = check({ words, threads: [{ code: poller, serves: true }, pollingClient] });
    expect(passed).toMatchObject({ complete: true, cut: 0 });
    expect(failureOf(() => check({ words, threads: [poller, pollingClient] })).kind).toBe('livelock');
  });

  test('may not keep another from its end', () => {
    const failure = failureOf(() =>
      check({ words, threads: [{ code: worker, serves: true }, ({ done }) => void done.wait(0)] }),
    );
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toContain('T1, which serves, sleeps in jobs.wait.');
    const poll = failureOf(() =>
      check({ words, threads: [{ code: poller, serves: true }, ({ done }) => void done.wait(0)] }),
    );
    expect(poll.kind).toBe('livelock');
    expect(poll.message).toContain('T2 sleeps in done.wait');
  });

  test.runIf(deep)(
    'may not go on forever doing something that leads to ever new states: that is not decided',
    () => {
      expect(() => check({ words, stepLimit: 50, threads: [{ code: counts, serves: true }] })).toThrow(
        'In the first, T1, which serves, was still going after 50 steps',
      );
    },
  );

  test('is judged where it only goes round, whatever it does there', () => {
    const threads = [{ code: beats, serves: true }, ({ done }: Words) => done.store(1)] as const;
    const seen = new Set<unknown>();
    const passed = check({ words, threads, finally: ({ done }) => void seen.add(done) });
    expect(passed).toMatchObject({ complete: true, cut: 0 });
    expect(seen).toEqual(new Set([2]));
    expect(failureOf(() => check({ words, threads, finally: ({ done }) => done === 1 })).kind).toBe(
      'property',
    );
  });

  test('is judged by its end if it has one, and by what it throws', () => {
    expect(
      failureOf(() =>
        check({
          words,
          threads: [
            {
              serves: true,
              code: ({ jobs }) => {
                jobs.wait(0);
                throw new Error('stopped');
              },
            },
            ({ jobs }) => [jobs.store(1), jobs.notify()],
          ],
        }),
      ).kind,
    ).toBe('error');
    const seen = new Set<unknown>();
    check({
      words,
      threads: [{ serves: true, code: ({ jobs }) => jobs.wait(0) }, ({ jobs }) => jobs.notify()],
      finally: (_, [waited]) => void seen.add(waited),
    });
    expect(seen).toEqual(new Set(['ok', undefined]));
  });

  test('need not finish alone', () => {
    const idle = { code: worker, serves: true } as const;
    expect(check({ words, threads: [idle, adds], lockFree: true }).complete).toBe(true);
    expect(failureOf(() => check({ words, threads: [worker, adds], lockFree: true })).kind).toBe(
      'not lock-free',
    );
  });

  test('may be in an operation at the end, which has taken effect or not', () => {
    const model = {
      initial: 0,
      apply: (free: number, operation: string): readonly [number, unknown] =>
        operation === 'free' ? [free + 1, undefined] : [free - 1, undefined],
    };
    const operations = {
      take: ({ jobs }: Words): void => {
        while (jobs.load() === 0) jobs.wait(0);
        jobs.sub(1);
      },
      free: ({ jobs }: Words): void => {
        jobs.add(1);
        jobs.notify(1);
      },
    };
    const passed = check({
      words,
      operations,
      model,
      threads: [{ code: [['take'], ['take']], serves: true }, [['free']]],
    });
    expect(passed).toMatchObject({ complete: true });
  });

  test.each([
    [{ code: worker, servs: true }, /There is no "servs" in T1 \(did you mean "serves"\?\)/],
    [{ serves: true }, /"code" is missing in T1: give what it runs/],
    [{ code: 5 }, /"code" of T1 is 5/],
    [{ code: worker, serves: 1 }, /"serves" of T1 is 1: give true or false/],
    [{ code: async () => {} }, /T1 is asynchronous/],
    [{ code: [['take']] }, /T1 is a list of operations, and the check declares none/],
  ])('is refused where it is misspelt: %o', (thread, why) => {
    expect(() => check({ words, threads: [thread] } as never)).toThrow(why);
  });
});
