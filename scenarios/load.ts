import type { Scenario } from '../src/scenario/scenario.ts';
import { folderNamed, noScenario } from './names.ts';

/** The scenario of an id, a number, or both; undefined if there is none. It is loaded alone: all of them take as long as a fifth of what a run loads. */
export async function loadIfThere(name: string): Promise<Scenario | undefined> {
  const folder = folderNamed(name);
  if (folder === undefined) return undefined;
  const { scenario } = (await import(`./${folder}/scenario.ts`)) as { readonly scenario: Scenario };
  return scenario;
}

/**
 * The same, or a UsageError that says which there are.
 *
 * @param others names of other things that may have been meant
 */
export async function loadScenario(name: string, others: readonly string[] = []): Promise<Scenario> {
  const found = await loadIfThere(name);
  if (found === undefined) throw noScenario(name, others);
  return found;
}
