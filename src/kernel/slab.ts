import { Memory } from './memory.ts';
import { ThreadRecord } from './record.ts';
import {
  Geometry,
  C_A3,
  C_ALLOCATED,
  C_F3,
  C_FREED,
  DAMAGE_DOUBLE_FREE,
  DAMAGE_NOT_FREE,
  FREE,
  FREE_TOP,
  HELD,
  S_LIFE,
  S_NEXT,
  S_STATE,
} from './layout.ts';
import { A1, A2, A3, F1, F2, F3 } from './steps.ts';

/**
 * Fixed slots and a LIFO free list, a Treiber stack (IBM RJ 5118, 1986) with a tagged top. It chains through S_NEXT, as the paper's
 * does, and keeps the tag that it finds there.
 *
 * A slot has one owner at a time: the free list, the thread that holds it, the queue, the retired list of a thread, or the thread
 * that reclaims it. Only the owner writes its value, state, life and limbo words.
 *
 * Invariants
 * - Following S_NEXT from the top visits every free slot once and ends at 0.
 * - The tag of the top grows by one with every slot taken, so a top that comes back has another tag, until the tag wraps: after
 *   2^(32 - index bits) takes (at most 2^30) within one thread's pause between A1 and A3.
 * Non-invariants
 * - Two threads in A2 may read the S_NEXT of a slot that is no longer free. What they read is then never used: A3 fails.
 * - A slot whose state is FREE may not be on the list yet: its owner is between the write of the state and F3.
 */
export class Slab {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly record: ThreadRecord;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord) {
    this.memory = memory;
    this.geometry = geometry;
    this.record = record;
  }

  /** Takes a slot from the free list, or returns 0 if it found the list empty at A1. The caller owns the slot and has it in hand. */
  take(): i32 {
    const format = this.geometry.top;
    while (true) {
      // A1: read the top. If it names no slot, the list was empty at this instant.
      const top = this.memory.load(A1, FREE_TOP);
      const slot = format.index(top);
      if (slot == 0) {
        this.record.release();
        return 0;
      }
      // A2: another thread may take the slot before this read and even write its next word; A3 then fails, because the tag of the
      // top has moved.
      const next = this.memory.load(A2, this.geometry.slot(slot, S_NEXT));
      // The intent comes before the step, so that a thread that dies right after A3 leaves a record of what it took.
      this.record.hold(slot);
      // A3: linearization point of a successful take. It validates A2: no slot was taken since A1, so the slot was the top all
      // along and its next word still what A2 saw. A push in between changes the index; push and take of it change the tag.
      if (this.memory.cas(A3, FREE_TOP, top, this.below(top, this.geometry.link.index(next)))) {
        this.own(slot);
        return slot;
      }
      // Another thread took or gave a slot since A1: read again.
      this.record.count(C_A3);
    }
  }

  /** The word that A3 puts in the place of `top`: it names the next free slot, and its tag is the next one. */
  protected below(top: i32, slot: i32): i32 {
    return this.geometry.top.bump(top, slot);
  }

  /** The slot left the free list by our A3: nobody else writes its plain words until we hand it on. */
  private own(slot: i32): void {
    const state = this.geometry.slot(slot, S_STATE);
    if (this.memory.peek(state) != FREE) this.record.damage(DAMAGE_NOT_FREE, slot);
    this.memory.poke(state, HELD);
    const life = this.geometry.slot(slot, S_LIFE);
    this.memory.poke(life, (this.memory.peek(life) + 1) | 0);
    this.record.count(C_ALLOCATED);
  }

  /** Puts a slot back on the free list. The caller owns it and gives it up: nothing may name it any more but stale readers. */
  give(slot: i32): void {
    const state = this.geometry.slot(slot, S_STATE);
    if (this.memory.peek(state) == FREE) this.record.damage(DAMAGE_DOUBLE_FREE, slot);
    this.record.hold(slot);
    this.memory.poke(state, FREE);
    this.record.count(C_FREED);
    this.chain(slot);
  }

  /** The second half of `give`: puts a slot on the list that is in hand and whose state says FREE. */
  chain(slot: i32): void {
    const format = this.geometry.top;
    const next = this.geometry.slot(slot, S_NEXT);
    const old = this.memory.peek(next);
    while (true) {
      // F1: read the top that the slot shall precede.
      const top = this.memory.load(F1, FREE_TOP);
      // F2: chain the slot before it. The slot is ours, but a stale reader may still look at the word; its tag stays.
      this.memory.store(F2, next, this.geometry.link.keep(old, format.index(top)));
      // F3: linearization point of give; publishes F2 to A2. A top that went and came back since F1 is harmless here: what matters
      // is that it is the top now. A push leaves the tag alone, since a take alone can make A3's word stale.
      if (this.memory.cas(F3, FREE_TOP, top, format.keep(top, slot))) {
        this.record.release();
        return;
      }
      // Another thread took or gave a slot since F1: read again.
      this.record.count(C_F3);
    }
  }
}
