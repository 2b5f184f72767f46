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

function isOwn(file: string): boolean {
  return here.some((own) => file.startsWith(own));
}

function stack(): string[] {
  return new Error().stack?.split('\n').slice(2) ?? [];
}

/** The first line of the stack that is not this library's: `lock.ts:12`. */
export function whereInCode(): string {
  for (const line of stack()) {
    const [, file, number] = PLACE.exec(line) ?? [];
    if (file === undefined || file.startsWith('node:')) continue;
    if (here.length === 0 || isOwn(file)) continue;
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

/**
 * The calls of a thread's code on a stack, as a text that tells them from others and is no more than that: to name places as people know
 * them takes long. Empty if its beginning is not there.
 */
function keyOf(calls: readonly StackCall[]): string {
  let key = '';
  for (const call of calls) {
    // A function of the engine's own, such as the indexOf of a view, is no thread's code.
    if (call.getLineNumber() === null) continue;
    const file = call.getFileName() ?? '';
    let isLibrary = own.get(file);
    if (isLibrary === undefined) own.set(file, (isLibrary = isOwn(file)));
    if (isLibrary && key !== '') return key;
    if (!isLibrary) key += `${file}:${call.getLineNumber()}:${call.getColumnNumber()} `;
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
  if (here.length === 0 || Error.stackTraceLimit === undefined) return 0;
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
