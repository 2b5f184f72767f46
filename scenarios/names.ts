import { UsageError } from '../src/errors.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { closest } from '../src/suggest.ts';

/** True if a scenario is meant by a name: its id, its number, or both: `aba-dequeue`, `02`, `02-aba-dequeue`. */
export function isMeant(name: string, { id, number }: Pick<Scenario, 'id' | 'number'>): boolean {
  return id === withoutNumber(name) || String(number) === name.replace(/^0+/, '');
}

function withoutNumber(name: string): string {
  return name.replace(/^0*(\d+)-/, '');
}

/**
 * The error that says which scenarios there are.
 *
 * @param others names of other things that may have been meant
 */
export function noScenario(name: string, ids: readonly string[], others: readonly string[]): UsageError {
  return new UsageError(
    `There is no scenario "${name}"${closest(withoutNumber(name), [...ids, ...others])}; the scenarios are ${ids.join(', ')}.`,
  );
}
