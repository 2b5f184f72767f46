/**
 * What one writes first: a ring buffer behind a lock. The lock is the futex mutex of Drepper, "Futexes Are Tricky" (2011), section 5,
 * on `Atomics.wait` and `Atomics.notify`: 0 free, 1 taken, 2 taken and somebody waits. Any number of threads.
 */
import type { Conditions, WorkerContender } from '../../src/bench/contender.ts';
import { type Handle, handleModule, type HandleOpener, NOTHING } from '../../src/bench/handle.ts';
import { isOfSets, type Workload, WORKLOADS } from '../../src/bench/workloads.ts';
import { type Batch, MOST_IN_BATCH } from '../../src/laboratory/batch.ts';

const LOCK = 0;
const HEAD = 32;
const TAIL = 33;
const ITEMS = 64;

class MutexQueue implements Handle, Batch {
  readonly #words: Int32Array;
  readonly #capacity: number;
  readonly values = new Int32Array(MOST_IN_BATCH);

  constructor(words: Int32Array) {
    this.#words = words;
    this.#capacity = words.length - ITEMS;
  }

  get batch(): Batch {
    return this;
  }

  /** Takes the lock once for all of them. */
  putMany(count: number): number {
    this.#lock();
    let done = 0;
    while (done < count && this.#put(this.values[done])) done++;
    this.#unlock();
    return done;
  }

  /** The same. */
  takeMany(count: number): number {
    this.#lock();
    let done = 0;
    for (let value = 0; done < count && (value = this.#take()) !== NOTHING; done++) this.values[done] = value;
    this.#unlock();
    return done;
  }

  enqueue(value: number): boolean {
    this.#lock();
    const fits = this.#put(value);
    this.#unlock();
    return fits;
  }

  dequeue(): number {
    this.#lock();
    const value = this.#take();
    this.#unlock();
    return value;
  }

  #put(value: number): boolean {
    const words = this.#words;
    const tail = words[TAIL];
    const next = tail + 1 === this.#capacity ? 0 : tail + 1;
    if (next === words[HEAD]) return false;
    words[ITEMS + tail] = value;
    words[TAIL] = next;
    return true;
  }

  #take(): number {
    const words = this.#words;
    const head = words[HEAD];
    if (head === words[TAIL]) return NOTHING;
    words[HEAD] = head + 1 === this.#capacity ? 0 : head + 1;
    return words[ITEMS + head];
  }

  #lock(): void {
    const words = this.#words;
    if (Atomics.compareExchange(words, LOCK, 0, 1) === 0) return;
    while (Atomics.exchange(words, LOCK, 2) !== 0) Atomics.wait(words, LOCK, 2);
  }

  #unlock(): void {
    const words = this.#words;
    if (Atomics.sub(words, LOCK, 1) === 1) return;
    Atomics.store(words, LOCK, 0);
    Atomics.notify(words, LOCK, 1);
  }
}

/** @public Workers load it by the URL in `module`. */
export const openHandle: HandleOpener = (state) => new MutexQueue(state as Int32Array);

export const mutexQueue: WorkerContender = {
  engine: 'peer',
  scheme: 'mutex-queue',
  module: handleModule('mutex-queue', import.meta.url),
  exhausts: false,
  bound: () => null,
  refusal: (workload) => (isOfSets(workload) ? 'it is a queue, and no set' : null),
  make: ({ capacity }) => {
    // One place stays empty, so that full and empty differ.
    const words = new Int32Array(new SharedArrayBuffer(4 * (ITEMS + capacity + 1)));
    return { partsFor: () => ({ state: words }) };
  },
};

/** The same with many operations a call, under one lock. */
export const batchedMutexQueue: WorkerContender = {
  ...mutexQueue,
  scheme: 'mutex-queue-batched',
  batched: true,
  refusal: (workload, threads, more) =>
    mutexQueue.refusal(workload, threads, more) ?? refusalOfBatches(workload, more),
};

/** Why a workload is not measured with many operations a call; null if it is. */
export function refusalOfBatches(
  workload: Workload,
  { payload = 0 }: Partial<Conditions> = {},
): string | null {
  if (payload > 0) return 'what comes with a value is written one by one';
  if (WORKLOADS[workload].batchedTurn === null)
    return `in ${workload} there is one operation at a time and nothing to be made at once`;
  return null;
}
