import { Words } from '../platform-array.ts';
import { conflict, WRITE } from '../model/dependence.ts';
import type { Footprint } from '../model/thread-state.ts';

/** Told of each race that a new step is in: with the event of that number. */
export type OnRace = (event: number) => void;

/**
 * The events of an execution with their happens-before order: the order of each thread, and of steps that depend on each other. An
 * event's clock says how many events of each thread happen before it or are it (Mattern 1989). The accesses of each resource are
 * chained, latest first, so that a new event finds those that it depends on without looking at the others.
 */
export class Events {
  readonly #threads: number;
  readonly #thread: number[] = [];
  /** Rows of `threads` numbers: a row of zeros, and by event its clock. */
  #clocks: Int32Array;
  /** Rows of the same kind, by event: how many events each thread had before it. */
  #counts: Int32Array;
  /** By thread, the numbers of its events. */
  readonly #of: number[][];
  /** By resource, its latest access, or -1. */
  readonly #latest: Int32Array;
  // By access: its event, its modes, its resource, and the access of the resource before it.
  readonly #event: number[] = [];
  readonly #modes: number[] = [];
  readonly #resource: number[] = [];
  readonly #previous: number[] = [];
  readonly #covered: Int32Array;
  readonly #met: number[] = [];

  constructor(threads: number, resources: number) {
    this.#threads = threads;
    this.#clocks = new Words(256 * threads);
    this.#counts = new Words(256 * threads);
    this.#of = Array.from({ length: threads }, () => []);
    this.#latest = new Words(resources).fill(-1);
    this.#covered = new Words(threads);
  }

  get length(): number {
    return this.#thread.length;
  }

  /** Writes the clock of an event into a row, from a place on. */
  copyClock(event: number, row: Int32Array, from: number): void {
    const n = this.#threads;
    for (let i = 0; i < n; i++) row[from + i] = this.#clocks[(event + 1) * n + i];
  }

  /** True if a thread's last event comes after an event of another thread that its events before do not come after. */
  hasLearned(thread: number): boolean {
    const n = this.#threads;
    const events = this.#of[thread];
    const now = (events[events.length - 1] + 1) * n;
    const before = events.length < 2 ? 0 : (events[events.length - 2] + 1) * n;
    for (let i = 0; i < n; i++) {
      if (i !== thread && this.#clocks[now + i] !== this.#clocks[before + i]) return true;
    }
    return false;
  }

  /**
   * Adds the next event of a thread, and tells of its races before: an earlier event of another thread races with it if it happens
   * before it, and by no way around a third event, so that the two could have come in the other order.
   *
   * @param every also tells of earlier events that happen before it around a third one: for a step that may have been blocked in
   * between (see `dpor.ts`)
   */
  push(thread: number, footprint: Footprint, every: boolean, onRace: OnRace): void {
    const n = this.#threads;
    const number = this.length;
    if ((number + 2) * n > this.#clocks.length) this.#double();
    const clocks = this.#clocks;
    const covered = this.#covered;
    const before = this.#lastRow(thread);
    for (let i = 0; i < n; i++) covered[i] = clocks[before + i];
    const own = covered[thread];
    for (const event of this.#dependedOn(footprint, every)) {
      const other = this.#thread[event];
      const at = (event + 1) * n;
      if (other !== thread && (covered[other] < clocks[at + other] || every)) {
        if (clocks[before + other] < clocks[at + other]) onRace(event);
      }
      for (let i = 0; i < n; i++) if (clocks[at + i] > covered[i]) covered[i] = clocks[at + i];
    }
    covered[thread] = own + 1;
    for (let i = 0; i < n; i++) {
      clocks[(number + 1) * n + i] = covered[i];
      this.#counts[number * n + i] = this.#of[i].length;
    }
    this.#thread.push(thread);
    this.#of[thread].push(number);
    for (let i = 0; i < footprint.length; i += 2) {
      const resource = footprint[i];
      this.#previous.push(this.#latest[resource]);
      this.#latest[resource] = this.#event.length;
      this.#event.push(number);
      this.#modes.push(footprint[i + 1]);
      this.#resource.push(resource);
    }
  }

  pop(): void {
    const number = this.length - 1;
    this.#of[this.#thread.pop() as number].pop();
    while (this.#event.at(-1) === number) {
      this.#event.pop();
      this.#modes.pop();
      this.#latest[this.#resource.pop() as number] = this.#previous.pop() as number;
    }
  }

  /** The row of the clock of a thread's last event, or of zeros. */
  #lastRow(thread: number): number {
    const events = this.#of[thread];
    return events.length === 0 ? 0 : (events[events.length - 1] + 1) * this.#threads;
  }

  /**
   * The earlier events that touch a resource of the footprint in a mode that conflicts, latest first. Whatever wrote a resource depends
   * on all accesses of it before, so the look back ends there, unless `all` are wanted.
   */
  #dependedOn(footprint: Footprint, all: boolean): readonly number[] {
    const met = this.#met;
    met.length = 0;
    for (let i = 0; i < footprint.length; i += 2) {
      for (let at = this.#latest[footprint[i]]; at >= 0; at = this.#previous[at]) {
        if (conflict(footprint[i + 1], this.#modes[at])) met.push(this.#event[at]);
        if ((this.#modes[at] & WRITE) !== 0 && !all) break;
      }
    }
    if (footprint.length > 2 && met.length > 1) met.sort((a, b) => b - a);
    return met;
  }

  /** True if a thread has an event later than one of another thread. */
  hasMovedSince(event: number, thread: number): boolean {
    return this.#of[thread].length > this.#counts[event * this.#threads + thread];
  }

  /** True if an event happens before a later one, or is it. */
  happensBefore(event: number, later: number): boolean {
    const thread = this.#thread[event];
    const n = this.#threads;
    return this.#clocks[(later + 1) * n + thread] >= this.#clocks[(event + 1) * n + thread];
  }

  #double(): void {
    this.#clocks = twiceAsLong(this.#clocks);
    this.#counts = twiceAsLong(this.#counts);
  }
}

function twiceAsLong(old: Int32Array): Int32Array {
  const grown = new Words(2 * old.length);
  grown.set(old);
  return grown;
}
