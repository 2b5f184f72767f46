import { readFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import * as v from 'valibot';
import { InternalError, UsageError } from '../errors.ts';

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
  /** The explorer looks at executions with up to this many preemptions; left out: at every class of executions. */
  readonly preemptions?: number;
  readonly tests?: readonly string[];
  /** Free slots in a magazine of a thread's cache; left out, there are no caches. */
  readonly cache?: number;
  /** The free list; left out, it is a stack. */
  readonly freeList?: 'ring';
  /** True if facts are asked for beside executions: what is wrong shows in the slots of a loop alone. */
  readonly facts?: boolean;
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
  /** Why no program of the explorer shows it, so that a test of the repository is its witness, if that is known. */
  readonly beyondPrograms?: string;
}

/** Where the texts are that a mutant may change: all that is compiled. */
export const PARTS = ['src', 'workers', 'scenarios'] as const;

const lines = v.array(v.string());
const given = v.object({
  title: v.optional(v.string()),
  edits: v.pipe(v.array(v.object({ file: v.string(), search: lines, replace: lines })), v.minLength(1)),
  witness: v.optional(
    v.object({
      program: v.optional(v.string()),
      scheme: v.string(),
      slots: v.optional(v.number()),
      preemptions: v.optional(v.number()),
      cache: v.optional(v.number()),
      freeList: v.optional(v.literal('ring')),
      facts: v.optional(v.boolean()),
    }),
  ),
});

/** What the lab's own mutants have, beside that. */
const ofTheLab = v.intersect([
  given,
  v.object({
    id: v.string(),
    row: v.string(),
    title: v.string(),
    origin: v.string(),
    equivalent: v.optional(v.string()),
    beyondPrograms: v.optional(v.string()),
    witness: v.looseObject({ scheme: v.string(), tests: v.optional(lines) }),
  }),
]);

/** A mutant of the lab, from the text of its file. Throws an InternalError if it is not one. */
export function labMutant(text: string, file: string): Mutant {
  const read = v.safeParse(ofTheLab, JSON.parse(text));
  if (read.success) return read.output as Mutant;
  const [{ message }] = read.issues;
  throw new InternalError(`The mutant ${file} of the lab does not fit its schema: ${message}.`);
}

/**
 * Reads a mutant of the user's own: JSON as in `test/mutants` (`edits`, and if there is one a `witness`), or a unified diff of files in
 * src, workers or scenarios. Its id is its path. Throws a UsageError that says what is wrong with the file.
 */
export function readMutant(path: string): Mutant {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The mutant ${path} cannot be read (${code ?? message}): give the path of a diff or of a JSON file as in test/mutants.`,
      { cause: error },
    );
  }
  const { title, edits, witness } = path.endsWith('.json') ? fromJson(text, path) : fromDiff(text, path);
  for (const { file } of edits) {
    const isWithin = posix.normalize(file) === file && PARTS.some((part) => file.startsWith(`${part}/`));
    if (!isWithin) {
      throw new UsageError(
        `The mutant ${path} changes "${file}": it may change files in ${PARTS.join(', ')}, named from the folder of package.json.`,
      );
    }
  }
  return {
    id: path,
    row: '',
    title: title ?? basename(path),
    origin: path,
    edits,
    witness: (witness as Mutant['witness'] | undefined) ?? { scheme: 'naive' },
  };
}

interface Read {
  readonly title?: string | undefined;
  readonly edits: readonly Edit[];
  readonly witness?: unknown;
}

function fromJson(text: string, path: string): Read {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new UsageError(
      `The mutant ${path} is no JSON document: mend it, or give a diff that ends in .diff.`,
    );
  }
  const read = v.safeParse(given, document);
  if (read.success) return read.output;
  const [{ message }] = read.issues;
  const where = v.getDotPath(read.issues[0]) ?? 'the document';
  throw new UsageError(`The mutant ${path} is not as in test/mutants: ${where}: ${message}.`);
}

/** Each hunk is a text that must stand in its file exactly once, whatever the numbers of its lines say. */
function fromDiff(text: string, path: string): Read {
  const edits: { file: string; search: string[]; replace: string[] }[] = [];
  let file: string | null = null;
  let hunk: (typeof edits)[number] | null = null;
  for (const line of text.split('\n')) {
    const named = /^\+\+\+ (?:b\/)?(\S+)/.exec(line);
    if (/^(diff |index |--- )/.test(line)) hunk = null;
    else if (named) {
      file = named[1];
      hunk = null;
    } else if (line.startsWith('@@')) {
      if (file === null)
        throw new UsageError(`The diff ${path} has a hunk before it names a file with "+++ ".`);
      hunk = { file, search: [], replace: [] };
      edits.push(hunk);
    } else if (hunk !== null && /^[ +-]/.test(line)) {
      if (!line.startsWith('+')) hunk.search.push(line.slice(1));
      if (!line.startsWith('-')) hunk.replace.push(line.slice(1));
    }
  }
  if (edits.length === 0)
    throw new UsageError(`The diff ${path} changes nothing: it has no hunk that begins with "@@".`);
  const added = edits.find(({ search }) => search.length === 0);
  if (added)
    throw new UsageError(
      `A hunk of the diff ${path} for ${added.file} has no line of the old text: add some.`,
    );
  return { edits };
}
