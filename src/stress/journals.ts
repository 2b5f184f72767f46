import type { ControlBlock } from '../threads/control-block.ts';

/**
 * What the threads of a stress run write down, in words that its main thread reads when they are at rest: a journal for each thread with
 * the operation in progress, counts and its flight recorder, a log of the values that were delivered to it in this round, and its first
 * operations with their times. All of that is written by its thread alone, with plain writes but for what says otherwise. Beside it the
 * main thread says what the round is to be.
 */

/** How many operations a thread makes in this round at most; and how many of its first ones it writes down with their times. */
export const OPERATION_QUOTA = 0;
export const TIMED_QUOTA = 1;
/** Not 0: threads leave and join in this round. */
export const CHURN = 2;
/** Not 0: nobody pauses or waits at random steps in this round. */
export const CALM = 3;
/** The time of the round: how many of the operations that are written down with their times have returned. */
export const TIME = 32;
const HEADER = 64;

// A journal.
/** The operation in progress, one of PUT, TAKE and ASK, or 0. */
export const J_PENDING = 0;
/** The sequence number of the next value that this thread puts in. */
export const J_SEQUENCE = 1;
/** Values in the log of this round. */
export const J_DELIVERED = 2;
/** Operations that have returned in this round, and those of them that answered full or empty. */
export const J_DONE = 3;
export const J_FULL = 4;
export const J_EMPTY = 5;
/** Operations ever begun, modulo 2^32: the place in the flight recorder, and a sign of life. */
export const J_BEGUN = 6;
/** Not 0 once a value was delivered to this thread before an earlier one of the same producer; the two values, in order of delivery. */
export const J_DISORDER = 7;
export const J_DISORDER_FIRST = 8;
export const J_DISORDER_SECOND = 9;
/** The number of the thread's record; 0 while it has none. */
export const J_RECORD = 10;
/** Steps ever made, modulo 2^32, as of some moment not long ago. Written atomically. */
export const J_STEPS = 11;
/** Operations of this round that it has written down with their times. */
export const J_TIMED = 12;
/** How often it has left the laboratory; and how many slots it found waiting in the records that it took. */
export const J_DEPARTED = 13;
export const J_INHERITED = 14;
/** How often it has stood still; for how long in all, in microseconds; and how many announced slots it watched meanwhile. */
export const J_STOOD = 15;
export const J_STOOD_US = 16;
export const J_WATCHED = 17;
/** Not 0 once no other thread went on meanwhile: the thread that made the most steps, or one that made none; steps, milliseconds, step. */
export const J_STUCK = 18;
export const J_STUCK_STEPS = 19;
export const J_STUCK_MS = 20;
export const J_STUCK_AT = 21;
/** Not 0 once a slot that it announced was freed meanwhile: the slot, the step. */
export const J_FREED = 22;
export const J_FREED_AT = 23;
/** Not 0 once a compare-and-swap of its has found a word that had come round (see `CameRoundWitness`): the slot, the step. */
export const J_CAME_ROUND = 24;
export const J_CAME_ROUND_AT = 25;
/** Not 0 once a read of its that looks again has found one in this round. */
export const J_PASSED = 26;
/** The time of the round before it found the first of these in this round, and 1 more; 0 if it has found none. */
export const J_CAME_ROUND_TIME = 27;
/** How many values the operation in progress puts in, or takes out, at most: 1, or those of a chain. */
export const J_MOST = 28;
/** The flight recorder: the last operations, each an operation and outcome in one word, and a value. */
export const J_FLIGHT = 32;
export const FLIGHT = 32;
const JOURNAL = J_FLIGHT + 2 * FLIGHT + 32;

export const PUT = 1;
export const TAKE = 2;
export const ASK = 3;
/** What they do, by number. Their names are those of the structure's card. */
export const OPERATIONS: readonly [null, 'put', 'take', 'ask'] = [null, 'put', 'take', 'ask'];

/** The outcomes of a flight recorder's word, in its low bits; the operation is above them. */
export const JOURNAL_OUTCOMES: readonly ['pending', 'ok', 'full', 'value', 'empty', 'yes', 'no', 'abort'] = [
  'pending',
  'ok',
  'full',
  'value',
  'empty',
  'yes',
  'no',
  'abort',
];
/** Their numbers by their names. */
export const OUTCOME: Readonly<Record<(typeof JOURNAL_OUTCOMES)[number], number>> = Object.fromEntries(
  JOURNAL_OUTCOMES.map((name, i) => [name, i]),
) as Record<(typeof JOURNAL_OUTCOMES)[number], number>;
export const OUTCOME_BITS = 3;

/** No thread makes more operations in a round: that is how long its log is. */
export const MOST_OPERATIONS: number = 1 << 17;
/** A mix ends a round a few operations late. */
const LATE = 64;
const LOG = MOST_OPERATIONS + LATE;

/** No more operations of a round are written down with their times, over all threads. */
const MOST_TIMED = 2048;
/** An operation with its times: operation and outcome as in the flight recorder, a value, two times, and slots retired and not free. */
export const T_WHAT = 0;
export const T_VALUE = 1;
/** How many of them had returned when it was invoked; and how many when it had returned, itself included. */
export const T_INVOKED = 2;
export const T_RETURNED = 3;
/** The slots on the lists of its thread's record after it. */
export const T_RETIRED = 4;
export const TIMED_WORDS = 5;

/** All that the workers of a stress run and its main thread share beside the laboratory. */
export interface StressWords {
  readonly control: ControlBlock;
  readonly journals: Journals;
}

/** The journals of all threads, and what they are told of the round. */
export class Journals {
  readonly words: Int32Array;
  readonly threads: number;

  /** @param words those that `create` made for as many threads */
  constructor(words: Int32Array, threads: number) {
    this.words = words;
    this.threads = threads;
  }

  static create(threads: number): Journals {
    const words = new Int32Array(
      new SharedArrayBuffer(4 * (HEADER + threads * (JOURNAL + LOG) + TIMED_WORDS * (MOST_TIMED + threads))),
    );
    const journals = new Journals(words, threads);
    for (let thread = 1; thread <= threads; thread++) words[journals.of(thread) + J_SEQUENCE] = 1;
    return journals;
  }

  /** The address of the journal of a thread, numbered from 1. */
  of(thread: number): number {
    return HEADER + (thread - 1) * JOURNAL;
  }

  /** The values delivered to a thread in a round, and room for all that may be. */
  log(thread: number): Int32Array {
    const start = HEADER + this.threads * JOURNAL + (thread - 1) * LOG;
    return this.words.subarray(start, start + LOG);
  }

  /** How many operations with times are one thread's, at most. */
  get mostTimed(): number {
    return Math.floor(MOST_TIMED / this.threads);
  }

  /** The operations of a thread with their times, and room for one that has not returned. */
  timed(thread: number): Int32Array {
    const length = TIMED_WORDS * (this.mostTimed + 1);
    const start = HEADER + this.threads * (JOURNAL + LOG) + (thread - 1) * length;
    return this.words.subarray(start, start + length);
  }

  read(thread: number, word: number): number {
    return this.words[this.of(thread) + word];
  }

  /** Says what the round is to be that is about to begin. */
  open(quota: number, timed: number, { churn, calm }: { churn: boolean; calm: boolean }): void {
    const { words } = this;
    words[OPERATION_QUOTA] = quota;
    words[TIMED_QUOTA] = Math.min(timed, this.mostTimed);
    words[CHURN] = churn ? 1 : 0;
    words[CALM] = calm ? 1 : 0;
    words[TIME] = 0;
  }
}
