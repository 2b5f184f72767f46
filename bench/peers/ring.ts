/**
 * A ring buffer for one producer and one consumer, of the shape of ringbuf.js and of Lamport, "Specifying Concurrent Program Modules"
 * (1983): each end writes its own index and reads the other's. Plain, without cached indices; sound for one thread at each end only.
 */
import type { WorkerContender } from '../../src/bench/contender.ts';
import { type Handle, handleModule, type HandleOpener, NOTHING } from '../../src/bench/handle.ts';
import { isOfSets, WORKLOADS } from '../../src/bench/workloads.ts';

// A line apart.
const HEAD = 0;
const TAIL = 32;
const ITEMS = 64;

class Ring implements Handle {
  readonly #words: Int32Array;
  readonly #capacity: number;

  constructor(words: Int32Array) {
    this.#words = words;
    this.#capacity = words.length - ITEMS;
  }

  enqueue(value: number): boolean {
    const words = this.#words;
    const tail = words[TAIL];
    const next = tail + 1 === this.#capacity ? 0 : tail + 1;
    if (next === Atomics.load(words, HEAD)) return false;
    words[ITEMS + tail] = value;
    Atomics.store(words, TAIL, next);
    return true;
  }

  dequeue(): number {
    const words = this.#words;
    const head = words[HEAD];
    if (head === Atomics.load(words, TAIL)) return NOTHING;
    const value = words[ITEMS + head];
    Atomics.store(words, HEAD, head + 1 === this.#capacity ? 0 : head + 1);
    return value;
  }
}

/** @public Workers load it by the URL in `module`. */
export const openHandle: HandleOpener = (state) => new Ring(state as Int32Array);

export const ring: WorkerContender = {
  engine: 'peer',
  scheme: 'spsc-ring',
  module: handleModule('ring', import.meta.url),
  exhausts: false,
  bound: () => null,
  refusal: (workload, threads, { roles } = {}) => {
    if (isOfSets(workload)) return 'it is a queue, and no set';
    const { produces, consumes, queues } = WORKLOADS[workload];
    const all = Array.from({ length: threads }, (_, i) => i + 1);
    const isSound = Array.from({ length: queues }, (_, queue) => queue).every(
      (queue) =>
        all.filter((thread) => produces(thread, queue, roles)).length === 1 &&
        all.filter((thread) => consumes(thread, queue, roles)).length === 1,
    );
    return isSound ? null : 'it is for one producer and one consumer';
  },
  make: ({ capacity }) => {
    const words = new Int32Array(new SharedArrayBuffer(4 * (ITEMS + capacity + 1)));
    return { partsFor: () => ({ state: words }) };
  },
};
