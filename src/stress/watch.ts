import type { Crew } from '../host/crew.ts';
import { AT_REST, B_BEGUN, B_STATE, type Desk, GONE, PARKED, STANDING, STARTING } from './desk.ts';

/** At most so much of the time between two looks counts as standing still: the thread that looks may itself have been off its core. */
const LOOK_MS = 25;

/**
 * Keeps an eye on the threads of a run: which of them are at rest, parked or gone, and for how long each has been in the same
 * operation.
 */
export class Watch {
  readonly #desk: Desk;
  readonly #crew: Crew;
  readonly #begun: number[];
  readonly #stillMs: number[];
  /** The same with the time in which a thread stood still on purpose. */
  readonly #sameMs: number[];
  readonly #gone = new Set<number>();
  #looked = performance.now();

  constructor(desk: Desk, crew: Crew) {
    this.#desk = desk;
    this.#crew = crew;
    this.#begun = Array.from({ length: desk.threads }, () => -1);
    this.#stillMs = Array.from({ length: desk.threads }, () => 0);
    this.#sameMs = Array.from({ length: desk.threads }, () => 0);
  }

  /** The threads that have not stopped for good. */
  present(): number[] {
    return this.#threads().filter((thread) => !this.#gone.has(thread));
  }

  /** A thread has stopped for good: nobody waits for it any more. */
  stopped(thread: number): void {
    this.#gone.add(thread);
    // A thread that stands still does not wait for it either.
    if (this.#desk.state(thread) !== PARKED)
      Atomics.store(this.#desk.words, this.#desk.block(thread) + B_STATE, GONE);
  }

  /** @param interrupted someone wants the end: a thread that stands still on purpose is not waited for either */
  look(interrupted: boolean): void {
    const now = performance.now();
    const passed = Math.min(now - this.#looked, LOOK_MS);
    this.#looked = now;
    // A thread that stands still on purpose is no worry, and while it does the others may have to wait: it sees to that itself.
    const standing = !interrupted && Atomics.load(this.#desk.words, STANDING) > 0;
    for (const thread of this.#threads()) {
      const begun = this.#desk.read(thread, B_BEGUN);
      const still = begun === this.#begun[thread - 1] && !this.#rests(thread);
      this.#stillMs[thread - 1] = still ? this.#stillMs[thread - 1] + (standing ? 0 : passed) : 0;
      this.#sameMs[thread - 1] = still ? this.#sameMs[thread - 1] + passed : 0;
      this.#begun[thread - 1] = begun;
    }
  }

  /** For how long a thread has been in the same operation, in milliseconds. */
  stillMs(thread: number): number {
    return Math.round(this.#stillMs[thread - 1]);
  }

  /** The threads that have been in the same operation for that long. */
  still(ms: number): number[] {
    return this.present().filter((thread) => this.#stillMs[thread - 1] >= ms);
  }

  /** The same, whether a thread stands still on purpose or not: a slab shows damage in both cases. */
  same(ms: number): number[] {
    return this.present().filter((thread) => this.#sameMs[thread - 1] >= ms);
  }

  /** For how long a thread has been in the same operation, a pause on purpose included, in milliseconds. */
  sameMs(thread: number): number {
    return Math.round(this.#sameMs[thread - 1]);
  }

  /** True of the thread that stands still on purpose. */
  stands(thread: number): boolean {
    return Math.abs(Atomics.load(this.#desk.words, STANDING)) === thread;
  }

  parked(): number[] {
    return this.present().filter((thread) => this.#desk.state(thread) === PARKED);
  }

  /** The threads whose workers have crashed or exited by themselves. */
  fallen(): number[] {
    return this.present().filter((thread) => !this.#crew.alive(thread));
  }

  /** The threads that are neither at rest nor gone. */
  busy(): number[] {
    return this.present().filter((thread) => !this.#rests(thread));
  }

  #threads(): number[] {
    return Array.from({ length: this.#desk.threads }, (_, i) => i + 1);
  }

  #rests(thread: number): boolean {
    const state = this.#desk.state(thread);
    return state === AT_REST || state === STARTING;
  }
}
