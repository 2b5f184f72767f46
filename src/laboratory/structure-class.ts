import type { Geometry } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { ThreadRecord } from '../kernel/record.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Slab } from '../kernel/slab.ts';
import type { Structure } from '../kernel/structure.ts';
import type { MemberKind } from './own-card.ts';

/** A structure's class with its static members: what it is, and how much room it takes. */
export interface StructureClass<T extends Structure<Scheme> = Structure<Scheme>> {
  new (memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, scheme: Scheme): T;
  readonly NUMBER: number;
  readonly ID: string;
  /** What it is in one word: `queue`. */
  readonly KIND: string;
  readonly TITLE: string;
  readonly IDEA: string;
  readonly PAPER: string;
  /** Root words, a line each. */
  readonly ROOTS: number;
  /** The same by the slots of the slab, of a structure whose roots are buckets; left out: ROOTS, whatever they are. */
  rootsFor?(slots: number): number;
  /** Words of its array. */
  readonly CELLS: number;
  /** The same by the slots of the slab and the thread records, of a structure that takes no slots and is as large as they say; left out: CELLS, whatever they are. */
  cellsFor?(slots: number, threads: number): number;
  /** Bits that it sets in a pointer word beside the index. */
  readonly MARK_BITS: number;
  /** Slots that an operation protects at a time. */
  readonly PROTECTIONS: number;
  /** Slots that it uses when it is empty: the first ones inside, which hold no value. */
  readonly DUMMIES: number;
  /** Words from one slot to the next where nothing else is said, of a structure whose slots have more than others; left out: MIN_STRIDE. */
  readonly STRIDE?: number;
  /** True if it has operations that put in, or take out, many values by one step: `enqueueChain`, `dequeueChain`. */
  readonly CHAINS?: boolean;
  /**
   * Writes the roots and links of a structure that consists of the slots 1 to `inUse`, the dummies first and then the values in order. A
   * structure with cells writes the values into them itself; its slots hold none.
   */
  begin(memory: Memory, geometry: Geometry, inUse: number, values: readonly number[]): void;
}

/** The static members of a structure, with their kinds: what one of the user's own is asked for. None of the interface can be missing here. */
export const STRUCTURE_MEMBERS: Readonly<
  Record<Exclude<keyof StructureClass, 'cellsFor' | 'rootsFor' | 'STRIDE' | 'CHAINS'>, MemberKind>
> = {
  NUMBER: 'number',
  ID: 'string',
  KIND: 'string',
  TITLE: 'string',
  IDEA: 'string',
  PAPER: 'string',
  ROOTS: 'number',
  CELLS: 'number',
  MARK_BITS: 'number',
  PROTECTIONS: 'number',
  DUMMIES: 'number',
  begin: 'function',
};
