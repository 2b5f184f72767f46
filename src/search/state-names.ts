import { Words } from '../platform-array.ts';
import type { Footprint } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import { Rows } from './rows.ts';

/**
 * Names for the states of a machine: where each thread stands, the words, and what a judgement remembers of the past. Equal names mean
 * equal states.
 *
 * Words that only their thread writes follow from where it stands. Words that nobody has touched when a name is made are as they were at
 * the start, and so are those that are left out at the end of the list: so a name means the same at any time.
 */
export class StateNames {
  readonly width: number;
  readonly #machine: Machine;
  readonly #ghost: ((machine: Machine) => string) | null;
  readonly #initial: Int32Array;
  /** Words that were ever touched, in the order of their first touching. */
  readonly #hot: number[] = [];
  readonly #isHot: Uint8Array;
  /** A list of words but for its last one, by number, and the last one; a row is numbered like the longer list. */
  readonly #lists = new Rows(2);
  readonly #pair = new Words(2);
  readonly #ghosts = new Map<string, number>();

  constructor(machine: Machine, ghost?: (machine: Machine) => string) {
    this.#machine = machine;
    this.#ghost = ghost ?? null;
    this.width = machine.threads + 2;
    this.#initial = machine.words.slice();
    this.#isHot = new Uint8Array(this.#initial.length);
  }

  get size(): number {
    return this.#lists.size + this.#ghosts.size;
  }

  /** A step has been made. */
  touch(footprint: Footprint): void {
    for (let i = 0; i < footprint.length; i += 2) {
      const address = footprint[i];
      // What is no word is of no concern here.
      if (address >= this.#isHot.length || this.#isHot[address] !== 0) continue;
      this.#isHot[address] = 1;
      this.#hot.push(address);
    }
  }

  copyTo(row: Int32Array): void {
    const { at, threads } = this.#machine;
    for (let thread = 0; thread < threads; thread++) row[thread] = at[thread].id;
    row[threads] = this.words();
    row[threads + 1] = this.#ghost === null ? 0 : this.#numberOf(this.#ghost(this.#machine));
  }

  /** A number for what the words hold. */
  words(): number {
    const { words } = this.#machine;
    const hot = this.#hot;
    let length = hot.length;
    while (length > 0 && words[hot[length - 1]] === this.#initial[hot[length - 1]]) length--;
    let list = 0;
    for (let i = 0; i < length; i++) {
      this.#pair[0] = list;
      this.#pair[1] = words[hot[i]];
      list = this.#lists.add(this.#pair) + 1;
    }
    return list;
  }

  #numberOf(ghost: string): number {
    let number = this.#ghosts.get(ghost);
    if (number === undefined) {
      number = this.#ghosts.size;
      this.#ghosts.set(ghost, number);
    }
    return number;
  }
}
