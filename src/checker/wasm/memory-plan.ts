import type { HeapPlan } from './heap.ts';

/** Where the memory of the threads lies, by the module's addresses. */
export interface MemoryPlan {
  /** How many bytes there are that all threads share, from 0. */
  readonly shared: number;
  /** Addresses below it belong to no variable: a null pointer goes there. */
  readonly null: number;
  /** Behind a gap of so many bytes follow those of each thread's own, one range after the other, each with a gap behind it. */
  readonly gap: number;
  readonly own: number;
  readonly page: number;
  /** Null if nothing is allocated by the model. */
  readonly heap: HeapPlan | null;
}

/** A thread as its memory needs it. */
export interface MemoryOwner {
  /** Counted from 0; -1 while the module is set up. */
  readonly number: number;
  /** The thread's own bytes. */
  readonly low: number;
  readonly high: number;
}
