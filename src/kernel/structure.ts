import { Memory } from './memory.ts';
import { ThreadRecord } from './record.ts';
import { Scheme } from './scheme.ts';
import { Slab } from './slab.ts';
import {
  C_EMPTY,
  C_FULL,
  Geometry,
  HAND_OWNED,
  LINKED,
  R_RESULT,
  S_NEXT,
  S_STATE,
  S_VALUE,
} from './layout.ts';

/** What an operation answers. A value is any 32-bit integer and is fetched with `result`, so that it never collides with these. */
export const OK: i32 = 1;
/**
 * The value was not taken: the thread's cache and the free list are empty, and the scheme could reclaim nothing. Without caches nothing
 * is free then; other threads may have up to two magazines each in theirs.
 */
export const FULL: i32 = 0;
/** A value was taken off; `result` fetches it. */
export const VALUE: i32 = 1;
/** The structure was empty at an instant of the call. */
export const EMPTY: i32 = 0;
/** Of a set: the key was inside already, or was not inside, at an instant of the call. Nothing was changed. */
export const NO: i32 = 2;
/** Another thread was first, and nothing was changed: an answer of structures that let a thread give up, such as a thief. */
export const ABORT: i32 = 3;

/** How long a thread waits before its second round, and at most: measured (bench/TRIED.md). */
export const FIRST_PAUSE: i32 = 2048;
/** The same of an operation on a chain, where a round takes as long as many. */
export const FIRST_PAUSE_OF_CHAINS: i32 = 512;
export const LONGEST_PAUSE: i32 = 4096;

/** Cells of a structure that takes no slots, where the slab has `slots`: as many, or the next lower power of two, and two at least. */
export function cellsInPlaceOf(slots: i32): i32 {
  let cells: i32 = 2;
  while (cells << 1 <= slots) cells <<= 1;
  return cells;
}

/**
 * A structure that holds values, over a slab and under any reclamation scheme. A subclass is one file in `structures`, with its labels,
 * their cards and its own card (see any of them). It knows the schemes only through `start`, `end`, `enter`, `leave`, `protect`, `mustRestart`, `restart`,
 * `upgrade`, `born`, `link`, `hold`, `release`, `retire`, `collect` and `idle`. All state lives in shared words: the object holds none.
 *
 * The operations have names of their own in each structure, and these two for all that works with any of them.
 */
export abstract class Structure<S extends Scheme> {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly record: ThreadRecord;
  readonly slab: Slab;
  readonly scheme: S;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, scheme: S) {
    this.memory = memory;
    this.geometry = geometry;
    this.record = record;
    this.slab = slab;
    this.scheme = scheme;
  }

  /** Puts a value in. Returns OK or FULL. */
  abstract put(value: i32): i32;

  /** Takes a value out: VALUE, and `result` fetches it; or EMPTY. Of a set, which takes by key alone: NO. */
  abstract take(): i32;

  /** True if the structure was empty at an instant of the call. */
  abstract isEmpty(): bool;

  /** The value that this thread's last successful `take` delivered. */
  result(): i32 {
    return this.memory.peek(this.record.base + R_RESULT);
  }

  /** An operation begins: one of `OP_…`. What an earlier one that was broken off had in hand has no owner from then on. */
  protected begin(operation: i32): void {
    this.scheme.start();
    this.record.begin(operation);
  }

  /** It has ended. */
  protected end(): void {
    this.record.end();
    this.scheme.end();
  }

  /** A slot from the free list, which the scheme knows of. Before the answer is "none", the scheme is asked to reclaim what it can. */
  protected allocate(): i32 {
    let slot = this.slab.take();
    if (slot == 0) {
      this.scheme.collect();
      slot = this.slab.take();
    }
    if (slot != 0) this.scheme.born(slot);
    return slot;
  }

  /** Ends an operation that puts a value in and finds no slot: FULL. */
  protected full(): i32 {
    this.record.count(C_FULL);
    this.end();
    return FULL;
  }

  /** Ends an operation that takes a value out and finds none inside: EMPTY. */
  protected empty(): i32 {
    this.scheme.leave();
    this.record.count(C_EMPTY);
    this.scheme.idle();
    this.end();
    return EMPTY;
  }

  /**
   * Another round is due to another thread's progress, and the operation starts over: the more of them, the longer it pays to leave the
   * words to the others. Waits for so long, and not before the first round; returns how long to wait before the next one, `first` before the second.
   */
  protected backOff(pause: i32, first: i32 = FIRST_PAUSE): i32 {
    if (pause == 0) return first;
    this.scheme.restart();
    return this.waitFor(pause);
  }

  /** The same for an operation that has not entered, since it follows no links. */
  protected waitFor(pause: i32): i32 {
    if (pause == 0) return FIRST_PAUSE;
    this.memory.pause(pause);
    return pause < LONGEST_PAUSE ? pause << 1 : pause;
  }

  /** Hands over a slot that this thread has unlinked: nothing in the structure names it. */
  protected retire(slot: i32): void {
    this.scheme.retire(slot);
  }

  /**
   * Hands over all of the chain that this thread has unlinked, which `intendChain` of its record says: nothing in the structure names its
   * slots, and their next words do not change any more.
   */
  protected retireChain(): void {
    let isFirst: bool = true;
    while (this.record.chained() > 0) {
      const slot = this.record.unchain();
      // What named the first one names it no more, and its claim ends with `retire`. The others are named by the one before them, whose
      // claim ends when that one is freed: so each has one more, to end.
      if (!isFirst) this.scheme.hold(slot);
      isFirst = false;
      this.retire(slot);
    }
  }

  /**
   * Puts a node that is in hand behind `last`, the end of the chain in hand, which nobody else sees, at step `step`; or begins a chain with it, if that is 0. It has the state
   * LINKED from then on, so that an heir retires it.
   */
  protected chainBehind(last: i32, step: i32, node: i32): void {
    if (last != 0) this.nameNext(step, last, node);
    // In this order: the first hand has the slot, whatever its state and its next word say, until it lets go; from then on the chain has it.
    this.record.chainInHand(node);
    this.record.come(HAND_OWNED);
    this.memory.poke(this.geometry.slot(node, S_STATE), LINKED);
    this.record.release();
  }

  /** Writes what comes behind a slot that nobody else has, or 0. A store and no plain write: a thread may be looking that knows the slot by an earlier life. */
  private nameNext(step: i32, slot: i32, next: i32): void {
    const word = this.geometry.slot(slot, S_NEXT);
    this.memory.store(step, word, this.scheme.link(this.memory.peek(word), next, slot));
  }

  /** True if chains are retired as a whole, and not slot by slot. */
  protected movesChains(): bool {
    return this.geometry.cache != 0 && this.scheme.movesChains();
  }

  /**
   * Makes a chain of up to `most` slots, which have the values of `values` from `at` on, each linked to the one behind it at step `link`; the next word of the last one is made null
   * at step `end`. Returns the last one; the chain is in hand. 0 if there are no slots.
   */
  protected takeChain(link: i32, end: i32, values: Memory, at: i32, most: i32): i32 {
    let last: i32 = 0;
    for (let n: i32 = 0; n < most; n++) {
      const node = this.allocate();
      if (node == 0) break;
      this.memory.poke(this.geometry.slot(node, S_VALUE), values.peek(at + n));
      this.chainBehind(last, link, node);
      last = node;
    }
    if (last != 0) this.nameNext(end, last, 0);
    return last;
  }
}
