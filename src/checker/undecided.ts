import { counted, withCommas } from '../counted.ts';
import { UsageError } from '../errors.ts';
import type { CheckOutcome } from './fault-finder.ts';
import type { CheckedProgram } from './checked-program.ts';

/** The time was over, and nothing was found. `summary` says how far it came. */
export function outOfTime(seconds: number, summary: string): UsageError {
  return new UsageError(
    `The check is not decided: in ${seconds} s nothing wrong was found. ${summary} ` +
      'Make it smaller (fewer threads, fewer operations, shorter loops), or say how far to go: preemptions: 2, maxSeconds: 300, or maxExecutions.',
  );
}

/** Nothing was found, but there are executions that were not followed to their end. */
export function cutShort(
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
