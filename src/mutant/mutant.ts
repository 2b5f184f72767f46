import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { readMutant } from './file.ts';

/** The folder of package.json, seen from here or from the compiled code. */
export const root: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
);

/** A text that stands in a file exactly once, and what stands there instead. Lines are joined. */
export interface Edit {
  readonly file: string;
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

/** What shows a mutant: a program for the explorer, or tests of the repository that turn red. */
export interface Witness {
  readonly program?: string;
  /** With its parameters. */
  readonly scheme: string;
  readonly slots?: number;
  /** The explorer looks at executions with up to so many preemptions; left out: at every class of executions. */
  readonly preemptions?: number;
  readonly tests?: readonly string[];
  /** The schemes that these tests load as compiled modules. */
  readonly modules?: readonly string[];
  /** Free slots in a magazine of a thread's cache; left out, there are no caches. */
  readonly cache?: number;
}

/** A bug that a real implementation shipped, as a small diff of the lab's own text: a file of `test/mutants/`. */
export interface Mutant {
  readonly id: string;
  /** Its row in the list of known bugs: `A4`; empty if it is from a file of the user's own. */
  readonly row: string;
  /** The bug, in a sentence without its full stop. */
  readonly title: string;
  /** Where it is known from. */
  readonly origin: string;
  readonly edits: readonly Edit[];
  readonly witness: Witness;
  /** Why it changes nothing that could be seen, if that is so. */
  readonly equivalent?: string;
}

const FOLDER = join(root, 'test/mutants');

/** All mutants, by their rows; none where the repository's tests are not at hand, as in an installed package. */
export function allMutants(): Mutant[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Mutant)
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
