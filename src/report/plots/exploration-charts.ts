import type { Exploration } from '../../explore/explore.ts';
import { parseSchedule } from '../../schedule/schedule.ts';
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
