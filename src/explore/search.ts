import type { Machine } from './machine.ts';

/** Told of every execution at its end, with the machine as it then is. Returns true to end the search. */
export type Visit = (machine: Machine) => boolean | void;

/** What a search did. */
export interface Searched {
  /** Executions that were run to their end: every thread has ended, waits for ever, or was cut at the step limit. */
  readonly executions: number;
  /** Executions among them in which a thread waits for ever. */
  readonly deadlocks: number;
  /** Executions among them in which a thread was cut at the step limit. */
  readonly cut: number;
  /** Executions that were given up since one of the same class had been seen. */
  readonly blocked: number;
  /** Steps made. */
  readonly steps: number;
  /** True if nothing was left out, but for what `cut` counts. */
  readonly complete: boolean;
}

/** Limits and a listener, for every search. */
export interface SearchOptions {
  /** End after so many executions. */
  readonly maxExecutions?: number;
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
  stopped = false;
  readonly #visit: Visit;
  readonly #options: SearchOptions;

  constructor(visit: Visit, options: SearchOptions) {
    this.#visit = visit;
    this.#options = options;
  }

  /** An execution has ended. */
  end(machine: Machine): void {
    this.executions++;
    if (machine.isCut) this.cut++;
    else if (machine.at.some(({ next }) => next !== null)) this.deadlocks++;
    if (this.#visit(machine) === true) this.stopped = true;
    if (this.executions >= (this.#options.maxExecutions ?? Infinity)) this.stopped = true;
    this.look();
  }

  /** An execution is given up. */
  giveUp(): void {
    this.blocked++;
    this.look();
  }

  /** Looks at the clock now and then. */
  look(): void {
    const { deadline } = this.#options;
    if (deadline === undefined || ((this.executions + this.blocked) & 63) !== 0) return;
    if (performance.now() > deadline) this.stopped = true;
  }

  searched(machine: Machine): Searched {
    const { executions, deadlocks, cut, blocked, stopped } = this;
    return { executions, deadlocks, cut, blocked, steps: machine.steps, complete: !stopped };
  }
}

/** The lowest thread of a set. */
export function lowest(threads: number): number {
  return 31 - Math.clz32(threads & -threads);
}
