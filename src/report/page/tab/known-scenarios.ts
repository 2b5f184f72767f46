import { UsageError } from '../../../errors.ts';
import type { Scenario } from '../../../scenario/scenario.ts';
import { closest } from '../../../suggest.ts';

/** The scenarios that this page came with, by their numbers. */
export const scenarios: Scenario[] = [];

/** Lets the page know a scenario: a part of its script has it. */
export function addScenario(scenario: Scenario): void {
  scenarios.push(scenario);
  scenarios.sort((a, b) => a.number - b.number);
}

/** The scenario of an id; throws a UsageError if the page did not come with it. */
export function findScenario(id: string): Scenario {
  const found = scenarios.find((each) => each.id === id);
  if (found !== undefined) return found;
  const ids = scenarios.map((each) => each.id);
  throw new UsageError(
    `This page has no scenario "${id}"${closest(id, ids)}; ${ids.length === 0 ? 'it has none' : `it has ${ids.join(', ')}`}: the playground has them all.`,
  );
}
