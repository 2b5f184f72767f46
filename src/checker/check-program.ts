import { counted, withCommas } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { certaintyOf } from './certainty.ts';
import { countInterleavings, whileLaidOut } from './exploration.ts';
import { CheckedProgram } from './checked-program.ts';
import type { CheckOutcome } from './fault-finder.ts';
import { fromEnvironment, rememberedFirst, replayAskedFor } from './remembered.ts';
import { racingNames } from './replay-line.ts';
import { exploreInStages, stagesOf } from './stages.ts';
import type { Passed } from './types.ts';
import { assertRight, replayed } from './verdict.ts';

/** Seconds after which a check fails that does not say how long it may take. */
const PATIENCE = 60;

/** Explores a program, while the modelled globals are in place: first what failed in it the last time, if that is known. */
export function checkProgram(program: CheckedProgram): Passed {
  const { check, written, isAsync } = program;
  const began = performance.now();
  const alone = (line: string): Passed => ({
    ...replayed(program, line),
    seconds: (performance.now() - began) / 1000,
  });
  if (check.replay !== undefined) return alone(check.replay);
  const line = replayAskedFor();
  if (line !== undefined) return fromEnvironment(() => alone(line));
  return rememberedFirst(
    check,
    ({ replay }) => void replayed(new CheckedProgram(check, written, isAsync), replay, 'tried first'),
    () => searched(program, began),
  );
}

function searched(program: CheckedProgram, began: number): Passed {
  return passedBy(program, exploreInStages(program, stagesOf(program, began, secondsFor(program))), began);
}

/** How many seconds a check may take. */
export function secondsFor({ check: { maxSeconds } }: CheckedProgram): number {
  return maxSeconds ?? PATIENCE;
}

/** What is told of an exploration, if nothing was found. Throws a `CheckFailure` if something was, and a `UsageError` if it does not decide. */
export function passedBy(program: CheckedProgram, explored: CheckOutcome, began: number): Passed {
  const { maxSeconds, maxExecutions, races, interleavings } = program.check;
  const deadline = began + 1000 * secondsFor(program);
  const { points, racing, executions, states, cut, complete, proved: preemptions, chance } = explored;
  assertRight(program, explored, executions);
  const symmetric = explored.symmetric.map((group) => group.map((thread) => thread + 1));
  const facts = { executions, complete, cut, preemptions, chance, symmetric };
  const summary = certaintyOf(facts);
  if (maxSeconds === undefined && performance.now() > deadline && !complete)
    throw outOfTime(PATIENCE, summary);
  if (cut > 0 && maxSeconds === undefined && maxExecutions === undefined) throw cutShort(program, explored);
  return {
    ...facts,
    summary,
    interleavings:
      interleavings === true && states === null
        ? whileLaidOut(program, points, (now) => countInterleavings(program, now, deadline))
        : null,
    races: races === 'allow' ? racingNames(program, racing) : [],
    seconds: (performance.now() - began) / 1000,
  };
}

/** The time was over, and nothing was found. `summary` says how far it came. */
function outOfTime(seconds: number, summary: string): UsageError {
  return new UsageError(
    `The check is not decided: in ${seconds} s nothing wrong was found. ${summary} ` +
      'Make it smaller (fewer threads, fewer operations, shorter loops), or say how far to go: preemptions: 2, maxSeconds: 300, or maxExecutions.',
  );
}

/** Nothing was found, but there are executions that were not followed to their end. */
function cutShort(
  { stepLimit }: CheckedProgram,
  { cut, executions, unfinished }: Pick<CheckOutcome, 'cut' | 'executions' | 'unfinished'>,
): UsageError {
  const { lines = [], othersMoved = false } = unfinished ?? {};
  const fair = othersMoved
    ? ' The others moved only then: a loop that waits for them may go round any number of times before.'
    : '';
  return new UsageError(
    `The check is not decided: ${withCommas(cut)} of ${counted(executions, 'execution was', 'executions were')} not followed to the end. In the first, ${lines.join(' ')}${fair} ` +
      `Let the loops be shorter, give more steps than stepLimit: ${stepLimit}, or accept the others as a success with maxExecutions or maxSeconds.`,
  );
}
