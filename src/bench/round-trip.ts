import { setTimeout as delay } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import * as v from 'valibot';
import { Crew, READY } from '../host/crew.ts';
import { readWorkerData } from '../host/worker-data.ts';
import { median } from './statistics.ts';

/** What one of the two ends is started with. */
interface RoundTripEnd {
  readonly words: SharedArrayBuffer;
  readonly isFirst: boolean;
}

// Words a line apart, 64 words each.
const GO = 0;
const PING = 64;
const PONG = 128;
const DONE = 192;
const RESULTS = 256;

const BATCHES = 9;
const TRIPS = 60;
/** Times that an end looks before it gives up for this batch: about 2 ms. */
const MOST_LOOKS = 200_000;

const END: v.GenericSchema<unknown, RoundTripEnd> = v.strictObject({
  words: v.instance(SharedArrayBuffer),
  isFirst: v.boolean(),
});

/** The life of a worker that is one end of the measurement; it never returns. */
export function bounce(): void {
  const { words: buffer, isFirst } = readWorkerData(END);
  parentPort?.postMessage(READY);
  const words = new Int32Array(buffer);
  const [mine, other] = isFirst ? [PING, PONG] : [PONG, PING];
  for (let go = 0; ;) {
    Atomics.wait(words, GO, go);
    if (Atomics.load(words, GO) === go) continue;
    go = Atomics.load(words, GO);
    for (let batch = 0; batch < BATCHES; batch++) {
      const began = performance.now();
      const first = (go * BATCHES + batch) * TRIPS;
      const arrived = trips(words, first, mine, other, isFirst);
      if (isFirst) words[RESULTS + batch] = arrived ? ((performance.now() - began) * 1e6) / TRIPS : -1;
    }
    if (isFirst) Atomics.store(words, DONE, go);
  }
}

function trips(words: Int32Array, first: number, mine: number, other: number, isFirst: boolean): boolean {
  for (let trip = 1; trip <= TRIPS; trip++) {
    const number = (first + trip) | 0;
    if (isFirst) Atomics.store(words, mine, number);
    let looks = 0;
    // The other end may be ahead already, after it has given up.
    while (((Atomics.load(words, other) - number) | 0) < 0) if (++looks === MOST_LOOKS) return false;
    if (!isFirst) Atomics.store(words, mine, number);
  }
  return true;
}

/** Two threads that measure how long a word takes from one core to another and back. */
export class RoundTrip {
  readonly #words: Int32Array;
  readonly #crew: Crew;

  private constructor(words: Int32Array, crew: Crew) {
    this.#words = words;
    this.#crew = crew;
  }

  static async start(): Promise<RoundTrip> {
    const buffer = new SharedArrayBuffer(4 * (RESULTS + BATCHES));
    const ends: RoundTripEnd[] = [true, false].map((isFirst) => ({ words: buffer, isFirst }));
    return new RoundTrip(new Int32Array(buffer), await Crew.start('bench-round-trip', ends));
  }

  /** The median of some batches, in nanoseconds; NaN if the two were not on a core each most of the time. */
  async measure(): Promise<number> {
    const words = this.#words;
    const go = (Atomics.add(words, GO, 1) + 1) | 0;
    Atomics.notify(words, GO);
    while (Atomics.load(words, DONE) !== go) {
      await delay(1);
      if (this.#crew.casualties.length > 0) throw this.#crew.casualties[0].error;
    }
    const batches = [...words.subarray(RESULTS, RESULTS + BATCHES)];
    return median(batches.map((ns) => (ns < 0 ? Infinity : ns)));
  }

  async end(): Promise<void> {
    await this.#crew.end();
  }
}
