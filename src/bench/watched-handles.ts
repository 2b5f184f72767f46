import type { Batch } from '../laboratory/batch.ts';
import type { Random } from '../random.ts';
import { L_ENTRIES, L_EVERY, L_LENGTH, L_PEAK, LOG_ENTRIES } from './figures.ts';
import type { Histogram } from './histogram.ts';
import { type Handle, type KeyOperation, NOTHING, onKey, REFUSED } from './handle.ts';

/** A batch whose calls are watched. */
function watched(batch: Batch | null | undefined, around: (call: () => number) => number): Batch | null {
  if (!batch) return null;
  return {
    values: batch.values,
    putMany: (count) => around(() => batch.putMany(count)),
    takeMany: (count) => around(() => batch.takeMany(count)),
    ...(batch.chained === true && { chained: true }),
  };
}

/** Reads the clock around each call and counts the nanoseconds of those that did something: of an operation, or of a batch of them. */
export class TimedHandle implements Handle {
  readonly #handle: Handle;
  readonly #histogram: Histogram;
  readonly batch: Batch | null;

  constructor(handle: Handle, histogram: Histogram) {
    this.#handle = handle;
    this.#histogram = histogram;
    this.batch = watched(handle.batch, (call) => {
      const began = performance.now();
      const done = call();
      if (done > 0) histogram.record((performance.now() - began) * 1e6);
      return done;
    });
  }

  enqueue(value: number): boolean {
    const began = performance.now();
    const done = this.#handle.enqueue(value);
    if (done) this.#histogram.record((performance.now() - began) * 1e6);
    return done;
  }

  dequeue(): number {
    const began = performance.now();
    const value = this.#handle.dequeue();
    if (value !== NOTHING) this.#histogram.record((performance.now() - began) * 1e6);
    return value;
  }

  key(operation: KeyOperation, key: number): number {
    const began = performance.now();
    const came = onKey(this.#handle, operation, key);
    if (came !== REFUSED) this.#histogram.record((performance.now() - began) * 1e6);
    return came;
  }
}

/** Operations from one look to the next at first, on average; when the log is full, every second entry goes and they double. */
const EVERY = 64;

/**
 * Looks at the unreclaimed slots every now and then, and writes them down. The distances are random, since the counts come and go with
 * a period of their own, and looks in step with it would see one phase of it only.
 */
export class SampledHandle implements Handle {
  readonly #handle: Handle;
  readonly #log: Int32Array;
  readonly #random: Random;
  readonly batch: Batch | null;
  #left = EVERY;

  constructor(handle: Handle, log: Int32Array, random: Random) {
    this.#handle = handle;
    this.#log = log;
    this.#random = random;
    log[L_EVERY] = EVERY;
    this.batch = watched(handle.batch, (call) => {
      const done = call();
      this.#left -= done;
      if (this.#left <= 0) this.#look();
      return done;
    });
  }

  enqueue(value: number): boolean {
    const done = this.#handle.enqueue(value);
    if (--this.#left <= 0) this.#look();
    return done;
  }

  dequeue(): number {
    const value = this.#handle.dequeue();
    if (--this.#left <= 0) this.#look();
    return value;
  }

  key(operation: KeyOperation, key: number): number {
    const came = onKey(this.#handle, operation, key);
    if (--this.#left <= 0) this.#look();
    return came;
  }

  #look(): void {
    const log = this.#log;
    const now = this.#handle.unreclaimed?.() ?? 0;
    if (now > log[L_PEAK]) log[L_PEAK] = now;
    log[L_ENTRIES + log[L_LENGTH]] = now;
    log[L_LENGTH]++;
    if (log[L_LENGTH] === LOG_ENTRIES) {
      for (let i = 0; i < LOG_ENTRIES / 2; i++) log[L_ENTRIES + i] = log[L_ENTRIES + 2 * i + 1];
      log[L_LENGTH] = LOG_ENTRIES / 2;
      log[L_EVERY] *= 2;
    }
    this.#left = 1 + this.#random.below(2 * log[L_EVERY] - 1);
  }
}
