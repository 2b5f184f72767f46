import { ABA_UNTIL_WRAP, Scheme } from '../scheme.ts';
import { C_RETIRED, HOLDS_NOTHING } from '../layout.ts';

/**
 * Idea: every pointer word carries a tag that grows with each change, so a word that comes back is not the same word. Nodes are freed
 * at once and may be read after that; what was read is then thrown away, because the compare-and-swap fails.
 * Paper: Michael and Scott, PODC 1996, the counted pointers of Figure 1; IBM System/370, 1983.
 * Claims: in the static members.
 */
export class Tagged extends Scheme {
  static readonly NUMBER: i32 = 3;
  static readonly ID: string = 'tagged';
  static readonly TITLE: string = 'tagged pointers';
  static readonly IDEA: string =
    'Every pointer word carries a tag that grows with each change, so a word that comes back is not the same word.';
  static readonly PAPER: string = 'Michael and Scott 1996, Figure 1 (counted pointers)';
  static readonly ABA: i32 = ABA_UNTIL_WRAP;
  static readonly STALE_READS: bool = true;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string = 'that a tag comes round, and that threads read slots which were freed';
  static readonly GIVES_UP: string = 'wide applicability';
  static readonly HOLDS: i32 = HOLDS_NOTHING;
  static readonly TAGS: bool = true;
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

  // Words it adds: none; the tag is in the pointer words.
  // Invariants
  // - A successful compare-and-swap on Head, Tail or a next word changes the word's tag to the next one; the free list keeps it. So
  //   the tag of a word counts its changes, modulo 2^(tag bits), across all lives of the slot that holds it.
  // - So a word equals an earlier value of itself only if it did not change in between, or changed a multiple of 2^(tag bits) times.
  // Non-invariant
  // - A slot that was read is not the slot one thinks it is. D12 and E6 may read a recycled slot; D13 and E9 then fail: the slot was
  //   recycled after Head or Tail had left it, and both words were changed for that. L2 and L3 may as well, and L4 fails: what named the
  //   slot was changed when it was unlinked. A walk along a chain may go anywhere; CH10 fails then, since Head has moved on and its tag has
  //   changed. So may CH2, and CH3 and CH4 fail.

  override movesChains(): bool {
    return true;
  }

  override retireTogether(): void {
    this.record.countMany(C_RETIRED, this.record.chained());
    this.slab.stowChain();
  }

  override link(old: i32, slot: i32, _owner: i32): i32 {
    return this.geometry.link.bump(old, slot);
  }
}
