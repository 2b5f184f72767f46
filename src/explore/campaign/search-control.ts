const TAKEN = 0;
const STOP = 1;
const DEPTH = 2;
const WORDS = 4;

/** What the threads of one search share: a queue of units, a count of executions, and whether they are to stop. */
export class SearchControl {
  /** For the other threads. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #executions: BigInt64Array;
  readonly #most: bigint;

  /** @param most executions that may be made in all */
  constructor(most: number, buffer: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS + 8)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer, 0, WORDS);
    this.#executions = new BigInt64Array(buffer, 4 * WORDS, 1);
    this.#most = most === Infinity ? 2n ** 62n : BigInt(most);
  }

  /** The next place in the queue, from 0. Every place is given to one thread. */
  take(): number {
    return Atomics.add(this.#words, TAKEN, 1);
  }

  /** True if one more execution of this many steps may be counted. */
  claim(steps: number): boolean {
    if (Atomics.add(this.#executions, 0, 1n) >= this.#most) return false;
    if (steps > Atomics.load(this.#words, DEPTH)) Atomics.store(this.#words, DEPTH, steps);
    return true;
  }

  /** Asks all threads to stop soon. */
  stop(): void {
    Atomics.store(this.#words, STOP, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0;
  }

  /** Executions that were counted; one more for each thread that was refused one. */
  get executions(): number {
    return Number(Atomics.load(this.#executions, 0));
  }

  /** About the most steps of an execution. */
  get depth(): number {
    return Atomics.load(this.#words, DEPTH);
  }
}
