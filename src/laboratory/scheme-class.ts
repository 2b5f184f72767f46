import type { Geometry } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { ThreadRecord } from '../kernel/record.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Slab } from '../kernel/slab.ts';

/** A scheme's class with its card: what it is, what it claims, and what it needs. */
export interface SchemeClass {
  new (memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab): Scheme;
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
  readonly PROGRESS: string;
  /** One of the kernel's `HOLDS_…`. */
  readonly HOLDS: number;
  /** True if pointer words carry tags. */
  readonly TAGS: boolean;
  /** Up to two parameters: `name=default:least:most`, separated by commas. */
  readonly PARAMS: string;
  /** The bound on unreclaimed slots, in words. */
  readonly BOUND: string;
  /**
   * The same as a number, or UNBOUNDED.
   *
   * @param protections slots that an operation of the structure protects at a time
   */
  bound(threads: number, param0: number, param1: number, protections: number): number;
  /**
   * The fewest slots with which the scheme can work.
   *
   * @param dummies slots that the structure uses when it is empty
   */
  needs(threads: number, param0: number, param1: number, protections: number, dummies: number): number;
}
