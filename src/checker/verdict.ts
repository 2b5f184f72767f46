import { UsageError } from '../errors.ts';
import { CheckFailure } from './check-failure.ts';
import { whileLaidOut } from './exploration.ts';
import { failureOf } from './failure.ts';
import { UnfitWord } from './layout.ts';
import type { Program } from './program.ts';
import { readReplayLine } from './replay-line.ts';
import { shortened } from './shortening.ts';
import type { Passed } from './types.ts';
import { type Explored, runAgain, Watch } from './watch.ts';

/** Seconds for making a failure shorter. */
const SHORTENING = 5;

/** What goes on in here is of no interest to the reader: the stack of an error begins where the user calls. */
export function toldFrom<T>(called: (what: never) => unknown, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const isOurs = [CheckFailure, UsageError, UnfitWord].some((each) => error instanceof each);
    if (isOurs) Error.captureStackTrace?.(error as Error, called);
    throw error;
  }
}

/** Throws a short execution in which something is wrong, if one was found. */
export function assertRight(
  program: Program,
  { found, race, points, states }: Explored,
  executions: number,
): void {
  const failure = found ?? race;
  if (!failure) return;
  throw whileLaidOut(program, points, (now) => {
    const shortest = shortened(program, now, failure, performance.now() + 1000 * SHORTENING);
    return failureOf(program, now, shortest, { executions, states, fewest: shortest.fewest });
  });
}

/** Runs one execution, by its line. */
export function replayed(program: Program, line: string): Omit<Passed, 'seconds'> {
  return whileLaidOut(program, new Set(), () => replayedOnce(program, line));
}

function replayedOnce(program: Program, line: string): Omit<Passed, 'seconds'> {
  const { points, path } = readReplayLine(program, line);
  const watch = new Watch(program, points);
  watch.step(runAgain(program, points, []));
  const machine = runAgain(program, points, path, (at) => void watch.step(at));
  if (!watch.found) watch.end(machine);
  const failure = watch.found ?? watch.race;
  if (failure) throw failureOf(program, points, failure, null);
  return { executions: 1, complete: false, cut: watch.cut, interleavings: null, races: [] };
}
