import type { Invariant } from './invariants.ts';

/**
 * What is known of a structure beside its class: its file exports it as `CARD`. All that watches, judges or tells reads it, and names no
 * structure. Like the cards of the steps it is for those who watch: the compiler of the kernel leaves out every constant of this type.
 */
export interface StructureCard {
  readonly operations: readonly StructureOperation[];
  /** The order in which values come out: the sequential model that its histories are held against. */
  readonly order: 'FIFO' | 'LIFO';
  /** The most values that it holds, if it is not the slots that bound them: a put may answer FULL while this number is inside. */
  readonly capacity?: number;
  /** The roots, in the order of their lines. The first leads to all that is inside, in the order in which it comes out. */
  readonly roots: readonly StructureRoot[];
  readonly invariants: readonly Invariant[];
}

export interface StructureOperation {
  /** The name of the method, and of the operation in programs, histories and stories. */
  readonly name: string;
  /** In programs in place of the name: one letter. */
  readonly letter?: string;
  /** Puts a value in, takes one out, or asks whether anything is inside. */
  readonly does: 'put' | 'take' | 'ask';
  /** What was done, in a sentence: `enqueued`. */
  readonly past: string;
}

export interface StructureRoot {
  readonly name: string;
  /** What it names, for people: `the dummy node`. */
  readonly names: string;
}
