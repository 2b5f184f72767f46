import { describe, expect, test } from 'vitest';
import { mixedSizesAgree, shapes } from './mixed-sizes-agree.ts';

describe('accesses of all sizes to one buffer come to what an interpreter of its own finds, race for race', () => {
  test.each(shapes)('$name', (options) => {
    const { races, clean } = mixedSizesAgree(options, 5, 6);
    expect(races + clean).toBeGreaterThan(0);
  });
});
