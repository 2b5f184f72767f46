/**
 * What the workers of a session and its main thread share to work in rounds, whatever they do in them: the word that starts a round and the
 * one that ends it, the thread that stands still on purpose, and the state of each thread. Words that different threads write are a cache
 * line apart.
 *
 * A worker writes what it has to say of a round with plain writes, in memory of its own choice, and its state after that, atomically. So a
 * thread that reads AT_REST or PARKED there may read the rest.
 */

/** The number of the round: a worker that has finished one waits here for the next. */
const ROUND = 0;
/** In place of a round's number: there will be no other. */
export const OVER = -1;
/** Not 0: the round ends at the next operation. Written by the main thread, and by a worker that has a reason to. */
export const STOP = 32;
/** The thread that stands still and watches the others, or 0; negative if it only waits for a slot to be recycled. */
export const WATCHER = 64;
const STATES = 96;
const LINE = 32;

/** The state of a thread; 0 is for one that is not there yet. */
export const RUNNING = 1;
/** Waits for the next round. */
export const AT_REST = 2;
/** Has come to the point where it stops for good. */
export const PARKED = 3;
/** Its worker has ended. Written by the main thread. */
export const WORKER_GONE = 4;

/** Threads are numbered from 1. */
export class ControlBlock {
  readonly words: Int32Array;
  readonly threads: number;

  /** @param words those of a block that `create` made, for as many threads */
  constructor(words: Int32Array, threads: number) {
    this.words = words;
    this.threads = threads;
  }

  static create(threads: number): ControlBlock {
    return new ControlBlock(new Int32Array(new SharedArrayBuffer(4 * (STATES + threads * LINE))), threads);
  }

  state(thread: number): number {
    return Atomics.load(this.words, this.#stateOf(thread));
  }

  /** True once the round is to end. */
  get isStopping(): boolean {
    return Atomics.load(this.words, STOP) !== 0;
  }

  /** Starts a round of the threads that are at rest. */
  start(): void {
    const { words } = this;
    Atomics.store(words, STOP, 0);
    for (let thread = 1; thread <= this.threads; thread++) {
      // So that nobody takes the rest before this round for the rest after it.
      Atomics.compareExchange(words, this.#stateOf(thread), AT_REST, RUNNING);
    }
    Atomics.store(words, ROUND, (words[ROUND] + 1) & 0x7fffffff);
    Atomics.notify(words, ROUND);
  }

  /** Ends the round: each thread rests after its operation. */
  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  /** Lets the threads that are at rest end by themselves, and the others after their operation. */
  dismiss(): void {
    this.stop();
    Atomics.store(this.words, ROUND, OVER);
    Atomics.notify(this.words, ROUND);
  }

  /** The thread works from now on. Called by its worker. */
  run(thread: number): void {
    Atomics.store(this.words, this.#stateOf(thread), RUNNING);
  }

  /** The thread rests, and sleeps until there is another round than the last one: returns its number, or OVER. Called by its worker. */
  rest(thread: number, last: number): number {
    const { words } = this;
    Atomics.store(words, this.#stateOf(thread), AT_REST);
    while (Atomics.load(words, ROUND) === last) Atomics.wait(words, ROUND, last);
    return Atomics.load(words, ROUND);
  }

  /** Stops the thread for good, after it has said so. Called by its worker. */
  park(thread: number): never {
    const state = this.#stateOf(thread);
    Atomics.store(this.words, state, PARKED);
    for (;;) Atomics.wait(this.words, state, PARKED);
  }

  /** The worker of a thread has ended, which is not waited for by those that stand still either. */
  gone(thread: number): void {
    if (this.state(thread) !== PARKED) Atomics.store(this.words, this.#stateOf(thread), WORKER_GONE);
  }

  #stateOf(thread: number): number {
    return STATES + (thread - 1) * LINE;
  }
}
