import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { HOLDS_ONLINE, ONLINE_GRACE, R_ANNOUNCE, R_UNRECLAIMED } from '../layout.ts';
import { announcing } from '../clock.ts';
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
import { type Announcement, beforeGrace, epochHolders, shownNumber, shownTime } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Reads the epoch to come online. */
export const U1: i32 = 144;
/** Comes online. */
export const U2: i32 = 145;
/** Reads the epoch in a quiescent state. */
export const U3: i32 = 146;
/** Announces a quiescent state. */
export const U4: i32 = 147;
/** Goes offline. */
export const U5: i32 = 148;
/** Reads the epoch to stamp a retired slot. */
export const U6: i32 = 149;
/** Reads the epoch to advance it. */
export const U7: i32 = 150;
/** Reads an announcement. */
export const U8: i32 = 151;
/** Advances the epoch. */
export const U9: i32 = 152;
/** Reads the epoch to judge a limbo list. */
export const U10: i32 = 153;
/** Takes a dead thread offline. */
export const U11: i32 = 154;

export const CARDS: StepCards = {
  U1: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  U2: { access: 'store', says: 'comes online in {word}' },
  U3: { access: 'load', fills: 'epoch', says: 'a quiescent state: the epoch is {word}' },
  U4: { access: 'store', says: 'announces that it was quiescent in {word}' },
  U5: { access: 'store', says: 'goes offline' },
  U6: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  U7: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  U8: { access: 'load', fills: 'announced', says: '{holder} was last quiescent in {word}' },
  U9: {
    access: 'cas',
    expectedFrom: 'U7',
    says: 'advances the epoch to {word}',
    saysFailed: 'another thread advanced the epoch',
  },
  U10: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  U11: { access: 'store', says: 'takes {holder} offline, which is dead' },
};

/**
 * Idea: an operation begins and ends without a word to the others. At its end a thread uses nothing that it read: a quiescent state. Only
 * where the epoch has moved since its last one does it announce that; the epoch advances when every thread that is online has announced it.
 * Paper: McKenney and Slingwine, "Read-Copy Update: Using Execution History to Solve Concurrency Problems", PDCS 1998; with epochs, and
 * measured: Hart, McKenney, Brown and Walpole, "Performance of Memory Reclamation for Lockless Synchronization", JPDC 67(12), 2007. Threads
 * that are offline: Desnoyers, McKenney, Stern, Dagenais and Walpole, "User-Level Implementations of Read-Copy Update", IEEE TPDS 23(2),
 * 2012. The stamp and the proof below are ours.
 * Claims: in the static members. `period` is the number of retires after which a thread tries to advance.
 * It hides that idleness is punished: where epochs wait for a thread that is slow inside an operation, this waits for one that does nothing
 * at all, until it says that it goes offline. Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA
 * Theorem", PODC 2023) it gives up the second, and a part of the first: a thread that waits for anything has to go offline before.
 */
export class Qsbr extends Scheme {
  static readonly NUMBER: i32 = 7;
  static readonly ID: string = 'qsbr';
  static readonly TITLE: string = 'quiescent states';
  static readonly IDEA: string =
    'A thread says when it uses nothing that it read, in place of when it does; a slot is freed when all that are online have said so.';
  static readonly PAPER: string = 'McKenney and Slingwine 1998, PDCS; Hart et al. 2007, JPDC 67(12)';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = false;
  static readonly SURVIVES_DEATH: bool = false;
  static readonly PROGRESS: string =
    'lock-free, while every thread that is online ends an operation now and then';
  static readonly HIDES: string =
    'idleness: a thread that is online and does nothing holds back what all others retire meanwhile';
  static readonly GIVES_UP: string = 'robustness, and a part of easy integration';
  static readonly HOLDS: i32 = HOLDS_ONLINE;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'period=16:1:65535';
  static readonly BOUND: string = 'unbounded while a thread that is online is stalled or idle';

  static bound(_threads: i32, _period: i32, _param1: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /**
   * Those in use, one to enqueue, and what each other thread keeps that does nothing more, if it is offline, and if all others were offline
   * or had announced the epoch when it tried to advance. Every `period` retires it moves the epoch on and frees what was retired
   * before it moved it the last time, so 2 x period - 1 slots stay at most; and it may have one in hand.
   */
  static needs(threads: i32, period: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * ONLINE_GRACE * period;
  }

  // Words it adds: the global epoch, an announced word a thread (epoch << 1 | 1 while online, else 0), how many operations it is inside of,
  // and a limbo list for each epoch modulo 4, stamped with its epoch.
  // Invariants
  // - A thread that is inside of an operation is online.
  // - From a step that announces, U2 or U4, to the thread's next one the epoch advances once at most.
  // Non-invariants
  // - An announced epoch need not be the current one, nor have been the current one when it was announced.
  // - A thread that is online need not be inside of an operation.
  // - A thread may have been quiescent in an epoch without announcing it: it announces what is new to it.
  //
  // The second invariant. Let c be the epoch at the step of thread t that announces a. The epoch only grows, and t read a before, so a <= c.
  // An advance from c + 1 to c + 2 reads at U7 that the epoch is c + 1, so after that step, and then the announcement of t at U8. If that is
  // still a, it is not c + 1, and there is no such advance. (a and c + 1 differ modulo 2^30 unless t slept through as many epochs between U1
  // and U2; between U3 or U7 and U4 it is online, and cannot.)
  //
  // Why two epochs are enough. Let s be retired with stamp e, the epoch that U6 read after s was unlinked, and let a thread be able to name
  // s. It is inside of an operation that began before s was unlinked: it read s from Head or Tail before that, or from the next word of a
  // node that it was able to name, which was unlinked before s, and so on back to Head or Tail. Its last announcement was before that operation
  // began, so before U6: the epoch was c <= e then, and is at most c + 1 <= e + 1 until it announces again, which it does when the operation
  // has ended. So at epoch e + 2 there is no such thread.
  // With the thread's own epoch for a stamp, two are not enough: it may be one less than the epoch in which s was unlinked, and that
  // one the epoch in which the other thread announced.

  /** Comes online, if it is not. */
  override enter(): void {
    comesInside(this);
    const announce = this.record.base + R_ANNOUNCE;
    if (this.memory.peek(announce) != 0) return;
    const epoch = this.memory.load(U1, EPOCH);
    // U2: publishes to U8, before anything of the structure is read.
    this.memory.store(U2, announce, announcing(epoch));
  }

  override leave(): void {
    if (comesOutside(this)) this.quiesce(this.memory.load(U3, EPOCH));
  }

  /** A quiescent state, outside of all operations. Where the epoch is the one that is announced there is nothing to say. */
  private quiesce(epoch: i32): void {
    const announce = this.record.base + R_ANNOUNCE;
    const announced = this.memory.peek(announce);
    // U4: publishes to U8 that nothing read before is used any more.
    if (announced != 0 && announced != announcing(epoch)) this.memory.store(U4, announce, announcing(epoch));
  }

  override offline(): void {
    const announce = this.record.base + R_ANNOUNCE;
    // U5: publishes to U8 that nothing read before is used any more, and that nothing is read before the next U2.
    if (this.memory.peek(announce) != 0) this.memory.store(U5, announce, 0);
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
    if (isTimeToAdvance(this, this.geometry.param0)) {
      this.advance();
      this.reclaimLimbo();
    }
  }

  override movesChains(): bool {
    return true;
  }

  override retireTogether(): void {
    const period = this.geometry.param0;
    while (this.record.chained() > 0) {
      const n = retiresTogether(this, period);
      // U6: after all of them were unlinked.
      if (n > 0) keepChainInLimbo(this, n, this.memory.load(U6, EPOCH));
      if (isTimeToAdvance(this, period, n > 0 ? n : period)) {
        this.advance();
        this.reclaimLimbo();
      }
    }
  }

  override collect(): void {
    this.adopt();
    for (let i: i32 = 0; i < ONLINE_GRACE; i++) {
      if (!this.advance()) break;
    }
    this.reclaimLimbo();
  }

  override idle(): void {
    if (this.memory.peek(this.record.base + R_UNRECLAIMED) != 0) {
      this.advance();
      this.reclaimLimbo();
    }
  }

  /** Moves the epoch on if every thread that is online has announced it, this one at last. False if one has not. */
  private advance(): bool {
    const epoch = this.memory.load(U7, EPOCH);
    if (isOutside(this)) this.quiesce(epoch);
    // U8: pairs with U2, U4 and U5.
    // U9: publishes that every thread that is online was quiescent in `epoch`, or came online. If it fails, someone else advanced.
    return advanceEpoch(this.memory, this.geometry, epoch, U8, U9);
  }

  /** Frees the limbo lists that are old enough. */
  private reclaimLimbo(): void {
    freeLimbo(this, this.memory.load(U10, EPOCH), ONLINE_GRACE);
  }

  protected override keep(slot: i32): void {
    // U6: after the slot was unlinked, which the proof above builds on.
    const epoch = this.memory.load(U6, EPOCH);
    this.record.unreclaimed(1);
    keepInLimbo(this, slot, epoch);
  }

  protected override silence(thread: i32): void {
    forgetInside(this, this.geometry.record(thread));
    this.memory.store(U11, this.geometry.record(thread) + R_ANNOUNCE, 0);
  }
}

export const ANNOUNCES: Announcement = {
  name: (n) => (n === 0 ? 'online' : `announce${n}`),
  show: (word, n) => {
    if (n > 0) return shownNumber(word);
    return word === 0 ? 'offline' : shownTime('epoch')(word);
  },
  short: ([online]) => `announces epoch ${online >>> 1}`,
  long: ([online], still) => ` is${still} online and announces epoch ${online >>> 1}`,
  by: 'announcement',
  clock: 'Epoch',
  waitedFor: 'online',
  epochs: { grace: () => ONLINE_GRACE },
  holders: (slab) => beforeGrace(epochHolders(slab, 'announcement'), ONLINE_GRACE),
};
