import type { BenchResult } from '../../bench/result-file.ts';
import { usualStructure } from '../../laboratory/structures.ts';
import { cellsOnLines, idOf } from './bench-charts.ts';
import { loadText, shortName } from '../text/bench-figures.ts';
import { type Chart, type ChartSeries, nameInGrid } from './chart.ts';

/** The engine that every structure can be measured on under every scheme. */
const ENGINE = 'atomics';

/** What results of several structures have in common: structures by schemes, in small; nothing if there is one structure. */
export function structureCharts(results: readonly BenchResult[]): Chart[] {
  const byName = new Map<string, BenchResult>();
  for (const result of results.flatMap(apart))
    byName.set(shortName(result.structure ?? usualStructure.ID), result);
  const [first, ...others] = [...byName.values()];
  if (others.length === 0) return [];
  const common = first.cells.find((cell) =>
    others.every(({ cells }) => cells.some((each) => loadText(each) === loadText(cell))),
  );
  if (common === undefined) return [];
  const workload = loadText(common);
  const series: ChartSeries[] = [];
  const schemes = new Set<string>();
  for (const [row, result] of byName) {
    for (const { scheme, engine, threads, mopsMedian, mopsMin, mopsMax } of cellsOnLines(result, workload)) {
      if (engine !== ENGINE) continue;
      schemes.add(scheme);
      const name = nameInGrid(row, scheme);
      const before = series.find((each) => each.name === name)?.points ?? [];
      const points = [...before, { x: threads, y: mopsMedian, low: mopsMin, high: mopsMax }];
      const at = series.findIndex((each) => each.name === name);
      series.splice(at === -1 ? series.length : at, at === -1 ? 0 : 1, {
        name,
        points: points.toSorted((a, b) => a.x - b.x),
      });
    }
  }
  return [
    {
      id: `structures-${idOf(workload)}`,
      title: `Throughput of structures by schemes, ${workload}`,
      x: { label: 'threads', whole: true },
      y: { label: 'million operations per second' },
      series,
      grid: { rows: [...byName.keys()], columns: [...schemes] },
      marks: [],
    },
  ];
}

/** The results of one structure each that a result of several is made of. */
function apart(result: BenchResult): BenchResult[] {
  return (
    result.structures?.map((structure) => ({
      ...result,
      structure,
      cells: result.cells.filter((cell) => cell.structure === structure),
      peers: [],
    })) ?? [result]
  );
}
