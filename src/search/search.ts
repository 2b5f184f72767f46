import type { Machine } from '../model/machine.ts';

/** Told of every execution at its end, with the machine as it then is. Returns true to end the search. */
export type Visit = (machine: Machine) => boolean | void;

/** Why a search was not complete: the visitor ended it, or a limit did. */
export type Ending = 'visitor' | 'executions' | 'time' | 'memory' | 'lost' | 'interrupt';

/** What a search did. */
export interface Searched {
  /** Executions that were run to their end: every thread has ended, waits forever, or was cut at the step limit. */
  readonly executions: number;
  /** Executions among them in which a thread waits forever. */
  readonly deadlocks: number;
  /** Executions among them in which a thread was cut at the step limit. */
  readonly cut: number;
  /** Executions that were given up since one of the same class had been seen. */
  readonly blocked: number;
  /** Steps made. */
  readonly steps: number;
  /** True if nothing was left out, but for what `cut` counts. */
  readonly complete: boolean;
  /** What ended the search before it was complete. */
  readonly endedBy: Ending | null;
  /** How many interleavings the executions stand for, where that is counted. */
  readonly interleavings: bigint | null;
  /** How many preemptions every execution was tried with that has no more; null where they are not counted. */
  readonly preemptions: number | null;
  /** True if there are executions with more preemptions, which were not looked at. */
  readonly more: boolean;
}

/** Limits and a listener, for every search. */
export interface SearchOptions {
  /** End after so many executions. */
  readonly maxExecutions?: number;
  /** Asked before an execution is counted; false ends the search without it, like a limit of executions. */
  readonly claim?: () => boolean;
  /** Asked now and then; true ends the search. */
  readonly interrupted?: () => boolean;
  /** End at this time of `performance.now()`. */
  readonly deadline?: number;
  /** Told of every step just made, and may end the search there by returning true. */
  readonly onStep?: (machine: Machine) => boolean | void;
  /** Told when the last step is about to be taken back. */
  readonly onBack?: (machine: Machine) => void;
}

/** Counts executions for a search, and says when to end it. */
export class Tally {
  executions = 0;
  deadlocks = 0;
  cut = 0;
  blocked = 0;
  endedBy: Ending | null = null;
  #looked = 1;
  #made = 0;
  readonly #visit: Visit;
  readonly #options: SearchOptions;

  constructor(visit: Visit, options: SearchOptions) {
    this.#visit = visit;
    this.#options = options;
  }

  get stopped(): boolean {
    return this.endedBy !== null;
  }

  /** Ends the search, if nothing has before. */
  stop(by: Ending): void {
    this.endedBy ??= by;
  }

  /** An execution has ended. */
  end(machine: Machine): void {
    if (this.#options.claim?.() === false) {
      this.stop('executions');
      return;
    }
    this.executions++;
    if (machine.isCut) this.cut++;
    else if (!machine.hasEnded) this.deadlocks++;
    if (this.#visit(machine) === true) this.stop('visitor');
    if (this.executions >= (this.#options.maxExecutions ?? Infinity)) this.stop('executions');
    this.look();
  }

  /** An execution is given up. */
  giveUp(): void {
    this.blocked++;
    this.look();
  }

  /** A step was made: one execution may take longer than the search may. */
  step(): void {
    if ((++this.#made & 31) === 0) this.#lookAtClock();
  }

  /** Looks up now and then: at the clock, and for somebody who interrupts. */
  look(): void {
    if ((this.#looked++ & 63) !== 0) return;
    this.#lookAtClock();
    if (this.#options.interrupted?.() === true) this.stop('interrupt');
  }

  #lookAtClock(): void {
    const { deadline } = this.#options;
    if (deadline !== undefined && performance.now() > deadline) this.stop('time');
  }

  searched(steps: number): Searched {
    const { executions, deadlocks, cut, blocked, endedBy } = this;
    const complete = endedBy === null;
    const counts = { executions, deadlocks, cut, blocked, steps };
    return { ...counts, complete, endedBy, interleavings: null, preemptions: null, more: false };
  }
}
