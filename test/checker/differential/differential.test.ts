import { describe, expect, test } from 'vitest';
import { compareQueues } from './agree.ts';
import type { Place, Statement, Thread } from './language.ts';
import { runs } from '../../effort.ts';
import { subjects } from './subjects.ts';

const first: Place = { type: 'Int32', at: 0 };
const second: Place = { type: 'Int32', at: 4 };
const wide: Place = { type: 'BigInt64', at: 8 };
const byte: Place = { type: 'Int8', at: 16 };

const notifies = (place: Place, count: number): Statement => ({ ...place, does: 'notify', count });
const writes = (value: number): Statement => ({ ...second, does: 'write', value });

/** Programs that were missed once: what a wait or a notification touches was not all that it depends on. */
const HARD: readonly (readonly Thread[])[] = [
  [
    [writes(-1), { ...wide, does: 'wait', value: 0n, timeout: Infinity }],
    [writes(127), { ...wide, does: 'exchange', value: 2n ** 40n, other: 0n }],
    [notifies(wide, Infinity)],
  ],
  [
    [
      { ...byte, does: 'load', value: 0, other: 0 },
      { ...byte, does: 'read', value: 0 },
      notifies(first, Infinity),
    ],
    [
      { ...second, does: 'store', value: 127, other: 0 },
      notifies(first, 1),
      { ...byte, does: 'sub', value: -1, other: 0 },
    ],
  ],
];

describe('a check of random programs says what an interpreter of its own finds', () => {
  test.each(Object.entries(subjects))('of %s', (name, subject) => {
    // Some take longer.
    const programs = runs(name === 'fairness' ? 16 : 32, 4);
    const seen = subject(programs, 3);
    expect(Object.values(seen).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(programs);
  });

  test.each(HARD.map((threads, i) => [i + 1, threads] as const))('of hard program %i', (_, threads) => {
    expect(['sleepers', 'none']).toContain(compareQueues({ size: 24, threads }));
  });
});
