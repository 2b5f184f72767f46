import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadNamed } from '../engines/participant.ts';
import { isPath, programOn } from '../engines/program.ts';
import type { StructureClass } from '../engines/structure-class.ts';
import { structureById } from '../engines/structures.ts';
import { UsageError } from '../errors.ts';

/** The URL of the module that an option names. */
export function moduleOf(path: string, option: '--variant' | '--structure' = '--variant'): string {
  if (path.startsWith('file:')) return path;
  if (!existsSync(path)) {
    throw new UsageError(`There is no file ${path} for ${option}: give the path of a JavaScript module.`);
  }
  return pathToFileURL(resolve(path)).href;
}

/**
 * A program as its text alone says what it is: on the structure of --structure, and one of the user's own named by its URL. That one is
 * known from then on. Throws a UsageError if it cannot be loaded, or the two do not go together.
 */
export async function programAsked(structure: string | null, program: string): Promise<string> {
  const isOwn = structure !== null && isPath(structure);
  const text = programOn(isOwn ? moduleOf(structure, '--structure') : structure, program);
  await loadNamed(text);
  return text;
}

/** The structure of --structure, or the usual one. Throws a UsageError as above. */
export async function structureAsked(structure: string | null): Promise<StructureClass> {
  if (structure === null || !isPath(structure)) return structureById(structure ?? undefined);
  const url = moduleOf(structure, '--structure');
  await loadNamed(`${url}:`);
  return structureById(url);
}
