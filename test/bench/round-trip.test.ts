import { describe, expect, onTestFinished, test } from 'vitest';
import { kindBetween, repetitionKindOf, RoundTrip } from '../../dist/src/bench/round-trip.js';

describe('the cross-core round trip', () => {
  test('is measured again and again', async () => {
    const roundTrip = await RoundTrip.start();
    onTestFinished(() => roundTrip.end());
    for (let i = 0; i < 3; i++) expect(await roundTrip.measure()).not.toBeLessThanOrEqual(0);
  });

  test('tells the kinds of repetitions apart', () => {
    expect([105, 430, 90_000, Infinity, NaN].map((ns) => repetitionKindOf(ns))).toEqual([
      'near',
      'far',
      'disturbed',
      'disturbed',
      'disturbed',
    ]);
    expect(kindBetween(105, 110)).toBe('near');
    expect(kindBetween(105, 430)).toBe('disturbed');
  });
});
