import { proveSight } from './canary.ts';
import { countInterleavings, exploreProgram, whileLaidOut } from './exploration.ts';
import { withModelled } from './globals.ts';
import { CheckedProgram } from './checked-program.ts';
import type { AnyCheck } from './any-check.ts';
import { racingNames } from './replay-line.ts';
import type { Check, CheckOf, Declared, Passed, Threads, ThreadsOf } from './types.ts';
import { cutShort, outOfTime } from './undecided.ts';
import { assertRight, replayed, toldFrom } from './verdict.ts';

/** Seconds after which a check fails that does not say how long it may take. */
const PATIENCE = 60;
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
  return toldFrom(check, () => {
    const program = new CheckedProgram(what as unknown as AnyCheck);
    return withModelled(() => {
      proveSight();
      return checkProgram(program);
    }, program.code);
  });
}

function checkProgram(program: CheckedProgram): Passed {
  const { replay, maxSeconds, maxExecutions, races, interleavings } = program.check;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  if (replay !== undefined) return { ...replayed(program, replay), seconds: seconds() };
  const deadline = began + 1000 * (maxSeconds ?? PATIENCE);
  const explored = exploreProgram(program, deadline);
  const { points, racing, executions, states, cut, complete } = explored;
  assertRight(program, explored, executions);
  if (maxSeconds === undefined && performance.now() > deadline && !complete)
    throw outOfTime(PATIENCE, executions);
  if (cut > 0 && maxSeconds === undefined && maxExecutions === undefined) throw cutShort(program, explored);
  return {
    executions,
    complete,
    cut,
    interleavings:
      interleavings === true && states === null
        ? whileLaidOut(program, points, (now) => countInterleavings(program, now, deadline))
        : null,
    races: races === 'allow' ? racingNames(program, racing) : [],
    seconds: seconds(),
  };
}
