import { AtomicsMemory } from '../engines/atomics.ts';
import { GatedMemory, type Point } from '../engines/free-running.ts';
import { type Participant, participateBySpec } from '../engines/participant.ts';
import { attachWords } from '../engines/shared.ts';
import { Geometry, R_UNRECLAIMED } from '../kernel/layout.ts';
import { type MichaelScottQueue, OK, VALUE } from '../kernel/michael-scott.ts';
import type { Scheme } from '../kernel/scheme.ts';
import { Ages } from './ages.ts';
import type { Histogram } from './histogram.ts';
import { type Lane, type LaneOpener, NOTHING } from './side.ts';

/** What a thread is handed for the `atomics` engine. */
export interface AtomicsSeat {
  readonly buffer: SharedArrayBuffer;
  readonly scheme: string;
  /** Where this thread stops for good, or null. */
  readonly point: Point | null;
  /** From `createStamps`; null if nothing is ever freed. */
  readonly stamps: Float64Array | null;
}

class AtomicsLane implements Lane {
  readonly #party: Participant;
  readonly #queue: MichaelScottQueue<Scheme>;
  readonly #words: Int32Array;
  /** The addresses of the counts of all threads. */
  readonly #counts: readonly number[];

  readonly #stamps: Float64Array | null;
  /** Made when it is first asked for, and kept, so that it is warm the next time. */
  #ages: { readonly ages: Ages; readonly lane: Lane } | null = null;

  constructor(party: Participant, words: Int32Array, stamps: Float64Array | null) {
    const { queue, geometry } = party;
    this.#party = party;
    this.#queue = queue;
    this.#words = words;
    this.#stamps = stamps;
    this.#counts = Array.from({ length: geometry.threads }, (_, i) => geometry.record(i + 1) + R_UNRECLAIMED);
  }

  enqueue(value: number): boolean {
    return this.#queue.enqueue(value) === OK;
  }

  dequeue(): number {
    return this.#queue.dequeue() === VALUE ? this.#queue.result() : NOTHING;
  }

  unreclaimed(): number {
    let sum = 0;
    for (const address of this.#counts) sum += this.#words[address];
    return sum;
  }

  aged(histogram: Histogram): Lane | null {
    if (this.#stamps === null) return null;
    if (this.#ages === null) {
      const ages = new Ages(this.#party, this.#stamps, histogram);
      this.#ages = { ages, lane: new AtomicsLane(ages.participant, this.#words, null) };
    }
    this.#ages.ages.begin();
    return this.#ages.lane;
  }
}

/**
 * Opens a lane of the `atomics` engine: the memory is chosen once, so that its methods are the only ones that the kernel calls.
 *
 * @public Workers load it by the URL in `module`.
 */
export const openLane: LaneOpener = async (state, thread, gates, gate) => {
  const { buffer, scheme, point, stamps } = state as AtomicsSeat;
  const words = attachWords(buffer);
  const plain = new AtomicsMemory(words);
  const memory =
    point === null ? plain : new GatedMemory(words, new Geometry(plain).record(thread), point, gates, gate);
  return new AtomicsLane(await participateBySpec(memory, thread, scheme, null), words, stamps);
};
