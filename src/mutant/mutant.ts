import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../host/package-folder.ts';
import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { labMutant, type Mutant, readMutant } from './file.ts';

const FOLDER = join(packageFolder, 'test/mutants');

/** All mutants, by their rows; none where the repository's tests are not at hand, as in an installed package. */
export function allMutants(): Mutant[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => labMutant(readFileSync(join(FOLDER, name), 'utf8'), name))
    .toSorted((a, b) => a.row.localeCompare(b.row, 'en', { numeric: true }) || (a.id < b.id ? -1 : 1));
}

/**
 * The mutant of an id, of a row, or of a file: the JSON of one, or a unified diff of the lab's text. Throws a UsageError if there is none.
 */
export function findMutant(id: string): Mutant {
  if (/[/\\]|\.(json|diff|patch)$/.test(id)) return readMutant(id);
  const mutants = allMutants();
  if (mutants.length === 0) {
    throw new UsageError(
      `--mutant ${id} needs the text of the lab and its compiler: it works in a clone of the repository after npm ci, not in an installed package.`,
    );
  }
  const found = mutants.find((each) => each.id === id || each.row === id);
  if (found) return found;
  const ids = mutants.map((each) => each.id);
  throw new UsageError(
    `There is no mutant "${id}"${closest(id, ids)}; lockfree-lab list shows them all, and a file of your own is given by its path, as in ./bug.diff.`,
  );
}

/** Makes the edits in files that `read` gives. Throws if a text does not stand in its file exactly once. */
export function edited(mutant: Mutant, read: (file: string) => string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, search, replace } of mutant.edits) {
    const text = texts.get(file) ?? read(file);
    const parts = text.split(search.join('\n'));
    if (parts.length !== 2) {
      throw new UsageError(
        `The mutant ${mutant.id} does not fit: its text stands ${parts.length - 1} times in ${file} and not once; bring the mutant up to date. It begins with "${search[0].trim()}".`,
      );
    }
    texts.set(file, parts.join(replace.join('\n')));
  }
  return texts;
}
