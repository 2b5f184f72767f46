import * as v from 'valibot';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import { type Batch, batchOf, chainsIn, MOST_IN_BATCH } from '../laboratory/batch.ts';
import { GatedMemory, STOP_POINT, type StopPoint } from '../threads/gated-memory.ts';
import { join } from '../kernel/join.ts';
import { assemble, participateBySpec, structureNamed } from '../laboratory/participant.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import { attachWords } from '../laboratory/shared.ts';
import { calledBy, operationThat, structureCard } from '../laboratory/structures.ts';
import { assembleInWasm, type WasmParticipant } from '../engines/wasm/participant.ts';
import { COMPILED_KERNEL, type CompiledKernel } from '../engines/wasm/webassembly.ts';
import { fitting } from '../host/worker-data.ts';
import { Geometry, R_RESULT } from '../kernel/layout.ts';
import { unreclaimedCounted } from '../judge/audit/thread-records.ts';
import { EMPTY, FULL, OK, VALUE } from '../kernel/structure.ts';
import { Ages, collecting, CountedFrees, FreeingHandle } from './frees.ts';
import type { Histogram } from './histogram.ts';
import {
  CHANGED,
  type Handle,
  type HandleOpener,
  INSERT,
  type KeyOperation,
  LOOK_UP,
  NOTHING,
  REFUSED,
  UNCHANGED,
} from './handle.ts';

/** What a thread is handed for a structure under a scheme. */
export interface SchemeHandleParts {
  readonly buffer: SharedArrayBuffer;
  /** What compiled threads need beside it; null on the engine `atomics`. */
  readonly compiled: CompiledKernel | null;
  /** How operations are made many with one call; false if each is a call. */
  readonly batched: false | 'one by one' | 'by one step';
  readonly scheme: string;
  /** The id of the structure, or the URL of its module. */
  readonly structure: string;
  /** Where this thread stops for good, or null. */
  readonly point: StopPoint | null;
  /** From `createStamps`; null if nothing is ever freed, or nobody can look. */
  readonly stamps: Float64Array | null;
  /** True if threads leave and join again. */
  readonly churns: boolean;
}

const PARTS: v.GenericSchema<unknown, SchemeHandleParts> = v.strictObject({
  buffer: v.instance(SharedArrayBuffer),
  compiled: v.nullable(COMPILED_KERNEL),
  batched: v.union([v.literal(false), v.picklist(['one by one', 'by one step'])]),
  scheme: v.string(),
  structure: v.string(),
  point: v.nullable(STOP_POINT),
  stamps: v.nullable(v.instance(Float64Array)),
  churns: v.boolean(),
});

/** What both kinds of participants have. An isolate has one kind, so its calls meet one class. */
type HandleParticipant = Pick<WasmParticipant, 'geometry' | 'record' | 'scheme'> & {
  readonly structure: Pick<WasmParticipant['structure'], 'put' | 'take'>;
};

class SchemeHandle implements Handle {
  readonly #structure: HandleParticipant['structure'];
  /** Null if it is no set. */
  readonly #keyed: KeyCalls | null;
  readonly #scheme: Pick<HandleParticipant['scheme'], 'offline'>;
  readonly #words: Int32Array;
  readonly #result: number;
  readonly #geometry: Geometry;
  readonly batch: Batch | null;

  constructor(
    { structure, scheme, geometry, record }: HandleParticipant,
    words: Int32Array,
    batch: Batch | null,
  ) {
    this.#structure = atItsEnds(structure, geometry, record.thread);
    this.#keyed = callsByKey(structure, geometry);
    this.#scheme = scheme;
    this.#words = words;
    this.#result = record.base + R_RESULT;
    this.#geometry = geometry;
    this.batch = batch;
  }

  enqueue(value: number): boolean {
    return this.#structure.put(value) === OK;
  }

  dequeue(): number {
    return this.#structure.take() === VALUE ? this.#words[this.#result] : NOTHING;
  }

  key(operation: KeyOperation, key: number): number {
    return (this.#keyed as KeyCalls)(operation, key);
  }

  offline(): void {
    this.#scheme.offline();
  }

  unreclaimed(): number {
    return unreclaimedCounted(this.#words, this.#geometry);
  }
}

type KeyCalls = (operation: KeyOperation, key: number) => number;

/** The operations of a set, by the names that its card gives them; null of another structure. */
function callsByKey(structure: object, geometry: Geometry): KeyCalls | null {
  const card = structureCard(geometry);
  if (card.order !== 'SET') return null;
  const methods = structure as Readonly<Record<string, (key: number) => number | boolean>>;
  const [put, take, ask] = (['put', 'take', 'ask'] as const).map((does) => operationThat(card, does));
  return (operation, key) => {
    if (operation === LOOK_UP) {
      methods[ask](key);
      return UNCHANGED;
    }
    const answered = operation === INSERT ? methods[put](key) : methods[take](key);
    if (answered === OK) return CHANGED;
    return operation === INSERT && answered === FULL ? REFUSED : UNCHANGED;
  };
}

/** A structure as a thread puts in and takes out: a deque by the operations that the thread may call. */
function atItsEnds(
  structure: HandleParticipant['structure'],
  geometry: Geometry,
  thread: number,
): HandleParticipant['structure'] {
  const card = structureCard(geometry);
  if (card.order !== 'DEQUE') return structure;
  const methods = structure as unknown as Readonly<Record<string, (value?: number) => number>>;
  const [puts, takes] = [calledBy(card, 'put', thread), calledBy(card, 'take', thread)];
  return {
    put: (value) => (puts === null ? FULL : methods[puts](value)),
    take: () => (takes === null ? EMPTY : methods[takes]()),
  };
}

/** A handle that can tell what single operations free, unless many are made with one call. */
class CompiledHandle extends SchemeHandle {
  readonly #counted: { readonly words: Int32Array; readonly record: number };
  #freeing: Handle | null = null;

  constructor(participant: HandleParticipant, words: Int32Array, batch: Batch | null) {
    super(participant, words, batch);
    this.#counted = { words, record: participant.record.base };
  }

  freeing(histogram: Histogram): Handle | null {
    if (this.batch !== null) return null;
    const { words, record } = this.#counted;
    this.#freeing ??= new CountedFrees(this, words, record, histogram);
    return this.#freeing;
  }
}

/** Many operations with one call on JavaScript's atomics. */
function batchOfKind({ structure }: Participant, batched: SchemeHandleParts['batched']): Batch | null {
  if (batched === false) return null;
  return batched === 'by one step' ? chainsIn(structure, MOST_IN_BATCH) : batchOf(structure, MOST_IN_BATCH);
}

/** A handle that can tell how long slots are retired. */
class AtomicsHandle extends SchemeHandle {
  readonly #participant: Participant;
  readonly #words: Int32Array;
  readonly #stamps: Float64Array | null;
  /** Made when it is first asked for, and kept, so that it is warm the next time. */
  #ages: { readonly ages: Ages; readonly handle: Handle } | null = null;
  #freeing: Handle | null = null;
  #collecting: Handle | null = null;

  constructor(
    participant: Participant,
    words: Int32Array,
    stamps: Float64Array | null,
    batched: SchemeHandleParts['batched'],
  ) {
    super(participant, words, batchOfKind(participant, batched));
    this.#participant = participant;
    this.#words = words;
    this.#stamps = stamps;
  }

  aged(histogram: Histogram): Handle | null {
    if (this.#stamps === null || this.batch !== null) return null;
    if (this.#ages === null) {
      const ages = new Ages(this.#participant, this.#stamps, histogram);
      this.#ages = { ages, handle: new SchemeHandle(ages.participant, this.#words, null) };
    }
    this.#ages.ages.begin();
    return this.#ages.handle;
  }

  freeing(histogram: Histogram): Handle | null {
    if (this.#stamps === null || this.batch !== null) return null;
    this.#freeing ??= new FreeingHandle(
      this.#participant,
      histogram,
      (participant) => new SchemeHandle(participant, this.#words, null),
    );
    return this.#freeing;
  }

  collecting(histogram: Histogram): Handle | null {
    if (this.#stamps === null || this.batch !== null) return null;
    this.#collecting ??= new SchemeHandle(collecting(this.#participant, histogram), this.#words, null);
    return this.#collecting;
  }
}

/**
 * A handle of a thread that leaves and joins again with any record that no thread has. It keeps a handle for each record that it ever had, since
 * none of them holds state. Nobody looks at its ages and frees: those who look belong to one record.
 */
class ChurningHandle implements Handle {
  readonly #words: Int32Array;
  readonly #open: (record: number) => Member;
  readonly #known = new Map<number, Member>();
  #now: Member;

  constructor(words: Int32Array, thread: number, open: (record: number) => Member) {
    this.#words = words;
    this.#open = open;
    this.#now = open(thread);
    this.#known.set(thread, this.#now);
  }

  rejoin(): void {
    this.#now.depart();
    const memory = new AtomicsMemory(this.#words);
    const geometry = new Geometry(memory);
    let record = 0;
    // There are as many records as threads, so one of them is free, unless a thread inherits it just now.
    while (record === 0) record = join(memory, geometry);
    const known = this.#known.get(record) ?? this.#open(record);
    this.#known.set(record, known);
    this.#now = known;
  }

  enqueue(value: number): boolean {
    return this.#now.handle.enqueue(value);
  }

  dequeue(): number {
    return this.#now.handle.dequeue();
  }

  offline(): void {
    this.#now.handle.offline();
  }

  unreclaimed(): number {
    return this.#now.handle.unreclaimed();
  }
}

/** A handle of a record, and how its thread leaves. */
interface Member {
  readonly handle: SchemeHandle;
  depart(): void;
}

/**
 * Opens a handle of a scheme: the memory is chosen once, so that its methods are the only ones that the kernel calls.
 *
 * @public Workers load it by the URL in `module`.
 */
export const openHandle: HandleOpener = async (state, thread, control) => {
  const parts = fitting(PARTS, state, 'A handle of a scheme was to be opened from');
  const { buffer, compiled, batched, scheme, structure, point, stamps, churns } = parts;
  const words = attachWords(buffer);
  if (compiled !== null && churns) {
    return new ChurningHandle(words, thread, (record) => {
      const member = assembleInWasm(compiled.memory, record, compiled.module);
      return { handle: new SchemeHandle(member, words, null), depart: () => member.scheme.depart() };
    });
  }
  if (compiled !== null) {
    const participant = assembleInWasm(compiled.memory, thread, compiled.module);
    const { batch, chains } = participant;
    const many = batched === 'by one step' ? chains : batch;
    return new CompiledHandle(participant, words, batched === false ? null : many);
  }
  const plain = new AtomicsMemory(words);
  const memory =
    point === null
      ? plain
      : new GatedMemory(words, new Geometry(plain).record(thread), point, control, thread);
  await structureNamed(structure);
  const participant = await participateBySpec(memory, thread, scheme, null);
  if (!churns) return new AtomicsHandle(participant, words, stamps, batched);
  return new ChurningHandle(words, thread, (record) => {
    const member =
      record === thread
        ? participant
        : assemble(memory, record, participant.scheme.constructor as SchemeClass);
    return { handle: new SchemeHandle(member, words, null), depart: () => member.scheme.depart() };
  });
};
