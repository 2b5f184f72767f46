import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageFolder } from '../host/package-folder.ts';
import { labMutant, type Mutant } from './file.ts';

/** The file that a mutated copy of the lab has beside its package.json. */
export const MARK = 'mutant.json';

const path = join(packageFolder, MARK);

/** The mutant that this very copy of the lab is, or null if it is the lab itself. */
export const self: Mutant | null = existsSync(path) ? labMutant(readFileSync(path, 'utf8'), path) : null;

/**
 * What recorded files call the lab that has written them: a mutant by its id, one of a user's own by the name of its file and a hash of its
 * edits. Null for the lab itself.
 */
export const selfName: string | null = self && recordedName(self);

/** What recorded files call a mutant. */
export function recordedName({ id, row, edits }: Mutant): string {
  if (row !== '') return id;
  const hash = createHash('sha256').update(JSON.stringify(edits)).digest('hex').slice(0, 12);
  return `${basename(id)} (${hash})`;
}
