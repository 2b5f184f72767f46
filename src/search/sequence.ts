import { depend } from '../model/dependence.ts';
import type { Footprint } from '../model/thread-state.ts';
import { moverOf } from '../model/machine.ts';

/** Steps that may be made one after the other from some point of an execution. It is filled anew again and again. */
export class Sequence {
  /** Who moves, and what is chosen: see `moveOf`. */
  readonly moves: number[] = [];
  /** In how many ways the thread may move there. */
  readonly ways: number[] = [];
  readonly footprints: Footprint[] = [];

  /** How many there are; what the lists hold behind them is left over. */
  length = 0;

  clear(): void {
    this.length = 0;
  }

  push(move: number, ways: number, footprint: Footprint): void {
    this.#put(this.length++, move, ways, footprint);
  }

  /** The same once more, to be changed apart from this one. */
  copy(): Sequence {
    const copy = new Sequence();
    for (let k = 0; k < this.length; k++) copy.push(this.moves[k], this.ways[k], this.footprints[k]);
    return copy;
  }

  /**
   * The place of the first step of a thread, if it may be made first of all: it depends on no step before it. -1 if the thread makes
   * none, -2 if its first one must come later.
   */
  firstOf(thread: number): number {
    for (let k = 0; k < this.length; k++) {
      if (moverOf(this.moves[k]) !== thread) continue;
      const footprint = this.footprints[k];
      for (let i = 0; i < k; i++) if (depend(this.footprints[i], footprint)) return -2;
      return k;
    }
    return -1;
  }

  /** True if a step depends on none of these. One of which it is not known what it touches may depend on all. */
  isApartFrom(footprint: Footprint | null): boolean {
    if (footprint === null) return false;
    for (let k = 0; k < this.length; k++) if (depend(this.footprints[k], footprint)) return false;
    return true;
  }

  remove(k: number): void {
    this.length--;
    for (let i = k; i < this.length; i++)
      this.#put(i, this.moves[i + 1], this.ways[i + 1], this.footprints[i + 1]);
  }

  /** Makes the step at a place the first one. */
  bringForward(k: number): void {
    const [move, ways, footprint] = [this.moves[k], this.ways[k], this.footprints[k]];
    for (let i = k; i > 0; i--) this.#put(i, this.moves[i - 1], this.ways[i - 1], this.footprints[i - 1]);
    this.#put(0, move, ways, footprint);
  }

  #put(k: number, move: number, ways: number, footprint: Footprint): void {
    this.moves[k] = move;
    this.ways[k] = ways;
    this.footprints[k] = footprint;
  }
}
