import { ABA_POSSIBLE, Scheme } from '../scheme.ts';
import { HOLDS_NOTHING } from '../layout.ts';

/**
 * Idea: a dequeued node is free at once. A thread that was paused with its address in hand meets it again in another life, and the
 * compare-and-swap cannot tell.
 * Paper: none; it is what a first attempt does. The disaster is in the IBM System/370 Principles of Operation (1983), Appendix A.
 * Claims: in the static members.
 */
export class Naive extends Scheme {
  static readonly NUMBER: i32 = 1;
  static readonly ID: string = 'naive';
  static readonly TITLE: string = 'naive reuse';
  static readonly IDEA: string =
    'A dequeued node is free at once. A thread that was paused with its address meets it again in another life.';
  static readonly PAPER: string =
    'the textbook mistake (IBM System/370 Principles of Operation, 1983, Appendix A)';
  static readonly ABA: i32 = ABA_POSSIBLE;
  static readonly STALE_READS: bool = true;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'none: a corrupted queue may loop forever';
  static readonly HIDES: string =
    'that it is wrong: as long as no slot comes back between a read and its compare-and-swap, all goes well';
  static readonly HOLDS: i32 = HOLDS_NOTHING;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = '';
  static readonly BOUND: string = '0';

  static bound(_threads: i32, _param0: i32, _param1: i32, _protections: i32, _inUse: i32): i32 {
    return 0;
  }

  /** Those in use, and a slot in hand for each thread. */
  static needs(threads: i32, _param0: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + threads;
  }

  // Words it adds: none. Invariants: none of the queue's survives a recycled node.
}
