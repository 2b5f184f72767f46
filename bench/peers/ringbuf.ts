/**
 * ringbuf.js itself, with one item for each call or many: the wait-free ring of one producer and one consumer that people install. It is a
 * development dependency, so it is missing where this package was installed from a registry; `npm install ringbuf.js` brings it in.
 */
import { createRequire } from 'node:module';
import type * as library from 'ringbuf.js';
import type { WorkerContender } from '../../src/bench/contender.ts';
import { type Handle, handleModule, type HandleOpener, NOTHING } from '../../src/bench/handle.ts';
import { type Batch, MOST_IN_BATCH } from '../../src/laboratory/batch.ts';
import { refusalOfBatches } from './mutex-queue.ts';
import { ring } from './ring.ts';

const NAME = 'ringbuf.js';
const require = createRequire(import.meta.url);

function load(): typeof library {
  return require(NAME) as typeof library;
}

function isInstalled(): boolean {
  try {
    require.resolve(NAME);
    return true;
  } catch {
    return false;
  }
}

class Library implements Handle, Batch {
  /** One word longer than what is copied at most, for the same reason as the item below. */
  readonly values = new Int32Array(MOST_IN_BATCH + 1);
  readonly #ring: library.RingBuffer;
  /** Two words for one item: an array that is as long as what is copied goes by way of `set`, and a pair took 115 ns that way, 68 ns this way. */
  readonly #item = new Int32Array(2);

  constructor(buffer: SharedArrayBuffer) {
    this.#ring = new (load().RingBuffer)(buffer, Int32Array);
  }

  enqueue(value: number): boolean {
    this.#item[0] = value;
    return this.#ring.push(this.#item, 1) === 1;
  }

  get batch(): Batch {
    return this;
  }

  putMany(count: number): number {
    return this.#ring.push(this.values, count);
  }

  takeMany(count: number): number {
    return this.#ring.pop(this.values, count);
  }

  dequeue(): number {
    return this.#ring.pop(this.#item, 1) === 1 ? this.#item[0] : NOTHING;
  }
}

/** @public Workers load it by the URL in `module`. */
export const openHandle: HandleOpener = (state) => new Library(state as SharedArrayBuffer);

export const ringbuf: WorkerContender = {
  engine: 'peer',
  scheme: NAME,
  module: handleModule('ringbuf', import.meta.url),
  exhausts: false,
  bound: () => null,
  refusal: (workload, threads, more) => {
    if (!isInstalled()) return 'it is not installed; npm install ringbuf.js brings it in';
    return ring.refusal(workload, threads, more);
  },
  make: ({ capacity }) => {
    const buffer = load().RingBuffer.getStorageForCapacity(capacity, Int32Array);
    return { partsFor: () => ({ state: buffer }) };
  },
};

/** The same with many items a call, which it copies at once. */
export const batchedRingbuf: WorkerContender = {
  ...ringbuf,
  scheme: `${NAME}-batched`,
  batched: true,
  refusal: (workload, threads, more) =>
    ringbuf.refusal(workload, threads, more) ?? refusalOfBatches(workload, more),
};
