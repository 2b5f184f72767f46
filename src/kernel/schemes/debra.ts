import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import {
  BAGS,
  C_OPERATIONS,
  HOLDS_BAGS,
  LIST_STAMP,
  LIST_TOP,
  LIST_WORDS,
  R_ANNOUNCE,
  BAG_WORD,
  R_COUNTERS,
  R_HAND,
  R_LISTS,
  R_OWN,
  R_UNRECLAIMED,
} from '../layout.ts';
import { announcing } from '../clock.ts';
import { EPOCH, advanceEpoch, comesInside, comesOutside, forgetInside, nextEpoch } from '../limbo.ts';
import {
  type Announcement,
  type RetiredPlace,
  type SlabInUse,
  PINS,
  counted,
  epochHolders,
  epochsBetween,
  holdBack,
  holderText,
  limitsOf,
} from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Reads the epoch to pin it. */
export const B1: i32 = 160;
/** Pins it. */
export const B2: i32 = 161;
/** Looks at one thread. */
export const B3: i32 = 162;
/** Advances the epoch when it has looked at all, one at a time. */
export const B4: i32 = 163;
/** Unpins. */
export const B5: i32 = 164;
/** Reads the epoch to advance it at once. */
export const B6: i32 = 165;
/** Looks at all threads at once. */
export const B7: i32 = 166;
/** Advances the epoch at once. */
export const B8: i32 = 167;
/** Reads the epoch to rotate. */
export const B9: i32 = 168;
/** Unpins a dead thread. */
export const B10: i32 = 169;

export const CARDS: StepCards = {
  B1: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  B2: { access: 'store', says: 'pins {word}' },
  B3: { access: 'load', fills: 'announced', says: 'the next thread to look at, {holder}, pins {word}' },
  B4: {
    access: 'cas',
    expectedFrom: 'B1',
    says: 'has looked at every thread by now, and advances the epoch to {word}',
    saysFailed: 'another thread advanced the epoch',
  },
  B5: { access: 'store', says: 'unpins' },
  B6: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  B7: { access: 'load', fills: 'announced', says: '{holder} pins {word}' },
  B8: {
    access: 'cas',
    expectedFrom: 'B6',
    says: 'advances the epoch to {word}',
    saysFailed: 'another thread advanced the epoch',
  },
  B9: { access: 'load', fills: 'epoch', says: 'the epoch is {word}' },
  B10: { access: 'store', says: 'unpins {holder}, which is dead' },
};

/** Own words: the epoch that the thread was in last, and at how many threads it has looked since it came there. */
const MINE: i32 = R_OWN + 1;
const LOOKED: i32 = R_OWN + 2;

/**
 * Idea: a thread pins the epoch while it is in an operation, and keeps what it retires in bags. In every `period`-th operation it looks at
 * one other thread; when it has seen all of them in its epoch, or outside, it advances it. In a new epoch its bags rotate, and the
 * oldest is freed: nothing is stamped, and no operation looks at all threads.
 * Paper: Brown, "Reclaiming Memory for Lock-Free Data Structures: There has to be a Better Way", PODC 2015, Section 4. That a bag should not
 * be freed at once: Kim, Brown and Singh, "Are Your Epochs Too Epic? Batch Free Can Be Harmful", PPoPP 2024. The proof below is ours.
 * Claims: in the static members. `free` says whether a bag that can be freed is freed at once, or one slot with each operation.
 * It hides how long a slot waits: for three rotations that its own thread makes, and a thread that does nothing makes none. So what it
 * retired last stays, although nobody holds it back. With free=one what a stall has left is worked off one slot with each operation, and stays
 * as long as a thread retires one with each. Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA Theorem",
 * PODC 2023) it gives up the second, as epochs do.
 */
export class Debra extends Scheme {
  static readonly NUMBER: i32 = 9;
  static readonly ID: string = 'debra';
  static readonly TITLE: string = 'epochs with bags (DEBRA)';
  static readonly IDEA: string =
    'A thread looks at one other thread in an operation, and at all of them in many; its bags of retired slots rotate when the epoch has moved on.';
  static readonly PAPER: string = 'Brown 2015, PODC; free=one: Kim, Brown and Singh 2024, PPoPP';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = false;
  static readonly SURVIVES_DEATH: bool = false;
  static readonly PROGRESS: string = 'lock-free, while every pinned thread wakes up';
  static readonly HIDES: string =
    'how long a slot waits: for three rotations that its own thread makes, and a thread that does nothing makes none; free=one: how long a slot waits: for three rotations that its own thread makes, and then for one operation after another, since each frees one slot';
  static readonly GIVES_UP: string = 'robustness';
  static readonly HOLDS: i32 = HOLDS_BAGS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'period=8:1:65535,free=batch|one';
  static readonly BOUND: string = 'unbounded while a pinned thread is stalled';

  static bound(_threads: i32, _period: i32, _free: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /**
   * Those in use, one to enqueue, and what each other thread keeps that does nothing more, if nobody was pinned when it looked. It looks
   * at all threads in threads x period operations, so that no bag takes in more than so many; three have not been freed, or what is left of
   * the oldest has made room for as many in the youngest. And it may have one in hand.
   */
  static needs(threads: i32, period: i32, _free: i32, _protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * (3 * threads * period + 1);
  }

  /** A bag takes in `chain` slots with each of the operations that `needs` counts, and as many are in hand. */
  static needsForChain(threads: i32, period: i32, _free: i32, chain: i32): i32 {
    return (chain - 1) * (3 * threads * period + 1);
  }

  // Words it adds: the global epoch; an announced word a thread (epoch << 1 | 1 while pinned, else 0); the epoch that it was in last, at how
  // many threads it has looked since, how many operations it is inside of, and which list is its current bag. Four lists: the current bag,
  // those of one and of two rotations ago, and what can be freed. A bag carries the epoch of the rotation that made it the current one.
  // Invariants
  // - From the step that pins, B2, to the one that unpins, the epoch advances once at most.
  // - What is on the list that can be freed was retired before the last three rotations of its thread.
  // Non-invariants
  // - A pinned epoch need not be the current one, nor have been the current one when it was pinned.
  // - A bag that can be freed need not be three epochs old, nor is one that is three epochs old one that can be freed: what counts is
  //   how often the thread itself has seen a new epoch.
  //
  // The first invariant. Let c be the epoch at the step B2 of thread t that pins a. The epoch only grows, and t read a before, so a <= c.
  // Thread u advances the epoch from c + 1 to c + 2 at B4 or B8, after it has looked at every thread since it read c + 1: at B8 by the order of
  // its steps, and at B4 because LOOKED begins again in each epoch that is new to u. It read c + 1 after the step B2 of t, so it found t pinned
  // at a, which is not c + 1, or unpinned. (They differ modulo 2^30 unless t slept through as many epochs between B1 and B2.)
  //
  // Why three rotations are enough. Let s be in a bag, unlinked in epoch u, and let a thread be able to name s. It was pinned before s was
  // unlinked: it read s from Head or Tail before that, or from the next word of a node that it was able to name, which was unlinked
  // before s, and so on back to Head or Tail. So it pinned when the epoch was u at most, and while it is pinned the epoch is u + 1 at
  // most. The rotations after s came into the bag, of this thread or as an heir's, read epochs that differ, each after s was unlinked: the first is u at least, and
  // the third u + 2 at least. So after the third there is no such thread.
  // Two rotations are not enough: they may read u and u + 1, and a thread that is pinned at u may still name s.
  // A walk along a chain names nodes by next words of nodes that it was able to name, and asks for nothing more.

  /** Pins, after the bags have rotated. A thread that is pinned already stays so: only the outermost operation announces. */
  override enter(): void {
    comesInside(this);
    const announce = this.record.base + R_ANNOUNCE;
    if (this.memory.peek(announce) != 0) return;
    const epoch = this.memory.load(B1, EPOCH);
    this.rotate(epoch);
    // B2: publishes to B3 and B7, before anything of the structure is read.
    this.memory.store(B2, announce, announcing(epoch));
    const operations = this.memory.peek(this.record.base + R_COUNTERS + C_OPERATIONS * 2);
    if (operations % this.geometry.param0 == 0) this.look(epoch);
  }

  /** Looks at the next thread that this one has not seen in its epoch, or outside, since it came to the epoch. */
  private look(epoch: i32): void {
    const looked = this.record.base + LOOKED;
    const seen = this.memory.peek(looked);
    // B3: pairs with B2 and B5.
    const announced = this.memory.load(B3, this.geometry.record(seen + 1) + R_ANNOUNCE);
    if (announced != 0 && announced != announcing(epoch)) return;
    if (seen + 1 < this.geometry.threads) {
      this.memory.poke(looked, seen + 1);
    } else {
      this.memory.poke(looked, 0);
      // B4: publishes that every thread was unpinned, or had pinned `epoch`, after this one read it. If it fails, someone else advanced.
      this.memory.cas(B4, EPOCH, epoch, nextEpoch(epoch));
    }
  }

  /**
   * Notes a new epoch, and makes an empty list the current bag in it. Where what can be freed is not free yet there is no such list: the bags
   * stay, and rotate later. What is retired meanwhile comes into a bag with slots that were retired before, and waits for as many rotations.
   */
  private rotate(epoch: i32): void {
    const mine = this.record.base + MINE;
    if (this.memory.peek(mine) != epoch) {
      this.memory.poke(mine, epoch);
      this.memory.poke(this.record.base + LOOKED, 0);
    }
    const bag = this.memory.peek(this.record.base + BAG_WORD);
    if (this.memory.peek(this.list(bag) + LIST_STAMP) == epoch) return;
    const next = (bag + 1) % BAGS;
    if (this.memory.peek(this.list(next) + LIST_TOP) != 0) return;
    this.memory.poke(this.list(next) + LIST_STAMP, epoch);
    this.memory.poke(this.record.base + BAG_WORD, next);
  }

  /** A structure may have a slot in hand when it leaves, and there is one hand: then the slot is about to be retired, which frees as well. */
  override leave(): void {
    if (!comesOutside(this)) return;
    // B5: publishes to B3 and B7 that nothing read while pinned is used any more.
    this.memory.store(B5, this.record.base + R_ANNOUNCE, 0);
    if (this.memory.peek(this.record.base + R_HAND) == 0) this.freeDue(this.geometry.param1);
  }

  /** Frees what can be freed, up to `most` slots; 0 stands for all. */
  private freeDue(most: i32): void {
    const due = this.list((this.memory.peek(this.record.base + BAG_WORD) + 1) % BAGS);
    let slot = this.pop(due);
    let freed: i32 = 0;
    while (slot != 0) {
      this.reclaim(slot);
      freed++;
      if (freed == most) return;
      slot = this.pop(due);
    }
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
    this.freeDue(this.geometry.param1);
  }

  override collect(): void {
    this.adopt();
    // As many rotations as it takes until what was retired last can be freed.
    for (let i: i32 = 1; i < BAGS; i++) {
      if (!this.advance()) break;
    }
  }

  override idle(): void {
    if (this.memory.peek(this.record.base + R_UNRECLAIMED) != 0) this.advance();
  }

  /** Moves the epoch on if every pinned thread has announced it, rotates, and frees all that can be freed. False if one has not. */
  private advance(): bool {
    const epoch = this.memory.load(B6, EPOCH);
    // B7: pairs with B2 and B5.
    // B8: publishes that every thread was unpinned, or had pinned `epoch`, after this one read it. If it fails, someone else advanced.
    const moved = advanceEpoch(this.memory, this.geometry, epoch, B7, B8);
    this.freeDue(0);
    this.rotate(this.memory.load(B9, EPOCH));
    this.freeDue(0);
    return moved;
  }

  /** Into the current bag. The stamp is for those who watch: the epoch that the thread was in last. */
  protected override keep(slot: i32): void {
    this.record.unreclaimed(1);
    const bag = this.memory.peek(this.record.base + BAG_WORD);
    this.push(this.list(bag), slot, this.memory.peek(this.record.base + MINE));
  }

  protected override silence(thread: i32): void {
    forgetInside(this, this.geometry.record(thread));
    this.memory.store(B10, this.geometry.record(thread) + R_ANNOUNCE, 0);
  }
}

/** A slot is freed after so many rotations of its bag, each in a new epoch: a pin holds back what needs more of them than it lets come. */
export const ANNOUNCES: Announcement = {
  ...PINS,
  epochs: { grace: null },
  retiredIs: 'in a bag',
  holders: (slab) => {
    const pins = epochHolders(slab, 'pin');
    const now = slab.words[EPOCH];
    return (place) => {
      const { advances } = rotationsLeft(place, slab);
      return pins.filter(({ epoch }) => epochsBetween(now, epoch + 1) < advances);
    };
  },
  note: ({ holders, ...place }, slab) => {
    const { slot, thread } = place;
    const { rotations } = rotationsLeft(place, slab);
    const ago = BAGS - 1 - rotations;
    if (rotations === 0)
      return `Slot ${slot} is in T${thread}'s oldest bag, which can be freed: no thread holds it back, and it waits for T${thread}'s next operations.`;
    const which =
      ago === 0 ? `T${thread}'s current bag` : `T${thread}'s bag of ${counted(ago, 'rotation')} ago`;
    const due = `Slot ${slot} is in ${which}, and can be freed after ${counted(rotations, 'more rotation')}`;
    if (holders.length === 0)
      return `${due}: no thread holds it back, and it waits for operations of T${thread} in new epochs.`;
    return `${due}: ${holdBack(holders.map(holderText))}, since the epoch cannot pass ${limitsOf(holders, slab.words[EPOCH])}.`;
  },
};

/** How many rotations a slot waits for, and how often the epoch has to advance for them: the first may be in an epoch that is there already. */
function rotationsLeft(
  { thread, list }: Pick<RetiredPlace, 'thread' | 'list'>,
  { words, geometry }: SlabInUse,
): { readonly rotations: number; readonly advances: number } {
  const record = geometry.record(thread);
  const bag = words[record + BAG_WORD];
  const rotations = BAGS - 1 - ((bag - list + BAGS) % BAGS);
  const isNew = words[record + R_LISTS + bag * LIST_WORDS + LIST_STAMP] !== words[EPOCH];
  return { rotations, advances: Math.max(0, rotations - (isNew ? 1 : 0)) };
}
