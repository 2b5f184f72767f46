import { describe, expect, test } from 'vitest';
import { compareResults } from '../../dist/src/bench/compare.js';
import { comparisonText } from '../../dist/src/report/text/bench-comparison.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { Random } from '../../src/random.ts';
import type { RepetitionKind } from '../../src/bench/round-trip.ts';
import { cell, result, sample } from './results.ts';

/** Repetitions around a rate, up to 5 % off. */
function around(
  mops: number,
  seed: number,
  count = 8,
  kind: RepetitionKind = 'near',
): ReturnType<typeof sample>[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => sample(mops * (0.95 + random.below(1000) / 10_000), kind));
}

describe('the comparison of two results', () => {
  test('finds a difference of 2, in both directions', () => {
    for (const [factor, word] of [
      [2, 'faster'],
      [0.5, 'slower'],
    ] as const) {
      const comparison = compareResults(
        result([cell(around(10, 1))]),
        result([cell(around(10 * factor, 2))]),
      );
      expect(comparison.differences).toMatchObject([{ isReal: true, kind: 'near' }]);
      expect(comparison.differences[0]?.ratio).toBeCloseTo(factor, 0);
      expect(comparisonText(comparison, plainStyle())).toContain(word);
    }
  });

  test('finds none where there is none, whatever was drawn', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const comparison = compareResults(
        result([cell(around(10, seed))]),
        result([cell(around(10, seed + 100))]),
      );
      expect(comparison.differences[0]?.isReal).toBe(false);
    }
  });

  test('does not call a certain but small difference real', () => {
    const comparison = compareResults(result([cell(around(10, 1, 15))]), result([cell(around(11.2, 2, 15))]));
    expect(comparison.differences[0]?.p).toBeLessThan(0.01);
    expect(comparison.differences[0]?.isReal).toBe(false);
  });

  test('does not compare repetitions of unlike kind', () => {
    const far = cell(around(5, 2, 8, 'far'));
    const comparison = compareResults(result([cell(around(10, 1))]), result([far]));
    expect(comparison.differences).toMatchObject([{ isReal: false, kind: null }]);
    expect(comparisonText(comparison, plainStyle()).replaceAll(/\s+/g, ' ')).toContain('not compared');
  });

  test('takes from a mixed cell the repetitions of its own kind only', () => {
    const mixed = cell([...around(10, 1, 5), ...around(3, 2, 4, 'far'), sample(1, 'disturbed')]);
    expect(mixed.kind).toBe('near');
    expect(mixed.mopsMin).toBeGreaterThan(9);
    const comparison = compareResults(result([mixed]), result([cell(around(10, 4))]));
    expect(comparison.differences[0]?.isReal).toBe(false);
  });

  test('rows that differ in their engine, or in where they were measured, have different names', () => {
    const cells = ['atomics', 'wasm'].map((engine) => cell(around(10, 1), { engine }));
    const one = result(cells, { sweep: [cells[0]!] });
    const lines = comparisonText(compareResults(one, one), plainStyle()).split('\n');
    const names = lines.flatMap((line) => /^(.*tagged.*?), pairs/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['tagged', 'tagged (wasm)', 'sweep, tagged']);
  });

  test('says which cells only one has, and that the machines differ', () => {
    const other = result([cell(around(10, 1), { scheme: 'epochs' })], {
      machine: { cpu: 'another', cores: 2, system: 'Linux 6', node: '20.19.0', v8: '11.3' },
    });
    const comparison = compareResults(result([cell(around(10, 1))]), other);
    expect(comparison).toMatchObject({
      differences: [],
      onlyBefore: ['atomics tagged pairs 2 no-think 0'],
      onlyAfter: ['atomics epochs pairs 2 no-think 0'],
      machines: ['cpu: a processor, then another'],
    });
    expect(comparisonText(comparison, plainStyle())).toContain('may be theirs');
  });
});
