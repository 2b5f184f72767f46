import { R_STEP } from '../kernel/layout.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';

/**
 * Memories of free-running workers. A worker has one of them, chosen once, so that every access in the kernel is a call of one known
 * method; a worker that wants none of this has `AtomicsMemory` itself.
 */

/** What a thread does now and then before a step, beside its work: it pauses, or stands still and looks at the others. */
export interface Attendant {
  /**
   * @param step the step that the thread is about to make
   * @returns after how many steps it is asked again, at least 1
   */
  attend(step: number): number;
}

/** Makes and follows the steps of a thread on pointer words, to see whether a word comes round. */
export interface StepWitness {
  /** True of the words that it follows. */
  follows(address: number): boolean;
  /** Makes a read. */
  load(step: number, address: number): number;
  /** A compare-and-swap is about to be made. */
  compares(): void;
  /** A word was written: by a compare-and-swap, with what it expected; or in another way, null. */
  wrote(step: number, address: number, expected: number | null): void;
}

const FOREVER = 0x3fffffff;

/**
 * Leaves the label of the step that it is about to make in its thread's record, so that the place of a stuck thread is known, and calls
 * the thread's attendant now and then: before a step that reads and writes at once, since a count at each load and store would make the
 * kernel slower by a tenth and more.
 */
export class RecordingMemory extends AtomicsMemory {
  /** The address of the word that holds the label. */
  protected label: number;
  readonly #attendant: Attendant | null;
  #left: number;

  /** @param record the address of the record of the thread, whose owner writes it */
  constructor(words: Int32Array, record: number, attendant: Attendant | null = null) {
    super(words);
    this.label = record + R_STEP;
    this.#attendant = attendant;
    this.#left = attendant === null ? FOREVER : 1;
  }

  /** The thread has another record from now on. */
  moveTo(record: number): void {
    this.label = record + R_STEP;
  }

  /** Calls the attendant if it is time. Counts in whole numbers of 31 bits: others would make each step slower. */
  protected count(step: number): void {
    if (--this.#left === 0)
      this.#left = this.#attendant === null ? FOREVER : this.#attendant.attend(step) | 0;
  }

  override load(step: number, address: number): number {
    this.words[this.label] = step;
    return Atomics.load(this.words, address);
  }

  override store(step: number, address: number, value: number): void {
    this.words[this.label] = step;
    Atomics.store(this.words, address, value);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.words[this.label] = step;
    this.count(step);
    return Atomics.compareExchange(this.words, address, expected, desired) === expected;
  }

  override exchange(step: number, address: number, value: number): number {
    this.words[this.label] = step;
    this.count(step);
    return Atomics.exchange(this.words, address, value);
  }

  override add(step: number, address: number, value: number): number {
    this.words[this.label] = step;
    this.count(step);
    return Atomics.add(this.words, address, value);
  }

  override or(step: number, address: number, bits: number): number {
    this.words[this.label] = step;
    this.count(step);
    return Atomics.or(this.words, address, bits);
  }
}

/** Has a witness of its steps on pointer words, or none. */
export class WitnessedMemory extends RecordingMemory {
  readonly #witness: StepWitness | null;

  constructor(words: Int32Array, record: number, attendant: Attendant | null, witness: StepWitness | null) {
    super(words, record, attendant);
    this.#witness = witness;
  }

  override load(step: number, address: number): number {
    if (this.#witness?.follows(address) !== true) return super.load(step, address);
    this.words[this.label] = step;
    return this.#witness.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    super.store(step, address, value);
    if (this.#witness?.follows(address) === true) this.#witness.wrote(step, address, null);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    if (this.#witness?.follows(address) !== true) return super.cas(step, address, expected, desired);
    this.#witness.compares();
    const swapped = super.cas(step, address, expected, desired);
    if (swapped) this.#witness.wrote(step, address, expected);
    return swapped;
  }

  override exchange(step: number, address: number, value: number): number {
    const former = super.exchange(step, address, value);
    if (this.#witness?.follows(address) === true) this.#witness.wrote(step, address, null);
    return former;
  }

  override or(step: number, address: number, bits: number): number {
    const former = super.or(step, address, bits);
    if (this.#witness?.follows(address) === true) this.#witness.wrote(step, address, null);
    return former;
  }
}
