import type { Edit } from '../mutant/file.ts';
import type { Method } from './source.ts';

/** The methods that make the steps of labels, each once. */
export interface MethodTable {
  readonly methods: readonly Method[];
  /** By its label, the place of the method that makes the step. */
  readonly labels: Readonly<Record<string, number>>;
}

const methods = new Map<string, Method>();

/** The same as short as it can be: by file the methods, each with the labels of its steps, and with its lines, which have a tab for two blanks at their start. */
export type PackedMethods = Readonly<
  Record<string, readonly (readonly [name: string, labels: string, text: string])[]>
>;

/** Gives a page such sources. */
export function unpackMethods(packed: PackedMethods): void {
  for (const [file, made] of Object.entries(packed)) {
    for (const [name, labels, text] of made) {
      const lines = text.split('\n').map((line) => line.replace(/^\t+/, (tabs) => '  '.repeat(tabs.length)));
      for (const label of labels.split(' ')) methods.set(label, { name, file, lines });
    }
  }
}

/** Gives a page sources that stand in it. */
export function addMethods({ methods: given, labels }: MethodTable): void {
  for (const [label, place] of Object.entries(labels)) methods.set(label, given[place]);
}

/**
 * Puts in the place of the sources that stand in the page what edits make of them, and those of a table. Returns what puts them back.
 */
export function replaceMethods(edits: readonly Edit[], table: MethodTable): () => void {
  const before = [...methods];
  for (const [label, method] of before) methods.set(label, editedMethod(method, edits));
  addMethods(table);
  return () => {
    methods.clear();
    for (const [label, method] of before) methods.set(label, method);
  };
}

/** A method after edits of its file: the text of an edit that stands in the method once, without comments, gives way to the other one. */
export function editedMethod(method: Method, edits: readonly Edit[]): Method {
  let text = method.lines.join('\n');
  for (const { file, search, replace } of edits) {
    const parts = file === method.file ? text.split(shownLines(search)) : [];
    if (parts.length === 2) text = parts.join(shownLines(replace));
  }
  return { ...method, lines: text.split('\n') };
}

/** Lines of a class as a method has them: without comments, and without the two blanks that all lines in a class begin with. */
function shownLines(lines: readonly string[]): string {
  const code = lines.filter((line) => !/^\s*(?:\/\/|\/\*|\*)/.test(line));
  return code.map((line) => line.replace(/^ {2}/, '')).join('\n');
}

/** The method that makes the step of a label; null if its source is not in the page. */
export function methodOf(label: string): Method | null {
  return methods.get(label) ?? null;
}
