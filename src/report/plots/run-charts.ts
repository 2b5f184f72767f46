import { series, type SeriesPoint } from '../../judge/audit/series.ts';
import { geometryOf } from '../../judge/audit/mark.ts';
import { FREE, RETIRED, S_STATE } from '../../kernel/layout.ts';
import { placeOf } from '../../observe/lives.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { type Chart, type ChartPoint, type ChartSeries, hasPoints } from './chart.ts';

/** As many points of a line are drawn; of a longer run those that lie as far apart. */
const MOST_POINTS = 240;

const STEPS = { label: 'steps' };

/** What is shown of one run over time, by its name. */
const OVER_TIME: readonly (readonly [name: string, of: (point: SeriesPoint, run: ScenarioRun) => number])[] =
  [
    ['ever allocated', ({ everAllocated }) => everAllocated],
    ['in use', ({ inUse }) => inUse],
    ['unreclaimed', withLeakedByDesign],
    ['free', ({ free }) => free],
    ['leaked', ({ leaked }, { claims }) => (claims.reclaims ? leaked : 0)],
  ];

/** What is parked is unreclaimed, and so is what a scheme leaks by its claim: retired and not free again. */
export function withLeakedByDesign(
  { retired, parked, leaked }: SeriesPoint,
  { claims }: ScenarioRun,
): number {
  return retired + parked + (claims.reclaims ? 0 : leaked);
}

/** The plots of one run or of several, each run a line of its own where they are compared. */
export function runCharts(runs: readonly ScenarioRun[]): Chart[] {
  const points = runs.map((run) => series(run.trace));
  const charts: Chart[] = [
    ...(runs.length === 1 ? [overTime(runs[0], points[0])] : []),
    ...(runs.length > 1 ? [compared(runs, points)] : []),
    {
      id: 'age',
      title: 'Age from retire to free',
      x: { label: 'steps from retire to free' },
      y: { label: 'share of the slots that took longer' },
      series: runs
        .filter((run) => !isCorrupted(run))
        .map((run) => ({ name: nameOf(run), points: agesOf(run) }))
        .filter(hasSome),
      marks: [],
    },
  ];
  return charts.filter(hasPoints);
}

function nameOf({ case: { key } }: ScenarioRun): string {
  return key;
}

function hasSome({ points }: ChartSeries): boolean {
  return points.length > 0;
}

function overTime(run: ScenarioRun, points: readonly SeriesPoint[]): Chart {
  const [first] = run.findings;
  // Where slots have two owners their numbers mean nothing any more.
  const isSound = ({ step }: SeriesPoint): boolean =>
    run.audit.surplus === 0 || step < (first?.step ?? Infinity);
  const sound = points.filter(isSound);
  return {
    id: 'slots-over-time',
    title: `Slots over time, ${nameOf(run)}`,
    x: STEPS,
    y: { label: 'slots' },
    series: OVER_TIME.map(([name, of]) => ({ name, points: stepped(sound, (point) => of(point, run)) })),
    marks:
      first === undefined
        ? []
        : [{ name: nameOf(run), x: first.step ?? points.length - 1, text: first.kind }],
  };
}

/** What is corrupted has no slots that could be counted: it is a mark, and never a line. */
function isCorrupted({ findings }: ScenarioRun): boolean {
  return findings.length > 0;
}

function compared(runs: readonly ScenarioRun[], points: readonly (readonly SeriesPoint[])[]): Chart {
  return {
    id: 'unreclaimed-over-time',
    title: 'Unreclaimed slots over time',
    x: STEPS,
    y: { label: 'slots' },
    series: runs.flatMap((run, i) =>
      isCorrupted(run)
        ? []
        : [{ name: nameOf(run), points: stepped(points[i], (point) => withLeakedByDesign(point, run)) }],
    ),
    marks: runs
      .filter(isCorrupted)
      .map((run) => ({ name: nameOf(run), x: run.findings[0].step ?? 0, text: run.findings[0].kind })),
  };
}

/** A value that stays as it is until a step changes it: a point before and one after each change. */
function stepped(points: readonly SeriesPoint[], of: (point: SeriesPoint) => number): ChartPoint[] {
  const found = points.flatMap((point, i): ChartPoint[] => {
    const [now, before] = [of(point), i === 0 ? null : of(points[i - 1])];
    if (now === before && i < points.length - 1) return [];
    const after = { x: point.step, y: now };
    return before === null || before === now ? [after] : [{ x: point.step, y: before }, after];
  });
  const apart = Math.ceil(found.length / MOST_POINTS);
  return found.filter((_, i) => i % apart === 0 || i === found.length - 1);
}

/** Of the slots that were freed, what share had been retired for longer than so many steps. */
function agesOf({ trace, words }: ScenarioRun): ChartPoint[] {
  const geometry = geometryOf(words);
  const since = new Map<number, number>();
  const ages: number[] = [];
  for (const event of trace.events) {
    if (event.kind !== 'step') continue;
    for (const [address, value] of event.writes) {
      const place = placeOf(geometry, address);
      if (place?.word !== S_STATE) continue;
      if (value === RETIRED) since.set(place.slot, event.step);
      const began = since.get(place.slot);
      if (value !== FREE || began === undefined) continue;
      ages.push(event.step - began);
      since.delete(place.slot);
    }
  }
  const sorted = ages.toSorted((a, b) => a - b);
  // At the last of equal ages so many are left.
  return sorted.flatMap((age, i) =>
    age === sorted[i + 1] ? [] : [{ x: age, y: (sorted.length - 1 - i) / sorted.length }],
  );
}
