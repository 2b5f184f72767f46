import { describe, expect, test } from 'vitest';
import { compareAll, compareResults } from '../../dist/src/bench/compare.js';
import { comparisonsText, comparisonText } from '../../dist/src/report/text/bench-comparison.js';
import { comparisonMarkdown } from '../../dist/src/report/text/bench-markdown.js';
import { comparisonCsv } from '../../dist/src/report/text/bench-csv.js';
import { comparisonCharts } from '../../dist/src/report/plots/bench-charts.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { Random } from '../../src/random.ts';
import type { RepetitionKind } from '../../src/bench/repetition-kind.ts';
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

/** A result of one cell, with so many times 10 Mops/s and this round trip. */
function placed(times: number, ns: number | null, kind: RepetitionKind = 'near'): ReturnType<typeof result> {
  return result([
    cell(around(10 * times, times, 8, kind).map((each) => ({ ...each, roundTripNs: [ns, ns] }))),
  ]);
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
      onlyBefore: [{ list: 'matrix', scheme: 'tagged', workload: 'pairs' }],
      onlyAfter: [{ list: 'matrix', scheme: 'epochs', workload: 'pairs' }],
      machines: ['cpu: a processor, then another'],
    });
    const text = comparisonText(comparison, plainStyle()).replaceAll(/\s+/g, ' ');
    expect(text).toContain('may be theirs');
    expect(text).toContain(
      'Only in the first: pairs, 2 threads (tagged). Only in the second: pairs, 2 threads (epochs).',
    );
  });

  test('says disturbed where those of one of them were, and unlike where these are near and those far', () => {
    const verdicts = (['disturbed', 'far', 'near'] as const).map(
      (kind) =>
        compareResults(result([cell(around(10, 1))]), result([cell(around(5, 2, 8, kind))])).differences[0]
          ?.verdict,
    );
    expect(verdicts).toEqual(['disturbed', 'unlike', 'slower']);
  });

  test('does not compare two threads of one core with two cores, which are near as well', () => {
    const verdicts = [65, 90, 105, 120].map(
      (ns) => compareResults(placed(1, 105), placed(2, ns)).differences[0],
    );
    expect(verdicts.map((each) => [each?.verdict, each?.kind])).toEqual([
      ['unlike', null],
      ['faster', 'near'],
      ['faster', 'near'],
      ['faster', 'near'],
    ]);
    expect(compareResults(placed(1, 65), placed(2, 105)).differences).toMatchObject([
      { verdict: 'unlike', isReal: false },
    ]);
  });

  test('compares repetitions without a round trip, and of one thread alone, whatever it was', () => {
    for (const [kind, ns] of [
      ['near', null],
      ['alone', 300],
    ] as const)
      expect(compareResults(placed(1, 100, kind), placed(2, ns, kind)).differences).toMatchObject([
        { verdict: 'faster' },
      ]);
  });

  test('tells in CSV what came with each value and who put in', () => {
    const one = result([cell(around(10, 1), { roles: '1:3', payload: 64 })]);
    const [heads, row] = comparisonCsv(
      compareAll([
        { name: 'a', result: one },
        { name: 'b', result: one },
      ]),
    )
      .split('\r\n')
      .map((line) => line.split(','));
    expect(['roles', 'payload'].map((name) => row![heads!.indexOf(name)])).toEqual(['1:3', '64']);
  });
});

describe('the comparison of several results', () => {
  const [one, two, three] = [10, 20, 10.1].map((mops, i) => result([cell(around(mops, i + 1))]));
  const far = result([cell(around(5, 4, 8, 'far'))], { complete: false });
  const named = [one!, two!, three!, far].map((each, i) => ({ name: `${i + 1}.json`, result: each }));

  test('holds each of the others against the first, and says what is no difference', () => {
    const comparisons = compareAll(named);
    expect(comparisons.map(({ name, differences }) => [name, differences[0]?.verdict])).toEqual([
      ['2.json', 'faster'],
      ['3.json', 'none seen'],
      ['4.json', 'unlike'],
    ]);
    const text = comparisonsText(named, comparisons, plainStyle());
    expect(text).toMatch(/^ +1\.json +2\.json +3\.json +4\.json$/m);
    expect(text).toMatch(/^tagged, pairs, 2 threads +\d+\.\d\d +\d\.\d\d faster +(?:0|1)\.\d\d +unlike$/m);
    expect(text).toContain('2.json: 1 of 1 differences are real.');
    expect(text).toContain('4.json: 0 of 1 differences are real. The run of 4.json did not come to its end.');
  });

  test('says of each on what machine, when and by which command it was made, also where there is one other', () => {
    const made = named.map(({ name, result: each }, i) => ({
      name,
      result: { ...each, begun: `2026-11-0${i + 1}`, command: `npx lockfree-lab bench --seed ${i}` },
    }));
    for (const some of [made, made.slice(0, 2)]) {
      const comparisons = compareAll(some);
      const text = comparisonsText(some, comparisons, plainStyle()).replaceAll(/\s+/g, ' ');
      const markdown = comparisonMarkdown(some, comparisons);
      for (const { name, result: each } of some) {
        expect(text).toContain(`${name}: ${each.machine.cpu}`);
        expect(text).toContain(`begun ${each.begun};`);
        expect(text).toContain(each.command);
        expect(markdown).toContain(`${name}: begun ${each.begun};`);
        expect(markdown).toContain(`Command: \`${each.command}\``);
      }
    }
  });

  test('says which were measured in another way, and leaves the time that a run had out of it', () => {
    const other = result(one!.cells, { effort: { ...one!.effort, roundMs: 99, seconds: 7 } });
    const [found] = compareAll([
      { name: 'a', result: one! },
      { name: 'b', result: other },
    ]);
    expect(found?.conditions).toEqual(['roundMs: 10, then 99']);
  });

  test('has a row of CSV for each, and of a plot what was compared', () => {
    const comparisons = compareAll(named);
    const rows = comparisonCsv(comparisons).trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + 3);
    const [head, first] = rows.map((row) => row.split(','));
    const of = (name: string): string => first![head!.indexOf(name)]!;
    expect([of('file'), of('scheme'), of('threads'), of('verdict')]).toEqual([
      '2.json',
      'tagged',
      '2',
      'faster',
    ]);
    expect(Number(of('ratio'))).toBeCloseTo(comparisons[0]!.differences[0]!.ratio);
    const [chart, ...rest] = comparisonCharts('1.json', comparisons);
    expect(rest).toEqual([]);
    expect(chart!.series.map(({ name }) => name)).toEqual(['tagged, 2.json', 'tagged, 3.json']);
    expect(chart!.series[0]!.points[0]!.low).toBeLessThan(chart!.series[0]!.points[0]!.y);
  });
});
