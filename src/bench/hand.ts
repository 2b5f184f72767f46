import { getHeapStatistics } from 'node:v8';
import { Random } from '../random.ts';
import {
  AGED,
  type Board,
  DRAIN,
  F_DEQUEUED,
  F_EMPTY,
  F_END,
  F_ENQUEUED,
  F_FULL,
  F_HEAP,
  F_START,
  F_SUM_IN,
  F_SUM_OUT,
  FILL,
  L_LENGTH,
  L_PEAK,
  MODE,
  type Mode,
  QUOTA,
  SAMPLED,
  STOP,
  TIMED,
} from './board.ts';
import { nanoseconds } from './clock.ts';
import type { Batch } from '../laboratory/batch.ts';
import { InternalError } from '../errors.ts';
import { type Lane, NOTHING } from './side.ts';
import { Thinker } from './think.ts';
import { SampledLane, TimedLane } from './watched-lanes.ts';
import { type Workload, WORKLOADS } from './workloads.ts';

/** How a thread works, beside its lanes. */
export interface Manner {
  readonly workload: Workload;
  readonly think: boolean;
  readonly seed: number;
  /** True if a round ends for all when an enqueue is refused. */
  readonly exhausts: boolean;
  /** True if operations are made many at once, where the workload has them so. */
  readonly batched: boolean;
  /** True if there are more threads than cores: a thread that is refused again and again lets others run. */
  readonly rests: boolean;
}

const MOST_VALUE = 2 ** 30 - 1;
/** After so many refusals a thread rests, if it rests at all. */
const PATIENCE = 256;
const REST_MS = 0.05;

/** A thread at work: its operations are the hot path, and everything else happens before and after a round. */
export class Hand {
  readonly thread: number;
  readonly random: Random;
  readonly #board: Board;
  readonly #words: Int32Array;
  readonly #manner: Manner;
  readonly #plain: readonly Lane[];
  #lanes: readonly Lane[];
  readonly #thinker: Thinker | null;
  readonly #idle = new Int32Array(new SharedArrayBuffer(4));
  #quota = 0;
  #next: number;
  #enqueued = 0;
  #dequeued = 0;
  #full = 0;
  #empty = 0;
  #sumIn = 0;
  #sumOut = 0;

  constructor(thread: number, board: Board, lanes: readonly Lane[], manner: Manner) {
    this.thread = thread;
    this.random = new Random(manner.seed, 2 * thread);
    this.#thinker = manner.think ? new Thinker(new Random(manner.seed, 2 * thread + 1)) : null;
    this.#board = board;
    this.#words = board.words;
    this.#manner = manner;
    this.#plain = lanes;
    this.#lanes = lanes;
    this.#next = (thread - 1) << 20;
  }

  /** False once the round is to end. */
  goesOn(): boolean {
    return Atomics.load(this.#words, STOP) === 0 && this.#enqueued + this.#dequeued < this.#quota;
  }

  /** Enqueues a value. False if the queue was full. */
  put(queue: number): boolean {
    const value = this.#next;
    const done = this.#lanes[queue].enqueue(value);
    if (done) {
      this.#next = (value + 1) & MOST_VALUE;
      this.#enqueued++;
      this.#sumIn = (this.#sumIn + value) | 0;
    } else {
      this.#full++;
      if (this.#manner.exhausts) Atomics.store(this.#words, STOP, 1);
      this.#refused(this.#full);
    }
    if (this.#thinker !== null) this.#thinker.think();
    return done;
  }

  /** Dequeues a value. False if there was none. */
  take(queue: number): boolean {
    const value = this.#lanes[queue].dequeue();
    const done = value !== NOTHING;
    if (done) {
      this.#dequeued++;
      this.#sumOut = (this.#sumOut + value) | 0;
    } else {
      this.#empty++;
      this.#refused(this.#empty);
    }
    if (this.#thinker !== null) this.#thinker.think();
    return done;
  }

  /** Enqueues so many values with one call, until the queue is full. */
  putMany(queue: number, count: number): void {
    const batch = this.#batchOf(queue);
    const { values } = batch;
    const first = this.#next;
    for (let i = 0; i < count; i++) values[i] = (first + i) & MOST_VALUE;
    const done = batch.putMany(count);
    for (let i = 0; i < done; i++) this.#sumIn = (this.#sumIn + ((first + i) & MOST_VALUE)) | 0;
    this.#next = (first + done) & MOST_VALUE;
    this.#enqueued += done;
    if (done < count) {
      this.#full++;
      if (this.#manner.exhausts) Atomics.store(this.#words, STOP, 1);
      this.#refused(this.#full);
    }
    if (this.#thinker !== null) this.#thinker.think();
  }

  /** Dequeues up to so many values with one call. */
  takeMany(queue: number, count: number): void {
    const batch = this.#batchOf(queue);
    const { values } = batch;
    const done = batch.takeMany(count);
    for (let i = 0; i < done; i++) this.#sumOut = (this.#sumOut + values[i]) | 0;
    this.#dequeued += done;
    if (done < count) {
      this.#empty++;
      this.#refused(this.#empty);
    }
    if (this.#thinker !== null) this.#thinker.think();
  }

  #batchOf(queue: number): Batch {
    const { batch } = this.#lanes[queue];
    if (!batch) throw new InternalError('This side makes its operations one by one.');
    return batch;
  }

  #refused(times: number): void {
    if (this.#manner.rests && times % PATIENCE === 0) Atomics.wait(this.#idle, 0, 0, REST_MS);
  }

  /** One round, from its start to its end. */
  work(): void {
    const mode = this.#words[MODE] as Mode;
    const turn = this.#turn();
    this.#begin(mode);
    const figures = this.#board.figures(this.thread);
    const heap = getHeapStatistics().used_heap_size;
    figures[F_START] = nanoseconds();
    if (mode === FILL) this.#fill();
    else if (mode === DRAIN) this.#drain();
    else while (this.goesOn()) turn(this);
    figures[F_END] = nanoseconds();
    figures[F_HEAP] = getHeapStatistics().used_heap_size - heap;
    figures[F_ENQUEUED] = this.#enqueued;
    figures[F_DEQUEUED] = this.#dequeued;
    figures[F_FULL] = this.#full;
    figures[F_EMPTY] = this.#empty;
    figures[F_SUM_IN] = this.#sumIn;
    figures[F_SUM_OUT] = this.#sumOut;
  }

  #turn(): (hand: Hand) => void {
    const { turn, batchedTurn } = WORKLOADS[this.#manner.workload];
    return this.#manner.batched && batchedTurn !== null ? batchedTurn : turn;
  }

  #begin(mode: Mode): void {
    this.#enqueued = this.#dequeued = this.#full = this.#empty = this.#sumIn = this.#sumOut = 0;
    this.#quota = this.#words[QUOTA];
    this.#lanes = this.#plain;
    if (mode === TIMED) {
      const histogram = this.#board.histogram(this.thread);
      histogram.words.fill(0);
      this.#lanes = this.#plain.map((lane) => new TimedLane(lane, histogram));
    }
    if (mode === AGED) {
      const histogram = this.#board.histogram(this.thread);
      histogram.words.fill(0);
      this.#lanes = this.#plain.map((lane) => lane.aged?.(histogram) ?? lane);
    }
    if (mode === SAMPLED) {
      const log = this.#board.log(this.thread);
      log[L_LENGTH] = log[L_PEAK] = 0;
      this.#lanes = this.#plain.map((lane) => new SampledLane(lane, log, this.random));
    }
  }

  #fill(): void {
    if (this.thread === 1) while (this.goesOn()) this.put(0);
  }

  #drain(): void {
    const { consumes } = WORKLOADS[this.#manner.workload];
    for (const queue of this.#lanes.keys()) {
      if (consumes(this.thread, queue)) while (this.take(queue));
    }
  }
}
