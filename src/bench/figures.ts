import type { Latency } from './cell.ts';
import { Histogram, HISTOGRAM_WORDS } from './histogram.ts';

/**
 * What the workers of a session say of each round, in words that the main thread reads when they are at rest: counts, a histogram and a log
 * for each thread, which writes them with plain writes. Beside them the main thread says what the round is to be.
 */

/** What is done in this round: one of the modes below. */
export const MODE = 0;
/** How many operations a thread makes in this round at most, or how many values it fills in. */
export const QUOTA = 1;
const HEADER = 32;

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
/** The slots are counted that each operation frees, and how often operations start over. */
export const FREED = 6;
/** The clock is read around what a thread does that finds nothing free. */
export const COLLECTED = 7;
export type Mode =
  | typeof PLAIN
  | typeof TIMED
  | typeof SAMPLED
  | typeof FILL
  | typeof DRAIN
  | typeof AGED
  | typeof FREED
  | typeof COLLECTED;

// The counts of a thread.
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
/** How often operations had to start over, because the scheme said so; in the round that counts it. */
export const F_RESTARTS = 9;
/** Operations on a set that were answered and did not change it. */
export const F_UNCHANGED = 10;
/** How often it scanned what the others announce, and tried to move the clock on; in the round that counts restarts. */
export const F_SCANS = 11;
export const F_ADVANCES = 12;
const COUNTS = 16;

/** A log of unreclaimed slots: how many entries, operations from one to the next on average, the largest count seen, and the entries. */
export const L_LENGTH = 0;
export const L_EVERY = 1;
export const L_PEAK = 2;
export const L_ENTRIES = 3;
export const LOG_ENTRIES = 4096;
const LOG = L_ENTRIES + LOG_ENTRIES;

/** What is to be done in a round, and what came of it. */
export class Figures {
  readonly words: Int32Array;
  readonly #counts: Float64Array;
  readonly threads: number;

  /** @param buffer one that `create` made, for as many threads */
  constructor(buffer: SharedArrayBuffer, threads: number) {
    this.threads = threads;
    this.#counts = new Float64Array(buffer, 0, threads * COUNTS);
    this.words = new Int32Array(buffer, this.#counts.byteLength);
  }

  static create(threads: number): Figures {
    const words = HEADER + threads * (HISTOGRAM_WORDS + LOG);
    return new Figures(new SharedArrayBuffer(8 * threads * COUNTS + 4 * words), threads);
  }

  get buffer(): SharedArrayBuffer {
    return this.words.buffer as SharedArrayBuffer;
  }

  /** Says what the round is to be that is about to begin. */
  open(mode: Mode, quota: number): void {
    this.words[MODE] = mode;
    this.words[QUOTA] = quota;
  }

  /** The counts of a thread, numbered from 1. */
  counts(thread: number): Float64Array {
    return this.#counts.subarray((thread - 1) * COUNTS, thread * COUNTS);
  }

  histogram(thread: number): Histogram {
    const start = HEADER + (thread - 1) * HISTOGRAM_WORDS;
    return new Histogram(this.words.subarray(start, start + HISTOGRAM_WORDS));
  }

  log(thread: number): Int32Array {
    const start = HEADER + this.threads * HISTOGRAM_WORDS + (thread - 1) * LOG;
    return this.words.subarray(start, start + LOG);
  }
}

/** Nanoseconds of a clock that all threads of the process share. */
export function nanoseconds(): number {
  const [seconds, rest] = process.hrtime();
  return seconds * 1e9 + rest;
}

/** What all threads have counted together. */
export function histogramOf(figures: Figures): Histogram {
  const all = new Histogram(new Int32Array(HISTOGRAM_WORDS));
  for (let thread = 1; thread <= figures.threads; thread++) all.merge(figures.histogram(thread));
  return all;
}

/** The latencies that all threads have counted together; null if no operation was done. */
export function latencyOf(figures: Figures): Latency | null {
  const all = histogramOf(figures);
  if (all.count === 0) return null;
  return {
    p50: all.quantile(0.5),
    p99: all.quantile(0.99),
    p999: all.quantile(0.999),
    max: all.max,
    clock: clockNs(),
    tail: all.tail(),
    buckets: all.buckets(),
  };
}

const LOOKS = 10_000;

function clockNs(): number {
  const began = performance.now();
  for (let i = 0; i < LOOKS; i++) performance.now();
  return Math.round(((performance.now() - began) * 1e6) / LOOKS);
}
