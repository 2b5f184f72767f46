import { noteHostWork } from './asynchronous/host-work.ts';
import { inTurn } from './asynchronous/jobs.ts';
import { checkProgram } from './check-program.ts';
import { CheckedProgram } from './checked-program.ts';
import { whileSeen } from './seeing.ts';
import type { AnyCheck } from './any-check.ts';
import type {
  CheckAsync,
  CheckAsyncOf,
  CheckObject,
  Declared,
  Passed,
  PassedObject,
  Shared,
  Threads,
  ThreadsOf,
} from './types.ts';
import { exploreObject } from './check-object.ts';
import { isToldTo } from './verdict.ts';

/**
 * As `check`, for threads whose code may be asynchronous: each has an event loop of its own, with promises, timers, immediates, ports and
 * asynchronous waits. The search itself runs in one turn of the process's own event loop. It needs Node.
 *
 * @returns a promise for what was seen
 * @throws CheckFailure in the promise, as all that follows
 * @throws TypeError if a word is declared with a value that it cannot hold
 * @throws UsageError if the check cannot be explored as it is: the message says why, and the way out
 */
export function checkAsync<
  W extends Declared,
  const T extends Threads<W, A, P>,
  A = number,
  S = unknown,
  P extends string = never,
>(what: CheckAsync<W, A, P, T, S>): Promise<Passed>;
/** The same for objects that `make` makes, as a package does. */
export function checkAsync<
  M,
  const T extends ThreadsOf<M, A, P>,
  W extends Declared = Record<never, never>,
  A = number,
  S = unknown,
  P extends string = never,
>(what: CheckAsyncOf<M, W, A, P, T, S>): Promise<Passed>;
export function checkAsync(what: object): Promise<Passed> {
  return turnedTo(checkAsync, () => {
    const program = new CheckedProgram(what as unknown as AnyCheck, null, true);
    return whileSeen(program, () => checkProgram(program));
  });
}

/**
 * As `checkObject`, for operations that may be asynchronous: a call has answered when its promise is settled. Where an operation has
 * to choose what is next, a `model` must say what is right.
 *
 * @returns a promise for what was seen
 * @throws CheckFailure in the promise, as all that follows
 * @throws TypeError if a word is declared with a value that it cannot hold
 * @throws UsageError if no programs can be made of the object as it is: the message says why, and the way out
 */
export function checkObjectAsync<W extends Declared, A = number, S = unknown>(
  object: CheckObject<Shared<W>, W, A, S> & { readonly make?: undefined; readonly words: W },
): Promise<PassedObject>;
/** The same for an object that `make` makes. */
export function checkObjectAsync<M, W extends Declared = Record<never, never>, A = number, S = unknown>(
  object: CheckObject<M, W, A, S> & { readonly make: (shared: Shared<W>) => M },
): Promise<PassedObject>;
export function checkObjectAsync(object: object): Promise<PassedObject> {
  return turnedTo(checkObjectAsync, () => exploreObject(object, true));
}

/** Runs something in a turn of its own, in which no other code of the process is run. */
async function turnedTo<T>(by: (what: never) => unknown, run: () => T): Promise<T> {
  // The stack of an error begins where the user calls, which is forgotten in another turn.
  const called = { stack: '' };
  Error.captureStackTrace?.(called, by);
  try {
    return await inTurn(() => {
      noteHostWork();
      return run();
    });
  } catch (error) {
    if (isToldTo(error)) {
      const frames = called.stack.split('\n').slice(1);
      error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
    }
    throw error;
  }
}
