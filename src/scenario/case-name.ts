import type { SchemeChoice } from '../laboratory/registry.ts';
import type { Case, Scenario } from './scenario.ts';

/** The name by which `caseFor` finds a case again: the scheme, or its key if it is part of the scenario or a further case of a scheme. */
export function caseName(scenario: Scenario, own: Case, { spec: chosen }: SchemeChoice): string {
  const first = scenario.cases.find(({ key, spec }) => key === chosen || spec === chosen);
  // A module of the scenario's is found by the case's key, and a user's own by its URL alone.
  const isOfScenario = scenario.cases.some(({ key, spec }) => key === own.key && spec === own.spec);
  const goesByKey =
    (isOfScenario && own.spec.startsWith('file:')) || (first !== undefined && first.key !== own.key);
  return goesByKey ? own.key : chosen;
}
