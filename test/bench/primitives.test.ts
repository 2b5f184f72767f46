import { expect, test } from 'vitest';
import { primitives } from '../../bench/primitives.ts';
import { deep } from '../effort.ts';

test.runIf(deep)('the loops that are measured in a module make their accesses, so many times', async () => {
  const { nothing, loads, stores, swaps, exchanges, adds, bumps } = await primitives();
  nothing();
  expect(stores(5)).toBe(4);
  expect(loads(5)).toBe(20);
  expect(adds(5)).toBe(9);
  expect(swaps(5)).toBe(5);
  expect(exchanges(9)).toBe(8);
  expect(bumps(1)).not.toBe(0);
});
