import { AtomicsMemory } from '../laboratory/atomics.ts';
import type { Batch } from '../laboratory/batch.ts';
import { GatedMemory, type Point } from '../threads/free-running.ts';
import { participateBySpec } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import { attachWords } from '../laboratory/shared.ts';
import { assembleInWasm, type WasmParticipant } from '../engines/wasm/participant.ts';
import type { Module, SharedMemory } from '../engines/wasm/webassembly.ts';
import { Geometry, R_RESULT, R_UNRECLAIMED } from '../kernel/layout.ts';
import { OK, VALUE } from '../kernel/structure.ts';
import { Ages } from './ages.ts';
import type { Histogram } from './histogram.ts';
import { type Lane, type LaneOpener, NOTHING } from './side.ts';

/** What a thread is handed for a structure under a scheme. */
export interface SchemeSeat {
  readonly buffer: SharedArrayBuffer;
  /** What compiled threads need beside it; null on the engine `atomics`. */
  readonly compiled: { readonly memory: SharedMemory; readonly module: Module } | null;
  /** True if operations are made many at once. */
  readonly batched: boolean;
  readonly scheme: string;
  /** Where this thread stops for good, or null. */
  readonly point: Point | null;
  /** From `createStamps`; null if nothing is ever freed, or nobody can look. */
  readonly stamps: Float64Array | null;
}

/** What both kinds of participants have. An isolate has one kind, so its calls meet one class. */
type Party = Pick<WasmParticipant, 'geometry' | 'record' | 'structure'>;

class SchemeLane implements Lane {
  readonly #structure: Party['structure'];
  readonly #words: Int32Array;
  readonly #result: number;
  /** The addresses of the counts of all threads. */
  readonly #counts: readonly number[];
  readonly batch: Batch | null;

  constructor({ structure, geometry, record }: Party, words: Int32Array, batch: Batch | null) {
    this.#structure = structure;
    this.#words = words;
    this.#result = record.base + R_RESULT;
    this.#counts = Array.from({ length: geometry.threads }, (_, i) => geometry.record(i + 1) + R_UNRECLAIMED);
    this.batch = batch;
  }

  enqueue(value: number): boolean {
    return this.#structure.put(value) === OK;
  }

  dequeue(): number {
    return this.#structure.take() === VALUE ? this.#words[this.#result] : NOTHING;
  }

  unreclaimed(): number {
    let sum = 0;
    for (const address of this.#counts) sum += this.#words[address];
    return sum;
  }
}

/** A lane that can tell how long slots are retired. */
class AtomicsLane extends SchemeLane {
  readonly #party: Participant;
  readonly #words: Int32Array;
  readonly #stamps: Float64Array | null;
  /** Made when it is first asked for, and kept, so that it is warm the next time. */
  #ages: { readonly ages: Ages; readonly lane: Lane } | null = null;

  constructor(party: Participant, words: Int32Array, stamps: Float64Array | null) {
    super(party, words, null);
    this.#party = party;
    this.#words = words;
    this.#stamps = stamps;
  }

  aged(histogram: Histogram): Lane | null {
    if (this.#stamps === null) return null;
    if (this.#ages === null) {
      const ages = new Ages(this.#party, this.#stamps, histogram);
      this.#ages = { ages, lane: new SchemeLane(ages.participant, this.#words, null) };
    }
    this.#ages.ages.begin();
    return this.#ages.lane;
  }
}

/**
 * Opens a lane of a scheme: the memory is chosen once, so that its methods are the only ones that the kernel calls.
 *
 * @public Workers load it by the URL in `module`.
 */
export const openLane: LaneOpener = async (state, thread, gates, gate) => {
  const { buffer, compiled, batched, scheme, point, stamps } = state as SchemeSeat;
  const words = attachWords(buffer);
  if (compiled !== null) {
    const party = assembleInWasm(compiled.memory, thread, compiled.module);
    return new SchemeLane(party, words, batched ? party.batch : null);
  }
  const plain = new AtomicsMemory(words);
  const memory =
    point === null ? plain : new GatedMemory(words, new Geometry(plain).record(thread), point, gates, gate);
  return new AtomicsLane(await participateBySpec(memory, thread, scheme, null), words, stamps);
};
