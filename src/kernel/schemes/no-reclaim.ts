import { lose } from '../lost.ts';
import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { Geometry, HOLDS_NOTHING, S_LIMBO } from '../layout.ts';
import { Memory } from '../memory.ts';
import { ThreadRecord } from '../record.ts';
import { Slab } from '../slab.ts';

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
  static readonly HIDES: string =
    'every fault of a scheme, since nothing is used again, and how much memory a long run takes';
  static readonly GIVES_UP: string = 'robustness';
  static readonly HOLDS: i32 = HOLDS_NOTHING;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = '';
  static readonly BOUND: string = 'unbounded: every slot retired';

  static bound(_threads: i32, _param0: i32, _param1: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /** Those in use, and a slot in hand for each thread. */
  static needs(threads: i32, _param0: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + threads;
  }

  // Words it adds: none; the limbo word of a slot that was lost says as which of whose slots it is counted. Invariant: a slot has one
  // life. Non-invariant: that a slot has an owner; what was retired is leaked.

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab) {
    super(memory, geometry, record, slab, true);
  }

  override retire(slot: i32): void {
    // Not counted yet; while its state is LINKED, so that a retired slot's word is never an older one.
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), 0);
    this.takeBack(slot);
    this.keep(slot);
  }

  protected override keep(slot: i32): void {
    lose(this.memory, this.geometry, this.record, slot);
  }
}
