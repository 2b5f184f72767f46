import { Memory } from './memory.ts';
import {
  Geometry,
  C_OPERATIONS,
  HAND_OWNED,
  OP_NONE,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_COUNTERS,
  R_DAMAGE,
  R_DAMAGES,
  R_DAMAGE_SLOT,
  R_HAND,
  R_HAND_KIND,
  R_OPERATION,
  R_PEAK,
  R_UNRECLAIMED,
  S_NEXT,
} from './layout.ts';

/**
 * A thread's record in shared memory, seen by its owner. Every word below is written by the owner alone, so plain access is enough;
 * others read it when the thread has stopped. The object itself holds no state: a terminated thread leaves everything behind.
 */
export class ThreadRecord {
  readonly memory: Memory;
  readonly geometry: Geometry;
  /** Numbered from 1. */
  readonly thread: i32;
  readonly base: i32;

  constructor(memory: Memory, geometry: Geometry, thread: i32) {
    this.memory = memory;
    this.geometry = geometry;
    this.thread = thread;
    this.base = geometry.record(thread);
  }

  /** An operation begins: what an earlier one that was broken off had in hand has no owner from now on. */
  begin(operation: i32): void {
    this.memory.poke(this.base + R_OPERATION, operation);
    this.release();
    this.count(C_OPERATIONS);
  }

  end(): void {
    this.memory.poke(this.base + R_OPERATION, OP_NONE);
  }

  /** Takes a slot in hand that leaves another place of this thread, or of a dead one: written before it leaves. */
  hold(slot: i32): void {
    this.intend(slot, HAND_OWNED);
  }

  /**
   * Takes a slot in hand, or means to: written before the compare-and-swap that takes it. Nothing is in hand, or the same slot, or the
   * same kind of intent that failed: so the two writes are never read as another claim than one of the two.
   */
  intend(slot: i32, kind: i32): void {
    this.come(kind);
    this.memory.poke(this.base + R_HAND, slot);
  }

  /** The slot in hand was come by in this way. */
  come(kind: i32): void {
    this.memory.poke(this.base + R_HAND_KIND, kind);
  }

  /** The slot in hand has another owner now, or there is none. */
  release(): void {
    this.memory.poke(this.base + R_HAND, 0);
  }

  /**
   * Means to unlink the `count` slots from `first` on, which their next words chain: written before the compare-and-swap that does so. No
   * chain is in hand, so that the first of the two writes says nothing yet.
   */
  intendChain(first: i32, count: i32): void {
    this.memory.poke(this.base + R_CHAIN, first);
    this.memory.poke(this.base + R_CHAIN_COUNT, count);
  }

  /**
   * Puts the slot in hand, which the last one of the chain in hand names as the next one, behind that one as well, or begins a chain with it. The slot is in both hands
   * then, until the first one lets go. What its own next word says is left over from before, and no matter: the chain ends with it.
   */
  chainInHand(slot: i32): void {
    const count = this.chained();
    if (count == 0) this.intendChain(slot, 1);
    else this.memory.poke(this.base + R_CHAIN_COUNT, count + 1);
  }

  /** The chain in hand ends behind its first `count` slots: the others have another owner already. */
  shortenChain(count: i32): void {
    this.memory.poke(this.base + R_CHAIN_COUNT, count);
  }

  /** The slot of the chain in hand that has `before` of its slots before it. */
  inChain(before: i32): i32 {
    let slot = this.chainFirst();
    for (let n: i32 = 0; n < before; n++)
      slot = this.geometry.link.index(this.memory.peek(this.geometry.slot(slot, S_NEXT)));
    return slot;
  }

  /** The first slot of the chain in hand. */
  chainFirst(): i32 {
    return this.memory.peek(this.base + R_CHAIN);
  }

  /** The compare-and-swap failed, and the chain is where it was; or an operation that was broken off has no chain in hand from now on. */
  releaseChain(): void {
    this.memory.poke(this.base + R_CHAIN_COUNT, 0);
  }

  /** How many slots of the chain are still in hand. */
  chained(): i32 {
    return this.memory.peek(this.base + R_CHAIN_COUNT);
  }

  /**
   * Takes the first slot off the chain, into the first hand, and returns it. It is there before it leaves the chain; the chain is moved on
   * before it is counted off, so that it names one slot too many meanwhile and never one too few: the slot behind its end has another
   * owner, and an intent yields to every claim.
   */
  unchain(): i32 {
    const slot = this.memory.peek(this.base + R_CHAIN);
    this.hold(slot);
    const next = this.memory.peek(this.geometry.slot(slot, S_NEXT));
    this.memory.poke(this.base + R_CHAIN, this.geometry.link.index(next));
    this.memory.poke(this.base + R_CHAIN_COUNT, (this.chained() - 1) | 0);
    return slot;
  }

  count(counter: i32): void {
    const address = this.base + R_COUNTERS + counter * 2;
    const low = (this.memory.peek(address) + 1) | 0;
    this.memory.poke(address, low);
    if (low == 0) this.memory.poke(address + 1, (this.memory.peek(address + 1) + 1) | 0);
  }

  /** Counts that many at once. */
  countMany(counter: i32, by: i32): void {
    const address = this.base + R_COUNTERS + counter * 2;
    const old = this.memory.peek(address);
    const low = (old + by) | 0;
    this.memory.poke(address, low);
    if (old < 0 && low >= 0) this.memory.poke(address + 1, (this.memory.peek(address + 1) + 1) | 0);
  }

  /** The number of slots that this thread has to reclaim changes by `change`. The peak goes first, so that it is never the smaller one. */
  unreclaimed(change: i32): void {
    const now = (this.memory.peek(this.base + R_UNRECLAIMED) + change) | 0;
    if (now > this.memory.peek(this.base + R_PEAK)) this.memory.poke(this.base + R_PEAK, now);
    this.memory.poke(this.base + R_UNRECLAIMED, now);
  }

  /** Notes damage to a slot. The first stays on record: what follows is its consequence. */
  damage(kind: i32, slot: i32): void {
    const count = this.memory.peek(this.base + R_DAMAGES);
    if (count == 0) {
      this.memory.poke(this.base + R_DAMAGE, kind);
      this.memory.poke(this.base + R_DAMAGE_SLOT, slot);
    }
    this.memory.poke(this.base + R_DAMAGES, (count + 1) | 0);
  }
}
