import { UsageError } from '../errors.ts';

/** A thread's code asked for another step when it was run again. */
export class NotDeterministic extends UsageError {
  override readonly name = 'NotDeterministic';
}
