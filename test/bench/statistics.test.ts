import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  mannWhitney,
  median,
  outliers,
  quantile,
  ratioInterval,
  slope,
  variation,
} from '../../dist/src/bench/statistics.js';

const samples = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('figures about samples', () => {
  test('the median is one that half of them reach', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    fc.assert(
      fc.property(samples, (all) => {
        const middle = median(all);
        expect(all.filter((each) => each <= middle).length * 2).toBeGreaterThanOrEqual(all.length);
        expect(all.filter((each) => each >= middle).length * 2).toBeGreaterThanOrEqual(all.length);
      }),
    );
  });

  test('quantiles are interpolated, as R does by default', () => {
    expect([0, 0.25, 0.9, 1].map((q) => quantile([1, 2, 3, 4], q))).toEqual([1, 1.75, 3.7, 4]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test('the coefficient of variation is of the sample, and infinite for one', () => {
    expect(variation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.13809 / 5, 5);
    expect(variation([5, 5, 5])).toBe(0);
    expect(variation([5])).toBe(Infinity);
  });

  test('outliers are those far outside the quartiles', () => {
    expect(outliers([10, 11, 12, 11, 10, 30])).toEqual([30]);
    expect(outliers([10, 11, 12, 11, 10, 12])).toEqual([]);
  });

  test('the slope is that of the line through the points', () => {
    expect(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toBeCloseTo(2);
    expect(
      slope([
        [0, 3],
        [1, 3],
        [2, 3],
      ]),
    ).toBe(0);
    expect(
      slope([
        [1, 1],
        [1, 2],
      ]),
    ).toBe(0);
  });
});

/** The two-sided p by trying all ways to divide the samples: what the test is by its definition. */
function byEnumeration(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const far = (mask: number): number => {
    const [x, y] = [1, 0].map((bit) => all.filter((_, i) => ((mask >> i) & 1) === bit));
    const u = x!.reduce((sum, one) => sum + y!.filter((other) => one > other).length, 0);
    return Math.abs(u - (a.length * b.length) / 2);
  };
  const own = far((1 << a.length) - 1);
  const masks = Array.from({ length: 1 << all.length }, (_, mask) => mask).filter(
    (mask) => mask.toString(2).replaceAll('0', '').length === a.length,
  );
  return masks.filter((mask) => far(mask) >= own - 1e-9).length / masks.length;
}

describe('the test of Mann and Whitney', () => {
  test('is exact for few samples without ties', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(distinct, fc.integer({ min: 1, max: 3 }), (all, cut) => {
        const [a, b] = [all.slice(0, cut), all.slice(cut)];
        expect(mannWhitney(a, b)).toBeCloseTo(byEnumeration(a, b), 9);
      }),
      { numRuns: 60 },
    );
  });

  test('agrees with what comes out by hand: 5 against 5 apart, and with ties', () => {
    expect(mannWhitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toBeCloseTo(2 / 252, 9);
    expect(mannWhitney([5, 5, 5], [5, 5, 5])).toBe(1);
    // U is 5, its deviation 4.6845 with the ties, so z is (12.5 - 5 - 0.5) / 4.6845.
    expect(mannWhitney([1, 2, 2, 3, 4], [2, 3, 4, 5, 5])).toBeCloseTo(0.1351, 3);
  });

  test('says nothing about no samples', () => {
    expect(mannWhitney([], [1, 2])).toBe(1);
  });
});

describe('the interval of a ratio', () => {
  test('is around the ratio, and the same for the same seed', () => {
    const a = [10, 11, 9, 10, 10.5, 9.5, 10];
    const b = a.map((each) => 2 * each);
    const [low, high] = ratioInterval(a, b, 7);
    expect(low).toBeLessThanOrEqual(2);
    expect(high).toBeGreaterThanOrEqual(2);
    expect(low).toBeGreaterThan(1.7);
    expect(ratioInterval(a, b, 7)).toEqual([low, high]);
  });
});
