import type { FailureKind } from './types.ts';

/** A check has found an execution in which something is wrong. The message tells it; `cause` is what the user's own code threw. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly kind: FailureKind;
  /** The execution, a line for each step. */
  readonly trace: string;
  /** What `replay` is to be, to run this execution again. */
  readonly replay: string;
  /** Executions explored up to this one. */
  readonly executions: number;
  /** How often a thread was interrupted that could go on. */
  readonly preemptions: number;

  constructor(
    message: string,
    facts: Pick<CheckFailure, 'kind' | 'trace' | 'replay' | 'executions' | 'preemptions'>,
    cause: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = facts.kind;
    this.trace = facts.trace;
    this.replay = facts.replay;
    this.executions = facts.executions;
    this.preemptions = facts.preemptions;
  }
}
