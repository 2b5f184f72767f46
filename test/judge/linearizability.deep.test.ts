import { expect, test } from 'vitest';
import { patternsAgreeWithSearch, searchAgreesWithBruteForce } from './deciders.ts';

test('patterns and search agree on 400,000 random histories, calls of isEmpty among them', () => {
  const small = patternsAgreeWithSearch(6, 200_000);
  const middling = patternsAgreeWithSearch(9, 180_000);
  const large = patternsAgreeWithSearch(16, 20_000);
  for (const { both, searched } of [small, middling, large]) expect(both).toBeGreaterThan(20 * searched);
  expect(small.both + middling.both + large.both).toBeGreaterThan(380_000);
}, 900_000);

test('search and brute force agree on 100,000 random histories, calls of isEmpty among them', () => {
  expect(searchAgreesWithBruteForce(50_000, 2)).toBeGreaterThan(5_000);
  expect(searchAgreesWithBruteForce(50_000)).toBeGreaterThan(5_000);
}, 900_000);
