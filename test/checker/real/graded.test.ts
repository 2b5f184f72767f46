import { expect, test } from 'vitest';
import type { Allowed } from '../../../src/checker/real/allowed.ts';
import { observationOf, type Seen } from '../../../src/checker/real/graded.ts';
import { NO_END } from '../../../src/checker/real/outcome.ts';

const told = { rare: 0.01, patience: 10, threads: 2 };

function seen(counts: Readonly<Record<string, number>>, more: Partial<Seen> = {}): Seen {
  const outcomes = new Map(Object.entries(counts).map(([text, count]) => [text, { count, holds: true }]));
  const rounds = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { rounds, outcomes, hangs: [], seconds: 1, interrupted: false, ...more };
}

function allowed(outcomes: readonly string[], more: Partial<Allowed> = {}): Allowed {
  return { outcomes: new Map(outcomes.map((each) => [each, true])), complete: true, races: [], ...more };
}

test('an outcome that is allowed is expected, or interesting below a part of the rounds, or if nobody saw it', () => {
  const { outcomes, text } = observationOf(
    seen({ a: 989, b: 10, c: 1 }),
    allowed(['c', 'd', 'a', 'b']),
    told,
  );
  expect(outcomes.map(({ outcome, grade, count }) => [outcome, grade, count])).toEqual([
    ['a', 'expected', 989],
    ['b', 'expected', 10],
    ['c', 'interesting', 1],
    ['d', 'interesting', 0],
  ]);
  expect(text).toBe(
    [
      '1,000 rounds on 2 worker threads in 1.0 s; the model allows 4 outcomes',
      '  expected     989  98.9 %  a',
      '  expected      10   1.0 %  b',
      '  interesting    1   0.1 %  c',
      '  interesting    0   0.0 %  d',
      '1 outcome that the model allows was not seen: that proves nothing, more rounds may show it.',
    ].join('\n'),
  );
});

test('one that is not allowed is forbidden, and comes first, however often it was seen', () => {
  const { outcomes, text } = observationOf(seen({ a: 99, b: 1 }), allowed(['a']), told);
  expect(outcomes.map(({ grade }) => grade)).toEqual(['forbidden', 'expected']);
  expect(text).toContain('1 outcome was seen that the model never shows, and it was explored to its end');
});

test('and unknown where the model was not explored to its end', () => {
  const { outcomes, text, complete } = observationOf(
    seen({ a: 99, b: 1 }),
    allowed(['a'], { complete: false, races: ['x'] }),
    told,
  );
  expect([outcomes[0]!.grade, complete]).toEqual(['unknown', false]);
  expect(text).toContain('the model allows 1 outcome and perhaps more');
  expect(text).toContain('nobody knows whether it allows what is marked as unknown');
  expect(text).toContain('Plain accesses of x race.');
});

test('rounds without an end count as rounds, with the threads that had not ended', () => {
  const hung = seen({ a: 8 }, { hangs: [[1], [0, 1]] });
  const { rounds, outcomes, text } = observationOf(hung, allowed(['a']), told);
  expect(rounds).toBe(10);
  expect(outcomes[0]).toEqual({ outcome: NO_END, count: 2, grade: 'forbidden', holds: null });
  expect(text).toContain('2 rounds did not end within 10 s: T1, T2 had not.');
  expect(observationOf(hung, allowed(['a', NO_END]), told).outcomes.map(({ grade }) => grade)).toEqual([
    'expected',
    'expected',
  ]);
});

test('of no rounds nothing is said but what the model allows', () => {
  const { outcomes, text } = observationOf(seen({}, { interrupted: true }), allowed(['a']), told);
  expect(outcomes).toEqual([{ outcome: 'a', count: 0, grade: 'interesting', holds: true }]);
  expect(text).toContain('It was ended early by its signal.');
});
