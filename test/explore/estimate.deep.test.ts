import { expect, test } from 'vitest';
import { shareWithin, unitSizes } from './unit-sizes.ts';

test.each([
  ['[A] d | d e d', 'naive', 6],
  ['e d | e d', 'tagged', 8],
  ['e | e | d', 'tagged', 8],
  ['e d | d e d', 'naive', 8],
  ['[A] d | e d', 'hazard-pointers:threshold=1', 20],
])(
  'the range of an estimate holds for %s under %s, from the first one on',
  async (program, scheme, slots) => {
    const sizes = await unitSizes(program, scheme, slots);
    for (const done of [30, 36, 42, 64, 100, 150]) {
      const shares = (['number', 'time'] as const).map((until) => shareWithin(sizes, done, until, 1000));
      for (const share of shares) expect(share).toBeGreaterThan(0.85);
    }
  },
);
