import { UsageError } from '../errors.ts';
import { CheckFailure } from './check-failure.ts';
import { whileLaidOut } from './exploration.ts';
import { failureOf } from './failure.ts';
import { UnfitWord } from './declared-memory.ts';
import type { CheckedProgram } from './checked-program.ts';
import { readReplayLine } from './replay-line.ts';
import { shortened } from './shortening.ts';
import type { Passed } from './types.ts';
import { type CheckOutcome, FaultFinder } from './fault-finder.ts';

/** Seconds for making a failure shorter. */
const SHORTENING = 5;

/** True of an error that is told to the user, and no fault of ours. */
export function isToldTo(error: unknown): error is Error {
  return [CheckFailure, UsageError, UnfitWord].some((each) => error instanceof each);
}

/** What goes on in here is of no interest to the reader: the stack of an error begins where the user calls. */
export function toldFrom<T>(called: (...given: never[]) => unknown, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (isToldTo(error)) Error.captureStackTrace?.(error, called);
    throw error;
  }
}

/** Throws a short execution in which something is wrong, if one was found. */
export function assertRight(
  program: CheckedProgram,
  { found, race, points, states, chance }: CheckOutcome,
  executions: number,
): void {
  const failure = found ?? race;
  if (!failure) return;
  throw whileLaidOut(program, points, (now) => {
    const shortest = shortened(program, now, failure, performance.now() + 1000 * SHORTENING);
    return failureOf(program, now, shortest, { executions, states, chance, fewest: shortest.fewest });
  });
}

/** Runs one execution, by its line. */
export function replayed(
  program: CheckedProgram,
  line: string,
  why: 'by its line' | 'tried first' = 'by its line',
): Omit<Passed, 'seconds'> {
  return whileLaidOut(program, new Set(), () => replayedOnce(program, line, why));
}

function replayedOnce(
  program: CheckedProgram,
  line: string,
  why: 'by its line' | 'tried first',
): Omit<Passed, 'seconds'> {
  const { points, path } = readReplayLine(program, line);
  const finder = new FaultFinder(program, points);
  const machine = finder.follow(path);
  if (!finder.found) finder.end(machine);
  const failure = finder.found ?? finder.race;
  if (failure) throw failureOf(program, points, failure, why);
  const summary = 'One execution was replayed, and nothing was wrong with it.';
  const counts = { executions: 1, complete: false, cut: finder.cut, interleavings: null };
  return { ...counts, races: [], preemptions: null, chance: null, symmetric: [], summary };
}
