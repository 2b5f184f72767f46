import type { StopPoint } from '../threads/gated-memory.ts';
import type { HandleParts } from './handle.ts';
import type { Workload } from './workloads.ts';

/** What a queue is made for. */
export interface Setup {
  readonly workload: Workload;
  readonly threads: number;
  /** The least number of values that fit in. */
  readonly capacity: number;
  /** Where threads stop for good, by their numbers. */
  readonly points: ReadonlyMap<number, StopPoint>;
}

/** A queue that was made for a session, as the main thread sees it. All threads are at rest when it is asked. */
export interface SharedStructure {
  /** What a worker opens its handle from. */
  partsFor(thread: number): HandleParts;
  /** Counts since the beginning, by name; what a round did is the difference. */
  counts?(): Readonly<Record<string, number>>;
  /** Slots that were retired and are not free. */
  unreclaimed?(): number;
  /** Bytes of the memory that the threads share: of a laboratory all that it has, with the slots that are free. */
  readonly bytes?: number;
  /** Bytes of those that lie in pages with a word that is not 0. */
  touched?(): number;
  /** Makes the queue as it was at first. */
  reset?(): void;
  /** A sentence about what is wrong with the queue, or null. */
  complaint?(): string | null;
}

/** What takes part in a benchmark. */
export interface Contender {
  /** `atomics` or `wasm`, alone or with `-batched` or `-chained`, or `peer`. */
  readonly engine: string;
  /** The scheme's spec, or the peer's name. */
  readonly scheme: string;
  /** The structure, by its id or the URL of its module, where several are measured side by side; nothing of a peer. */
  readonly structure?: string;
  /** Free slots in a magazine of a thread, where a number of them was asked for; 0 is no caches. */
  readonly cache?: number;
  /** Words of a slot, where a number of them was asked for. */
  readonly stride?: number;
  /** The free list of the slab; left out where it is a stack. */
  readonly freeList?: 'ring';
  /** Why it cannot take part, as a sentence; null if it can. What is not said of the conditions is as it usually is. */
  refusal(workload: Workload, threads: number, more?: Partial<Conditions>): string | null;
}

/** A program of its own, with threads of its own, that does the same. */
export interface NativeContender extends Contender {
  /** Starts it. It may refuse with a UsageError what `refusal` does not know. */
  open(conditions: Conditions): Promise<Session>;
}

/** What is measured: an engine with a scheme, or something else that a user would pick. */
export interface WorkerContender extends Contender {
  /**
   * The URL of the module that workers load: it exports `openHandle`, a `HandleOpener`. It is compiled code, since Node 20 loads no other
   * in a worker.
   */
  readonly module: string;
  /** True if a queue is used up after a number of enqueues: then a round ends there, and the next begins with a fresh queue. */
  readonly exhausts: boolean;
  /** True if its handles have a `batch` and are to be driven by it. */
  readonly batched?: boolean;
  /** The most slots that may be unreclaimed, or null if there is no bound, or nothing to reclaim. */
  bound(setup: Pick<Setup, 'threads' | 'capacity'>): number | null;
  /** The same in words: a formula, or the reason for having no bound. */
  readonly formula?: string;
  /** The spec of a scheme that promises nothing to more than one thread: there it has a verdict, and no throughput. */
  readonly unsafe?: string;
  make(setup: Setup): SharedStructure;
}

/** What the threads of a session do, whatever the contender. */
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
  /** Of a workload of sets: how many keys are drawn from, 0 to one less. */
  readonly keys?: number;
  /** Of producers and consumers: so many of each, as in `1:3`. Default: `1:1`. */
  readonly roles?: string;
  /** Bytes that are written before a value is put in and read after it was taken out, in memory beside the structure. Default: none. */
  readonly payload?: number;
  /** Where threads stop for good. */
  readonly points?: ReadonlyMap<number, StopPoint>;
}

/** Processor time of the threads that worked, in microseconds, and how often they gave up their cores by themselves. */
interface Usage {
  readonly cpuMicros: number;
  readonly waits: number;
}

/** What came of a round of all threads. */
export interface RoundResult {
  /** Successful operations, in all and of each thread; of a set all that were answered, whether they changed it or not. */
  readonly operations: number;
  readonly perThread: readonly number[];
  /** From the start of the first thread to the end of the last one. */
  readonly seconds: number;
  /** Operations that took something out; left out by a program of its own. */
  readonly taken?: number;
  readonly full: number;
  readonly empty: number;
  /** What the contender counted in this round. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes by which the heaps of all threads have grown, garbage collections aside. */
  readonly heapBytes: number;
  /** Of a program of its own. What works in this process is measured from outside. */
  readonly usage?: Usage;
}

/** A contender that is ready to work, round after round. End it on every path. */
export interface Session {
  readonly contender: WorkerContender | NativeContender;
  readonly conditions: Conditions;
  /** A round of plain operations for this many milliseconds. */
  round(ms: number): Promise<RoundResult>;
  /** Takes out what is left and throws if anything was lost or made up. */
  settle(): Promise<void>;
  end(): Promise<void>;
}
