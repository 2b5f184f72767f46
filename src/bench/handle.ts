import type { Transferred } from '../host/crew.ts';
import type { Batch } from '../laboratory/batch.ts';
import type { ControlBlock } from '../threads/control-block.ts';
import type { Histogram } from './histogram.ts';

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
