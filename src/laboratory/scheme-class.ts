import type { Geometry } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { ThreadRecord } from '../kernel/record.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Slab } from '../kernel/slab.ts';
import type { MemberKind } from './own-card.ts';

/** A scheme's class with its card: what it is, what it claims, and what it needs. */
export interface SchemeClass {
  new (memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab): Scheme;
  readonly prototype: Scheme;
  readonly NUMBER: number;
  readonly ID: string;
  readonly TITLE: string;
  readonly IDEA: string;
  readonly PAPER: string;
  /** One of the kernel's `ABA_…`. */
  readonly ABA: number;
  /** True if a freed slot may be read; what was read is then thrown away. */
  readonly STALE_READS: boolean;
  readonly RECLAIMS: boolean;
  /** True if the garbage stays within the bound while a thread is stalled, or after one died. */
  readonly SURVIVES_STALL: boolean;
  readonly SURVIVES_DEATH: boolean;
  /** The same of a scheme that does with some of its parameters alone. Left out where these say nothing of it. */
  survives?(param0: number, param1: number): boolean;
  readonly PROGRESS: string;
  /**
   * Which of easy integration, robustness and wide applicability it gives up, since no safe scheme has all three (Sheffi and Petrank, "The ERA
   * Theorem", PODC 2023). Left out where nothing is said of that. It, the next one and BOUND may say something else for a value of a
   * parameter: `robustness; eras=on: wide applicability`.
   */
  readonly GIVES_UP?: string;
  /** What does not show until it costs, as a part of a sentence. Left out where nothing is said of that. */
  readonly HIDES?: string;
  /** One of the kernel's `HOLDS_…`. */
  readonly HOLDS: number;
  /** True if pointer words carry tags. */
  readonly TAGS: boolean;
  /**
   * True if an operation may walk over many nodes and unlink them by one step: it says how each is protected on the way (`follow`). Left out: a
   * structure makes each of such operations one by one.
   */
  readonly CHAINS?: boolean;
  /** Why not, as the rest of a sentence that the scheme's name begins. Left out where it does, or where nothing is said of that. */
  readonly NO_CHAINS?: string;
  /**
   * Up to three parameters, separated by commas, of which the second and the third share a word (the second has its lower 16 bits, and what the
   * third is above its least has the upper ones): `name=default:least:most`; or `name=word|other`, whose first word is the default, and which
   * counts from 0.
   */
  readonly PARAMS: string;
  /** The bound on unreclaimed slots, in words. */
  readonly BOUND: string;
  /**
   * The same as a number, or UNBOUNDED.
   *
   * @param protections slots that an operation of the structure protects at a time
   * @param inUse the most slots that the structure has inside at a time; with chains also all but one of those that each thread has in hand
   */
  bound(threads: number, param0: number, param1: number, protections: number, inUse: number): number;
  /**
   * The fewest slots with which the scheme can work.
   *
   * @param inUse slots that the structure has inside: those of an empty one, its dummies, or more
   */
  needs(threads: number, param0: number, param1: number, protections: number, inUse: number): number;
  /**
   * How many more of them for each thread but one, where one step puts up to `chain` values in, or takes them out: left out where that is the rest of a chain that the thread
   * has in hand, beside one slot that it may have in hand in any case.
   */
  needsForChain?(threads: number, param0: number, param1: number, chain: number): number;
}

/**
 * The members of a card, with their kinds: what a scheme of the user's own is asked for. A member of the interface that is missing here is
 * an error of the compiler.
 */
export const SCHEME_CARD: Readonly<
  Record<
    Exclude<
      keyof SchemeClass,
      'prototype' | 'GIVES_UP' | 'HIDES' | 'survives' | 'CHAINS' | 'NO_CHAINS' | 'needsForChain'
    >,
    MemberKind
  >
> = {
  NUMBER: 'number',
  ID: 'string',
  TITLE: 'string',
  IDEA: 'string',
  PAPER: 'string',
  ABA: 'number',
  STALE_READS: 'boolean',
  RECLAIMS: 'boolean',
  SURVIVES_STALL: 'boolean',
  SURVIVES_DEATH: 'boolean',
  PROGRESS: 'string',
  HOLDS: 'number',
  TAGS: 'boolean',
  PARAMS: 'string',
  BOUND: 'string',
  bound: 'function',
  needs: 'function',
};
