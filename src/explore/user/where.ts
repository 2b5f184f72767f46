/** The folder of this library as a URL, and as a path; null in a bundle, where its lines stand among the user's. */
const folder = import.meta.url ? new URL('..', import.meta.url) : null;
const here = folder === null ? [] : [folder.href, decodeURIComponent(folder.pathname)];

const PLACE = /\(?([^\s()]+):(\d+):\d+\)?$/;

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

/** So many calls within each other are looked at. */
const DEEPEST = 64;

/** Lines of a stack that tell places apart, and are no more than that: to name the files as people know them takes long. */
function quickStack(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  if (stackTraceLimit === undefined) return stack();
  Error.stackTraceLimit = DEEPEST;
  Error.prepareStackTrace = (_, calls) =>
    calls.map((call) => `${call.getFileName()}:${call.getLineNumber()}:${call.getColumnNumber()}`);
  try {
    return new Error().stack as unknown as string[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function isUsers(line: string): boolean {
  return !isOwn(PLACE.exec(line)?.[1] ?? '');
}

/** By the stack of a thread's code at a step its number, from 1. */
const sites = new Map<string, number>();

/** A number for where the code of a thread asks for a step, with all that has called it there. Where stacks cannot be told apart it is 0. */
export function siteInCode(): number {
  if (here.length === 0) return 0;
  const lines = quickStack();
  const from = lines.findIndex(isUsers);
  const end = lines.findIndex((line, i) => i > from && !isUsers(line));
  // The beginning of a thread's code must be seen.
  if (from < 0 || end < 0) return 0;
  const key = lines.slice(from, end).join('\n');
  const known = sites.get(key) ?? sites.size + 1;
  sites.set(key, known);
  return known;
}
