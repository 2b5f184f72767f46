/**
 * What the workers of a session and its main thread share beside the queues: the word that starts a round and the one that ends it,
 * and for each thread its state, its figures of the round, a histogram and a log. What a thread writes there with plain writes may be
 * read once its state says AT_REST.
 */
import { Histogram, HISTOGRAM_WORDS } from './histogram.ts';

/** The number of the round: a worker that has finished one waits here for the next. */
export const ROUND = 0;
/** In place of a round's number: there will be no other. */
export const OVER = -1;
/** Not 0: end the round at the next look. */
export const STOP = 32;
/** What is done in this round: one of the modes below. */
export const MODE = 64;
/** How many operations a thread makes in this round at most, or how many values it fills in. */
export const QUOTA = 65;
const HEADER = 96;
/** A thread's state has a line of its own. */
const LINE = 32;

/** Operations as fast as they go, and nothing else. */
export const PLAIN = 0;
/** The clock is read around each operation. */
export const TIMED = 1;
/** The unreclaimed slots are counted every now and then. */
export const SAMPLED = 2;
/** The first thread puts in values, and the others nothing. */
export const FILL = 3;
/** Every thread that may dequeue does so until nothing is left. */
export const DRAIN = 4;
/** The clock is read when a slot is retired and when it is freed. */
export const AGED = 5;
export type Mode = typeof PLAIN | typeof TIMED | typeof SAMPLED | typeof FILL | typeof DRAIN | typeof AGED;

/** In a thread's state; 0 is for one that is not there yet. */
export const RUNNING = 1;
export const AT_REST = 2;
export { PARKED } from '../threads/free-running.ts';

// The figures of a thread.
/** Operations that were done, and that answered full or empty. */
export const F_ENQUEUED = 0;
export const F_DEQUEUED = 1;
export const F_FULL = 2;
export const F_EMPTY = 3;
/** The sums of the values, modulo 2^32. */
export const F_SUM_IN = 4;
export const F_SUM_OUT = 5;
/** When the round began and ended for the thread, in nanoseconds of a clock that all threads share. */
export const F_START = 6;
export const F_END = 7;
/** Bytes that the thread's heap has grown by. */
export const F_HEAP = 8;
const FIGURES = 16;

/** A log of unreclaimed slots: how many entries, operations from one to the next on average, the largest count seen, and the entries. */
export const L_LENGTH = 0;
export const L_EVERY = 1;
export const L_PEAK = 2;
export const L_ENTRIES = 3;
export const LOG_ENTRIES = 4096;
const LOG = L_ENTRIES + LOG_ENTRIES;

/** The shared words of a session. */
export class Board {
  readonly words: Int32Array;
  readonly #figures: Float64Array;
  readonly threads: number;

  /** Over a buffer that `Board.create` made. */
  constructor(buffer: SharedArrayBuffer, threads: number) {
    this.threads = threads;
    this.#figures = new Float64Array(buffer, 0, threads * FIGURES);
    this.words = new Int32Array(buffer, this.#figures.byteLength);
  }

  static create(threads: number): Board {
    const words = HEADER + threads * (LINE + HISTOGRAM_WORDS + LOG);
    return new Board(new SharedArrayBuffer(8 * threads * FIGURES + 4 * words), threads);
  }

  get buffer(): SharedArrayBuffer {
    return this.words.buffer as SharedArrayBuffer;
  }

  /** The address of a thread's state. Threads are numbered from 1. */
  stateOf(thread: number): number {
    return HEADER + (thread - 1) * LINE;
  }

  state(thread: number): number {
    return Atomics.load(this.words, this.stateOf(thread));
  }

  figures(thread: number): Float64Array {
    return this.#figures.subarray((thread - 1) * FIGURES, thread * FIGURES);
  }

  histogram(thread: number): Histogram {
    const start = HEADER + this.threads * LINE + (thread - 1) * HISTOGRAM_WORDS;
    return new Histogram(this.words.subarray(start, start + HISTOGRAM_WORDS));
  }

  log(thread: number): Int32Array {
    const start = HEADER + this.threads * (LINE + HISTOGRAM_WORDS) + (thread - 1) * LOG;
    return this.words.subarray(start, start + LOG);
  }

  /** Starts a round of the threads that are at rest. */
  start(mode: Mode, quota: number): void {
    const { words } = this;
    words[MODE] = mode;
    words[QUOTA] = quota;
    Atomics.store(words, STOP, 0);
    for (let thread = 1; thread <= this.threads; thread++) {
      // So that nobody takes the rest before this round for the rest after it.
      Atomics.compareExchange(words, this.stateOf(thread), AT_REST, RUNNING);
    }
    Atomics.store(words, ROUND, (words[ROUND] + 1) & 0x7fffffff);
    Atomics.notify(words, ROUND);
  }

  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  /** Lets the threads that are at rest end by themselves. */
  dismiss(): void {
    this.stop();
    Atomics.store(this.words, ROUND, OVER);
    Atomics.notify(this.words, ROUND);
  }
}
