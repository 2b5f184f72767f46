import { AtomicsMemory } from '../laboratory/atomics.ts';
import { type Batch, chainsIn } from '../laboratory/batch.ts';
import type { RecordingMemory } from '../threads/watched-memory.ts';
import { assemble } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import type { Variant } from '../laboratory/variant.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import type { CompiledKernel } from '../engines/wasm/webassembly.ts';
import { assembleInWasm, type WasmParticipant } from '../engines/wasm/participant.ts';
import { Geometry } from '../kernel/layout.ts';
import { join } from '../kernel/join.ts';

/** What a thread needs of its part in a laboratory, whichever engine it is on. */
export interface StressParticipant extends Pick<Participant, 'thread' | 'memory' | 'record'> {
  readonly structure: Pick<Participant['structure'], 'put' | 'take' | 'result' | 'isEmpty'>;
  readonly scheme: Pick<Participant['scheme'], 'offline' | 'depart'>;
  /** Its chains; null in a laboratory without. */
  readonly chains: Batch | null;
}

/** How a thread takes part: with the record of its own number at first, and after it has left with any that it gets. */
export abstract class Membership {
  readonly #words: Int32Array;
  readonly #geometry: Geometry;

  constructor(words: Int32Array) {
    this.#words = words;
    this.#geometry = new Geometry(new AtomicsMemory(words));
  }

  /** With the record of this number, which is the thread's. */
  abstract take(number: number): StressParticipant;

  /** With a record that nobody has; null if there is none at the moment. */
  join(): StressParticipant | null {
    // Through a memory of its own: until it has a record the thread has no place for labels.
    const number = join(new AtomicsMemory(this.#words), this.#geometry);
    return number === 0 ? null : this.take(number);
  }
}

export class AtomicsMembership extends Membership {
  readonly #memory: RecordingMemory;
  readonly #scheme: SchemeClass;
  readonly #variant: Variant;

  constructor(memory: RecordingMemory, scheme: SchemeClass, variant: Variant) {
    super(memory.words);
    this.#memory = memory;
    this.#scheme = scheme;
    this.#variant = variant;
  }

  override take(number: number): StressParticipant {
    this.#memory.moveTo(new Geometry(this.#memory).record(number));
    const participant = assemble(this.#memory, number, this.#scheme, this.#variant);
    const { structure, geometry } = participant;
    return { ...participant, chains: chainsIn(structure, geometry.chain) };
  }
}

/** An instance belongs to a record: one is made for each record that the thread ever has, and kept. */
export class CompiledMembership extends Membership {
  readonly #compiled: CompiledKernel;
  readonly #instances = new Map<number, WasmParticipant>();

  constructor(words: Int32Array, compiled: CompiledKernel) {
    super(words);
    this.#compiled = compiled;
  }

  override take(number: number): StressParticipant {
    const known = this.#instances.get(number);
    if (known !== undefined) return known;
    const participant = assembleInWasm(this.#compiled.memory, number, this.#compiled.module);
    this.#instances.set(number, participant);
    return participant;
  }
}
