import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, root } from './mutant.ts';

/** The file that a mutated copy of the lab has beside its package.json. */
export const MARK = 'mutant.json';

const path = join(root, MARK);

/** The mutant that this very copy of the lab is, or null if it is the lab itself. */
export const self: Pick<Mutant, 'id' | 'title'> | null = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as Mutant)
  : null;
