import { checkProgram } from './check-program.ts';
import { CheckedProgram } from './checked-program.ts';
import { whileSeen } from './seeing.ts';
import type { AnyCheck } from './any-check.ts';
import type { Check, CheckOf, Declared, Passed, Threads, ThreadsOf } from './types.ts';
import { toldFrom } from './verdict.ts';

/**
 * Runs the threads in every order that can make a difference, and judges every execution. Returns what it has seen, or throws a
 * `CheckFailure` whose message is the shortest execution found in which something is wrong, step by step, with the line that replays it.
 *
 * @throws CheckFailure
 * @throws TypeError if a word is declared with a value that it cannot hold
 * @throws UsageError if the check cannot be explored as it is: the message says why, and the way out
 */
export function check<W extends Declared, const T extends Threads<W, A>, A = number, S = unknown>(
  what: Check<W, A, T, S>,
): Passed;
/** The same for objects that `make` makes, as a package does. */
export function check<
  M,
  const T extends ThreadsOf<M, A>,
  W extends Declared = Record<never, never>,
  A = number,
  S = unknown,
>(what: CheckOf<M, W, A, T, S>): Passed;
export function check(what: object): Passed {
  const passed = toldFrom(check, () => {
    const program = new CheckedProgram(what as unknown as AnyCheck);
    return whileSeen(program, () => checkProgram(program));
  });
  // An engine that reuses the frame of a call in the last place would lose where this one was called.
  return passed;
}
