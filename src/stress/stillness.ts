import { AT_REST, type ControlBlock, WATCHER } from '../threads/control-block.ts';
import { type Journals, J_BEGUN } from './journals.ts';

/** At most so much of the time between two looks counts as standing still: the thread that looks may itself have been off its core. */
const LOOK_MS = 25;

/** For how long each thread of a run has been in the same operation. */
export class Stillness {
  readonly #control: ControlBlock;
  readonly #journals: Journals;
  readonly #begun: number[];
  readonly #stillMs: number[];
  /** The same with the time in which a thread stood still on purpose. */
  readonly #sameMs: number[];
  #looked = performance.now();

  constructor(control: ControlBlock, journals: Journals) {
    this.#control = control;
    this.#journals = journals;
    this.#begun = Array.from({ length: control.threads }, () => -1);
    this.#stillMs = Array.from({ length: control.threads }, () => 0);
    this.#sameMs = Array.from({ length: control.threads }, () => 0);
  }

  /** @param interrupted someone wants the end: a thread that stands still on purpose is not waited for either */
  look(interrupted: boolean): void {
    const now = performance.now();
    const passed = Math.min(now - this.#looked, LOOK_MS);
    this.#looked = now;
    // A thread that stands still on purpose is no worry, and while it does the others may have to wait: it sees to that itself.
    const isWatched = !interrupted && Atomics.load(this.#control.words, WATCHER) > 0;
    for (let thread = 1; thread <= this.#control.threads; thread++) {
      const begun = this.#journals.read(thread, J_BEGUN);
      const still = begun === this.#begun[thread - 1] && this.#control.state(thread) !== AT_REST;
      this.#stillMs[thread - 1] = still ? this.#stillMs[thread - 1] + (isWatched ? 0 : passed) : 0;
      this.#sameMs[thread - 1] = still ? this.#sameMs[thread - 1] + passed : 0;
      this.#begun[thread - 1] = begun;
    }
  }

  /** For how long a thread has been in the same operation, in milliseconds. */
  stillMs(thread: number): number {
    return Math.round(this.#stillMs[thread - 1]);
  }

  /** The same, a pause on purpose included: a slab shows damage in both cases. */
  sameMs(thread: number): number {
    return Math.round(this.#sameMs[thread - 1]);
  }

  /** Those of the threads that have been in the same operation for that long. */
  still(threads: readonly number[], ms: number): number[] {
    return threads.filter((thread) => this.#stillMs[thread - 1] >= ms);
  }

  /** The same, whether a thread stands still on purpose or not. */
  same(threads: readonly number[], ms: number): number[] {
    return threads.filter((thread) => this.#sameMs[thread - 1] >= ms);
  }

  /** True of the thread that stands still on purpose. */
  stands(thread: number): boolean {
    return Math.abs(Atomics.load(this.#control.words, WATCHER)) === thread;
  }
}
