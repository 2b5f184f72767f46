import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { HALF, HALF_BITS, HOLDS_EPOCHS, R_ANNOUNCE, R_OWN, R_UNRECLAIMED } from '../layout.ts';
import { announcing, isTimeAgain } from '../clock.ts';
import {
  EPOCH,
  advanceEpoch,
  comesInside,
  comesOutside,
  forgetInside,
  freeLimbo,
  isOutside,
  isTimeToAdvance,
  keepChainInLimbo,
  keepInLimbo,
  retiresTogether,
} from '../limbo.ts';
import { type Announcement, PINS, beforeGrace, epochHolders } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Reads the epoch to pin it. */
export const P1: i32 = 80;
/** Announces it. */
export const P2: i32 = 81;
/** Validates the announcement. */
export const P3: i32 = 82;
/** Unpins. */
export const P4: i32 = 83;
/** Reads the epoch to stamp a retired slot. */
export const P5: i32 = 84;
/** Reads the epoch to advance it. */
export const P6: i32 = 85;
/** Reads an announcement. */
export const P7: i32 = 86;
/** Advances the epoch. */
export const P8: i32 = 87;
/** Reads the epoch to judge a limbo list. */
export const P9: i32 = 88;
/** Unpins a dead thread. */
export const P10: i32 = 89;

export const CARDS: StepCards = {
  P1: { access: 'load', fills: 'epoch', headsLoop: true, says: 'the epoch is {word}' },
  P2: { access: 'store', says: 'pins {word}' },
  P3: {
    access: 'load',
    validates: ['P1'],
    says: 'the epoch is still {word}, so the pin is in time',
    saysFailed: 'the epoch has moved on, and the pin may have come too late',
  },
  P4: { access: 'store', says: 'unpins' },
  P5: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  P6: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  P7: { access: 'load', fills: 'announced', says: '{holder} pins {word}' },
  P8: {
    access: 'cas',
    expectedFrom: 'P6',
    says: 'advances the epoch to {word}',
    saysFailed: 'another thread advanced the epoch',
  },
  P9: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  P10: { access: 'store', says: 'unpins {holder}, which is dead' },
};

/** Own word: operations that ended since the thread pinned. */
const ENDED: i32 = R_OWN + 2;

/**
 * Idea: a thread pins the current epoch while it follows links. The epoch advances only when all pinned threads have announced it, so
 * a slot that was retired `grace` epochs ago can be named by no thread.
 * Paper: Fraser, "Practical Lock Freedom", UCAM-CL-TR-579, 2004, section 5.2.3; the stamp and the proof below are ours.
 * Regions of several operations: Hart, McKenney, Brown and Walpole, "Performance of Memory Reclamation for Lockless Synchronization", JPDC
 * 67(12), 2007, where the caller says when one begins and ends (NEBR); here every `region` operations are one.
 * Claims: in the static members. `grace` is the age in epochs at which a slot is freed, `period` the number of retires after which a
 * thread tries to advance, `region` the number of operations that one pin is for. A region ends earlier where the thread itself waits for the
 * epoch: before it tries to advance, where it finds nothing free or nothing inside, and when it goes offline.
 * With region=k it hides what quiescent states hide: a thread that is idle between two operations may be pinned all the same.
 */
export class Epochs extends Scheme {
  static readonly NUMBER: i32 = 5;
  static readonly ID: string = 'epochs';
  static readonly TITLE: string = 'epochs';
  static readonly IDEA: string =
    'A thread pins the epoch while it follows links; a slot is freed when the epoch has moved on far enough since it was retired.';
  static readonly PAPER: string = 'Fraser 2004, UCAM-CL-TR-579, section 5.2.3';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = false;
  static readonly SURVIVES_DEATH: bool = false;
  static readonly PROGRESS: string = 'lock-free, while every pinned thread wakes up';
  static readonly HIDES: string =
    'slowness: one operation that stands still holds back what all others retire meanwhile, and with a region over 1 an idle thread may as well';
  static readonly GIVES_UP: string = 'robustness';
  static readonly HOLDS: i32 = HOLDS_EPOCHS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'grace=2:1:3,period=16:1:65535,region=1:1:4096';
  static readonly BOUND: string = 'unbounded while a pinned thread is stalled';

  static bound(_threads: i32, _grace: i32, _periodAndRegion: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /**
   * Those in use, one to enqueue, and what each other thread keeps that does nothing more, if nobody was pinned when it tried to
   * advance. Every `period` retires it moves the epoch on and frees what is `grace` epochs old, so grace x period - 1 slots stay at
   * most; and it may have one in hand. That does not depend on the region: a thread ends its own one before it tries.
   */
  static needs(threads: i32, grace: i32, periodAndRegion: i32, _protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * grace * (periodAndRegion & HALF);
  }

  // Words it adds: the global epoch, an announced word a thread (epoch << 1 | 1 while pinned, else 0), a pin count, how many operations
  // of its region have ended, and a limbo list for each epoch modulo 4, stamped with its epoch.
  // Invariant
  // - While a thread is pinned with announcement a, validated at P3, the epoch is a or a + 1.
  // Non-invariants
  // - An announcement need not be the current epoch.
  // - A thread that is pinned need not be inside of an operation, unless region=1.
  //
  // Why two epochs are enough. Let s be retired with stamp e, the epoch that P5 read after s was unlinked, and let a thread be able
  // to name s. It was pinned before s was unlinked: it read s from Head or Tail before that, or from the next word of a node that it
  // was able to name, which was unlinked before s, and so on back to Head or Tail. So it was pinned before P5, with an announcement
  // a <= e, and has not unpinned. While it is pinned the epoch is at most a + 1 <= e + 1. So at epoch e + 2 there is no such thread.
  // One epoch is not enough: the epoch may go from e to e + 1 while the thread, announced at e, still names s.
  // A walk along a chain names nodes by next words of nodes that it was able to name, and asks for nothing more.
  // The proof asks only that a thread inside of an operation was pinned when it began, and still is. Both are so of a region: it ends
  // outside of all operations alone, and the next operation finds nothing announced and pins.

  /** Pins. A thread that is pinned already stays so: only the outermost operation announces, and of a region the first one. */
  override enter(): void {
    comesInside(this);
    const announce = this.record.base + R_ANNOUNCE;
    if (this.memory.peek(announce) != 0) return;
    while (true) {
      const epoch = this.memory.load(P1, EPOCH);
      // P2: publishes to P7.
      this.memory.store(P2, announce, announcing(epoch));
      // P3: validates P2 against P8. If P8 came first, an advance may have missed us: announce again. If P2 came first, the next
      // advance beyond epoch + 1 finds us at P7.
      if (this.memory.load(P3, EPOCH) == epoch) return;
    }
  }

  override leave(): void {
    if (!comesOutside(this)) return;
    const region = (this.geometry.param1 >>> HALF_BITS) + 1;
    if (region == 1 || isTimeAgain(this, ENDED, region)) this.unpin();
  }

  /** P4: publishes to P7 that nothing read while pinned is used any more. */
  private unpin(): void {
    this.memory.store(P4, this.record.base + R_ANNOUNCE, 0);
  }

  /** Ends the region that the thread is in, if it is inside of no operation. */
  private endRegion(): void {
    if (this.memory.peek(this.record.base + R_ANNOUNCE) == 0 || !isOutside(this)) return;
    this.memory.poke(this.record.base + ENDED, 0);
    this.unpin();
  }

  /** Nothing that was read is used any more. */
  override offline(): void {
    this.endRegion();
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
    if (isTimeToAdvance(this, this.geometry.param1 & HALF)) {
      this.endRegion();
      this.advance();
      this.reclaimLimbo();
    }
  }

  override movesChains(): bool {
    return true;
  }

  override retireTogether(): void {
    const period = this.geometry.param1 & HALF;
    while (this.record.chained() > 0) {
      const n = retiresTogether(this, period);
      // P5: after all of them were unlinked.
      if (n > 0) keepChainInLimbo(this, n, this.memory.load(P5, EPOCH));
      if (isTimeToAdvance(this, period, n > 0 ? n : period)) {
        this.endRegion();
        this.advance();
        this.reclaimLimbo();
      }
    }
  }

  override collect(): void {
    this.endRegion();
    this.adopt();
    for (let i: i32 = 0; i < this.geometry.param0; i++) {
      if (!this.advance()) break;
    }
    this.reclaimLimbo();
  }

  override idle(): void {
    this.endRegion();
    if (this.memory.peek(this.record.base + R_UNRECLAIMED) != 0) {
      this.advance();
      this.reclaimLimbo();
    }
  }

  /** Moves the epoch on if every pinned thread has announced it. False if one has not. */
  private advance(): bool {
    const epoch = this.memory.load(P6, EPOCH);
    // P7: pairs with P2 and P4.
    // P8: publishes that every thread pinned before it has announced `epoch`. If it fails, someone else advanced.
    return advanceEpoch(this.memory, this.geometry, epoch, P7, P8);
  }

  /** Frees the limbo lists that are old enough. */
  private reclaimLimbo(): void {
    freeLimbo(this, this.memory.load(P9, EPOCH), this.geometry.param0);
  }

  protected override keep(slot: i32): void {
    // P5: after the slot was unlinked, which the proof above builds on.
    const epoch = this.memory.load(P5, EPOCH);
    this.record.unreclaimed(1);
    keepInLimbo(this, slot, epoch);
  }

  protected override silence(thread: i32): void {
    forgetInside(this, this.geometry.record(thread));
    this.memory.poke(this.geometry.record(thread) + ENDED, 0);
    this.memory.store(P10, this.geometry.record(thread) + R_ANNOUNCE, 0);
  }
}

export const ANNOUNCES: Announcement = {
  ...PINS,
  epochs: { grace: ({ param0 }) => param0 },
  holders: (slab) => beforeGrace(epochHolders(slab, 'pin'), slab.geometry.param0),
};
