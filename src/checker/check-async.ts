import { noteHostWork } from './asynchronous/host-work.ts';
import { inTurn } from './asynchronous/jobs.ts';
import { checkProgram } from './check-program.ts';
import { CheckedProgram } from './checked-program.ts';
import { whileSeen } from './seeing.ts';
import type { AnyCheck } from './any-check.ts';
import type { CheckAsync, CheckAsyncOf, Declared, Passed, Threads, ThreadsOf } from './types.ts';
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
export async function checkAsync(what: object): Promise<Passed> {
  // The stack of an error begins where the user calls, which is forgotten in another turn.
  const called = { stack: '' };
  Error.captureStackTrace?.(called, checkAsync);
  try {
    return await inTurn(() => {
      noteHostWork();
      const program = new CheckedProgram(what as unknown as AnyCheck, null, true);
      return whileSeen(program, () => checkProgram(program));
    });
  } catch (error) {
    if (isToldTo(error)) {
      const frames = called.stack.split('\n').slice(1);
      error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
    }
    throw error;
  }
}
