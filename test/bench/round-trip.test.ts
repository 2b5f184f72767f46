import { describe, expect, onTestFinished, test } from 'vitest';
import { kindBetween, repetitionKindOf } from '../../dist/src/bench/repetition-kind.js';
import { RoundTrip } from '../../dist/src/bench/round-trip.js';

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
    expect(kindBetween(430, 105)).toBe('disturbed');
  });

  test('tells that threads were moved between two cores and two threads of one core', () => {
    expect([kindBetween(64, 66), kindBetween(115, 100)]).toEqual(['near', 'near']);
    expect([kindBetween(65, 105), kindBetween(105, 65)]).toEqual(['disturbed', 'disturbed']);
    expect([kindBetween(430, 560), kindBetween(300, 900)]).toEqual(['far', 'disturbed']);
  });
});
