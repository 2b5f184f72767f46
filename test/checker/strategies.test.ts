import { describe, expect, test } from 'vitest';
import { check, type Check, type StrategyName } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';
import { deep } from '../effort.ts';

const words = { counter: 0 };

interface Words {
  readonly counter: { load(): number; store(value: number): number; add(value: number): number };
}

const increments = ({ counter }: Words): void => void counter.store(counter.load() + 1);
const adds = ({ counter }: Words): void => {
  for (let i = 0; i < 9; i++) counter.add(1);
};

const lostUpdate = {
  words,
  threads: [increments, increments, increments],
  finally: ({ counter }: { counter: number }) => counter === 3,
};

const byChance: StrategyName[] = ['pct', 'pos', 'random-walk'];

describe('a strategy', () => {
  test.each<StrategyName>(['exhaustive', 'bounded', ...byChance])('%s finds a lost update', (strategy) => {
    const failure = failureOf(() => check({ ...lostUpdate, strategy, seed: 3 }));
    const said = byChance.includes(strategy)
      ? `by ${strategy} with seed 3; this one has`
      : 'executions; this one has';
    expect(failure.kind).toBe('property');
    expect(failure.message).toMatch(new RegExp(`${said}|first execution.*; this one has`));
    // What chance has found is made short too, and has a line.
    expect(failure.preemptions).toBe(1);
    expect(failureOf(() => check({ ...lostUpdate, replay: failure.replay })).kind).toBe('property');
  });

  test.each(byChance)('%s proves nothing, and says how many executions it chose', (strategy) => {
    const { complete, executions, summary, preemptions, chance } = check({
      words,
      threads: [({ counter }) => counter.add(1), ({ counter }) => counter.add(2)],
      strategy,
      maxExecutions: 300,
    });
    expect({ complete, executions, preemptions }).toEqual({
      complete: false,
      executions: 300,
      preemptions: null,
    });
    expect(chance).toMatchObject({ strategy, seed: 1, runs: 300, depth: 2 });
    expect(summary).toMatch(/^Not proved: 300 executions were explored, and there are more\. Likely only: /);
    expect(summary.endsWith('which promises nothing.')).toBe(strategy !== 'pct');
  });

  test('PCT says what it promises, for executions as long as the longest that it met', () => {
    const { chance, summary } = check({
      words,
      threads: [({ counter }) => counter.add(1), ({ counter }) => counter.add(2)],
      strategy: 'pct',
      depth: 2,
      maxExecutions: 20,
    });
    expect(chance).toMatchObject({ rate: 1 / 4, formula: '1/(2·2)', missed: 0.75 ** 20 });
    expect(summary).toContain(
      'takes 2 orders of two steps is shown by at least one in 4 on average (1/(2·2))',
    );
    expect(summary).toContain('missed it with a probability of 0.32 % at most.');
  });

  test.each(byChance)('%s tries all answers of a choice', (strategy) => {
    const seen = new Set<unknown>();
    const { chance } = check({
      words,
      threads: [({ counter }, thread) => (counter.load(), thread.choose(3))],
      strategy,
      maxExecutions: 100,
      finally: (_, [answer]) => void seen.add(answer),
    });
    expect(seen).toEqual(new Set([0, 1, 2]));
    // Chance also decides what is answered, so that nothing is promised.
    expect(chance).toMatchObject({ rate: null, missed: null });
  });

  test('with a bound proves as much as it says', () => {
    const { summary, complete, preemptions } = check({ words, threads: [adds, adds, adds], preemptions: 1 });
    expect({ complete, preemptions }).toEqual({ complete: true, preemptions: 1 });
    expect(summary).toMatch(
      /^Proved up to 1 preemption: \d+ executions were explored up to symmetry \(T1, T2, T3 run the same code\)\.$/,
    );
  });
});

describe('without a choice', () => {
  test.runIf(deep)('what cannot be decided is proved for few preemptions, and likely by PCT', () => {
    const { summary, complete, preemptions, chance } = check({
      words,
      threads: [adds, adds, adds, adds],
      maxSeconds: 1.5,
    });
    expect(complete).toBe(false);
    expect(preemptions).toBeGreaterThan(-1);
    expect(chance).toMatchObject({ strategy: 'pct', depth: 3 });
    expect(summary).toMatch(
      /^Not proved: .* Proved: nothing is wrong in any execution with .*preemption.* Likely only: /,
    );
  });

  test('a check that is decided in time is proved', () => {
    expect(check({ words, threads: [adds, ({ counter }) => counter.load()] }).summary).toBe(
      'Proved for this program: 10 executions were explored, and none was left out.',
    );
  });
});

describe('what does not go together is refused', () => {
  test.each<[Partial<Check<typeof words>>, RegExp]>([
    [{ jobs: 4 }, /"jobs" of check is 4: give 1, or leave it out: the code of a thread is a function/],
    [
      { strategy: 'ptc' as StrategyName },
      /"strategy" of check is 'ptc': give one of exhaustive, bounded, pct/,
    ],
    [{ strategy: 'pct', preemptions: 2 }, /has preemptions: 2 and strategy: 'pct': give strategy: 'bounded'/],
    [{ strategy: 'pos', depth: 2 }, /has depth: 2 and strategy: 'pos': give strategy: 'pct'/],
    [{ seed: -1 }, /"seed" of check is -1: give a whole number/],
    [{ depth: 0 }, /"depth" of check is 0: give a whole number/],
  ])('%o', (options, sentence) => {
    expect(() => check({ words, threads: [adds], ...options } as Check<typeof words>)).toThrow(sentence);
  });
});
