import { expect, test } from 'vitest';
import { mixedSizesAgree, type Seen, shapes } from './mixed-sizes-agree.ts';

const all: Seen = { races: 0, deadlocks: 0, clean: 0 };

test.each(shapes)(
  '250 programs of $name come to what an interpreter of its own finds, race for race',
  (options) => {
    const seen = mixedSizesAgree(options, 11, 250);
    for (const key of Object.keys(all) as (keyof Seen)[]) all[key] += seen[key];
  },
);

test('and all sorts of ends are met often', () => {
  expect(Math.min(...Object.values(all))).toBeGreaterThan(100);
});
