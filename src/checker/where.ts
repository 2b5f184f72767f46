const PLACE = /\(?([^\s()]+):(\d+):\d+\)?$/;

/**
 * The folder of this library as a URL and as a path, and as a stack names it where source maps are in use; none in a bundle, where its
 * lines stand among the user's.
 */
const here: readonly string[] = [...foldersOf(import.meta.url), ...foldersOf(ownFile())];

function ownFile(): string | undefined {
  return PLACE.exec(new Error().stack?.split('\n')[1] ?? '')?.[1];
}

function foldersOf(file: string | undefined): string[] {
  const [, folder] = /^(.*[\\/])checker[\\/]where\.[jt]s$/.exec(file ?? '') ?? [];
  if (folder === undefined) return [];
  const path = decodeURIComponent(folder.replace(/^file:\/\//, ''));
  return path === folder ? [path, `file://${encodeURI(path)}`] : [folder, path];
}

/** Of a script in which a user's code stands behind this library: the last line of the library, and the name of the user's code. */
let behind: { readonly line: number; readonly name: string } | null = null;

/**
 * Tells of a script that holds this library and a user's code behind it, as a worker of a page has it.
 *
 * @param line the last line of the script, from 1, that is not the user's
 * @param name what the user's code is called in a story
 */
export function setCodeBehind(line: number, name: string): void {
  behind = { line, name };
}

function isOwn(file: string, line: number): boolean {
  return behind === null ? here.some((own) => file.startsWith(own)) : line <= behind.line;
}

/** True if the library's lines can be told from the user's. */
function isTold(): boolean {
  return behind !== null || here.length > 0;
}

function stack(): string[] {
  return new Error().stack?.split('\n').slice(2) ?? [];
}

/** What tells places in code that has no lines of its own, as in a module of WebAssembly: by a stack; null if it is another's. */
export const wherePlaced: { by: ((stack: string) => string | null) | null } = { by: null };

/** The first line of the stack that is not this library's: `lock.ts:12`. */
export function whereInCode(): string {
  const lines = stack();
  return wherePlaced.by?.(lines.join('\n')) ?? whereIn(lines);
}

/** The same in the lines of a stack. */
export function whereIn(lines: readonly string[]): string {
  for (const line of lines) {
    const [, file, number] = PLACE.exec(line) ?? [];
    if (file === undefined || file.startsWith('node:')) continue;
    if (!isTold() || isOwn(file, Number(number))) continue;
    if (behind !== null) return `${behind.name}:${Number(number) - behind.line}`;
    return `${decodeURIComponent(/[^/\\]*$/.exec(file)?.[0] ?? file)}:${number}`;
  }
  return '';
}

/** How many calls within each other are looked at: first a few, which mostly are enough and take less time. */
const SHALLOW = 12;
const DEEPEST = 100;

/** A call on a stack, as V8 tells it. */
type StackCall = Parameters<NonNullable<typeof Error.prepareStackTrace>>[1][number];

const own = new Map<string, boolean>();

/** The same as `isOwn`, looked up where a whole file is the library's or not. */
function isLibraryFile(file: string, line: number): boolean {
  if (behind !== null) return isOwn(file, line);
  const known = own.get(file) ?? isOwn(file, line);
  own.set(file, known);
  return known;
}

/**
 * The calls of a thread's code on a stack, as a text that tells them from others and is no more than that: to name places as people know
 * them takes long. Empty if its beginning is not there.
 */
function keyOf(calls: readonly StackCall[]): string {
  let key = '';
  for (const call of calls) {
    const line = call.getLineNumber();
    // A function of the engine's own, such as the indexOf of a view, is no thread's code.
    if (line === null) continue;
    const file = call.getFileName() ?? '';
    const isLibrary = isLibraryFile(file, line);
    if (isLibrary && key !== '') return key;
    if (!isLibrary) key += `${file}:${line}:${call.getColumnNumber()} `;
  }
  return '';
}

/** By the calls of a thread's code at a step their number, from 1. */
const sites = new Map<string, number>();

/**
 * A number for where the code of a thread asks for a step, with the calls of its code around it up to the last one of this library. 0
 * where stacks cannot be told apart.
 */
export function siteInCode(): number {
  if (!isTold() || Error.stackTraceLimit === undefined) return 0;
  const key = keyWithin(SHALLOW) || keyWithin(DEEPEST);
  if (key === '') return 0;
  const known = sites.get(key) ?? sites.size + 1;
  sites.set(key, known);
  return known;
}

function keyWithin(calls: number): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = calls;
  Error.prepareStackTrace = (_, all) => keyOf(all);
  const key = new Error().stack as unknown;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  // An engine that has no such thing tells a stack in words of its own.
  return typeof key === 'string' && !key.startsWith('Error') ? key : '';
}
