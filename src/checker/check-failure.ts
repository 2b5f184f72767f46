import { failurePage } from './failure-page.ts';
import { type FailureRecord, failureText, storyText } from './failure-record.ts';
import type { FailureKind } from './types.ts';

/**
 * A check has found an execution in which something is wrong. The message tells it; `cause` is what the user's own code threw. What it
 * says besides are no fields of the object, so that a test runner which prints an error's fields does not tell the story twice.
 */
export class CheckFailure extends Error {
  readonly #record: FailureRecord;

  constructor(record: FailureRecord, cause: unknown) {
    super(failureText(record), cause === undefined ? {} : { cause });
    this.#record = record;
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'CheckFailure',
      configurable: true,
      writable: true,
    });
  }

  get kind(): FailureKind {
    return this.#record.kind;
  }

  /** The execution, a line for each step; of rounds that repeat, the first and the last. */
  get trace(): string {
    return storyText(this.#record);
  }

  /** What `replay` must be, to run this execution again. Empty if no step is needed. */
  get replay(): string {
    return this.#record.replay;
  }

  /** Executions explored, the first that fails being the last of them. */
  get executions(): number {
    return this.#record.executions;
  }

  /** How often a thread was interrupted that could go on. */
  get preemptions(): number {
    return this.#record.preemptions;
  }

  /** True if it was shown that no execution with fewer preemptions fails in this way. */
  get fewest(): boolean {
    return this.#record.fewest;
  }

  /** The same as a page in one file, which loads nothing and runs nothing. `LOCKFREE_HTML=FOLDER` writes it to a folder. */
  html(): string {
    return failurePage(this.#record);
  }

  /** All that the message says, as values: `JSON.stringify(failure)` writes them. */
  toJSON(): FailureRecord {
    return this.#record;
  }
}
