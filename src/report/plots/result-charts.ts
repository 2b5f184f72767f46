import type { Exploration } from '../../explore/explore.ts';
import { parseSchedule } from '../../schedule/schedule.ts';
import type { StressResult } from '../../stress/result.ts';
import { type Chart, hasPoints } from './chart.ts';

/** The plot of a search: for each kind of damage the execution that was found first, by its preemptions and its steps. */
export function explorationCharts({ findings, program, scheme }: Exploration): Chart[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const chart: Chart = {
    id: 'damage-by-preemptions',
    title: `Damage of ${program} under ${scheme}`,
    x: { label: 'preemptions', whole: true },
    y: { label: 'steps of the execution' },
    series: kinds.map((kind) => ({
      name: kind,
      scattered: true,
      points: findings
        .filter((each) => each.kind === kind)
        .map(({ preemptions, schedule }) => ({ x: preemptions, y: stepsOf(schedule) })),
    })),
    marks: [],
  };
  return [chart].filter(hasPoints);
}

function stepsOf(schedule: string): number {
  return parseSchedule(schedule).reduce(
    (steps, { until }) => steps + (until.kind === 'count' ? until.steps : 0),
    0,
  );
}

/**
 * The plot of stress runs: what each scheme keeps unreclaimed against what it does in a second. A structure that was corrupted has no
 * throughput, and is a mark.
 */
export function stressCharts(results: readonly StressResult[]): Chart[] {
  const sound = results.filter(({ findings, seconds }) => findings.length === 0 && seconds > 0);
  const chart: Chart = {
    id: 'unreclaimed-against-throughput',
    title: 'Unreclaimed slots against operations, free threads',
    x: { label: 'million operations per second' },
    y: { label: 'unreclaimed slots at most' },
    series: sound.map(({ scheme, operations, seconds, garbage }) => ({
      name: scheme,
      scattered: true,
      points: [{ x: operations / seconds / 1e6, y: garbage.peak }],
    })),
    marks: results
      .filter(({ findings }) => findings.length > 0)
      .map(({ scheme, findings }) => ({ name: scheme, x: 0, text: findings[0].kind })),
  };
  // Where every scheme is broken there is nothing to compare.
  return sound.length === 0 ? [] : [chart];
}
