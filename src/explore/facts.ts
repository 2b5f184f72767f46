import { type Alone, AloneProbe } from './alone.ts';
import type { Machine } from './machine.ts';
import type { Searched } from './search.ts';
import { StateSearch } from './states.ts';
import type { SearchSpace, Strategy } from './strategy.ts';

/** What is worth knowing of a search beside what it found. */
export interface Facts {
  /** How many interleavings the executions stand for; null if they are too many to be counted, or some were left out. */
  readonly interleavings: bigint | null;
  readonly alone: Alone | null;
}

export const NO_FACTS: Facts = { interleavings: null, alone: null };

/** Rows that are remembered to count interleavings: some seconds at most. */
const MOST_ROWS = 400_000;

/** Gathers facts while a search goes on, and at its end. */
export class FactFinder {
  #probe: AloneProbe | null = null;
  #machine: Machine | null = null;

  /** Steps that were made to find out. */
  get steps(): number {
    return this.#probe?.steps ?? 0;
  }

  step(machine: Machine): void {
    // A search that begins anew on another machine is probed no more.
    this.#machine ??= machine;
    this.#probe ??= new AloneProbe(machine);
    if (machine === this.#machine) this.#probe.touch();
  }

  back(machine: Machine): void {
    if (machine === this.#machine) this.#probe?.probe();
  }

  facts(strategy: Strategy, space: SearchSpace, { complete, preemptions }: Searched): Facts {
    const whole = strategy.exhausts && complete;
    const counted = whole
      ? new StateSearch(space.model, () => {}, {
          maxRows: MOST_ROWS,
          ...(preemptions !== null && { preemptions }),
        }).run()
      : null;
    return {
      interleavings: counted?.complete === true ? counted.interleavings : null,
      alone: this.#probe?.result() ?? null,
    };
  }
}
