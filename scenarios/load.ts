import { readdirSync } from 'node:fs';
import type { Scenario } from '../src/scenario/scenario.ts';
import { isMeant, noScenario } from './names.ts';

/** The scenarios by the names of their folders, `02-aba-dequeue`, in order. So one is found without loading the others. */
const folders = readdirSync(import.meta.dirname)
  .map((folder) => ({ folder, match: /^(\d+)-(.+)$/.exec(folder) }))
  .flatMap(({ folder, match }) =>
    match === null ? [] : [{ folder, number: Number(match[1]), id: match[2] }],
  )
  .toSorted((a, b) => a.number - b.number);

/** The ids of all scenarios, in order. */
export const SCENARIO_IDS: readonly string[] = folders.map(({ id }) => id);

/** True if there is a scenario of that name. */
export function isThere(name: string): boolean {
  return folders.some((each) => isMeant(name, each));
}

/** The scenario of an id, a number, or both; undefined if there is none. It is loaded alone: all of them take as long as a fifth of what a run loads. */
export async function loadIfThere(name: string): Promise<Scenario | undefined> {
  const found = folders.find((each) => isMeant(name, each));
  if (found === undefined) return undefined;
  const { scenario } = (await import(`./${found.folder}/scenario.ts`)) as { readonly scenario: Scenario };
  return scenario;
}

/**
 * The same, or a UsageError that says which there are.
 *
 * @param others names of other things that may have been meant
 */
export async function loadScenario(name: string, others: readonly string[] = []): Promise<Scenario> {
  const found = await loadIfThere(name);
  if (found === undefined) throw noScenario(name, SCENARIO_IDS, others);
  return found;
}
