/**
 * What one writes first: a ring buffer behind a lock. The lock is the futex mutex of Drepper, "Futexes Are Tricky" (2011), section 5,
 * on `Atomics.wait` and `Atomics.notify`: 0 free, 1 taken, 2 taken and somebody waits. Any number of threads.
 */
import type { WorkerContender } from '../../src/bench/contender.ts';
import { type Handle, handleModule, type HandleOpener, NOTHING } from '../../src/bench/handle.ts';
import { isOfSets } from '../../src/bench/workloads.ts';

const LOCK = 0;
const HEAD = 32;
const TAIL = 33;
const ITEMS = 64;

class MutexQueue implements Handle {
  readonly #words: Int32Array;
  readonly #capacity: number;

  constructor(words: Int32Array) {
    this.#words = words;
    this.#capacity = words.length - ITEMS;
  }

  enqueue(value: number): boolean {
    this.#lock();
    const words = this.#words;
    const tail = words[TAIL];
    const next = tail + 1 === this.#capacity ? 0 : tail + 1;
    const fits = next !== words[HEAD];
    if (fits) {
      words[ITEMS + tail] = value;
      words[TAIL] = next;
    }
    this.#unlock();
    return fits;
  }

  dequeue(): number {
    this.#lock();
    const words = this.#words;
    const head = words[HEAD];
    let value = NOTHING;
    if (head !== words[TAIL]) {
      value = words[ITEMS + head];
      words[HEAD] = head + 1 === this.#capacity ? 0 : head + 1;
    }
    this.#unlock();
    return value;
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
