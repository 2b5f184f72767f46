import { UsageError } from '../src/errors.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { closest } from '../src/suggest.ts';
import { scenario as abaDequeue } from './02-aba-dequeue/scenario.ts';

/** The curriculum, in order. */
export const scenarios: readonly Scenario[] = [abaDequeue];

/** Finds a scenario by its id, its number, or both: `aba-dequeue`, `02`, `02-aba-dequeue`. */
export function findScenario(name: string): Scenario {
  const wanted = name.replace(/^0*(\d+)-/, '');
  const found = scenarios.find(
    ({ id, number }) => id === wanted || String(number) === name.replace(/^0+/, ''),
  );
  if (found) return found;
  const ids = scenarios.map(({ id }) => id);
  throw new UsageError(
    `There is no scenario "${name}"${closest(wanted, ids)}; the scenarios are ${ids.join(', ')}.`,
  );
}
