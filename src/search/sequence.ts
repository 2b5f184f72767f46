import { depend } from '../model/dependence.ts';
import type { Footprint } from '../model/thread-state.ts';
import { moverOf } from '../model/request.ts';

/** The steps of an execution, by number: who moved, with what was chosen; in how many ways it could; and what it touched. */
export class Steps {
  readonly moves: number[] = [];
  readonly ways: number[] = [];
  readonly footprints: Footprint[] = [];

  /** Notes a step. What the lists hold behind the last one is left over. */
  put(number: number, move: number, ways: number, footprint: Footprint): void {
    this.moves[number] = move;
    this.ways[number] = ways;
    this.footprints[number] = footprint;
  }
}

/** Some of the steps, which may be made one after the other from some point of an execution. It is filled anew again and again. */
export class Sequence {
  readonly #steps: Steps;
  /** Their numbers, in the order of the sequence; what the list holds behind them is left over. */
  readonly #numbers: number[] = [];

  /** How many there are. */
  length = 0;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  clear(): void {
    this.length = 0;
  }

  push(number: number): void {
    this.#numbers[this.length++] = number;
  }

  moveAt(k: number): number {
    return this.#steps.moves[this.#numbers[k]];
  }

  waysAt(k: number): number {
    return this.#steps.ways[this.#numbers[k]];
  }

  footprintAt(k: number): Footprint {
    return this.#steps.footprints[this.#numbers[k]];
  }

  /** The same once more, to be changed apart from this one. */
  copy(): Sequence {
    const copy = new Sequence(this.#steps);
    for (let k = 0; k < this.length; k++) copy.push(this.#numbers[k]);
    return copy;
  }

  /**
   * The place of the first step of a thread, if it may be made first of all: it depends on no step before it. -1 if the thread makes
   * none, -2 if its first one must come later.
   */
  firstOf(thread: number): number {
    for (let k = 0; k < this.length; k++) {
      if (moverOf(this.moveAt(k)) !== thread) continue;
      const footprint = this.footprintAt(k);
      for (let i = 0; i < k; i++) if (depend(this.footprintAt(i), footprint)) return -2;
      return k;
    }
    return -1;
  }

  /** True if a step depends on none of these. One of which it is not known what it touches may depend on all. */
  isApartFrom(footprint: Footprint | null): boolean {
    if (footprint === null) return false;
    for (let k = 0; k < this.length; k++) if (depend(this.footprintAt(k), footprint)) return false;
    return true;
  }

  remove(k: number): void {
    this.length--;
    for (let i = k; i < this.length; i++) this.#numbers[i] = this.#numbers[i + 1];
  }

  /** Makes the step at a place the first one. */
  bringForward(k: number): void {
    const number = this.#numbers[k];
    for (let i = k; i > 0; i--) this.#numbers[i] = this.#numbers[i - 1];
    this.#numbers[0] = number;
  }
}
