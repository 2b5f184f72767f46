import { Words } from '../platform-array.ts';
import { conflict, WRITE } from '../model/dependence.ts';
import type { Footprint } from '../model/thread-state.ts';

/** What is kept of an access: its event, its modes, its resource, and the access of the resource before it, or -1. */
const ACCESS = 4;

/**
 * The events of an execution with their happens-before order: the order of each thread, and of steps that depend on each other. An
 * event's clock says how many events of each thread happen before it or are it (Mattern 1989). The accesses of each resource are
 * chained, latest first, so that a new event finds those that it depends on without looking at the others.
 */
export class Events {
  readonly #threads: number;
  #length = 0;
  /** By event its thread, and the event of the thread before it, or -1. */
  #thread: Int32Array;
  #before: Int32Array;
  /** Rows of `threads` numbers: a row of zeros, and by event its clock. */
  #clocks: Int32Array;
  /** By thread its last event, or -1, and how many it has. */
  readonly #last: Int32Array;
  readonly #count: Int32Array;
  /** By resource, where its latest access is kept, or -1. */
  readonly #latest: Int32Array;
  #accesses: Int32Array;
  #top = 0;
  /** The event that was looked at: its thread, its footprint, and its clock but for itself. */
  #next = 0;
  #touches: Footprint = [];
  readonly #covered: Int32Array;
  /** The events that it depends on. What the lists hold behind the last one is left over. */
  readonly #met: number[] = [];
  /** The events that it races with: as many as `look` has said. */
  readonly races: number[] = [];

  constructor(threads: number, resources: number) {
    this.#threads = threads;
    this.#thread = new Words(256);
    this.#before = new Words(256);
    this.#clocks = new Words(256 * threads);
    this.#last = new Words(threads).fill(-1);
    this.#count = new Words(threads);
    this.#latest = new Words(resources).fill(-1);
    this.#accesses = new Words(256 * ACCESS);
    this.#covered = new Words(threads);
  }

  get length(): number {
    return this.#length;
  }

  /** Writes the clock of an event into a row, from a place on. */
  copyClock(event: number, row: Int32Array, from: number): void {
    const n = this.#threads;
    for (let i = 0; i < n; i++) row[from + i] = this.#clocks[(event + 1) * n + i];
  }

  /** True if a thread's last event comes after an event of another thread that its events before do not come after. */
  hasLearned(thread: number): boolean {
    const n = this.#threads;
    const last = this.#last[thread];
    const now = (last + 1) * n;
    const before = (this.#before[last] + 1) * n;
    for (let i = 0; i < n; i++) {
      if (i !== thread && this.#clocks[now + i] !== this.#clocks[before + i]) return true;
    }
    return false;
  }

  /** Adds the next event of a thread. */
  push(thread: number, footprint: Footprint): void {
    this.look(thread, footprint, false);
    this.add();
  }

  /**
   * Looks at what would be the next event of a thread. Returns how many races it would be in, with `races`: an earlier event of another
   * thread races with it if it happens before it, and by no way around a third event, so that the two could have come in the other order.
   *
   * @param every also counts earlier events that happen before it around a third one: for a step that may have been blocked in
   * between (see `dpor.ts`)
   */
  look(thread: number, footprint: Footprint, every: boolean): number {
    const n = this.#threads;
    const clocks = this.#clocks;
    const covered = this.#covered;
    const own = (this.#last[thread] + 1) * n;
    for (let i = 0; i < n; i++) covered[i] = clocks[own + i];
    const met = this.#met;
    const races = this.races;
    let found = 0;
    for (let k = 0, many = this.#meet(footprint, every); k < many; k++) {
      const event = met[k];
      const other = this.#thread[event];
      const at = (event + 1) * n;
      const number = clocks[at + other];
      if (covered[other] < number) {
        races[found++] = event;
        // Otherwise what happens before that event is covered, as it is itself.
        for (let i = 0; i < n; i++) if (clocks[at + i] > covered[i]) covered[i] = clocks[at + i];
      } else if (every && clocks[own + other] < number) races[found++] = event;
    }
    this.#next = thread;
    this.#touches = footprint;
    return found;
  }

  /** Adds the event that was looked at. */
  add(): void {
    const n = this.#threads;
    const thread = this.#next;
    const number = this.#length++;
    if ((number + 2) * n > this.#clocks.length) this.#grow();
    const clocks = this.#clocks;
    const row = (number + 1) * n;
    for (let i = 0; i < n; i++) clocks[row + i] = this.#covered[i];
    clocks[row + thread] = ++this.#count[thread];
    this.#thread[number] = thread;
    this.#before[number] = this.#last[thread];
    this.#last[thread] = number;
    this.#touch(number, this.#touches);
  }

  #touch(number: number, footprint: Footprint): void {
    if (this.#top + 2 * footprint.length > this.#accesses.length)
      this.#accesses = twiceAsLong(this.#accesses, 2 * footprint.length);
    const accesses = this.#accesses;
    for (let i = 0; i < footprint.length; i += 2) {
      const resource = footprint[i];
      const at = this.#top;
      accesses[at] = number;
      accesses[at + 1] = footprint[i + 1];
      accesses[at + 2] = resource;
      accesses[at + 3] = this.#latest[resource];
      this.#latest[resource] = at;
      this.#top = at + ACCESS;
    }
  }

  pop(): void {
    const number = --this.#length;
    const thread = this.#thread[number];
    this.#last[thread] = this.#before[number];
    this.#count[thread]--;
    const accesses = this.#accesses;
    let top = this.#top;
    while (top > 0 && accesses[top - ACCESS] === number) {
      top -= ACCESS;
      this.#latest[accesses[top + 2]] = accesses[top + 3];
    }
    this.#top = top;
  }

  /**
   * Finds the earlier events that touch a resource of the footprint in a mode that conflicts, latest first, and returns how many there are.
   * Whatever wrote a resource depends on all accesses of it before, so the look back ends there, unless `all` are wanted.
   */
  #meet(footprint: Footprint, all: boolean): number {
    const met = this.#met;
    const accesses = this.#accesses;
    let found = 0;
    for (let i = 0; i < footprint.length; i += 2) {
      const modes = footprint[i + 1];
      for (let at = this.#latest[footprint[i]]; at >= 0; at = accesses[at + 3]) {
        const others = accesses[at + 1];
        if (conflict(modes, others)) {
          // They are few, and each resource has its own in order.
          let place = found++;
          const event = accesses[at];
          for (; place > 0 && met[place - 1] < event; place--) met[place] = met[place - 1];
          met[place] = event;
        }
        if ((others & WRITE) !== 0 && !all) break;
      }
    }
    return found;
  }

  /** True if a thread has an event later than one of another thread. */
  hasMovedSince(event: number, thread: number): boolean {
    return this.#last[thread] > event;
  }

  /** Writes for each event after one, by number, 1 if it does not happen after that one, and 0 if it does. */
  markApart(event: number, isApart: number[]): void {
    const n = this.#threads;
    const thread = this.#thread[event];
    const clocks = this.#clocks;
    const own = clocks[(event + 1) * n + thread];
    for (let i = event + 1, at = (i + 1) * n + thread; i < this.#length; i++, at += n)
      isApart[i] = clocks[at] < own ? 1 : 0;
  }

  /** True if an event happens before a later one, or is it. */
  happensBefore(event: number, later: number): boolean {
    const thread = this.#thread[event];
    const n = this.#threads;
    return this.#clocks[(later + 1) * n + thread] >= this.#clocks[(event + 1) * n + thread];
  }

  #grow(): void {
    const n = this.#threads;
    this.#clocks = twiceAsLong(this.#clocks, n);
    this.#thread = twiceAsLong(this.#thread, 1);
    this.#before = twiceAsLong(this.#before, 1);
  }
}

/** A copy with room for as much again, and for `more` at least. */
function twiceAsLong(old: Int32Array, more: number): Int32Array {
  const grown = new Words(2 * old.length + more);
  grown.set(old);
  return grown;
}
