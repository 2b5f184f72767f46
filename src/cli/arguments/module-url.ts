import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadNamed, structureNamed } from '../../laboratory/participant.ts';
import { isPath, programOn } from '../../laboratory/program.ts';
import { checkCompiled, FREE_LISTS, type FreeList } from '../../laboratory/edge.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { UsageError } from '../../errors.ts';
import { choice, type Option } from './option.ts';

const FREE_LIST_HELP =
  'The free list of the slab: a stack, from which the slot that was freed last is taken first, or a ring, from which the one that was freed first is.';

/** For commands that make a slab. */
export const freeListOption: Option<FreeList> = choice(FREE_LISTS, 'stack', FREE_LIST_HELP);

/** The same where a scenario has one. */
export const freeListOfScenarioOption: Option<FreeList | 'scenario'> = choice(
  ['scenario', ...FREE_LISTS],
  'scenario',
  `${FREE_LIST_HELP} Or the one that the scenario has.`,
);

/**
 * The free lists that were asked for where there may be several. Throws a UsageError for one that there is not, or that is not compiled.
 *
 * @param onAtomics true where the slab is not compiled, and there is each of them
 */
export function freeListsOf(given: readonly string[], onAtomics: boolean): readonly FreeList[] {
  return [...new Set(given.length === 0 ? ['stack'] : given)].map((name) => {
    const found = FREE_LISTS.find((each) => each === name);
    if (found === undefined)
      throw new UsageError(`--free-list cannot be "${name}": give ${FREE_LISTS.join(' or ')}.`);
    if (!onAtomics) checkCompiled(found);
    return found;
  });
}

/** The URL of the module that an option names. */
export function moduleOf(path: string, option: '--variant' | '--structure' = '--variant'): string {
  if (path.startsWith('file:')) return path;
  if (!existsSync(path)) {
    throw new UsageError(`There is no file ${path} for ${option}: give the path of a JavaScript module.`);
  }
  return pathToFileURL(resolve(path)).href;
}

/** What --structure says, one of the user's own as the URL of its module. */
export function structureGiven(structure: string | null): string | null {
  return structure !== null && isPath(structure) ? moduleOf(structure, '--structure') : structure;
}

/**
 * A program as its text alone says what it is: on the structure of --structure, and one of the user's own named by its URL. That one is
 * known from then on. Throws a UsageError if it cannot be loaded, or the two do not go together.
 */
export async function programAsked(structure: string | null, program: string): Promise<string> {
  const text = programOn(structureGiven(structure), program);
  await loadNamed(text);
  return text;
}

/** The structure of --structure, or the usual one. Throws a UsageError as above. */
export function structureAsked(structure: string | null): Promise<StructureClass> {
  return structureNamed(structureGiven(structure) ?? undefined);
}
