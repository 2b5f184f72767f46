import { FREE_TOP, Geometry, R_STEP, S_LIFE } from '../kernel/layout.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import type { Random } from '../random.ts';

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
export interface Witness {
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
  readonly #witness: Witness | null;

  constructor(words: Int32Array, record: number, attendant: Attendant | null, witness: Witness | null) {
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

  override or(step: number, address: number, bits: number): number {
    this.before(step);
    const former = super.or(step, address, bits);
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

/** Stops for good at one point, after it has announced that at the gate. */
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
export class Pauses implements Attendant {
  readonly #random: Random;
  readonly #then: Attendant | null;
  readonly #isCalm: () => boolean;
  readonly #clock = new Int32Array(new SharedArrayBuffer(4));
  #distance = 1;
  /** Steps until the other attendant is asked. */
  #left = 1;

  /**
   * @param then another attendant, which is asked after about as many steps as it wants
   * @param isCalm true while there are to be no pauses
   */
  constructor(random: Random, then: Attendant | null = null, isCalm: () => boolean = () => false) {
    this.#random = random;
    this.#then = then;
    this.#isCalm = isCalm;
  }

  attend(step: number): number {
    this.#left -= this.#distance;
    if (this.#left <= 0 && this.#then !== null) this.#left = this.#then.attend(step);
    else if (!this.#isCalm()) this.#pause();
    this.#distance = (1 + this.#random.below(2 * MEAN_DISTANCE - 1)) | 0;
    return this.#distance;
  }

  #pause(): void {
    if (this.#random.below(LONG) === 0) {
      Atomics.wait(this.#clock, 0, 0, LONG_MS);
      return;
    }
    const spins = 1 << this.#random.below(LONGEST_SPIN + 1);
    // An atomic read cannot be optimized away.
    for (let i = 0; i < spins; i++) Atomics.load(this.#clock, 0);
  }
}

/** A thread waits before one in so many of its compare-and-swaps, on average; for so long at most. */
const MEAN_WAIT_DISTANCE = 32;
const LONGEST_WAIT_MS = 250;
/**
 * So often at most it looks and sees that the free list has changed, so that others are at work, before the slot has another life; and
 * so often after that, until the word has come back.
 */
const LOOKS = 50;
const LOOKS_AFTER = 200;
const LOOK_MS = 0.05;
/** After it has waited without success it leaves out so many occasions, so that it does not keep a sound queue from its work. */
const VAIN = 16;
/**
 * The distance to the next wait is doubled for each wait in which no other thread was at work, so many times at most, and the wait is half
 * as long, so many times at most: on a busy machine the others may only have had no core, so the first few come soon.
 */
const MOST_ALONE = 12;
const MOST_HALVED = 5;

/**
 * Calls its attendant before any step, and waits now and then before a compare-and-swap on Head, Tail or a next word until the slot that
 * it is about has begun another life and the word holds the expected bits again: the moment at which it succeeds if nothing tells the
 * lives apart. On an idle machine two threads meet so by themselves; on one with other work they seldom run at the same time. The wait
 * ends after a bounded time, and only one thread waits at a time.
 */
export class WaitingMemory extends WitnessedMemory {
  readonly #geometry: Geometry;
  readonly #random: Random;
  readonly #turns: Int32Array;
  readonly #turn: number;
  readonly #stop: number;
  readonly #isCalm: () => boolean;
  /** The number of the thread, negative: it waits, and does not watch the others. */
  readonly #waits: number;
  #left: number;
  /** In how many waits, one after the other, no thread took or freed a slot: the others may stand still, or there may be none. */
  #alone = 0;

  /**
   * @param turn the word of `turns` that says which thread stands still, or 0
   * @param stop the word of `turns` that is not 0 once nobody waits any more
   * @param isCalm true while nobody is to wait
   */
  constructor(
    words: Int32Array,
    record: number,
    attendant: Attendant,
    random: Random,
    {
      turns,
      turn,
      stop,
      thread,
      isCalm = () => false,
    }: { turns: Int32Array; turn: number; stop: number; thread: number; isCalm?: () => boolean },
    witness: Witness | null = null,
  ) {
    super(words, record, attendant, witness);
    this.#geometry = new Geometry(this);
    this.#random = random;
    this.#turns = turns;
    this.#turn = turn;
    this.#stop = stop;
    this.#isCalm = isCalm;
    this.#waits = -thread;
    this.#left = 1 + random.below(2 * MEAN_WAIT_DISTANCE - 1);
  }

  override load(step: number, address: number): number {
    this.count(step);
    return super.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    this.count(step);
    super.store(step, address, value);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    if (address !== FREE_TOP && --this.#left <= 0 && !this.#isCalm()) {
      this.words[this.label] = step;
      const factor = this.#awaitRecycling(address, expected) ? 2 ** this.#alone : VAIN;
      this.#left = (1 + this.#random.below(2 * MEAN_WAIT_DISTANCE - 1)) * factor;
    }
    return super.cas(step, address, expected, desired);
  }

  /** False if others were at work and the moment did not come. */
  #awaitRecycling(address: number, expected: number): boolean {
    const slot = this.#slotOf(address, expected);
    if (slot === 0 || Atomics.compareExchange(this.#turns, this.#turn, 0, this.#waits) !== 0) return true;
    const life = this.#geometry.slot(slot, S_LIFE);
    const before = this.words[life];
    const until = performance.now() + LONGEST_WAIT_MS / 2 ** Math.min(this.#alone, MOST_HALVED);
    let [looks, looksAfter, top] = [0, 0, this.words[FREE_TOP]];
    let met = false;
    let isAlone = true;
    while (!met && looks < LOOKS && looksAfter < LOOKS_AFTER && performance.now() < until) {
      if (Atomics.load(this.#turns, this.#stop) !== 0) break;
      Atomics.wait(this.#turns, this.#turn, this.#waits, LOOK_MS);
      const recycled = Atomics.load(this.words, life) !== before;
      const now = Atomics.load(this.words, FREE_TOP);
      if (recycled || now !== top) isAlone = false;
      if (recycled) looksAfter++;
      else if (now !== top) looks++;
      top = now;
      met = recycled && Atomics.load(this.words, address) === expected;
    }
    this.#alone = isAlone ? Math.min(this.#alone + 1, MOST_ALONE) : 0;
    Atomics.store(this.#turns, this.#turn, 0);
    return met || (looks < LOOKS && looksAfter < LOOKS_AFTER);
  }

  /** The slot that the expected word is about; 0 if that is no slot. */
  #slotOf(address: number, expected: number): number {
    const slot = slotAbout(this.#geometry, address, expected);
    return slot <= this.#geometry.slots ? slot : 0;
  }
}

/**
 * The slot that a word names; if it names none, the one that holds it, and 0 if none does. A damaged word may name one that there is not.
 */
export function slotAbout({ link, slotsBase, stride }: Geometry, address: number, word: number): number {
  const named = link.index(word);
  if (named !== 0 || address < slotsBase) return named;
  return Math.floor((address - slotsBase) / stride);
}
