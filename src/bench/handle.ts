import * as v from 'valibot';
import type { Transferred } from '../host/crew.ts';
import type { Batch } from '../laboratory/batch.ts';
import type { ControlBlock } from '../threads/control-block.ts';
import type { Histogram } from './histogram.ts';
import { type Workload, WORKLOAD_NAMES } from './workloads.ts';

/** What a dequeue returns when there was nothing. Values are whole numbers from 0 to 2^30 - 1. */
export const NOTHING = -1;

/** What is done with a key of a set. */
export const INSERT = 0;
export const REMOVE = 1;
export const LOOK_UP = 2;
export type KeyOperation = typeof INSERT | typeof REMOVE | typeof LOOK_UP;

/** What it did: the set has changed, or it has not, or there was no room for the key. */
export const CHANGED = 1;
export const UNCHANGED = 0;
export const REFUSED = -1;

/** One thread's handle of the queue that is measured, or of another structure in its place, as a workload drives it. */
export interface Handle {
  /** False if the value was not taken: the queue is full. */
  enqueue(value: number): boolean;
  /** The value, or NOTHING. */
  dequeue(): number;
  /** Of a set, in place of these two: makes an operation on a key, and returns what came of it. */
  key?(operation: KeyOperation, key: number): number;
  /** The thread leaves and joins again at once, with a record that no thread has; where threads are members. */
  rejoin?(): void;
  /** The thread makes no operation for a while; where anybody would wait for it otherwise. */
  offline?(): void;
  /** Slots that were retired and are not free, over all threads; where there are any. Others are at work: it is a look in passing. */
  unreclaimed?(): number;
  /** The same handle, which counts how long each slot was retired that it retires and frees from now on, in nanoseconds; null if it cannot tell. */
  aged?(histogram: Histogram): Handle | null;
  /** The same handle, which counts how many slots each operation frees; null if it cannot tell. */
  freeing?(histogram: Histogram): Handle | null;
  /** The same handle, which counts how long it takes whenever it finds nothing free and has the scheme collect; null if it cannot tell. */
  collecting?(histogram: Histogram): Handle | null;
  /** How often operations had to start over because the scheme said so, ever; of a handle that counts it. */
  restarts?(): number;
  /** How often its thread scanned what the others announce, and tried to move the clock on, ever; as above. */
  scans?(): number;
  advances?(): number;
  /** Many operations with one call, on a contender that makes them so; null or nothing on others. */
  readonly batch?: Batch | null;
}

/** The same on a handle that is one of a set. */
export function onKey(handle: Handle, operation: KeyOperation, key: number): number {
  return (handle as Required<Pick<Handle, 'key'>>).key(operation, key);
}

/** What a thread is handed to take part in a queue: something that can be posted, and what is transferred with it. */
export interface HandleParts {
  readonly state: unknown;
  readonly transfer?: Readonly<Transferred>;
}

/** Opens a thread's handle from its parts. The control block is for a thread that stops for good. */
export type HandleOpener = (
  state: unknown,
  thread: number,
  control: ControlBlock,
) => Handle | Promise<Handle>;

/**
 * The URL of a module of handles, by its name and the `import.meta.url` of its neighbour, two folders below the root. From TypeScript
 * sources it is the compiled one.
 */
export function handleModule(name: string, neighbour: string): string {
  const url = new URL(`${name}.js`, neighbour).href;
  if (!neighbour.endsWith('.ts')) return url;
  const root = new URL('../../', neighbour).href;
  return `${root}dist/${url.slice(root.length)}`;
}

/** How a thread works, beside its handles. */
export interface BenchTask {
  readonly workload: Workload;
  /** How many keys are drawn from; 0 if it is no workload of sets. */
  readonly keys: number;
  readonly think: boolean;
  readonly seed: number;
  /** True if a round ends for all when an enqueue is refused. */
  readonly exhausts: boolean;
  /** True if operations are made many at once, where the workload has them so. */
  readonly batched: boolean;
  /** True if there are more threads than cores: a thread that is refused again and again lets others run. */
  readonly rests: boolean;
  /** Producers and consumers, over and over. */
  readonly roles: string;
  /** Bytes that come with each value: a multiple of 4. */
  readonly payload: number;
}

/** What a worker of a session is to do. */
export interface BenchJob {
  readonly figures: SharedArrayBuffer;
  /** The module that opens the handles, and what they are opened from. */
  readonly module: string;
  readonly parts: readonly unknown[];
  readonly task: BenchTask;
  /** Memory for what comes with the values; null where there is nothing of the kind. */
  readonly payloads: SharedArrayBuffer | null;
}

/** Blocks of a thread: more than its values that are inside at a time, unless a scheme that frees nothing is given all that there can be. */
export const PAYLOAD_BLOCKS = 16_384;

export const BENCH_JOB: v.GenericSchema<unknown, BenchJob> = v.strictObject({
  figures: v.instance(SharedArrayBuffer),
  module: v.string(),
  parts: v.array(v.unknown()),
  task: v.strictObject({
    workload: v.picklist(WORKLOAD_NAMES),
    keys: v.number(),
    think: v.boolean(),
    seed: v.number(),
    exhausts: v.boolean(),
    batched: v.boolean(),
    rests: v.boolean(),
    roles: v.string(),
    payload: v.number(),
  }),
  payloads: v.nullable(v.instance(SharedArrayBuffer)),
});

/** What comes with each value, in memory beside the structure: blocks of its own for each thread that puts in, used in turn. */
export class Payloads {
  readonly #words: Int32Array;
  readonly #size: number;
  readonly #blocks: number;
  /** The first value of this thread: a value is the number of its block. */
  readonly first: number;
  /** What was read; kept, so that reading cannot be optimized away. */
  #seen = 0;

  constructor(buffer: SharedArrayBuffer, thread: number, bytes: number) {
    this.#words = new Int32Array(buffer);
    this.#size = bytes / 4;
    this.#blocks = PAYLOAD_BLOCKS;
    this.first = (thread - 1) * this.#blocks;
  }

  after(value: number): number {
    return value + 1 === this.first + this.#blocks ? this.first : value + 1;
  }

  write(value: number): void {
    const start = value * this.#size;
    this.#words.fill(value, start, start + this.#size);
  }

  read(value: number): void {
    const start = value * this.#size;
    let seen = this.#seen;
    for (let i = start; i < start + this.#size; i++) seen = (seen + this.#words[i]) | 0;
    this.#seen = seen;
  }
}
