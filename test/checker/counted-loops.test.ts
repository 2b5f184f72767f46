import { describe, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';

const ROUNDS = 100;

const other = ({ y }: { y: { store(n: number): number } }): void => void y.store(2);

const slow = ({ x }: { x: { add(n: number): number } }): void => {
  for (let i = 0; i < 300; i++) {
    x.add(1);
    for (let k = 0; k < 30_000; k++) Math.sqrt(k);
  }
};

describe('a loop that counts its rounds', () => {
  test('takes hardly more runs of the code than it has rounds, since what one rehearsal shows holds for the next rounds', () => {
    let runs = 0;
    const { executions, complete } = check({
      words: { x: 0 },
      threads: [
        ({ x }) => {
          runs++;
          for (let i = 0; i < ROUNDS; i++) x.load();
        },
      ],
    });
    expect([executions, complete]).toEqual([1, true]);
    // One run for each step, few to see how far a round goes on, and some more of all that for what is run twice.
    expect(runs).toBeLessThan(5 * ROUNDS);
  });

  test('is followed to its end wherever it begins, with as many executions as one without it', () => {
    const counts = [1, 5, 40].map((rounds) => {
      const waits = ({ x, y }: { x: { load(): number }; y: { store(n: number): number } }): void => {
        for (let i = 0; i < rounds; i++) x.load();
        y.store(1);
      };
      return check({ words: { x: 0, y: 0 }, threads: [waits, other] }).executions;
    });
    expect(counts).toEqual([2, 2, 2]);
  });

  test('is told from one that waits, though both begin alike', () => {
    const { executions, complete } = check({
      words: { flag: 0, x: 0 },
      threads: [
        ({ flag, x }) => {
          for (let i = 0; i < 20; i++) x.load();
          while (flag.load() === 0);
        },
        ({ flag }) => void flag.store(1),
      ],
    });
    expect([executions, complete]).toEqual([2, true]);
  });
});

describe('the time that a check may take', () => {
  test.each(['exhaustive', 'bounded', 'pct', 'random-walk'] as const)(
    'ends %s within an execution, however long one takes',
    (strategy) => {
      const { executions, complete } = check({
        words: { x: 0 },
        threads: [slow, slow],
        strategy,
        maxSeconds: 0.1,
      });
      // So many take minutes.
      expect([executions < 64, complete]).toEqual([true, false]);
    },
  );
});
