import type { Operation } from '../laboratory/operations.ts';

/** The kinds of steps, in the order of their numbers at a gate. */
export const ACCESSES = ['load', 'store', 'cas', 'exchange', 'add', 'await', 'or'] as const;

export type Access = (typeof ACCESSES)[number];

/** The step that a thread would make next. */
export interface Pending {
  readonly step: number;
  readonly access: Access;
  readonly address: number;
  /** What is written or added, or what a compare-and-swap expects. */
  readonly first: number;
  /** What a compare-and-swap wants to write. */
  readonly second: number;
}

/** What a thread did that was no step. A return answers the thread's last invocation. */
export type Plain =
  | { readonly kind: 'peek'; readonly address: number; readonly isAtomic?: boolean | undefined }
  | {
      readonly kind: 'poke';
      readonly address: number;
      readonly value: number;
      readonly isAtomic?: boolean | undefined;
    }
  | {
      readonly kind: 'invoke';
      readonly op: number;
      readonly name: string;
      readonly argument: number | null;
      /** Set for one that has begun by the step before it, and not with the next one. */
      readonly now?: true;
    }
  | { readonly kind: 'return'; readonly outcome: string; readonly value: number };

/** What came of a step: the word before and after, and what the thread did until it stood before its next step. */
export interface Granted {
  readonly before: number;
  readonly after: number;
  readonly plain: readonly Plain[];
  /** What of it are writes, address and value, and the addresses of reads, where the engine knows them; each in order. */
  readonly writes?: readonly Write[];
  readonly reads?: readonly number[];
}

/** A plain write: word address and value. */
export type Write = readonly [address: number, value: number];

const NO_WRITES: readonly Write[] = Object.freeze([]);
const NO_READS: readonly number[] = Object.freeze([]);

/** The plain writes among what a thread did. */
export function writesIn(plain: readonly Plain[]): readonly Write[] {
  if (plain.length === 0) return NO_WRITES;
  const writes: Write[] = [];
  for (const each of plain) if (each.kind === 'poke') writes.push([each.address, each.value]);
  return writes.length === 0 ? NO_WRITES : writes;
}

/** The addresses of the plain reads among what a thread did. */
export function readsIn(plain: readonly Plain[]): readonly number[] {
  if (plain.length === 0) return NO_READS;
  const reads: number[] = [];
  for (const each of plain) if (each.kind === 'peek') reads.push(each.address);
  return reads.length === 0 ? NO_READS : reads;
}

/** Plain accesses that a thread may make between two steps. One that makes more is in a loop without a step, and hangs. */
export const MOST_PLAIN = 10_000;

export type ThreadProgress = 'waiting' | 'finished' | 'killed' | 'hung' | 'crashed';

/**
 * An engine under which one thread moves at a time and somebody else says which. Threads are numbered from 1. The words may be read
 * whenever no grant is under way.
 */
export interface ControlledEngine {
  readonly words: Int32Array;
  readonly threads: number;
  /** The number of the record that a thread works with: its own number, or that of a thread before it which it comes after. */
  recordOf(thread: number): number;
  state(thread: number): ThreadProgress;
  /** The next step of a waiting thread. Throws if it is not waiting. */
  pending(thread: number): Pending;
  /** What a thread did before its first step. */
  prelude(thread: number): readonly Plain[];
  /** Lets a waiting thread make its step. */
  grant(thread: number): Granted;
  /** Ends a waiting thread for good, where it stands. */
  kill(thread: number): void;
  /** What went wrong in a thread, if its worker said so. */
  complaints(): readonly string[];
}

/** What a controlled run needs: the laboratory and a program for each thread. */
export interface ControlledRun {
  readonly buffer: SharedArrayBuffer;
  /** The scheme's spec, and the URL of a module with a variant of the kernel. */
  readonly scheme: string;
  readonly variant: string | null;
  readonly programs: readonly (readonly Operation[])[];
  /**
   * The record of each thread; left out, a thread has the record of its own number. Threads with the same record have it one after
   * the other, in their order: who comes later takes it up with its first step (J5), and may not move as long as one before it lives,
   * since two live workers on one record clear each other's protections.
   */
  readonly records?: readonly number[];
}

/** Where programs are put on stage: a pool of real threads, or the model. */
export interface Stage {
  /** Puts a program on as many threads as there are, and waits until each stands before its first step. */
  begin(run: ControlledRun): Promise<ControlledEngine & { release(): Promise<void> }>;
}
