import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { explore } from '../../src/explore/explore.ts';
import { series } from '../../src/judge/audit/series.ts';
import { model } from '../../src/model/engine.ts';
import { chartSvg } from '../../src/report/plots/chart-svg.ts';
import type { Chart } from '../../src/report/plots/chart.ts';
import { explorationCharts, stressCharts } from '../../src/report/plots/result-charts.ts';
import { runCharts } from '../../src/report/plots/run-charts.ts';
import type { StressResult } from '../../src/stress/result.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';

async function played(id: string, scheme: string): Promise<ScenarioRun> {
  const scenario = findScenario(id);
  return runScenario(model, scenario, await caseFor(scenario, scheme), { trials: false });
}

const named = (charts: readonly Chart[], id: string): Chart => charts.find((each) => each.id === id)!;

test('the slots of a run over time are those of the audit at each step, and its picture has every number', async () => {
  const run = await played('aba-dequeue', 'hazard-pointers');
  const chart = named(runCharts([run]), 'slots-over-time');
  const points = series(run.trace);
  for (const [name, of] of [
    ['free', ({ free }: (typeof points)[number]): number => free],
    ['unreclaimed', ({ retired }: (typeof points)[number]): number => retired],
  ] as const) {
    const line = chart.series.find((each) => each.name === name)!;
    // At a step that changes it, the value before and the one after stand there.
    for (const { x, y } of line.points)
      expect([of(points[x]!), of(points[Math.max(0, x - 1)]!)]).toContain(y);
    expect(line.points.at(-1)).toEqual({ x: points.length - 1, y: of(points.at(-1)!) });
    const { text } = chartSvg(chart);
    for (const { x, y } of line.points) expect(text).toContain(`<title>${name}: ${y} at ${x}</title>`);
  }
});

test('of a run in which slots have two owners no number is drawn from the first damage on', async () => {
  const run = await played('aba-dequeue', 'naive');
  const { series: lines, marks } = named(runCharts([run]), 'slots-over-time');
  expect(marks).toEqual([{ name: 'naive', x: 42, text: 'ABA' }]);
  expect(Math.max(...lines.flatMap(({ points }) => points.map(({ x }) => x)))).toBe(41);
  // A leak has no slot with two owners, and is drawn to its end.
  const leaking = await played('forgotten-retire', 'tagged');
  const leaked = named(runCharts([leaking]), 'slots-over-time').series.find(({ name }) => name === 'leaked')!;
  expect(leaked.points.at(-1)!.y).toBe(leaking.audit.leaked);
  expect(leaking.audit.leaked).toBeGreaterThan(0);
});

test('a slot that is parked is unreclaimed as well', async () => {
  const run = await played('stalled-reader', 'pass-the-pointer');
  const points = series(run.trace);
  const { step, retired, parked } = points.find((point) => point.parked > 0)!;
  const line = named(runCharts([run]), 'slots-over-time').series.find(({ name }) => name === 'unreclaimed')!;
  expect(line.points.findLast(({ x }) => x <= step)!.y).toBe(retired + parked);
});

test('schemes are compared by what they keep, and a run that is corrupted is a mark and no line', async () => {
  const runs = await Promise.all(
    ['naive', 'hazard-pointers', 'epochs'].map((key) => played('stalled-reader', key)),
  );
  const charts = runCharts(runs);
  const { series: lines, marks } = named(charts, 'unreclaimed-over-time');
  expect(lines.map(({ name }) => name)).toEqual(['hazard-pointers', 'epochs']);
  expect(lines.map(({ points }) => Math.max(...points.map(({ y }) => y)))).toEqual(
    runs.slice(1).map(({ peaks }) => peaks.unreclaimed),
  );
  expect(marks).toEqual([{ name: 'naive', x: runs[0]!.findings[0]!.step, text: 'ABA' }]);
  expect(named(charts, 'age').series.map(({ name }) => name)).not.toContain('naive');
  const ages = named(charts, 'age').series.find(({ name }) => name === 'hazard-pointers')!.points;
  expect(ages.map(({ y }) => y)).toEqual(ages.map(({ y }) => y).toSorted((a, b) => b - a));
  expect(ages.at(-1)!.y).toBe(0);
});

test('each kind of damage that a search has found is a point, by its preemptions and its steps', async () => {
  const found = await explore('[A] d | d e d', 'naive', { slots: 6, preemptions: 1 });
  const [chart] = explorationCharts(found);
  expect(chart!.series.map(({ name, points }) => [name, points[0]!.x])).toEqual(
    found.findings.map(({ kind, preemptions }) => [kind, preemptions]),
  );
  expect(chart!.series[0]!.points[0]!.y).toBe(36);
  // Nothing is interrupted half.
  const ticks = chartSvg(chart!).text.matchAll(/<g class="tick x">.*?>([\d.]+)<\/text>/g);
  expect(Array.from(ticks, ([, tick]) => tick)).toEqual(['0', '1']);
});

test('free threads: a point for each scheme, and a mark for what was corrupted', () => {
  const results = [
    { scheme: 'epochs', operations: 3_000_000, seconds: 2, findings: [], garbage: { peak: 12 } },
    { scheme: 'naive', operations: 10, seconds: 1, findings: [{ kind: 'ABA' }], garbage: { peak: 0 } },
  ] as unknown as StressResult[];
  const [chart] = stressCharts(results);
  expect(chart!.series.map(({ name, points }) => [name, points])).toEqual([['epochs', [{ x: 1.5, y: 12 }]]]);
  expect(chart!.marks).toEqual([{ name: 'naive', x: 0, text: 'ABA' }]);
  expect(stressCharts([])).toEqual([]);
  expect(stressCharts(results.filter(({ scheme }) => scheme === 'naive'))).toEqual([]);
  expect(chartSvg(chart!).text).toContain('>✗ naive: ABA</text>');
});
