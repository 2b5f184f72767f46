import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { HOLDS_NOTHING, R_UNRECLAIMED, S_LIMBO } from '../layout.ts';
import { MAX_INDEX_BITS } from '../words.ts';

/**
 * Idea: nothing is ever freed, so nothing is ever recycled. It is the control: if a failure stays, it was not ABA.
 * Paper: none.
 * Claims: in the static members.
 */
export class NoReclaim extends Scheme {
  static readonly NUMBER: i32 = 2;
  static readonly ID: string = 'no-reclaim';
  static readonly TITLE: string = 'no reclamation';
  static readonly IDEA: string =
    'Nothing is ever freed, so nothing is recycled: the control that leaks one slot per dequeue.';
  static readonly PAPER: string = 'the leaky control of every comparison';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = false;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free, until the slab is used up';
  static readonly HOLDS: i32 = HOLDS_NOTHING;
  static readonly TAGS: bool = false;
  static readonly PARAMS: string = '';
  static readonly BOUND: string = 'unbounded: every slot dequeued';

  static bound(_threads: i32, _param0: i32, _param1: i32): i32 {
    return UNBOUNDED;
  }

  /** The dummy node, and a slot in hand for each thread. */
  static needs(threads: i32, _param0: i32, _param1: i32): i32 {
    return 1 + threads;
  }

  // Words it adds: none; the limbo word of a slot that was lost says as which of whose slots it is counted. Invariant: a slot has one life. Non-invariant: that a slot has an owner; what was retired is leaked.

  enter(): void {}

  leave(): void {}

  protect(step: i32, _k: i32, source: i32): i32 {
    return this.memory.load(step, source);
  }

  link(_old: i32, slot: i32): i32 {
    return slot;
  }

  retire(slot: i32): void {
    // Not counted yet; while its state is LINKED, so that a retired slot's word is never an older one.
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), 0);
    this.takeBack(slot);
    this.keep(slot);
  }

  /** There is nothing to reclaim, but a thread that died may have had a cache. */
  collect(): void {
    if (this.geometry.cache != 0) this.adopt();
  }

  idle(): void {}

  /** The slot is counted and then lost, on purpose: first it says as which of whose slots it is counted, so that `isKept` can tell. */
  protected keep(slot: i32): void {
    const count = (this.memory.peek(this.record.base + R_UNRECLAIMED) + 1) | 0;
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), (this.record.thread << MAX_INDEX_BITS) | count);
    this.record.unreclaimed(1);
    this.record.release();
  }

  /**
   * True if the thread that the slot names has counted as far as that. A count never goes back, and a slot is lost once, so it stays
   * within the index bits.
   */
  protected override isKept(slot: i32): bool {
    const lost = this.memory.peek(this.geometry.slot(slot, S_LIMBO));
    if (lost == 0) return false;
    const count = this.memory.peek(this.geometry.record(lost >>> MAX_INDEX_BITS) + R_UNRECLAIMED);
    return count >= (lost & ((1 << MAX_INDEX_BITS) - 1));
  }

  /** What it counts are the slots that it has lost: they are on no list, and stay lost. */
  protected override settle(_record: i32): void {}

  protected silence(_thread: i32): void {}
}
