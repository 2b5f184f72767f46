import { Memory } from './memory.ts';
import {
  Geometry,
  C_OPERATIONS,
  HAND_OWNED,
  OP_NONE,
  R_COUNTERS,
  R_DAMAGE,
  R_DAMAGES,
  R_DAMAGE_SLOT,
  R_HAND,
  R_HAND_KIND,
  R_OPERATION,
  R_PEAK,
  R_UNRECLAIMED,
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

  count(counter: i32): void {
    const address = this.base + R_COUNTERS + counter * 2;
    const low = (this.memory.peek(address) + 1) | 0;
    this.memory.poke(address, low);
    if (low == 0) this.memory.poke(address + 1, (this.memory.peek(address + 1) + 1) | 0);
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
