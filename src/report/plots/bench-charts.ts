import type { BenchResult } from '../../bench/result-file.ts';
import type { Cell } from '../../bench/cell.ts';
import type { NamedComparison } from '../../bench/compare.ts';
import { tagWraps } from '../../bench/tag-wrap.ts';
import { splitSpec } from '../../laboratory/registry.ts';
import { loadText, nameOf } from '../text/bench-figures.ts';
import { type Chart, type ChartMark, type ChartPoint, type ChartSeries, hasPoints } from './chart.ts';

const THREADS = { label: 'threads', whole: true };

/** Every plot that a result has numbers for, in the order in which they are read. */
export function benchCharts(result: BenchResult): Chart[] {
  const workloads = [...new Set(result.cells.map(loadText))];
  const charts = [
    ...workloads.flatMap((workload) => ofWorkload(result, workload)),
    ...stallCharts(result),
    lengthChart(result),
    ...sweepCharts(result.sweep),
    wrapChart(result),
  ];
  return charts.filter(hasPoints);
}

const IS_COMPARED: ReadonlySet<string> = new Set(['faster', 'slower', 'none seen']);

/** How many times as fast each of several results is as the first, with intervals: a plot for each workload. What was not compared is left out. */
export function comparisonCharts(first: string, comparisons: readonly NamedComparison[]): Chart[] {
  const differences = comparisons.flatMap(({ name, differences: own }) =>
    own
      .filter(({ list, cell, verdict }) => list === 'matrix' && !cell.think && IS_COMPARED.has(verdict))
      .map((each) => ({ ...each, of: comparisons.length === 1 ? '' : `, ${name}` })),
  );
  const workloads = [...new Set(differences.map(({ cell }) => loadText(cell)))];
  return workloads.map((workload) => {
    const own = differences.filter(({ cell }) => loadText(cell) === workload);
    const names = [...new Set(own.map(({ cell, of }) => `${nameOf(cell)}${of}`))];
    return {
      id: `ratio-${idOf(workload)}`,
      title: `Times the rate in ${first}, ${workload}`,
      x: THREADS,
      y: { label: `times the rate in ${first}` },
      series: names.map((name) => ({
        name,
        points: own
          .filter(({ cell, of }) => `${nameOf(cell)}${of}` === name)
          .map(({ cell, ratio, interval: [low, high] }) => ({ x: cell.threads, y: ratio, low, high }))
          .toSorted((a, b) => a.x - b.x),
      })),
      marks: [],
    };
  });
}

/**
 * The cells of a workload that are drawn as lines. What promises nothing is no line: a structure that breaks has no throughput.
 *
 * @param workload with its keys, if it is one of sets
 */
export function cellsOnLines(result: BenchResult, workload: string): Cell[] {
  const own = [...result.cells, ...result.peers].filter((cell) => loadText(cell) === workload && !cell.think);
  const broken = new Set((result.corruptions ?? []).map(whoOf));
  return own.filter((cell) => cell.threads === 1 || !broken.has(whoOf(cell)));
}

function ofWorkload(result: BenchResult, workload: string): Chart[] {
  const cells = cellsOnLines(result, workload);
  const chart = (
    name: string,
    title: string,
    y: Chart['y'],
    of: PointOf,
    marks: readonly ChartMark[] = [],
  ): Chart => ({
    id: `${name}-${idOf(workload)}`,
    title: `${title}, ${workload}`,
    x: THREADS,
    y,
    series: byName(cells, of),
    marks,
  });
  return [
    chart(
      'throughput',
      'Throughput',
      { label: 'million operations per second' },
      ({ threads, mopsMedian, mopsMin, mopsMax }) => [
        { x: threads, y: mopsMedian, low: mopsMin, high: mopsMax },
      ],
      corruptionMarks(result, workload),
    ),
    chart('fairness', 'Fairness', { label: 'slowest thread over fastest' }, ({ threads, fairness }) =>
      threads === 1 ? [] : [{ x: threads, y: fairness }],
    ),
    chart(
      'unreclaimed-peak',
      'Unreclaimed slots at most',
      { label: 'slots' },
      ({ threads, unreclaimedPeak }) =>
        unreclaimedPeak === null ? [] : [{ x: threads, y: unreclaimedPeak }],
    ),
    chart(
      'unreclaimed-mean',
      'Unreclaimed slots on average',
      { label: 'slots' },
      ({ threads, unreclaimed }) => (unreclaimed === null ? [] : [{ x: threads, y: unreclaimed.mean }]),
    ),
    tails(cells, workload, 'latency', 'Latency of an operation', ({ latencyNs }) =>
      latencyNs === null
        ? []
        : (latencyNs.tail ?? [
            [latencyNs.p50, 0.5],
            [latencyNs.p99, 0.01],
            [latencyNs.p999, 0.001],
          ]),
    ),
    tails(cells, workload, 'age', 'Age from retire to free', ({ unreclaimed }) =>
      unreclaimed?.age
        ? (unreclaimed.age.tail ?? [
            [unreclaimed.age.p50, 0.5],
            [unreclaimed.age.p99, 0.01],
          ])
        : [],
    ),
    {
      ...tails(
        cells,
        workload,
        'frees',
        'Slots that a call frees',
        ({ unreclaimed }) => unreclaimed?.frees?.tail ?? [],
      ),
      x: { label: 'slots', whole: true },
      y: { label: 'share of calls that freed more', log: true },
    },
  ];
}

/** A contender, whatever its caches. */
function whoOf({ structure = '', engine, scheme }: Pick<Cell, 'structure' | 'engine' | 'scheme'>): string {
  return `${structure} ${engine} ${scheme}`;
}

/** What the threads do, as a part of the name of a file. */
export function idOf(load: string): string {
  return load.replaceAll(' ', '-');
}

type PointOf = (cell: Cell) => readonly ChartPoint[];

/** A line for each contender. */
function byName(cells: readonly Cell[], of: PointOf): ChartSeries[] {
  const names = [...new Set(cells.map(nameOf))];
  return names
    .map((name) => ({
      name,
      points: cells
        .filter((cell) => nameOf(cell) === name)
        .flatMap(of)
        .toSorted((a, b) => a.x - b.x),
    }))
    .filter(({ points }) => points.length > 0);
}

function corruptionMarks({ corruptions = [] }: BenchResult, workload: string): ChartMark[] {
  return corruptions
    .filter((each) => loadText(each) === workload)
    .map(({ threads, verdict, ...of }) => ({
      name: nameOf(of),
      x: threads,
      text: verdict,
    }));
}

/** How large a share took longer, at the most threads that were measured: a complementary cumulative curve. */
function tails(
  cells: readonly Cell[],
  workload: string,
  id: string,
  title: string,
  of: (cell: Cell) => readonly (readonly [ns: number, share: number])[],
): Chart {
  const most = Math.max(0, ...cells.map(({ threads }) => threads));
  const own = cells.filter(({ threads }) => threads === most);
  return {
    id: `${id}-${idOf(workload)}`,
    title: `${title}, ${workload}, ${most === 1 ? 'one thread' : `${most} threads`}`,
    x: { label: 'nanoseconds', log: true },
    y: { label: 'share that took longer', log: true },
    series: byName(own, (cell) => of(cell).map(([x, y]) => ({ x, y }))),
    marks: [],
  };
}

/** What a stalled thread holds back, the longer the structure is: a scheme may have a bound that grows with it. */
function lengthChart({ stalls }: BenchResult): Chart {
  const long = stalls.filter(({ prefill }) => prefill !== undefined);
  const names = [...new Set(long.map(({ scheme }) => scheme))];
  return {
    id: 'held-back-by-length',
    title: 'Held back by a stalled thread',
    x: { label: 'values in the structure when it stalls', log: true },
    y: { label: 'unreclaimed slots at most' },
    series: names.map((name) => ({
      name,
      points: long
        .filter(({ scheme }) => scheme === name)
        .map(({ prefill = 0, peak }) => ({ x: prefill, y: peak }))
        .toSorted((a, b) => a.x - b.x),
    })),
    marks: [],
  };
}

function stallCharts(result: BenchResult): Chart[] {
  const stalls = result.stalls.filter(({ prefill }) => prefill === undefined);
  return [...new Set(stalls.map(({ stalled }) => stalled))].map((stalled) => ({
    id: `stall-${stalled}`,
    title: `Unreclaimed while ${stalled === 1 ? 'one thread stands' : `${stalled} threads stand`} still`,
    x: { label: 'operations of the others' },
    y: { label: 'unreclaimed slots' },
    series: stalls
      .filter((each) => each.stalled === stalled)
      .map(({ scheme, points }) => ({ name: scheme, points: points.map(([x, y]) => ({ x, y })) })),
    marks: [],
  }));
}

/** The same scheme with its parameter larger and larger: what that costs and what it buys, and both against each other. */
function sweepCharts(sweep: readonly Cell[]): Chart[] {
  const of = (point: (cell: Cell, value: number) => ChartPoint): ChartSeries[] => {
    const groups = new Map<string, ChartPoint[]>();
    for (const cell of sweep) {
      const [scheme, parameters] = splitSpec(cell.scheme);
      const match = /^(\w+)=(\d+)$/.exec(parameters);
      if (match === null) continue;
      const name = `${scheme} ${match[1]}`;
      groups.set(name, [...(groups.get(name) ?? []), point(cell, Number(match[2]))]);
    }
    return [...groups].map(([name, points]) => ({ name, points: points.toSorted((a, b) => a.x - b.x) }));
  };
  const value = { label: 'threshold or period', log: true };
  const mops = { label: 'million operations per second' };
  return [
    {
      id: 'sweep-throughput',
      title: 'Throughput by parameter',
      x: value,
      y: mops,
      series: of(({ mopsMedian, mopsMin, mopsMax }, x) => ({
        x,
        y: mopsMedian,
        low: mopsMin,
        high: mopsMax,
      })),
      marks: [],
    },
    {
      id: 'sweep-unreclaimed',
      title: 'Unreclaimed by parameter',
      x: value,
      y: { label: 'unreclaimed slots on average' },
      series: of((cell, x) => ({ x, y: meanOf(cell) })),
      marks: [],
    },
    {
      id: 'sweep-trade',
      title: 'What memory buys',
      x: { label: 'unreclaimed slots on average' },
      y: mops,
      series: of((cell) => ({ x: meanOf(cell), y: cell.mopsMedian })).map((each) => ({
        ...each,
        scattered: true,
      })),
      marks: [],
    },
  ];
}

function wrapChart({ cells, structure }: BenchResult): Chart {
  return {
    id: 'tag-wrap',
    title: 'How soon a tag comes round',
    x: { label: 'bits of the tag' },
    y: { label: 'nanoseconds', log: true },
    series: tagWraps(cells, structure).map(({ engine, widths }) => ({
      name: `tagged (${engine})`,
      points: widths.map(({ bits, wrapsInNs }) => ({ x: bits, y: wrapsInNs })),
    })),
    marks: [],
  };
}

function meanOf({ unreclaimed, unreclaimedPeak }: Cell): number {
  return unreclaimed?.mean ?? unreclaimedPeak ?? 0;
}
