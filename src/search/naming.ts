import { type Dependence, Footprints } from '../model/dependence.ts';
import type { Footprint, ThreadState } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import { TraceNames } from './trace-names.ts';

/** Events that are remembered to name executions, at most. */
const MOST_NAMED = 2_000_000;

/** Names the machine's execution up to the order of steps that are independent. Told of every step and of every step taken back. */
export class Naming {
  readonly #dependence: Dependence;
  readonly #names: TraceNames;
  readonly #footprints = new WeakMap<ThreadState, Footprint>();
  readonly #kept = new Footprints();

  constructor(threads: number, dependence: Dependence) {
    this.#dependence = dependence;
    this.#names = new TraceNames(threads, dependence.resources, MOST_NAMED);
  }

  step({ happened }: Machine): void {
    const { thread, to } = happened[happened.length - 1];
    let footprint = this.#footprints.get(to);
    if (footprint === undefined) {
      footprint = this.#kept.one(this.#dependence.footprint(to));
      this.#footprints.set(to, footprint);
    }
    this.#names.push(thread, footprint);
  }

  back({ happened }: Machine): void {
    this.#names.pop(happened[happened.length - 1].thread);
  }

  /** Writes into a row how many steps of each thread have to come before a step, from 0, or are it. */
  copyClock(step: number, row: Int32Array): void {
    this.#names.copyClock(step, row);
  }

  name(): string {
    return this.#names.name();
  }
}
