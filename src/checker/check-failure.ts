import type { FailureKind } from './types.ts';

/** A check has found an execution in which something is wrong. The message tells it; `cause` is what the user's own code threw. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly kind: FailureKind;
  /** The execution, a line for each step; of rounds that repeat, the first and the last. */
  readonly trace: string;
  /** What `replay` must be, to run this execution again. Empty if no step is needed. */
  readonly replay: string;
  /** Executions explored, the first that fails being the last of them. */
  readonly executions: number;
  /** How often a thread was interrupted that could go on. */
  readonly preemptions: number;
  /** True if it was shown that no execution with fewer preemptions fails in this way. */
  readonly fewest: boolean;

  constructor(
    message: string,
    facts: Pick<CheckFailure, 'kind' | 'trace' | 'replay' | 'executions' | 'preemptions' | 'fewest'>,
    cause: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = facts.kind;
    this.trace = facts.trace;
    this.replay = facts.replay;
    this.executions = facts.executions;
    this.preemptions = facts.preemptions;
    this.fewest = facts.fewest;
  }
}
