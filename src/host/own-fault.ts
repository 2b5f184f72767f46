import { INTERNAL_ERROR, UsageError } from '../errors.ts';
import { ownModules, pathOf } from './own-module.ts';

/** Faults of code of the user's own, told as that. */

/** An error by its name and its message; anything else that was thrown as it is. */
export function said(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `it threw ${String(error)}`;
}

/** Where in a module an error was thrown, or was passed on: ` (mine.js, line 12)`; nothing if the module is not on its stack. */
export function lineIn(error: unknown, url: string): string {
  const at = placeIn(error, url);
  return at === null ? '' : ` (line ${at})`;
}

function placeIn(error: unknown, url: string): string | null {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return null;
  for (const name of [url, pathOf(url)]) {
    const from = error.stack.indexOf(`${name}:`);
    const line = from === -1 ? null : /^\d+/.exec(error.stack.slice(from + name.length + 1));
    if (line) return line[0];
  }
  return null;
}

/** A turn of the event loop, in which a promise is noticed that code of the user's own has left rejected. */
export function hearRejections(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** True if the error was thrown in code of the user's own, or passed through it. */
export function isFromOwn(error: unknown): boolean {
  return ownModules().some((url) => placeIn(error, url) !== null);
}

/** What is said of words whose header is not what the lab wrote, and nothing else writes. */
const HEADER =
  /^(?:These \d+ words are no laboratory's|The header of this buffer is damaged|This (?:is no buffer|memory is no laboratory))/;

/** True of what the lab calls its own fault, here or in a worker: of the class of an error that was posted only the name is left. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && error.name === INTERNAL_ERROR;
}

/**
 * What is said of an error that ended a command while code of the user's own took part: null if there was none, or the error says itself
 * what is wrong.
 */
export function ownFault(error: unknown): UsageError | null {
  const modules = ownModules();
  if (modules.length === 0) return null;
  if (error instanceof UsageError && HEADER.test(error.message)) {
    return new UsageError(
      `The header of the laboratory was overwritten while the code of ${modules.map(pathOf).join(' and ')} ran: look at the addresses that it writes to.`,
      { cause: error },
    );
  }
  if (error instanceof UsageError || isOurs(error)) return null;
  const module = modules.find((url) => placeIn(error, url) !== null);
  if (module !== undefined) {
    return new UsageError(
      `The code of ${pathOf(module)} failed: ${said(error)}${lineIn(error, module)}: mend it there.`,
      { cause: error },
    );
  }
  return new UsageError(
    `With the code of ${modules.map(pathOf).join(' and ')} this ended in ${said(error)}: look at what its methods answer and write; if it ends so with a scheme of the lab's too, please report it.`,
    { cause: error },
  );
}
