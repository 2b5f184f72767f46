import { describe, expect, test } from 'vitest';
import { bounded } from '../../effort.ts';
import { subjects } from './subjects.ts';

const PROGRAMS = bounded ? 60 : 1200;

/** The longest takes a minute and a half on a quiet machine. */
const MINUTES = 20 * 60_000;

describe(`a check of ${PROGRAMS} random programs says what an interpreter of its own finds`, () => {
  test.each(Object.entries(subjects))(
    'of %s, and everything that can be found is found often',
    (_, subject) => {
      const { 'left out': leftOut = 0, ...seen } = subject(PROGRAMS, 17);
      expect(Object.values(seen).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
        (PROGRAMS * 5) / 6,
      );
      expect(leftOut).toBeLessThan(PROGRAMS / 12);
      expect(Math.min(...Object.values(seen))).toBeGreaterThan(bounded ? 0 : 10);
    },
    MINUTES,
  );
});
