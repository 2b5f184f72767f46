import { series, type SeriesPoint } from '../../judge/audit/series.ts';
import { withLeakedByDesign } from '../plots/run-charts.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { padLeft, table } from './columns.ts';
import type { Style } from './style.ts';

/** How many moments of a run are shown, where there is room. */
const MOMENTS = 12;
/** The columns in front of them, and those of one. */
const FRONT = 27;
const WIDTH = 6;

/** What is shown of each moment, the most telling last. */
const ROWS: readonly (readonly [name: string, of: (point: SeriesPoint, run: ScenarioRun) => number])[] = [
  ['ever allocated', ({ everAllocated }) => everAllocated],
  ['in use', ({ inUse }) => inUse],
  ['unreclaimed', withLeakedByDesign],
  ['free', ({ free }) => free],
];

/** Slots in use, unreclaimed and free beside those ever allocated, over the steps of a run. */
export function seriesLines(run: ScenarioRun, style: Style): string[] {
  const points = series(run.trace);
  const room = Math.max(2, Math.floor((style.columns - FRONT) / WIDTH));
  const moments = momentsOf(run, points.length - 1, Math.min(MOMENTS, room)).map((step) => points[step]);
  const cells = [
    ['step', ...moments.map(({ step }) => String(step))],
    ...ROWS.map(([name, of]) => [name, ...moments.map((point) => String(of(point, run)))]),
  ];
  const widths = moments.map((_, i) => Math.max(...cells.map((row) => row[i + 1].length)));
  const [head, ...rows] = table(
    cells.map(([name, ...numbers]) => [name, ...numbers.map((number, i) => padLeft(number, widths[i]))]),
  );
  return [style.faint(`OVER TIME  ${head}`), ...rows.map((row) => `           ${row}`)];
}

/** The start, the end, every change of threads, and as many moments between as there is room for, evenly spread. */
function momentsOf({ trace }: ScenarioRun, last: number, most: number): number[] {
  const steps = trace.events.filter((event) => event.kind === 'step');
  const switches = steps.flatMap(({ thread }, i) => (i > 0 && steps[i - 1].thread !== thread ? [i] : []));
  const chosen = [...new Set([0, ...switches.slice(0, most / 2), last])].toSorted((a, b) => a - b);
  while (chosen.length < Math.min(most, last + 1)) {
    const gaps = chosen.slice(1).map((step, i) => step - chosen[i]);
    const widest = gaps.indexOf(Math.max(...gaps));
    chosen.splice(widest + 1, 0, Math.round((chosen[widest] + chosen[widest + 1]) / 2));
  }
  return chosen;
}
