import { deep } from '../effort.ts';
import { expect, test } from 'vitest';
import { estimateOf } from '../../src/explore/campaign/estimate.ts';
import { shareWithin, unitSizes } from './unit-sizes.ts';

test.runIf(deep)(
  'some units tell how many executions there are, and the range says how far off that may be',
  async () => {
    const sizes = await unitSizes('e | e | d', 'tagged', 8);
    expect(sizes.length).toBeGreaterThan(150);
    for (const done of [30, 42, 100]) {
      for (const until of ['number', 'time'] as const)
        expect(shareWithin(sizes, done, until, 300)).toBeGreaterThan(0.85);
    }
  },
);

test('a few units tell nothing, and all of them leave nothing to tell', () => {
  const part = { executions: 300, squares: 3600 };
  expect(estimateOf(part, 29, 60)).toBeNull();
  expect(estimateOf(part, 60, 60)).toBeNull();
  const { executions, least, most } = estimateOf(part, 30, 60)!;
  expect(executions).toBe(600);
  // It reaches farther up than down.
  expect(most! - executions).toBeGreaterThan(executions - least);
  expect(least).toBeGreaterThan(300);
});

test('one unit that is larger than all others together leaves the upper end open', () => {
  const estimate = estimateOf({ executions: 1029, squares: 1000 ** 2 + 29 }, 30, 300)!;
  expect(estimate).toMatchObject({ executions: 10_290, most: null });
  // What was made is there in any case.
  expect(estimate.least).toBeGreaterThanOrEqual(1029);
});
