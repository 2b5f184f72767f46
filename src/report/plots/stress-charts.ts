import type { StressResult } from '../../stress/result.ts';
import { type Chart, hasPoints } from './chart.ts';

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
  return [chart].filter(hasPoints);
}
