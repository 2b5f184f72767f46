import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import {
  CLAIM_HAND,
  CLAIM_NO_NEXT,
  CLAIM_TAKES,
  C_OWN_1,
  FREE,
  HAND_TAKEN,
  HOLDS_COUNTS,
  LINKED,
  ON_ITS_WAY,
  RETIRED,
  R_ANNOUNCE,
  R_HAND,
  R_HAND_KIND,
  R_OWN,
  R_TAKES,
  COUNT_WORD,
  S_NEXT,
  S_STATE,
} from '../layout.ts';
import { type Announcement, HAZARDS, slotsOf } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** A thread counts itself in at a slot. */
export const C1: i32 = 136;
/** Looks whether the slot is still named there. */
export const C2: i32 = 137;
/** A claim ends. */
export const C3: i32 = 138;
/** Takes a slot on which there is no claim any more. */
export const C4: i32 = 139;
/** Counts a pointer word in that is about to name a slot. */
export const C5: i32 = 140;
/** Retires a slot. */
export const C6: i32 = 141;
/** Cuts the link of a retired slot. */
export const C7: i32 = 142;

// A slot may be counted that was freed, or is in another life, since its memory is always a slot's: the count is taken back.
export const CARDS: StepCards = {
  C1: { access: 'add', needsNoLife: true, says: 'counts itself in at slot {holder}' },
  C2: {
    access: 'load',
    validates: ['same word'],
    renews: true,
    says: '{name} still names slot {slot}, which is counted',
    saysNull: '{name} still names nothing',
    saysFailed: '{name} has changed, and the slot may have been freed before it was counted',
  },
  C3: { access: 'add', needsNoLife: true, says: 'gives a claim on slot {holder} up' },
  C4: {
    access: 'cas',
    needsNoLife: true,
    needsBitsOnly: true,
    failures: C_OWN_1,
    short: 'reclaim slot {holder}',
    says: 'takes slot {holder}, on which there is no claim any more',
    saysFailed: 'there is a claim on slot {holder} again, or another thread has taken it',
  },
  C5: { access: 'add', needsNoLife: true, says: 'counts the word that is to name slot {holder}' },
  C6: { access: 'add', says: 'retires slot {holder}, and gives the claim of the last word up' },
  C7: { access: 'store', says: 'cuts slot {holder} off from what comes next' },
};

const CUT_ON: i32 = 1;

// The own words of a thread: slots of which a claim may be on its way. A word that is about to name a slot, and the one before it; what a
// word names that is about to name something else; and what a claim is about to end on.
const COMES: i32 = R_OWN;
const COMES_TOO: i32 = R_OWN + 1;
const IS_REPLACED: i32 = R_OWN + 2;
const GOES: i32 = R_OWN + 3;

/**
 * Idea: each slot counts the pointer words that name it and the threads that use it. A retired slot is freed by the thread that ends the last
 * of these claims, which ends the claim of its next word as well, and so on down the chain.
 * Paper: Valois, "Lock-Free Linked Lists Using Compare-and-Swap", PODC 1995, with the correction of Michael and Scott, "Correction of a
 * Memory Management Method for Lock-Free Data Structures", Rochester TR 599, 1995: a count and the bit that says who may free the slot change
 * in one step, and a count is never set, since a thread may be counted in that looks at the slot of an earlier life. There the bit is cleared
 * when a slot is taken; here when it is retired, since a structure of the lab says when that is: so a slot that is not linked yet needs no claim.
 * Claims: in the static members. With cut=on a retired slot names itself, which is not counted, so that it pins nothing.
 * It hides what a count is worth: with cut=off one node that a stalled thread uses pins every node that came after it, though nobody can
 * reach them but through it; the thread that ends the last claim frees them all at once; words that name each other in a circle keep each other
 * forever; and every step along a link is two additions to a word that all threads share.
 * Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA Theorem", PODC 2023) it gives up the second with cut=off:
 * the chain has no bound. With cut=on it gives up the third: a node that was retired leads nowhere.
 */
export class ReferenceCounting extends Scheme {
  static readonly NUMBER: i32 = 14;
  static readonly ID: string = 'reference-counting';
  static readonly TITLE: string = 'reference counting';
  static readonly IDEA: string =
    'Each slot counts the words that name it and the threads that use it; the one that ends the last claim frees it.';
  static readonly PAPER: string = 'Valois 1995, PODC, as corrected by Michael and Scott 1995';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = false;
  static readonly SURVIVES_DEATH: bool = false;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'what a claim is worth: one slot in use pins every slot that came after it, and slots that name each other in a circle are never freed; cut=on: that each step along a link is two additions to a word which all threads share';
  static readonly GIVES_UP: string = 'robustness; cut=on: wide applicability';
  static readonly HOLDS: i32 = HOLDS_COUNTS;
  static readonly TAGS: bool = false;
  static readonly NO_CHAINS: string =
    'claims each node by itself, so a chain would save the claims at Head and Tail alone, and each operation has a step of its own';
  static readonly PARAMS: string = 'cut=off|on';
  static readonly BOUND: string =
    'unbounded: a slot in use pins all that came after it; cut=on: threads x (protections + 1)';

  /** With cut=on what is retired is held by threads alone: each has as many as it protects, and one that it is about to retire or to let go. */
  static bound(threads: i32, cut: i32, _param1: i32, protections: i32, _inUse: i32): i32 {
    return cut == CUT_ON ? threads * (protections + 1) : UNBOUNDED;
  }

  /** Those in use, one to put in, and what each other thread has: as many as it protects, and one more that it lets go, or is to put in. */
  static needs(threads: i32, _cut: i32, _param1: i32, protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * (protections + 1);
  }

  // Words it adds: the count of each slot; an announced word for each slot that the structure protects at a time, a thread (slot index or 0);
  // four words of slots of which a claim may be on its way; and the slot that a thread is retiring or freeing, beside the one in its hand.
  // Invariants
  // - The count of a slot is at least 2 for each pointer word of the structure, and of a retired slot, that names it and is another slot's, and
  //   for each announced word that names it. What it is more belongs to threads in the middle of an operation, or dead: claims on their way.
  //   The row `counted claims` of `invariants.ts` says so of every state.
  // - The lowest bit of a count is clear exactly from C6, which retires the slot, to the C4 that takes it to be freed.
  // - So nobody frees a slot but the thread whose C4 succeeds, once in a life, and at C4 nobody has a claim on it.
  // Non-invariants
  // - A count need not be 0, nor odd and 1, of a slot that is free: a thread may be between C1 and C3 that takes it for a node.
  // - A count of 0 need not lead to a free slot at once: another thread may have counted itself in since, and frees the slot when it leaves.
  // - What an own word names need not have a claim, nor be in the same life.

  /** Nothing was counted yet: each root and link of the first content is. A free slot has the lowest bit alone. */
  override begin(inUse: i32): void {
    for (let slot: i32 = 1; slot <= this.geometry.slots; slot++)
      this.memory.poke(this.geometry.slot(slot, COUNT_WORD), 1);
    for (let slot: i32 = 1; slot <= inUse; slot++) this.countFirst(this.geometry.slot(slot, S_NEXT));
    for (let n: i32 = 0; n < this.geometry.roots; n++) this.countFirst(this.geometry.root(n));
  }

  private countFirst(word: i32): void {
    const slot = this.geometry.link.index(this.memory.peek(word));
    if (slot == 0) return;
    const count = this.geometry.slot(slot, COUNT_WORD);
    this.memory.poke(count, (this.memory.peek(count) + 2) | 0);
  }

  /** All compare-and-swaps of the operation were made, so what its own words say has come to an end. */
  override leave(): void {
    this.forget();
    for (let k: i32 = 0; k < this.geometry.protections; k++)
      this.letGo(this.record.base + R_ANNOUNCE + k, true);
  }

  /** An operation that was broken off may have left claims behind. */
  override offline(): void {
    this.leave();
  }

  private forget(): void {
    this.memory.poke(this.record.base + COMES, 0);
    this.memory.poke(this.record.base + COMES_TOO, 0);
    this.memory.poke(this.record.base + IS_REPLACED, 0);
  }

  /**
   * By cases, for the slot s that C2 still finds in `source`.
   * A root: it has had a claim on s since it named s, which ends after it names s no more: so s has a claim at C2, and after C2 ours as well,
   * which C1 made before. It may have been freed and linked again between the step and C1: it is the s of this life that is counted and named.
   * The next word of a node: the caller has a claim on the node, so the node is not freed, and its next word names what it names until the node
   * is cut. C7 comes before the claim of the word ends: so at C2, which finds s there, s has the claim of the word.
   * Whether the node is still in the structure does not matter here: it may be retired, and s too. That is for the structure to validate.
   */
  override protect(step: i32, k: i32, source: i32): i32 {
    const base = this.record.base;
    this.letGo(base + R_ANNOUNCE + k, true);
    while (true) {
      const seen = this.memory.load(step, source);
      const slot = this.geometry.link.index(seen);
      if (slot == 0) return seen;
      this.memory.poke(base + COMES, slot);
      // C1: before C2. An addition and no store, and of a slot that may be free: C3 takes it back.
      this.memory.add(C1, this.geometry.slot(slot, COUNT_WORD), 2);
      // C2: validates that the claim came in time, by the cases above.
      if (this.memory.load(C2, source) == seen) {
        this.memory.poke(base + R_ANNOUNCE + k, slot);
        this.memory.poke(base + COMES, 0);
        return seen;
      }
      this.letGo(base + COMES, true);
    }
  }

  /** Tags are not needed: the word that is replaced names a slot that the caller has a claim on, or none, or it does not matter which. */
  override link(old: i32, slot: i32, _owner: i32): i32 {
    this.memory.poke(this.record.base + IS_REPLACED, this.geometry.link.index(old));
    return slot;
  }

  /**
   * C5: before the compare-and-swap. The caller need not have a claim on the slot. If it is freed before that step, the step fails, since it
   * expects a word that led to the slot: Tail, whose node the caller has a claim on; Top, which names the slot itself; Head the same as Tail; and a
   * word of a list, where the caller has a claim on the slot itself.
   */
  override hold(slot: i32): void {
    if (slot == 0) return;
    const base = this.record.base;
    this.memory.poke(base + COMES_TOO, this.memory.peek(base + COMES));
    this.memory.poke(base + COMES, slot);
    this.memory.add(C5, this.geometry.slot(slot, COUNT_WORD), 2);
  }

  override release(slot: i32): void {
    this.memory.poke(this.record.base + GOES, slot);
    this.forget();
    if (slot != 0) this.giveUp(slot);
    this.memory.poke(this.record.base + GOES, 0);
  }

  /** Ends the claim that a word of a record speaks of, if it has one: of this thread, or of a dead one. */
  private letGo(word: i32, hasClaim: bool): void {
    const slot = this.memory.peek(word);
    if (slot == 0) return;
    this.memory.poke(this.record.base + GOES, slot);
    this.memory.poke(word, 0);
    if (hasClaim) this.giveUp(slot);
    // The dead thread may have ended the last claim, and have gone no further.
    else this.freeFrom(slot);
    this.memory.poke(this.record.base + GOES, 0);
  }

  /** C3: ends a claim. The one after which there is none, and the slot is retired, frees it. */
  private giveUp(slot: i32): void {
    if (this.memory.add(C3, this.geometry.slot(slot, COUNT_WORD), -2) == 2) this.freeFrom(slot);
  }

  /**
   * Frees a retired slot on which there is no claim, and then what it was the last to name, and so on. C4 decides who frees it. By cases, if
   * it fails:
   * There is a claim again: a thread that has looked at a word of long ago is between C1 and C3. It frees the slot at its C3, unless others are.
   * The lowest bit is set: another thread has taken it.
   * So of all threads that bring the count to 0 the last one, or one after it, frees the slot.
   *
   * @param isTaken true if the first slot is this thread's already
   */
  private freeFrom(first: i32, isTaken: bool = false): void {
    const base = this.record.base;
    let slot = first;
    let taken = isTaken;
    while (slot != 0) {
      this.memory.poke(base + R_TAKES, slot);
      if (!taken && !this.memory.cas(C4, this.geometry.slot(slot, COUNT_WORD), 0, 1)) {
        this.record.count(C_OWN_1);
        break;
      }
      taken = false;
      // The slot is ours. The free list chains through the next word: from then on its claim is on its way.
      const next = this.following(slot);
      this.memory.poke(base + GOES, next);
      this.slab.give(slot, R_TAKES);
      if (next == 0 || this.memory.add(C3, this.geometry.slot(next, COUNT_WORD), -2) != 2) break;
      slot = next;
    }
    this.memory.poke(base + R_TAKES, 0);
    this.memory.poke(base + GOES, 0);
  }

  /** What the next word of a slot names that was unlinked, and whose word does not change any more; 0 if it names none, or itself. */
  private following(slot: i32): i32 {
    const next = this.geometry.link.index(this.memory.peek(this.geometry.slot(slot, S_NEXT)));
    return next == slot ? 0 : next;
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
  }

  /** Adopts what the dead announced. Nothing else waits to be freed: what can be is, at once. */
  override collect(): void {
    this.adopt();
  }

  /** Nothing is kept: the slot is retired, and owned by its claims from C6 on. */
  protected override keep(slot: i32): void {
    if (this.geometry.param0 == CUT_ON) this.cut(slot);
    this.memory.poke(this.record.base + R_TAKES, slot);
    this.record.release();
    // C6: ends the claim of the word that named it last, and clears the lowest bit, in one step: the thread that finds no claim after it may free it.
    // An addition: threads may be counted in that do not know yet that the slot was unlinked, and others that never will.
    if (this.memory.add(C6, this.geometry.slot(slot, COUNT_WORD), -3) == 3) this.freeFrom(slot);
    this.memory.poke(this.record.base + R_TAKES, 0);
  }

  /**
   * The slot names itself from C7 on, which is not counted, and no more what came after it. Not null: a thread that read null there when the
   * node was the last one may still be at E9, which would succeed. All that read the word find out that the node was retired: D5, E7 and Q3 by
   * Head or Tail, S6 by Top, L4 by the word before the node, which are not at the node any more, and do not come back while it has a claim. A mark
   * stays: a node that was deleted is deleted, which L18 asks for.
   */
  private cut(slot: i32): void {
    const next = this.following(slot);
    if (next == 0) return;
    this.memory.poke(this.record.base + GOES, next);
    const word = this.geometry.slot(slot, S_NEXT);
    this.memory.store(C7, word, this.geometry.link.renamed(this.memory.peek(word), slot));
    this.giveUp(next);
    this.memory.poke(this.record.base + GOES, 0);
  }

  protected override silence(thread: i32): void {
    const announced = this.geometry.record(thread) + R_ANNOUNCE;
    for (let k: i32 = 0; k < this.geometry.protections; k++) this.letGo(announced + k, true);
  }

  /**
   * At a moment without operations each claim is accounted for by a word, or it is one of a dead thread that was on its way. An audit counts
   * them, and each record that names the slot ends one, as long as there are any: whose they were does not matter.
   */
  protected override regainClaims(record: i32, sole: bool, claims: i32): void {
    const takes = this.memory.peek(record + R_TAKES);
    for (let n: i32 = 0; n < ON_ITS_WAY; n++) {
      const word = record + R_OWN + n;
      const hasClaim = ((claims >> n) & 1) != 0;
      // A slot that it was retiring or freeing is freed by `regainTaken`, and once.
      if (!hasClaim && this.memory.peek(word) == takes) this.memory.poke(word, 0);
      else this.letGo(word, hasClaim);
    }
    const slot = this.memory.peek(record + R_HAND);
    if (slot == 0 || !sole) return;
    const state = this.memory.peek(this.geometry.slot(slot, S_STATE));
    const isLinked = state == LINKED && this.memory.peek(record + R_HAND_KIND) != HAND_TAKEN;
    // It is about to be retired: C6 ends one claim.
    if (state != RETIRED && !isLinked) return;
    if ((claims & CLAIM_HAND) == 0) this.memory.add(C5, this.geometry.slot(slot, COUNT_WORD), 2);
    const next = this.geometry.slot(slot, S_NEXT);
    if (isLinked && (claims & CLAIM_NO_NEXT) != 0)
      this.memory.store(C7, next, this.geometry.link.renamed(this.memory.peek(next), slot));
  }

  /** The slot that a dead thread was retiring or freeing, if nothing else has a claim on it: at whichever step it was. */
  protected override regainTaken(record: i32, sole: bool, claims: i32): void {
    const slot = this.memory.peek(record + R_TAKES);
    if (slot != 0 && sole) {
      if ((claims & CLAIM_TAKES) != 0) {
        this.record.hold(slot);
        this.memory.poke(record + R_TAKES, 0);
        this.keep(slot);
        return;
      }
      if (this.memory.peek(this.geometry.slot(slot, S_STATE)) == FREE) {
        this.record.hold(slot);
        this.memory.poke(record + R_TAKES, 0);
        this.slab.chain(slot);
        return;
      }
      this.memory.poke(this.record.base + R_TAKES, slot);
      this.memory.poke(record + R_TAKES, 0);
      // The lowest bit says whether the dead thread had taken it.
      this.freeFrom(slot, (this.memory.peek(this.geometry.slot(slot, COUNT_WORD)) & 1) != 0);
    }
    this.memory.poke(record + R_TAKES, 0);
  }
}

/** Announced words are claims, which the count of a slot has among others. */
export const ANNOUNCES: Announcement = {
  ...HAZARDS,
  name: (n) => `claim${n}`,
  short: (words) => `has a claim on ${slotsOf(words)}`,
  long: (words, still) => `${still} has a claim on ${slotsOf(words)}`,
  by: 'claims',
  // As many as there are claims: that a slot was retired is in its state as well, and is said where the word alone decides.
  slotWords: [
    {
      name: 'count',
      show: (word) => String(word >> 1),
      apart: (word) => `${word >> 1} (${(word & 1) === 0 ? 'retired' : 'not retired'})`,
    },
  ],
  counts: true,
  retiredIs: 'held by its count',
  freedUnseen: true,
};
