import { R_STEP } from '../kernel/layout.ts';
import { AtomicsMemory } from './atomics.ts';
import type { Random } from './random.ts';

/**
 * Memories of free-running workers. A worker has one of them, chosen once, so that every access in the kernel is a call of one known
 * method; a worker that wants none of this has `AtomicsMemory` itself.
 */

/** Leaves the label of the step that it is about to make in its thread's record, so that the place of a stuck thread is known. */
export class RecordingMemory extends AtomicsMemory {
  /** The address of the word that holds the label. */
  protected readonly label: number;

  /** @param record the address of the record of the thread, whose owner writes it */
  constructor(words: Int32Array, record: number) {
    super(words);
    this.label = record + R_STEP;
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
    return Atomics.compareExchange(this.words, address, expected, desired) === expected;
  }

  override exchange(step: number, address: number, value: number): number {
    this.words[this.label] = step;
    return Atomics.exchange(this.words, address, value);
  }

  override add(step: number, address: number, value: number): number {
    this.words[this.label] = step;
    return Atomics.add(this.words, address, value);
  }
}

/** Does something before and after each step, beside leaving its label. */
abstract class AttendedMemory extends RecordingMemory {
  protected abstract before(step: number): void;
  protected abstract after(step: number): void;

  override load(step: number, address: number): number {
    this.before(step);
    const value = super.load(step, address);
    this.after(step);
    return value;
  }

  override store(step: number, address: number, value: number): void {
    this.before(step);
    super.store(step, address, value);
    this.after(step);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.before(step);
    const swapped = super.cas(step, address, expected, desired);
    this.after(step);
    return swapped;
  }

  override exchange(step: number, address: number, value: number): number {
    this.before(step);
    const former = super.exchange(step, address, value);
    this.after(step);
    return former;
  }

  override add(step: number, address: number, value: number): number {
    this.before(step);
    const former = super.add(step, address, value);
    this.after(step);
    return former;
  }
}

/** Where a thread stops for good: at the n-th passing of a step, counted from 1, before the step or right after it. */
export interface Point {
  readonly step: number;
  readonly passing: number;
  readonly after: boolean;
}

/** What the gate's word says once the thread stands there. */
export const PARKED = 3;

/** Stands still for ever at one point, after it has announced that at the gate. */
export class GatedMemory extends AttendedMemory {
  readonly #point: Point;
  readonly #gates: Int32Array;
  readonly #gate: number;
  #passed = 0;

  /** @param gate the word of `gates` that says PARKED from then on */
  constructor(words: Int32Array, record: number, point: Point, gates: Int32Array, gate: number) {
    super(words, record);
    this.#point = point;
    this.#gates = gates;
    this.#gate = gate;
  }

  protected override before(step: number): void {
    if (step !== this.#point.step) return;
    this.#passed++;
    if (!this.#point.after) this.#parkIfHere(step);
  }

  protected override after(step: number): void {
    if (step === this.#point.step && this.#point.after) this.#parkIfHere(step);
  }

  #parkIfHere(step: number): void {
    if (this.#passed !== this.#point.passing) return;
    this.poke(this.label, step);
    Atomics.store(this.#gates, this.#gate, PARKED);
    Atomics.notify(this.#gates, this.#gate);
    for (;;) Atomics.wait(this.#gates, this.#gate, PARKED);
  }
}

/** A pause comes after 1 to 2 * MEAN_DISTANCE - 1 steps; one in LONG is long enough for the operating system to run another thread. */
const MEAN_DISTANCE = 256;
const LONG = 64;
const LONG_MS = 0.2;
/** A short pause is up to 2^n empty reads, with n at random up to this: most are very short, some take as long as many operations. */
const LONGEST_SPIN = 13;

/** Pauses now and then before a step, at random places and for a random time, so that threads meet in places where they seldom do. */
export class PausingMemory extends AttendedMemory {
  readonly #random: Random;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));
  #distance: number;

  constructor(words: Int32Array, record: number, random: Random) {
    super(words, record);
    this.#random = random;
    this.#distance = 1 + random.below(2 * MEAN_DISTANCE - 1);
  }

  protected override before(_step: number): void {
    if (--this.#distance === 0) this.#pause();
  }

  protected override after(_step: number): void {}

  #pause(): void {
    this.#distance = 1 + this.#random.below(2 * MEAN_DISTANCE - 1);
    if (this.#random.below(LONG) === 0) {
      Atomics.wait(this.#clock, 0, 0, LONG_MS);
      return;
    }
    const spins = 1 << this.#random.below(LONGEST_SPIN + 1);
    // An atomic read cannot be optimized away.
    for (let i = 0; i < spins; i++) Atomics.load(this.#clock, 0);
  }
}
