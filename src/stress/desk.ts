/**
 * What the workers of a stress run and its main thread share beside the laboratory: the word that starts a round and the one that ends
 * it, and for each thread a block with its state, its books and its flight recorder, and a log of the values that were delivered to it
 * in this round. A block and a log are written by their thread alone, with plain writes; the state is written last, atomically, so
 * a thread that reads AT_REST or PARKED there may read the rest.
 */

/** The number of the round: a worker that has finished one waits here for the next. */
export const ROUND = 0;
/** In place of a round's number: there will be no other. */
export const OVER = -1;
/** Not 0: end the round at the next operation. Written by the main thread, and by a worker that has noticed damage. */
export const STOP = 32;
/** How many operations a thread makes in this round at most; and how many of its first ones it writes down with their times. */
export const QUOTA = 64;
export const WINDOW = 65;
/** Not 0: threads leave and join in this round. */
export const CHURN = 66;
/** Not 0: nobody pauses or waits at random steps in this round. */
export const CALM = 67;
/** The thread that stands still and watches the others, or 0; negative if it only waits for a slot to be recycled. */
export const STANDING = 96;
/** The time of the window: how many of its operations have returned. */
export const TIME = 128;
const HEADER = 160;

// A block.
/** One of the states below. */
export const B_STATE = 0;
/** The operation in progress, one of PUT, TAKE and ASK, or 0. */
export const B_PENDING = 1;
/** The sequence number of the next value that this thread puts in. */
export const B_SEQUENCE = 2;
/** Values in the log of this round. */
export const B_DELIVERED = 3;
/** Operations that have returned in this round, and those of them that answered full or empty. */
export const B_DONE = 4;
export const B_FULL = 5;
export const B_EMPTY = 6;
/** Operations ever begun, modulo 2^32: the place in the flight recorder, and a sign of life. */
export const B_BEGUN = 7;
/** Not 0 once a value was delivered to this thread before an earlier one of the same producer; the two values, in order of delivery. */
export const B_DISORDER = 8;
export const B_DISORDER_FIRST = 9;
export const B_DISORDER_SECOND = 10;
/** The number of the thread's record; 0 while it has none. */
export const B_RECORD = 11;
/** Steps ever made, modulo 2^32, as of some moment not long ago. Written atomically. */
export const B_STEPS = 12;
/** Operations in the window of this round. */
export const B_TIMED = 13;
/** How often it has left the laboratory; and how many slots it found waiting in the records that it took. */
export const B_DEPARTED = 14;
export const B_INHERITED = 15;
/** How often it has stood still; for how long in all, in microseconds; and how many announced slots it watched meanwhile. */
export const B_STOOD = 16;
export const B_STOOD_US = 17;
export const B_WATCHED = 18;
/** Not 0 once no other thread went on meanwhile: the thread that made the most steps, or one that made none; steps, milliseconds, step. */
export const B_STUCK = 19;
export const B_STUCK_STEPS = 20;
export const B_STUCK_MS = 21;
export const B_STUCK_AT = 22;
/** Not 0 once a slot that it announced was freed meanwhile: the slot, the step. */
export const B_FREED = 23;
export const B_FREED_AT = 24;
/** Not 0 once a compare-and-swap of its has found a word that had come round (see `Rounds`): the slot, the step. */
export const B_ROUND = 25;
export const B_ROUND_AT = 26;
/** Not 0 once a read of its that looks again has found one in this round. */
export const B_PASSED = 27;
/** The time of the window before it found the first of these in this round, and 1 more; 0 if it has found none. */
export const B_ROUND_TIME = 28;
/** The flight recorder: the last operations, each an operation and outcome in one word, and a value. */
export const B_FLIGHT = 32;
export const FLIGHT = 32;
const BLOCK = B_FLIGHT + 2 * FLIGHT + 16;

/** Not there yet. */
export const STARTING = 0;
export const RUNNING = 1;
/** Waits for the next round. */
export const AT_REST = 2;
/** Its worker has ended. Written by the main thread. */
export const GONE = 4;
export { PARKED } from '../threads/free-running.ts';

export const PUT = 1;
export const TAKE = 2;
export const ASK = 3;
/** What they do, by number. Their names are those of the structure's card. */
export const OPERATIONS: readonly [null, 'put', 'take', 'ask'] = [null, 'put', 'take', 'ask'];

/** The outcomes of a flight recorder's word, in its low bits; the operation is above them. */
export const OUTCOMES: readonly ['pending', 'ok', 'full', 'value', 'empty', 'yes', 'no'] = [
  'pending',
  'ok',
  'full',
  'value',
  'empty',
  'yes',
  'no',
];
export const OUTCOME_BITS = 3;

/** No thread makes more operations in a round: that is how long its log is. */
export const MOST_OPERATIONS: number = 1 << 17;
/** A mix ends a round a few operations late. */
const LATE = 64;
const LOG = MOST_OPERATIONS + LATE;

/** No window has more operations, over all threads. */
const MOST_TIMED = 2048;
/** An operation of the window: an operation and outcome as in the flight recorder, a value, two times, and slots retired and not free. */
export const T_WHAT = 0;
export const T_VALUE = 1;
/** How many operations of the window had returned when it was invoked; and how many when it had returned, itself included. */
export const T_INVOKED = 2;
export const T_RETURNED = 3;
/** The slots on the lists of its thread's record after it. */
export const T_RETIRED = 4;
export const TIMED = 5;

/** A value is the thread that put it in, less 1, in the high 6 bits, and its sequence number, modulo 2^26, in the low ones. */
const SEQUENCE_BITS = 26;
export const SEQUENCE_MASK: number = (1 << SEQUENCE_BITS) - 1;

export function valueOf(thread: number, sequence: number): number {
  return ((thread - 1) << SEQUENCE_BITS) | (sequence & SEQUENCE_MASK);
}

/** The thread that put a value in. */
export function producerOf(value: number): number {
  return (value >>> SEQUENCE_BITS) + 1;
}

/** How far a sequence number is ahead of another one, modulo 2^26 and signed. */
export function ahead(sequence: number, of: number): number {
  const shift = 32 - SEQUENCE_BITS;
  return ((sequence - of) << shift) >> shift;
}

/** The name of a value in text: the 17th that thread 2 put in is `T2:17`. */
export function showValue(value: number): string {
  return `T${producerOf(value)}:${value & SEQUENCE_MASK}`;
}

/** The words that a stress run shares beside the laboratory. */
export class Desk {
  readonly words: Int32Array;
  readonly threads: number;

  private constructor(words: Int32Array, threads: number) {
    this.words = words;
    this.threads = threads;
  }

  static create(threads: number): Desk {
    const words = new Int32Array(
      new SharedArrayBuffer(4 * (HEADER + threads * (BLOCK + LOG) + TIMED * (MOST_TIMED + threads))),
    );
    const desk = new Desk(words, threads);
    for (let thread = 1; thread <= threads; thread++) words[desk.block(thread) + B_SEQUENCE] = 1;
    return desk;
  }

  static attach(words: Int32Array, threads: number): Desk {
    return new Desk(words, threads);
  }

  /** The address of the block of a thread, numbered from 1. */
  block(thread: number): number {
    return HEADER + (thread - 1) * BLOCK;
  }

  /** The values delivered to a thread in a round, and room for all that may be. */
  log(thread: number): Int32Array {
    const start = HEADER + this.threads * BLOCK + (thread - 1) * LOG;
    return this.words.subarray(start, start + LOG);
  }

  /** How many operations of a window are one thread's, at most. */
  get timed(): number {
    return Math.floor(MOST_TIMED / this.threads);
  }

  /** The operations of the window of a thread, and room for one that has not returned. */
  window(thread: number): Int32Array {
    const length = TIMED * (this.timed + 1);
    const start = HEADER + this.threads * (BLOCK + LOG) + (thread - 1) * length;
    return this.words.subarray(start, start + length);
  }

  read(thread: number, word: number): number {
    return this.words[this.block(thread) + word];
  }

  state(thread: number): number {
    return Atomics.load(this.words, this.block(thread) + B_STATE);
  }

  /** Starts a round. Every thread that is still there is at rest. */
  startRound(quota: number, timed: number, { churn, calm }: { churn: boolean; calm: boolean }): void {
    const { words } = this;
    words[QUOTA] = quota;
    words[WINDOW] = Math.min(timed, this.timed);
    words[CHURN] = churn ? 1 : 0;
    words[CALM] = calm ? 1 : 0;
    words[TIME] = 0;
    Atomics.store(words, STOP, 0);
    for (let thread = 1; thread <= this.threads; thread++) {
      // So that nobody takes the rest before this round for the rest after it.
      Atomics.compareExchange(words, this.block(thread) + B_STATE, AT_REST, RUNNING);
    }
    Atomics.store(words, ROUND, (words[ROUND] + 1) & 0x7fffffff);
    Atomics.notify(words, ROUND);
  }

  /** Lets the threads that are at rest end by themselves, and the others after their operation. */
  dismiss(): void {
    Atomics.store(this.words, STOP, 1);
    Atomics.store(this.words, ROUND, OVER);
    Atomics.notify(this.words, ROUND);
  }

  stopRound(): void {
    Atomics.store(this.words, STOP, 1);
  }
}
