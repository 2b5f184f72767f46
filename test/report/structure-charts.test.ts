import { expect, test } from 'vitest';
import type { BenchResult } from '../../src/bench/result-file.ts';
import { chartFigure } from '../../src/report/page/chart-figure.ts';
import { structureCharts } from '../../src/report/plots/structure-charts.ts';
import { cell, result, sample } from '../bench/results.ts';

/** A result of a structure under one scheme that is sound, with 1, 2 and 4 threads, and one that is not. */
function measured(structure: string, mops: number): BenchResult {
  const of = (scheme: string, threads: number, share: number): ReturnType<typeof cell> =>
    cell([sample(mops * share)], { scheme, threads });
  return {
    ...result([of('tagged', 1, 1), of('tagged', 4, 0.5), of('tagged', 2, 0.25), of('naive', 2, 1)]),
    structure,
    corruptions: [
      {
        engine: 'atomics',
        scheme: 'naive',
        workload: 'pairs',
        threads: 2,
        verdict: 'corrupted',
        kind: null,
        note: null,
        audit: {} as never,
        operations: 1,
        seconds: 1,
        again: '',
      },
    ],
  };
}

test('structures by schemes are small pictures with the same axes, and what was corrupted is none of them', () => {
  expect(structureCharts([measured('michael-scott', 8), measured('michael-scott', 8)])).toEqual([]);
  const [chart] = structureCharts([measured('michael-scott', 8), measured('treiber-stack', 16)]);
  const { text } = chartFigure(chart!);
  expect(text.match(/<g class="cell"/g)).toHaveLength(2);
  const ticksUp = [...text.matchAll(/<text class="tick y" x="-5" y="([\d.]+)"[^>]*>([\d.]+)</g)];
  const [[low, atLow], [high, atHigh]] = [ticksUp[0]!, ticksUp.at(-1)!].map(([, at, value]) => [
    Number(value),
    Number(at) - 4,
  ]) as [[number, number], [number, number]];
  const heights = ['michael-scott, tagged', 'treiber-stack, tagged'].map((name) => {
    const own = text.slice(text.indexOf(`<g class="cell" data-name="${name}"`));
    const [, path] = /<path class="line" d="([^"]*)"/.exec(own)!;
    return [...path!.matchAll(/,([\d.]+)/g)].map(
      ([, y]) => low + ((Number(y) - atLow) / (atHigh - atLow)) * (high - low),
    );
  });
  expect(heights.map((all) => all.map((value) => Math.round(10 * value) / 10))).toEqual([
    [8, 2, 4],
    [16, 4, 8],
  ]);
  expect(text).toContain('<tr><td>treiber-stack, tagged</td><td>4</td><td>8</td>');
});
