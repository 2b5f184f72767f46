import type { Transferred } from '../host/crew.ts';
import type { Batch } from '../laboratory/batch.ts';
import type { Point } from '../threads/free-running.ts';
import type { PLAIN } from './board.ts';
import type { Histogram } from './histogram.ts';
import type { Workload } from './workloads.ts';

/** What a dequeue returns when there was nothing. Values are whole numbers from 0 to 2^30 - 1. */
export const NOTHING = -1;

/** One thread's end of a queue, as a workload drives it. */
export interface Lane {
  /** False if the value was not taken: the queue is full. */
  enqueue(value: number): boolean;
  /** The value, or NOTHING. */
  dequeue(): number;
  /** Slots that were retired and are not free, over all threads; where there are any. Others are at work: it is a look in passing. */
  unreclaimed?(): number;
  /** The same end, which counts how long each slot was retired that it retires and frees from now on, in nanoseconds; null if it cannot tell. */
  aged?(histogram: Histogram): Lane | null;
  /** Many operations with one call, on a side that makes them so; null or nothing on others. */
  readonly batch?: Batch | null;
}

/** What a queue is made for. */
export interface Setup {
  readonly workload: Workload;
  readonly threads: number;
  /** The least number of values that fit in. */
  readonly capacity: number;
  /** Where threads stop for good, by their numbers. */
  readonly points: ReadonlyMap<number, Point>;
}

/** What a thread is handed to take part in a queue: something that can be posted, and what is transferred with it. */
export interface Seat {
  readonly state: unknown;
  readonly transfer?: Readonly<Transferred>;
}

/** A queue that was made for a session, as the main thread sees it. All threads are at rest when it is asked. */
export interface Arena {
  seat(thread: number): Seat;
  /** Counts since the beginning, by name; what a round did is the difference. */
  counts?(): Readonly<Record<string, number>>;
  /** Slots that were retired and are not free. */
  unreclaimed?(): number;
  /** Makes the queue as it was at first. */
  reset?(): void;
  /** A sentence about what is wrong with the queue, or null. */
  complaint?(): string | null;
}

/** What takes part in a benchmark. */
interface Contestant {
  /** `atomics`, `wasm`, `wasm-batched`, or `peer`. */
  readonly engine: string;
  /** The scheme's spec, or the peer's name. */
  readonly scheme: string;
  /** Why it cannot take part, as a sentence; null if it can. */
  refusal(workload: Workload, threads: number): string | null;
}

/** A program of its own, with threads of its own, that does the same. */
export interface Program extends Contestant {
  /** Starts it. It may refuse with a UsageError what `refusal` does not know. */
  open(conditions: Conditions): Promise<Player>;
}

/** What is measured: an engine with a scheme, or something else that a user would pick. */
export interface Side extends Contestant {
  /**
   * The URL of the module that workers load: it exports `openLane`, a `LaneOpener`. It is compiled code, since Node 20 loads no other
   * in a worker.
   */
  readonly module: string;
  /** True if a queue is used up after a number of enqueues: then a round ends there, and the next begins with a fresh queue. */
  readonly exhausts: boolean;
  /** True if its lanes have a `batch` and are to be driven by it. */
  readonly batched?: boolean;
  /** The most slots that may be unreclaimed, or null if there is no bound, or nothing to reclaim. */
  bound(threads: number): number | null;
  /** The same in words: a formula, or why there is none. */
  readonly formula?: string;
  /** The spec of a scheme that promises nothing to more than one thread: there it has a verdict, and no throughput. */
  readonly unsafe?: string;
  make(setup: Setup): Arena;
}

/** Opens a thread's end of a queue from what `Arena.seat` handed out. `gates` and `gate` are the word that says PARKED. */
export type LaneOpener = (
  state: unknown,
  thread: number,
  gates: Int32Array,
  gate: number,
) => Lane | Promise<Lane>;

/**
 * The URL of a module of lanes, by its name and the `import.meta.url` of its neighbour, two folders below the root. From TypeScript
 * sources it is the compiled one.
 */
export function laneModule(name: string, neighbour: string): string {
  const url = new URL(`${name}.js`, neighbour).href;
  if (!neighbour.endsWith('.ts')) return url;
  const root = new URL('../../', neighbour).href;
  return `${root}dist/${url.slice(root.length)}`;
}

/** What the threads of a session do, whatever the side. */
export interface Conditions {
  readonly workload: Workload;
  readonly threads: number;
  /** True if a thread thinks for a random 50 to 150 ns after each operation. */
  readonly think: boolean;
  /** Values in the queue at the start of the first round. */
  readonly prefill: number;
  /** Values that fit in. */
  readonly capacity: number;
  readonly seed: number;
  /** Where threads stop for good. */
  readonly points?: ReadonlyMap<number, Point>;
}

/** Processor time of the threads that worked, in microseconds, and how often they gave up their cores by themselves. */
interface Usage {
  readonly cpuMicros: number;
  readonly waits: number;
}

/** One round of all threads. */
export interface Round {
  /** Successful operations, in all and of each thread. */
  readonly operations: number;
  readonly perThread: readonly number[];
  /** From the start of the first thread to the end of the last one. */
  readonly seconds: number;
  readonly full: number;
  readonly empty: number;
  /** What the side counted in this round. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes by which the heaps of all threads have grown, garbage collections aside. */
  readonly heapBytes: number;
  /** Of a program of its own. What works in this process is measured from outside. */
  readonly usage?: Usage;
}

/** A side that is ready to work, round after round. End it on every path. */
export interface Player {
  readonly side: Side | Program;
  readonly conditions: Conditions;
  /** A round of plain operations for so many milliseconds. */
  round(mode: typeof PLAIN, ms: number): Promise<Round>;
  /** Takes out what is left and throws if anything was lost or made up. */
  settle(): Promise<void>;
  end(): Promise<void>;
}
