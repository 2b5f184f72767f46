import type { SearchProgress } from '../../explore/campaign/coverage.ts';
import { showNumber, rough } from './exploration-text.ts';

/** A line that says how far a search has come, the most important first: a narrow terminal cuts off its end. */
export function progressText(of: SearchProgress): string {
  const { executions, here, seconds, depth, done, units, estimate } = of;
  const rate = `${showNumber(Math.round(here / Math.max(seconds, 0.1)))} a second`;
  const parts = [`${showNumber(executions)} executions, ${rate}`];
  if (units > 1) parts.push(`${showNumber(done)} of ${showNumber(units)} units`);
  if (estimate) {
    const left = Math.max(0, estimate.executions - executions);
    parts.push(
      `about ${rough(estimate.executions)} in all`,
      `${showSeconds((seconds * left) / Math.max(1, here))} left`,
    );
  }
  return [...parts, `depth ${depth}`].join(', ');
}

function showSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
