import { expect, test } from 'vitest';
import { progressText } from '../../src/report/text/exploration-progress.ts';

const first = { executions: 4000, here: 4000, seconds: 2, depth: 61, done: 2, units: 290, estimate: null };
const about = (executions: number) => ({
  estimate: { executions, least: executions / 2, most: 2 * executions },
});

test('progress says how much, how fast and how deep, and no more than it can know', () => {
  expect(progressText(first)).toBe('4,000 executions, 2,000 a second, 2 of 290 units, depth 61');
  expect(progressText({ ...first, done: 0, units: 1 })).toBe('4,000 executions, 2,000 a second, depth 61');
});

test('once some units are done, how many executions there may be and how long they take', () => {
  expect(progressText({ ...first, done: 29, ...about(40_123) })).toBe(
    '4,000 executions, 2,000 a second, 29 of 290 units, about 40,000 in all, 19 s left, depth 61',
  );
  // What was searched in an earlier run took none of the seconds of this one.
  const resumed = { ...first, executions: 104_000, done: 230, ...about(116_000) };
  expect(progressText(resumed)).toContain('230 of 290 units, about 120,000 in all, 6 s left');
  expect(progressText({ ...first, seconds: 1000, ...about(40_000) })).toContain('3 h left');
  expect(progressText({ ...first, seconds: 100, ...about(40_000) })).toContain('15 min left');
});
