import { Words } from '../platform-array.ts';
import { Events } from './events.ts';
import type { Footprint, ThreadState } from '../model/thread-state.ts';
import { Rows } from './rows.ts';
import { type Dependence, Footprints } from '../model/dependence.ts';
import type { Machine } from '../model/machine.ts';

/**
 * Names for the classes of executions under a dependence. A class is known by which events happen before which, that is by the clocks of
 * each thread's events in order. The clock of an event that comes after no more events of other threads than the one before it in its
 * thread says nothing new, so the others and the number of all are enough. Each sequence of such clocks is given a number, so that a name
 * is two numbers for each thread. What a thread has chosen is a part of its sequence. Equal names mean equal classes. When more than
 * `most` numbers are remembered all are forgotten, and a class may have another name from then on.
 */
export class TraceNames {
  readonly #events: Events;
  /** The number of a sequence and the clock that goes on with it; a row is numbered like the sequence that they make. */
  readonly #longer: Rows;
  readonly #most: number;
  /** What was numbered before all was forgotten, and the empty sequence. */
  #given = 1;
  readonly #row: Int32Array;
  /** By thread the numbers of its sequences so far, one for each event. */
  readonly #sequences: number[][];

  constructor(threads: number, resources: number, most: number = Infinity) {
    this.#most = most;
    this.#events = new Events(threads, resources);
    this.#longer = new Rows(threads + 1);
    this.#row = new Words(threads + 1);
    this.#sequences = Array.from({ length: threads }, () => [0]);
  }

  /** How many numbers a name has. */
  get width(): number {
    return 2 * this.#sequences.length;
  }

  /** How many sequences are remembered. */
  get size(): number {
    return this.#longer.size;
  }

  /** @param chosen what was chosen in the event, if it was a choice of several */
  push(thread: number, footprint: Footprint, chosen: number | null = null): void {
    this.#events.push(thread, footprint);
    const sequences = this.#sequences[thread];
    const before = sequences[sequences.length - 1];
    const after = this.#events.hasLearned(thread) ? this.#goingOn(before) : before;
    sequences.push(chosen === null ? after : this.#choosing(after, chosen));
  }

  /** The number of a sequence and the clock of the latest event. */
  #goingOn(before: number): number {
    this.#row[0] = before;
    this.#events.copyClock(this.#events.length - 1, this.#row, 1);
    return this.#numberOfRow();
  }

  /** The number of a sequence and of what was chosen then, in the place of a clock that there is not. */
  #choosing(before: number, chosen: number): number {
    this.#row.fill(-1 - chosen);
    this.#row[0] = before;
    return this.#numberOfRow();
  }

  #numberOfRow(): number {
    if (this.#longer.size >= this.#most) {
      this.#given += this.#longer.size;
      this.#longer.clear();
    }
    return this.#given + this.#longer.add(this.#row);
  }

  pop(thread: number): void {
    this.#events.pop();
    this.#sequences[thread].pop();
  }

  /** Writes into a row how many events of each thread happen before an event or are it. */
  copyClock(event: number, row: Int32Array): void {
    this.#events.copyClock(event, row, 0);
  }

  /** Writes the name of the execution so far into the first numbers of a row. */
  copyTo(row: Int32Array): void {
    for (let thread = 0; thread < this.#sequences.length; thread++) {
      const sequences = this.#sequences[thread];
      row[2 * thread] = sequences[sequences.length - 1];
      row[2 * thread + 1] = sequences.length;
    }
  }

  name(): string {
    return this.#sequences
      .map((sequences) => `${sequences[sequences.length - 1]}:${sequences.length}`)
      .join(' ');
  }
}

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
