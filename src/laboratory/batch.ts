import { UsageError } from '../errors.ts';
import { shownGiven } from '../visible.ts';
import { putMany, takeMany } from '../kernel/batch.ts';
import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Structure } from '../kernel/structure.ts';
import { AtomicsMemory } from './atomics.ts';
import { asCount } from './edge.ts';
import type { Operation } from './operations.ts';
import type { SchemeChoice } from './registry.ts';
import type { StructureClass } from './structure-class.ts';
import { hasChains, isChain } from './structures.ts';

/**
 * Many operations with one call. The values are handed over in `values`, which the thread writes before `putMany` and reads after
 * `takeMany`. Each operation is one of its own: others may come between two of them. A count that is no whole number, or more than
 * `values` has room for, throws a TypeError.
 */
export interface Batch {
  readonly values: Int32Array;
  /** Puts the first `count` values in, until nothing is free. Returns how many were taken. */
  putMany(count: number): number;
  /** Takes up to `count` values out, until the structure is empty. Returns how many there were. */
  takeMany(count: number): number;
  /** Set where all that one call puts in, or takes out, goes in or out by one step. Fewer than `count` then say nothing of the structure; none says full or empty. */
  readonly chained?: true;
}

/** The most values that fit into a batch of a compiled thread, and that a batch of a program may have. */
export const MOST_IN_BATCH = 256;

/** Batches of up to `size` values on JavaScript's own atomics. Throws a TypeError for what is no structure, or no size. */
export function batchOf(structure: Structure<Scheme>, size: number): Batch {
  if (typeof (structure as Partial<Structure<Scheme>> | null)?.put !== 'function')
    throw new TypeError(
      `A batch is made for a structure, and not for ${shownGiven(structure)}: give the queue of what joinLaboratory answers.`,
    );
  if (!Number.isInteger(size) || size < 0)
    throw new TypeError(`A batch of ${shownGiven(size)} values cannot be had: give a whole number from 0.`);
  const memory = new AtomicsMemory(new Int32Array(size));
  return {
    values: memory.words,
    putMany: (count) => putMany(structure, memory, 0, asCount(count, size)),
    takeMany: (count) => takeMany(structure, memory, 0, asCount(count, size)),
  };
}

/**
 * The same by one step for all of a call, or for as many as a chain of the laboratory has; null where there are no chains: the laboratory was made without, the structure has
 * none, or the scheme does not admit them.
 */
export function chainsIn(structure: Structure<Scheme>, size: number): Batch | null {
  if (!hasChains(structure.geometry) || !makesChains(structure)) return null;
  const memory = new AtomicsMemory(new Int32Array(size));
  return {
    values: memory.words,
    putMany: (count) => structure.enqueueChain(memory, 0, asCount(count, size)),
    takeMany: (count) => structure.dequeueChain(memory, 0, asCount(count, size)),
    chained: true,
  };
}

/**
 * The most values that one step puts in or takes out, of as many as are asked for; 0 if each has a step of its own: one is asked for, the structure has no such
 * operations, or the scheme does not say how a walk over many nodes is protected.
 */
export function chainsOf({ scheme }: SchemeChoice, structure: StructureClass, asked: number): number {
  return asked > 1 && scheme.CHAINS === true && structure.CHAINS === true ? asked : 0;
}

/** True of a structure whose class says that it has chains. */
function makesChains(
  structure: Structure<Scheme>,
): structure is Structure<Scheme> & Pick<MichaelScottQueue<Scheme>, 'enqueueChain' | 'dequeueChain'> {
  return (structure.constructor as unknown as StructureClass).CHAINS === true;
}

/** The slots that each thread but one may have beyond what the scheme counts for single values, where one step puts in, or takes out, up to `chain`. */
export function moreForChain(
  { scheme, param0, param1 }: SchemeChoice,
  threads: number,
  chain: number,
): number {
  if (chain < 2) return 0;
  return scheme.needsForChain?.(threads, param0, param1, chain) ?? chain - 1;
}

/** Why many values cannot go in or out by one step there, as a part of a sentence. */
export function noChainsText({ name, scheme }: SchemeChoice, structure: StructureClass): string {
  return structure.CHAINS === true
    ? `${name} ${scheme.NO_CHAINS ?? 'does not say how a walk over many nodes is protected, so each operation has a step of its own'}`
    : `the ${structure.TITLE} has no step that puts many values in, or takes many out`;
}

/** Throws a UsageError if there are no chains of so many values. */
export function checkChain(chain: number): void {
  if (Number.isInteger(chain) && chain >= 1 && chain <= MOST_IN_BATCH) return;
  throw new UsageError(
    `Chains of ${chain} values cannot be had: give a whole number from 1 (no chains) to ${MOST_IN_BATCH}.`,
  );
}

/** What of a program says how large a laboratory it asks for. */
interface Asking {
  readonly threads: readonly (readonly Operation[])[];
  readonly initial: readonly number[];
  readonly structure: StructureClass;
}

/** The longest chain that a program asks for; 1 if it asks for none. */
export function longestChain({ threads }: Pick<Asking, 'threads'>): number {
  const chains = threads.flat().filter(({ name }) => isChain(name));
  return chains.reduce((longest, { argument }) => Math.max(longest, argument ?? 1), 1);
}

/** That the chains of a program are made one value at a time there, as a sentence; null if they are not, or it has none. */
export function noChainsNote(
  program: Pick<Asking, 'threads' | 'structure'>,
  choice: SchemeChoice,
): string | null {
  const longest = longestChain(program);
  if (longest === 1 || chainsOf(choice, program.structure, longest) > 0) return null;
  return `A chain is made one value at a time here: ${noChainsText(choice, program.structure)}.`;
}

/**
 * What a program asks of the laboratory that it is run in.
 *
 * @param records which record each thread has, from 1; left out or null: each its own
 */
export function sizesAsked(
  { threads, initial, structure }: Asking,
  records?: readonly number[] | null,
): Omit<Asking, 'threads'> & { readonly threads: number; readonly chain: number } {
  return {
    threads: records ? Math.max(...records) : threads.length,
    chain: longestChain({ threads }),
    initial,
    structure,
  };
}
