import { describe, expect, test } from 'vitest';
import { check, type Passed } from '../../../src/checker/index.ts';
import { Random } from '../../../src/random.ts';
import { deep, runs, some } from '../../effort.ts';
import { bodyOf, DATA, type Doing, LOCKS, type LockWay, randomDoings, words } from './programs.ts';

/** Programs with more executions are left out. */
const MOST_EXECUTIONS = deep ? 1000 : 600;
const PROGRAMS = runs(48, 8);

/** All that threads come to that may sleep at the end; null if that is too much to be explored. */
function endsOf(
  threads: readonly (readonly Doing[])[],
  way: LockWay,
  isAtOnce: boolean,
): { readonly ends: string[]; readonly passed: Passed } {
  const ends = new Set<string>();
  const passed = check({
    words,
    threads: threads.map((doings) => ({ code: bodyOf(doings, way, isAtOnce), serves: true })),
    maxExecutions: MOST_EXECUTIONS,
    finally: (values, results) => {
      const data = Array.from({ length: DATA }, (_, i) => values[`data${i}`]);
      ends.add(`${data.join(' ')} | ${results.map((result) => result ?? 'asleep').join(' | ')}`);
    },
  });
  return { ends: [...ends].toSorted(), passed };
}

describe.each(some(Object.entries(LOCKS), 2))('a lock that %s, done at once', (_, way) => {
  const SIZES = [
    [2, 3],
    [3, 2],
  ] as const;
  test.each(some(SIZES, 1))(
    'comes to the same ends in random programs of %i threads with up to %i doings',
    (count, most) => {
      const random = new Random(29);
      const seen = { compared: 0, sleepers: 0, executions: 0, atOnce: 0 };
      for (let i = 0; i < PROGRAMS; i++) {
        const threads = randomDoings(random, count, most);
        const all = endsOf(threads, way, false);
        if (!all.passed.complete) continue;
        const { ends, passed } = endsOf(threads, way, true);
        expect({ threads, ends, complete: passed.complete }).toEqual({
          threads,
          ends: all.ends,
          complete: true,
        });
        seen.compared++;
        if (ends.some((end) => end.includes('asleep'))) seen.sleepers++;
        seen.executions += all.passed.executions;
        seen.atOnce += passed.executions;
      }
      expect(seen.compared).toBeGreaterThan(PROGRAMS * 0.5);
      expect(seen.sleepers).toBeGreaterThan(0);
      expect(seen.atOnce).toBeLessThan(seen.executions);
      // A lock that sleeps has many executions.
    },
    600_000,
  );
});
