import { describe, expect, test } from 'vitest';
import { subjects } from './subjects.ts';

/** The longest takes a minute and a half on a quiet machine. */
const MINUTES = 20 * 60_000;

describe('a check of 1,200 random programs says what an interpreter of its own finds', () => {
  test.each(Object.entries(subjects))(
    'of %s, and everything that can be found is found often',
    (_, subject) => {
      const { 'left out': leftOut = 0, ...seen } = subject(1200, 17);
      expect(Object.values(seen).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1000);
      expect(leftOut).toBeLessThan(100);
      expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
    },
    MINUTES,
  );
});
