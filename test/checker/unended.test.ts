import { describe, expect, test } from 'vitest';
import { check, type Shared } from '../../src/checker/index.ts';
import { exploreProgram } from '../../src/checker/exploration.ts';
import { failureOf as told } from '../../src/checker/failure.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import type { AnyCheck } from '../../src/checker/any-check.ts';
import { shortened } from '../../src/checker/shortening.ts';
import { failureOf } from './failure-of.ts';
import { deep } from '../effort.ts';

type X = Shared<{ x: number }>;
const words = { x: 0 };

const reads =
  (times: number) =>
  ({ x }: X): string => {
    for (let i = 0; i < times; i++) if (x.load() === 7) return 'seen';
    return 'gave up';
  };

const copies = ({ x }: X): void => {
  for (let i = 0; i < 30; i++) x.add(1);
};

const both = ({ x }: X): void => {
  while (true) x.store(x.load() + 1);
};

const locks = ({ x }: X): void => {
  while (x.compareExchange(0, 1) !== 0) x.load();
  x.store(0);
};

const sleeps = ({ x }: X): void => void (x.load() === 0 && x.wait(0));

const wakes = ({ x }: X): void => void [x.store(1), x.notify()];

const increments = ({ x }: X): number => x.store(x.load() + 1);

describe('a thread that is still going at the step limit', () => {
  test.runIf(deep)('and would end is no finding: the check says what is known, and is not decided', () => {
    expect(() => check({ words, threads: [copies], stepLimit: 20 })).toThrow(
      'The check is not decided: 1 of 1 execution was not followed to the end. In the first, T1 was still going after 20 steps, and ends after 10 more. Let the loops be shorter, give more steps than stepLimit: 20,',
    );
    expect(check({ words, threads: [copies], stepLimit: 30 })).toMatchObject({ complete: true, cut: 0 });
    expect(check({ words, threads: [copies], stepLimit: 20, maxExecutions: 9 })).toMatchObject({
      executions: 1,
      cut: 1,
      complete: false,
    });
  });

  test('and gives up after more rounds than it was watched for is no livelock', () => {
    expect(() => check({ words, threads: [reads(100)], stepLimit: 20 })).toThrow(
      'T1 goes round at x.load() as long as x is 0, and gives up after 99 steps more.',
    );
    const failure = failureOf(() => check({ words, threads: [reads(Infinity)], stepLimit: 20 }));
    expect(failure.kind).toBe('livelock');
    expect(failure.message).toContain(
      'T1 goes round at x.load() as long as x is 0; so it did for 200 steps more',
    );
  });

  test.runIf(deep)('is shown with its last round, and its story is folded', () => {
    const failure = failureOf(() => check({ words, threads: [both], stepLimit: 400 }));
    expect(failure.kind).toBe('endless');
    expect(failure.message).toContain('its last round was x.load() ⇒ 2199, x.store(2200).');
    expect(failure.message).toContain('let it make more steps: stepLimit is 400.');
    expect(failure.trace).toContain('… 198 rounds more of the like with other values, steps 3 to 398');
    expect(failure.trace.split('\n')).toHaveLength(6);
  });

  test('is not taken for one that cannot finish alone', () => {
    const passed = check({
      words,
      threads: [reads(30), reads(30)],
      stepLimit: 20,
      lockFree: true,
      maxExecutions: 5,
    });
    expect(passed.complete).toBe(false);
  });
});

describe('threads that do not finish alone', () => {
  test('are told with the loop that they are in', () => {
    expect(failureOf(() => check({ words, threads: [locks, locks], lockFree: true })).message).toMatch(
      /T2 does not finish alone from here, .* its last round was (x\.compareExchange\(0, 1\) ✗ ⇒ 1, x\.load\(\) ⇒ 1|x\.load\(\) ⇒ 1, x\.compareExchange\(0, 1\) ✗ ⇒ 1)\./,
    );
  });

  test('are told with the wait that they sleep in', () => {
    expect(failureOf(() => check({ words, threads: [sleeps, wakes], lockFree: true })).message).toContain(
      'T1 does not finish alone from here, the others standing still: it sleeps in x.wait.',
    );
  });
});

describe('the fewest preemptions', () => {
  const program = new CheckedProgram({
    words,
    threads: [increments, increments],
    finally: ({ x }: { x: number }) => x === 2,
  } as unknown as AnyCheck);
  const { found, points } = exploreProgram(program, Infinity);

  test('are said where all executions with fewer were searched', () => {
    const shortest = shortened(program, points, found!, Infinity);
    expect(shortest).toMatchObject({ fewest: true, path: [0, 1, 1, 0] });
    expect(
      told(program, points, shortest, { executions: 2, states: null, chance: null, fewest: true }).message,
    ).toContain('this one has 4 steps and 1 preemption, the fewest that show it.');
  });

  test('are not said where the time was over before', () => {
    const shortest = shortened(program, points, found!, 0);
    expect(shortest.fewest).toBe(false);
    const failure = told(program, points, shortest, {
      executions: 2,
      states: null,
      chance: null,
      fewest: false,
    });
    expect(failure.fewest).toBe(false);
    expect(failure.message).toContain('4 steps and 1 preemption; fewer preemptions are not excluded.');
  });

  test('are not spoken of in a replay', () => {
    const failure = failureOf(() =>
      check({
        words,
        threads: [increments, increments],
        finally: ({ x }) => x === 2,
        replay: '1,2x2,1',
      }),
    );
    expect(failure.message).toContain('Replayed: 4 steps and 1 preemption.\n');
  });
});

const handsOver =
  (me: number) =>
  ({ x }: X): void => {
    for (;;) {
      while (x.load() !== me);
      x.store(1 - me);
    }
  };

test('threads that hand something to each other forever are a livelock: no state that they come to leads to an end', () => {
  const failure = failureOf(() => check({ words, stepLimit: 60, threads: [handsOver(0), handsOver(1)] }));
  expect(failure.kind).toBe('livelock');
  expect(failure.message).toMatch(
    /T\d was still going after 60 steps, and after \d+ more in turns with the others/,
  );
  expect(failure.message).toMatch(/Found in a visit of \d states/);
});
