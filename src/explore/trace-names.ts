import { Events } from './events.ts';
import type { Footprint } from './local.ts';

const MOST = 2_000_000;

/**
 * Names for the classes of executions under a dependence. A class is known by which events happen before which, that is by the clocks of
 * each thread's events in order; each such sequence is given a number, so that a name is one number for each thread. Equal names mean
 * equal classes. When too many numbers are remembered all are forgotten, and a class may have another name from then on.
 */
export class TraceNames {
  readonly #events: Events;
  /** By the number of a sequence and a clock the number of the sequence that goes on with it. */
  readonly #longer = new Map<string, number>();
  #last = 0;
  /** By thread the numbers of its sequences so far. */
  readonly #sequences: number[][];

  constructor(threads: number, resources: number) {
    this.#events = new Events(threads, resources);
    this.#sequences = Array.from({ length: threads }, () => [0]);
  }

  push(thread: number, footprint: Footprint): void {
    this.#events.push(thread, footprint, false, () => {});
    const sequences = this.#sequences[thread];
    const key = `${sequences[sequences.length - 1]} ${this.#events.clockOf(this.#events.length - 1)}`;
    let number = this.#longer.get(key);
    if (number === undefined) {
      number = ++this.#last;
      if (this.#longer.size >= MOST) this.#longer.clear();
      this.#longer.set(key, number);
    }
    sequences.push(number);
  }

  pop(thread: number): void {
    this.#events.pop();
    this.#sequences[thread].pop();
  }

  name(): string {
    return this.#sequences.map((sequences) => sequences[sequences.length - 1]).join(' ');
  }
}
