import { hasRing, isOfFreeList, slotAbout } from '../laboratory/structures.ts';
import { FREE_TOP, Geometry, S_LIFE } from '../kernel/layout.ts';
import type { Random } from '../random.ts';
import { type ControlBlock, WATCHER, STOP } from './control-block.ts';
import { type Attendant, type StepWitness, WitnessedMemory } from './watched-memory.ts';

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

/** A thread waits before one in MEAN_WAIT_DISTANCE of its compare-and-swaps, on average, and for LONGEST_WAIT_MS at most. */
const MEAN_WAIT_DISTANCE = 32;
const LONGEST_WAIT_MS = 250;
/**
 * So often at most it looks and sees that the free list has changed, so that others are at work, before the slot has another life; and
 * so often after that, until the word has come back.
 */
const LOOKS = 50;
const LOOKS_AFTER = 200;
const LOOK_MS = 0.05;
/** After it has waited without success it leaves out this many occasions, so that it does not keep a sound queue from its work. */
const VAIN = 16;
/**
 * The distance to the next wait is doubled for each wait in which no other thread was at work, this many times at most, and the wait is half
 * as long, this many times at most: on a busy machine the others may only have had no core, so the first few come soon.
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
  readonly #control: Int32Array;
  readonly #isCalm: () => boolean;
  /** The number of the thread, negative: it waits, and does not watch the others. */
  readonly #waits: number;
  #left: number;
  /** In how many waits, one after the other, no thread took or freed a slot: the others may stand still, or there may be none. */
  #alone = 0;

  /** @param isCalm true while nobody is to wait */
  constructor(
    words: Int32Array,
    record: number,
    attendant: Attendant,
    random: Random,
    {
      control,
      thread,
      isCalm = () => false,
    }: { control: ControlBlock; thread: number; isCalm?: () => boolean },
    witness: StepWitness | null = null,
  ) {
    super(words, record, attendant, witness);
    this.#geometry = new Geometry(this);
    this.#random = random;
    this.#control = control.words;
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
    if (!isOfFreeList(this.#geometry, address) && --this.#left <= 0 && !this.#isCalm()) {
      this.words[this.label] = step;
      const factor = this.#awaitRecycling(address, expected) ? 2 ** this.#alone : VAIN;
      this.#left = (1 + this.#random.below(2 * MEAN_WAIT_DISTANCE - 1)) * factor;
    }
    return super.cas(step, address, expected, desired);
  }

  /** False if others were at work and the moment did not come. */
  #awaitRecycling(address: number, expected: number): boolean {
    const slot = this.#slotOf(address, expected);
    if (slot === 0 || Atomics.compareExchange(this.#control, WATCHER, 0, this.#waits) !== 0) return true;
    const life = this.#geometry.slot(slot, S_LIFE);
    const before = this.words[life];
    const until = performance.now() + LONGEST_WAIT_MS / 2 ** Math.min(this.#alone, MOST_HALVED);
    // Of a ring the word that each taker moves on.
    const at = hasRing(this.#geometry) ? this.#geometry.cell(0) : FREE_TOP;
    let [looks, looksAfter, top] = [0, 0, this.words[at]];
    let met = false;
    let isAlone = true;
    while (!met && looks < LOOKS && looksAfter < LOOKS_AFTER && performance.now() < until) {
      if (Atomics.load(this.#control, STOP) !== 0) break;
      Atomics.wait(this.#control, WATCHER, this.#waits, LOOK_MS);
      const recycled = Atomics.load(this.words, life) !== before;
      const now = Atomics.load(this.words, at);
      if (recycled || now !== top) isAlone = false;
      if (recycled) looksAfter++;
      else if (now !== top) looks++;
      top = now;
      met = recycled && Atomics.load(this.words, address) === expected;
    }
    this.#alone = isAlone ? Math.min(this.#alone + 1, MOST_ALONE) : 0;
    Atomics.store(this.#control, WATCHER, 0);
    return met || (looks < LOOKS && looksAfter < LOOKS_AFTER);
  }

  /** The slot that the expected word is about; 0 if that is no slot. */
  #slotOf(address: number, expected: number): number {
    const slot = slotAbout(this.#geometry, address, expected);
    return slot <= this.#geometry.slots ? slot : 0;
  }
}
