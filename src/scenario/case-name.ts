import type { SchemeChoice } from '../engines/registry.ts';
import type { Case, Scenario } from './scenario.ts';

/** The name by which `caseFor` finds a case again: the scheme, or its key if it is part of the scenario or a further case of a scheme. */
export function caseName(scenario: Scenario, own: Case, { spec: chosen }: SchemeChoice): string {
  const first = scenario.cases.find(({ key, spec }) => key === chosen || spec === chosen);
  const goesByKey = own.spec.startsWith('file:') || (first !== undefined && first.key !== own.key);
  return goesByKey ? own.key : chosen;
}
