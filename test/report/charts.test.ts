import { describe, expect, test } from 'vitest';
import { tagWraps, versionWraps } from '../../src/bench/tag-wrap.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { versionText } from '../../src/report/text/bench-memory.ts';
import { cell, sample } from '../bench/results.ts';
import type { BenchResult } from '../../src/bench/result-file.ts';
import { benchCharts } from '../../src/report/plots/bench-charts.ts';
import { type Chart, chartsCsv } from '../../src/report/plots/chart.ts';
import { chartSvg } from '../../src/report/plots/chart-svg.ts';
import { numberText } from '../../src/report/plots/scale.ts';
import { chartFigure } from '../../src/report/page/chart-figure.ts';

const CHART: Chart = {
  id: 'throughput-pairs',
  title: 'Throughput, pairs',
  x: { label: 'threads' },
  y: { label: 'million operations per second' },
  series: [
    {
      name: 'tagged',
      points: [
        { x: 1, y: 10, low: 9, high: 11 },
        { x: 2, y: 3.5, low: 2, high: 6 },
        { x: 8, y: 1.25, low: 1, high: 1.5 },
      ],
    },
    { name: 'a "<b>", c', points: [{ x: 1, y: 4 }] },
  ],
  marks: [{ name: 'naive', x: 2, text: 'corrupted' }],
};

/** Where the ticks of an axis stand, as pixels by value. */
function ticks(svg: string, axis: 'x' | 'y'): Map<number, number> {
  const of = axis === 'x' ? 'x1' : 'y1';
  const found = svg.matchAll(
    new RegExp(`<g class="tick ${axis}"><line[^>]* ${of}="([\\d.]+)".*?>([\\d.]+)( [kMG])?</text>`, 'g'),
  );
  const units: Readonly<Record<string, number>> = { ' k': 1e3, ' M': 1e6, ' G': 1e9 };
  return new Map(
    [...found].map(([, at, value, unit]) => [Number(value) * (units[unit ?? ''] ?? 1), Number(at)]),
  );
}

/** The values that a picture shows at a place, by two of the ticks. */
function valueAt(svg: string, axis: 'x' | 'y', pixels: number, log = false): number {
  const found = [...ticks(svg, axis)];
  const [[a, atA], [b, atB]] = [found[0]!, found.at(-1)!];
  const [from, to] = log ? [Math.log(a), Math.log(b)] : [a, b];
  const value = from + ((pixels - atA) / (atB - atA)) * (to - from);
  return log ? Math.exp(value) : value;
}

function points(svg: string, name: string): [number, number][] {
  const own = svg.slice(svg.indexOf(`data-name="${name}"`));
  const [, path] = /<path class="line" d="([^"]*)"/.exec(own.slice(0, own.indexOf('</g></g>') + 1))!;
  return [...path!.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

describe('a plot', () => {
  test('draws every point where its numbers are, with its interval', () => {
    const { text } = chartSvg(CHART);
    const drawn = points(text, 'tagged').map(([x, y]) => [valueAt(text, 'x', x), valueAt(text, 'y', y)]);
    for (const [i, { x, y }] of CHART.series[0]!.points.entries()) {
      expect(drawn[i]![0]).toBeCloseTo(x, 1);
      expect(drawn[i]![1]).toBeCloseTo(y, 1);
    }
    const intervals = [...text.matchAll(/class="interval"[^>]* y1="([\d.]+)" y2="([\d.]+)"/g)];
    expect(intervals.map(([, low]) => Math.round(10 * valueAt(text, 'y', Number(low))) / 10)).toEqual([
      9, 2, 1,
    ]);
    expect(text).toContain('>✗ naive: corrupted at 2</text>');
    // Where measurements have intervals series stand beside each other, about the place of their numbers.
    const moved = [...text.matchAll(/data-name="[^"]*" transform="translate\((-?[\d.]+)\)"/g)];
    expect(moved.map(([, by]) => Number(by)).toSorted((a, b) => a - b)).toEqual([-2, 2]);
    expect(text).not.toContain('<b>');
  });

  test('has equal lengths for equal ratios where it is logarithmic', () => {
    const log: Chart = {
      ...CHART,
      x: { label: 'ns', log: true },
      y: { label: 'share', log: true },
      series: [
        {
          name: 'all',
          points: [
            { x: 200, y: 0.5 },
            { x: 431, y: 0.01 },
            { x: 80_700, y: 0.001 },
          ],
        },
      ],
      marks: [],
    };
    const { text } = chartSvg(log);
    const drawn = points(text, 'all').map(([x, y]) => [
      valueAt(text, 'x', x, true),
      valueAt(text, 'y', y, true),
    ]);
    for (const [i, { x, y }] of log.series[0]!.points.entries()) {
      expect(drawn[i]![0]! / x).toBeCloseTo(1, 1);
      expect(drawn[i]![1]! / y).toBeCloseTo(1, 1);
    }
  });

  test('has the same numbers in its table and in long form', () => {
    expect(chartsCsv([CHART])).toBe(
      [
        'plot,series,x,y,low,high,mark',
        'throughput-pairs,tagged,1,10,9,11,',
        'throughput-pairs,tagged,2,3.5,2,6,',
        'throughput-pairs,tagged,8,1.25,1,1.5,',
        'throughput-pairs,"a ""<b>"", c",1,4,,,',
        'throughput-pairs,naive,2,,,,corrupted',
        '',
      ].join('\r\n'),
    );
    const { text } = chartFigure(CHART);
    expect(text.match(/<tr>/g)).toHaveLength(1 + 5);
    expect(text).toContain('<tr><td>tagged</td><td>2</td><td>3.5</td><td>2, 6</td></tr>');
    expect([1234567, 20_000, 0.00123456, 0, 999].map(numberText)).toEqual([
      '1.23 M',
      '20 k',
      '0.00123',
      '0',
      '999',
    ]);
  });
});

const CELL = {
  engine: 'atomics',
  scheme: 'tagged',
  workload: 'pairs',
  threads: 1,
  think: false,
  prefill: 0,
  mopsMedian: 10,
  mopsMin: 9,
  mopsMax: 11,
  fairness: 0.5,
  latencyNs: { p50: 200, p99: 400, p999: 800, max: 1e6, clock: 50 },
  unreclaimedPeak: 4,
  unreclaimed: {
    mean: 2,
    p99: 3,
    peak: 4,
    bound: 6,
    ageNs: 100,
    age: { p50: 80, p99: 300, max: 900, slots: 7 },
    series: [],
  },
};

const WITH_TAILS = {
  latencyNs: {
    ...CELL.latencyNs,
    tail: [
      [100, 0.9],
      [200, 0.4],
      [700, 0.01],
      [20_000, 0.0001],
    ],
  },
  unreclaimed: {
    ...CELL.unreclaimed,
    frees: {
      mean: 0.5,
      max: 40,
      calls: 1000,
      tail: [
        [0, 0.02],
        [20, 0.001],
      ],
    },
  },
};

test('a result of bench has a plot of each kind that it has numbers for, and naive reuse is never a line', () => {
  const result = {
    cells: [
      CELL,
      { ...CELL, threads: 2, mopsMedian: 3 },
      { ...CELL, scheme: 'naive' },
      { ...CELL, scheme: 'naive', threads: 2 },
      { ...CELL, engine: 'wasm', threads: 2, ...WITH_TAILS },
    ],
    peers: [
      {
        ...CELL,
        engine: 'peer',
        scheme: 'mutex-queue',
        threads: 2,
        unreclaimed: null,
        unreclaimedPeak: null,
        latencyNs: null,
      },
    ],
    sweep: [
      { ...CELL, scheme: 'hazard-pointers:threshold=64', mopsMedian: 5 },
      { ...CELL, scheme: 'hazard-pointers:threshold=1', mopsMedian: 2 },
    ],
    stalls: [
      {
        scheme: 'epochs',
        stalled: 1,
        points: [
          [0, 0],
          [2000, 900],
        ],
      },
      { scheme: 'interval', stalled: 1, prefill: 128, peak: 140, points: [] },
      { scheme: 'interval', stalled: 1, prefill: 16, peak: 24, points: [] },
      { scheme: 'hazard-pointers', stalled: 1, prefill: 128, peak: 2, points: [] },
    ],
    corruptions: [
      { engine: 'atomics', scheme: 'naive', workload: 'pairs', threads: 2, verdict: 'corrupted' },
    ],
  } as unknown as BenchResult;
  const charts = benchCharts(result);
  expect(charts.map(({ id }) => id)).toEqual([
    'throughput-pairs',
    'fairness-pairs',
    'unreclaimed-peak-pairs',
    'unreclaimed-mean-pairs',
    'latency-pairs',
    'age-pairs',
    'frees-pairs',
    'stall-1',
    'held-back-by-length',
    'sweep-throughput',
    'sweep-unreclaimed',
    'sweep-trade',
    'tag-wrap',
  ]);
  const [throughput, , , , latency] = charts;
  expect(throughput!.series.map(({ name, points: all }) => [name, all.map(({ x, y }) => [x, y])])).toEqual([
    [
      'tagged',
      [
        [1, 10],
        [2, 3],
      ],
    ],
    ['naive', [[1, 10]]],
    ['tagged (wasm)', [[2, 10]]],
    ['mutex-queue', [[2, 10]]],
  ]);
  expect(throughput!.marks).toEqual([{ name: 'naive', x: 2, text: 'corrupted' }]);
  // A file of an earlier release has three quantiles, one of this release the curve.
  expect(latency!.series.map((each) => [each.name, each.points])).toEqual([
    [
      'tagged',
      [
        { x: 200, y: 0.5 },
        { x: 400, y: 0.01 },
        { x: 800, y: 0.001 },
      ],
    ],
    ['tagged (wasm)', WITH_TAILS.latencyNs.tail.map(([x, y]) => ({ x, y }))],
  ]);
  const drawnOf = (id: string, name: string): number[][] => {
    const chart = charts.find((each) => each.id === id)!;
    const { text } = chartSvg(chart);
    return points(text, name).map(([x, y]) => [
      Number(valueAt(text, 'x', x, chart.x.log).toPrecision(2)),
      Number(valueAt(text, 'y', y, chart.y.log).toPrecision(2)),
    ]);
  };
  expect(drawnOf('frees-pairs', 'tagged (wasm)')).toEqual([
    [0, 0.02],
    [20, 0.001],
  ]);
  expect(drawnOf('held-back-by-length', 'interval')).toEqual([
    [16, 24],
    [130, 140],
  ]);
  // The stall of an empty structure is another plot.
  expect(charts.find(({ id }) => id === 'stall-1')!.series.map(({ name }) => name)).toEqual(['epochs']);
  const sweep = charts.find(({ id }) => id === 'sweep-throughput');
  expect(sweep!.series).toEqual([
    {
      name: 'hazard-pointers threshold',
      points: [
        { x: 1, y: 2, low: 9, high: 11 },
        { x: 64, y: 5, low: 9, high: 11 },
      ],
    },
  ]);
});

test('a tag comes round under the schemes whose words carry one, and not where they carry births', () => {
  const cells = ['tagged:bits=3', 'versions', 'epochs'].map((scheme) => [cell([sample(4)], { scheme })]);
  expect(cells.map((each) => tagWraps(each, undefined).length)).toEqual([1, 0, 0]);
  expect(tagWraps(cells[0]!, 'chase-lev')).toEqual([]);
  // One step for many values: a rate of values is no rate of changes.
  const engines = ['wasm-batched', 'wasm-chained', 'atomics-chained'] as const;
  const ofEngines = engines.map((engine) => cell([sample(4)], { scheme: 'tagged', engine }));
  expect(tagWraps(ofEngines, undefined).map(({ engine }) => engine)).toEqual(['wasm-batched']);
});

test('a version comes round with the moves of its clock, where that moves', () => {
  const clocks = { versions: 250, tagged: 250, epochs: 250 };
  const cells = Object.entries(clocks).map(([scheme, clockMovesPerThousand]) =>
    cell([sample(4)], { scheme, clockMovesPerThousand }),
  );
  const [{ millionMoves, widths }, ...others] = versionWraps(cells);
  expect([millionMoves, others]).toEqual([1, []]);
  expect(widths[0]).toEqual({ bits: 8, wrapsInNs: 256_000 });
  expect(versionText(versionWraps(cells), plainStyle())).toMatch(
    /^Versions: how soon they come round\n[^]* 256 +256us /,
  );
  expect(versionWraps([cell([sample(4)], { scheme: 'versions', clockMovesPerThousand: 0 })])).toEqual([]);
});
