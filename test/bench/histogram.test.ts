import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, highestIn, Histogram, HISTOGRAM_WORDS } from '../../dist/src/bench/histogram.js';

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram(new Int32Array(new SharedArrayBuffer(4 * HISTOGRAM_WORDS)));
  for (const value of values) histogram.record(value);
  return histogram;
}

/** Numbers of every magnitude alike. */
const value = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: 0, max: 2 ** 31 - 1 }))
  .map(([bits, number]) => Math.floor(number / 2 ** bits));
const values = fc.array(value, { minLength: 1, maxLength: 300 });

describe('the histogram', () => {
  test('has the quantiles of a sorted array, each rounded up within its bucket', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
        const histogram = histogramOf(all);
        const sorted = all.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * all.length)) - 1]!;
        const found = histogram.quantile(q);
        expect(bucketOf(found)).toBe(bucketOf(exact));
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found - exact).toBeLessThanOrEqual(exact / 64);
      }),
    );
  });

  test('has a curve of how many numbers are larger, which falls and is right at each of its points', () => {
    fc.assert(
      fc.property(values, (all) => {
        const tail = histogramOf(all).tail();
        for (const [i, [at, share]] of tail.entries()) {
          expect(share).toBe(all.filter((each) => each > at).length / all.length);
          if (i > 0) expect(share).toBeLessThan(tail[i - 1]![1]);
        }
        // Where buckets hold a number each, none is left out of the first tenth.
        if (new Set(all.map(bucketOf)).size > 1) expect(tail.length).toBeGreaterThan(0);
      }),
    );
    expect(histogramOf([1, 1, 1, 5]).tail()).toEqual([[1, 0.25]]);
    expect(histogramOf([]).tail()).toEqual([]);
  });

  test('lists the buckets that counted anything, all of it and in order', () => {
    fc.assert(
      fc.property(values, (all) => {
        let counted = 0;
        let before = -1;
        for (const [most, count] of histogramOf(all).buckets()) {
          counted += count;
          expect(most).toBeGreaterThan(before);
          expect(counted).toBe(all.filter((each) => each <= most).length);
          before = most;
        }
        expect(counted).toBe(all.length);
      }),
    );
    expect(histogramOf([1, 1, 1, 5]).buckets()).toEqual([
      [1, 3],
      [5, 1],
    ]);
  });

  test('counts everything, and knows the largest exactly', () => {
    fc.assert(
      fc.property(values, (all) => {
        const histogram = histogramOf(all);
        expect(histogram.count).toBe(all.length);
        expect(histogram.max).toBe(Math.max(...all));
        expect(histogram.quantile(1)).toBe(histogram.max);
      }),
    );
  });

  test('merged is as if all had been recorded in one', () => {
    fc.assert(
      fc.property(values, values, (some, more) => {
        const merged = histogramOf(some);
        merged.merge(histogramOf(more));
        expect(merged.words).toEqual(histogramOf([...some, ...more]).words);
      }),
    );
  });

  test('has buckets without gaps: each begins where the one before ends', () => {
    for (let bucket = 1; bucket < HISTOGRAM_WORDS - 1; bucket++) {
      const first = highestIn(bucket - 1) + 1;
      expect(bucketOf(first)).toBe(bucket);
      expect(bucketOf(highestIn(bucket))).toBe(bucket);
    }
    expect(highestIn(HISTOGRAM_WORDS - 2)).toBe(2 ** 31 - 1);
  });

  test('takes what is out of range, and nothing at all', () => {
    expect(histogramOf([-5]).quantile(0.5)).toBe(0);
    expect(histogramOf([2 ** 40]).max).toBe(2 ** 31 - 1);
    expect(histogramOf([]).quantile(0.5)).toBe(0);
  });
});
