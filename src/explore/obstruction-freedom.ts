import type { Machine } from '../model/machine.ts';
import { Rows } from '../search/rows.ts';
import { StateNames } from '../search/state-names.ts';

/** Whether threads can finish alone. */
export interface ObstructionFreedom {
  /** From how many different states each thread was let run. */
  readonly states: number;
  /** True if there were more. */
  readonly more: boolean;
  /** The first that did not finish: which thread, and after whose steps. */
  readonly stuck: { readonly thread: number; readonly path: readonly number[] } | null;
}

/** States that are probed at most, and steps that a thread is given to finish. */
const MOST_STATES = 20_000;
const MOST_STEPS = 1000;

/**
 * Lets every thread run alone from the states that a search visits, each state once: a thread that cannot finish is kept from it by another thread
 * that stands still, which no lock-free algorithm allows (Herlihy, Luchangco, Moir 2003: obstruction freedom). Where a thread's run
 * comes to where it has run before it is not run on; a search that asks on its way back has been there with the next step mostly.
 */
export class ObstructionFreedomProbe {
  readonly #machine: Machine;
  readonly #names: StateNames;
  readonly #states: Rows;
  readonly #state: Int32Array;
  /** From where a thread was seen to finish: the thread, where it stands, and the words. */
  readonly #finishing = new Rows(3);
  #steps = 0;
  #more = false;
  #stuck: ObstructionFreedom['stuck'] = null;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#names = new StateNames(machine);
    this.#states = new Rows(this.#names.width);
    this.#state = new Int32Array(this.#names.width);
  }

  /** Steps made to find out. */
  get steps(): number {
    return this.#steps;
  }

  result(): ObstructionFreedom {
    return { states: this.#states.size, more: this.#more, stuck: this.#stuck };
  }

  /** The machine has made a step. */
  touch(): void {
    const { footprint } = this.#machine.happened[this.#machine.happened.length - 1].to;
    if (footprint !== null) this.#names.touch(footprint);
  }

  /** The machine is where every thread should be tried. */
  probe(): void {
    if (this.#stuck !== null) return;
    if (this.#states.size >= MOST_STATES) {
      this.#more = true;
      return;
    }
    const { at, threads } = this.#machine;
    const before = this.#states.size;
    this.#names.copyTo(this.#state);
    if (this.#states.add(this.#state) !== before) return;
    for (let thread = 0; thread < threads; thread++) {
      if (at[thread].next !== null && !this.#machine.isDead(thread) && !this.#finishes(thread)) {
        this.#stuck ??= { thread: thread + 1, path: this.#machine.path() };
      }
    }
  }

  #finishes(thread: number): boolean {
    const machine = this.#machine;
    const mark = machine.happened.length;
    let finishes = true;
    for (let steps = 0; machine.at[thread].next !== null && !this.#isKnown(thread); steps++) {
      finishes = steps < MOST_STEPS && !machine.isBlocked(thread);
      if (!finishes) break;
      this.#names.touch(machine.step(thread));
      this.#steps++;
    }
    while (machine.happened.length > mark) machine.back();
    return finishes;
  }

  /** True if the thread has run on from here; notes that it does. */
  #isKnown(thread: number): boolean {
    const before = this.#finishing.size;
    const row = [thread, this.#machine.at[thread].id, this.#names.words()];
    return this.#finishing.add(row) !== before;
  }
}
