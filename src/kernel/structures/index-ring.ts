import { Memory } from '../memory.ts';
import { ThreadRecord } from '../record.ts';
import { C_A3, C_F3, LINE } from '../layout.ts';
import type { StepCards } from '../step-card.ts';

export const RI1: i32 = 280;
export const RI2: i32 = 281;
export const RI3: i32 = 282;
export const RI4: i32 = 283;
export const RI5: i32 = 284;
export const RI6: i32 = 285;
export const RI7: i32 = 286;
export const RI8: i32 = 287;
export const RI9: i32 = 288;
export const RI10: i32 = 289;
export const RI11: i32 = 290;
export const RI12: i32 = 291;

// The counters of failures are those of the other free list's two compare-and-swaps: no laboratory has both.
export const CARDS: StepCards = {
  RI1: {
    access: 'add',
    headsLoop: true,
    says: 'takes a position to write, and moves {name} to {word}',
  },
  RI2: { access: 'load', fills: 'e', says: '{name} is {word}' },
  RI3: { access: 'load', fills: 'h', says: '{name} is at {word}' },
  RI4: {
    access: 'cas',
    expectedFrom: 'RI2',
    needsBitsOnly: true,
    moves: { from: 'hand', to: 'free list' },
    failures: C_F3,
    says: 'puts an index into {name}',
    saysFailed: 'another thread has changed the entry',
  },
  RI5: { access: 'load', fills: 'threshold', says: '{name} is {word}' },
  RI6: { access: 'store', says: 'sets {name} to {word}' },
  RI7: {
    access: 'add',
    headsLoop: true,
    says: 'takes a position to read, and moves {name} to {word}',
  },
  RI8: { access: 'or', moves: { from: 'free list', to: 'hand' }, says: 'takes the index out of {name}' },
  RI9: {
    access: 'cas',
    expectedFrom: 'RI2',
    needsBitsOnly: true,
    failures: C_A3,
    says: 'marks {name}: what is put there for this position comes too late',
    saysFailed: 'another thread has changed the entry',
  },
  RI10: { access: 'load', fills: 't', says: '{name} is at {word}' },
  RI11: {
    access: 'cas',
    expectedFrom: 'RI10',
    needsBitsOnly: true,
    says: 'moves {name} up to {word}',
    saysFailed: 'another thread has moved it',
  },
  RI12: { access: 'add', says: 'has found no index, and counts {name} down to {word}' },
};

// The words of a ring. What different threads change is a line apart.
export const RING_HEAD: i32 = 0;
export const RING_TAIL: i32 = LINE;
export const RING_THRESHOLD: i32 = 2 * LINE;
export const HEADS: i32 = 3 * LINE;

/**
 * An entry has in its low bits an index, or the largest number that there is room for if it has none; above it one bit that says that it
 * is safe; and above that the cycle, which is how often the ring had been gone round at the position that the entry was written for. In a ring of
 * 2^n entries:
 *
 *     31            n + 1   n    n - 1   0
 *     ┌─────────────────┬──────┬─────────┐
 *     │ cycle           │ safe │ index   │
 *     └─────────────────┴──────┴─────────┘
 *
 * So `entries - 1` is no index, `entries` is the bit, and `-2 * entries` has the bits of the cycle.
 */
export function cycleAt(position: i32, entries: i32): i32 {
  return (position & -entries) << 1;
}

/** By how much the cycle of an entry is later than that of a position: below 0 if it is earlier. Right while they are 2^30 positions apart at most. */
function ageOf(entry: i32, position: i32, entries: i32): i32 {
  return ((entry & (-2 * entries)) - cycleAt(position, entries)) | 0;
}

/**
 * How many readers may find no index after a writer has put one in, before one of them may say that there is none. When that writer is
 * done, its position is within the next `entries` from Head on, since at most half of the entries have an index and no reader has passed the others. So as many readers
 * come to it or beyond; and every thread but the writer may be one that took its position before and counts down late.
 */
export function patienceFor(entries: i32, threads: i32): i32 {
  return entries + threads - 1;
}

/** How far entry `entry` is from entry 0: two are side by side, and from there it is 2^pairBits words to the next two. */
export function wordOfEntry(entry: i32, pairBits: i32): i32 {
  return ((entry >> 1) << pairBits) + (entry & 1);
}

/** Writes a ring with the indices `from` to `from + count - 1` in it, the lowest first: at most as many as half of its entries. */
export function beginRing(
  memory: Memory,
  heads: i32,
  first: i32,
  pairBits: i32,
  entries: i32,
  threads: i32,
  from: i32,
  count: i32,
): void {
  memory.poke(heads + RING_HEAD, entries);
  memory.poke(heads + RING_TAIL, entries + count);
  memory.poke(heads + RING_THRESHOLD, count == 0 ? -1 : patienceFor(entries, threads));
  for (let i: i32 = 0; i < entries; i++) {
    const content = i < count ? cycleAt(entries, entries) | entries | (from + i) : entries | (entries - 1);
    memory.poke(first + wordOfEntry(i, pairBits), content);
  }
}

/**
 * A ring of indices, of the queue of Nikolaev, "A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue", DISC 2019: it has room for
 * each of half as many indices as it has entries, and an index that is put in comes out once. The labels are our own. It is the half of
 * `ScqRing`, and the free list of a slab (`RingSlab`).
 *
 * A ring hands out positions by fetch-and-add, to those who write from Tail on, and to those who read from Head on. Writer and reader of a
 * position meet at the entry that it leads to, where the last pair met as many positions before as there are entries; the cycle tells which pair it is.
 * The reader may be first. It then leaves its own cycle there, so that its writer is told, and takes the next position (RI9). Or it finds an
 * index there that an earlier reader has not taken yet, for which it cannot leave its cycle: it makes the entry unsafe, so that a writer whose
 * reader may have gone by does not put anything there, unless Head says that the reader is still to come (RI3).
 *
 * Why readers end. One that finds nothing at its position answers so at once if Tail is no further (RI10). If Tail is further, there is a
 * writer that is slow, or one that did not find room there; then the reader counts the ring's threshold down (RI12), takes the next position, and
 * gives up when the threshold is used up: see `patienceFor`. A writer sets it anew when its index is inside (RI6).
 *
 * What 32 bits allow. Positions are counted modulo 2^32, and the cycle has the bits that index and safe leave. Both are compared as
 * differences, so that they may wrap: a thread is harmed only if it stands still between two of its steps while the others take 2^30 positions of the ring.
 *
 * Progress: lock-free. A writer takes another position when a reader has passed the one that it had, or when an index is still in its
 * entry, of which there are fewer than entries; a reader does so until the threshold is used up, which only a writer that has put its
 * index in sets anew. A thread that stands still, or dies, has at most one index in hand, or in the entry of the position that it has taken.
 */
export class IndexRing {
  readonly memory: Memory;
  readonly record: ThreadRecord;
  /** The address of Head. */
  readonly heads: i32;
  /** The address of entry 0, and how far entries are apart: see `wordOfEntry`. */
  readonly first: i32;
  readonly pairBits: i32;
  /** A power of two. So an entry is always found for an index. */
  readonly entries: i32;
  readonly patience: i32;

  constructor(
    memory: Memory,
    record: ThreadRecord,
    heads: i32,
    first: i32,
    pairBits: i32,
    entries: i32,
    patience: i32,
  ) {
    this.memory = memory;
    this.record = record;
    this.heads = heads;
    this.first = first;
    this.pairBits = pairBits;
    this.entries = entries;
    this.patience = patience;
  }

  /**
   * Puts an index into the ring, in which it has room.
   *
   * @param hand the address of the word that has it until it is in, which is made 0 then; or 0
   */
  put(index: i32, hand: i32): void {
    while (true) {
      // RI1: the position is ours alone.
      const position = this.memory.add(RI1, this.heads + RING_TAIL, 1);
      if (this.write(position, index)) break;
    }
    if (hand != 0) this.memory.poke(hand, 0);
    this.renew();
  }

  /**
   * Takes an index out of the ring, the oldest one; -1 if there was an instant of the call at which the ring had none that was put in by a
   * put that had ended.
   *
   * @param hand the address of a word that is to have it before it is out, or 0
   */
  take(hand: i32): i32 {
    // Nothing was put in since the last readers have counted it down; or those that put something in have not ended.
    if (this.threshold() < 0) return -1;
    while (true) {
      // RI7: the position is ours alone.
      const position = this.memory.add(RI7, this.heads + RING_HEAD, 1);
      const index = this.read(position, hand);
      if (index >= 0) return index;
      const isAtEnd = this.catchUp((position + 1) | 0);
      // RI12: Tail was no further than this position, and nothing was in the ring then; or the threshold is used up.
      const patience = this.memory.add(RI12, this.heads + RING_THRESHOLD, -1);
      if (isAtEnd || patience <= 0) return -1;
    }
  }

  /**
   * True if there was an instant of the call at which the ring had no index for a reader that was still to come.
   *
   * The positions from Head to Tail are looked through; if Head is the same afterwards, no index was taken out of them meanwhile. If none had
   * one, none had one when Tail was read, since only a reader makes an entry empty. If one had one, its put may not have ended: it is ended
   * here (RI5, RI6), so that no take that begins later finds the threshold below 0 while the index is inside.
   *
   * @param isTrusted true if a threshold below 0 says so as well, as it does to a take
   */
  isEmpty(isTrusted: bool): bool {
    let isEmpty: bool = isTrusted && this.threshold() < 0;
    while (!isEmpty) {
      const head = this.head();
      const tail = this.tail();
      let position = head;
      while (((tail - position) | 0) > 0 && !this.isIn(position)) position = (position + 1) | 0;
      isEmpty = ((tail - position) | 0) <= 0;
      if (!isEmpty) this.renew();
      if (this.head() == head) break;
      isEmpty = isTrusted && this.threshold() < 0;
    }
    return isEmpty;
  }

  /** Sees to it that nothing is put in any more for a position that Head has passed and Tail has not: its reader may be dead, and take nothing. */
  passOver(): void {
    this.catchUp(this.head());
  }

  /** The index in an entry, by a plain read: for a thread that is alone at that moment; -1 if it has none. */
  indexIn(entry: i32): i32 {
    const content = this.memory.peek(this.at(entry));
    return this.has(content) ? content & (this.entries - 1) : -1;
  }

  /** True if no reader is still to come for what the entry has. The same. */
  isPassed(entry: i32): bool {
    const head = this.memory.peek(this.heads + RING_HEAD);
    return aheadOf(this.memory.peek(this.at(entry)), entry, head, this.entries) < 0;
  }

  /** Makes an entry empty. */
  takeOut(entry: i32): void {
    // RI8: the index is ours alone, since the position is. Another reader may have made the entry unsafe since RI2, and nothing else
    // changes it: so the index is still the same, and the bit is kept.
    this.memory.or(RI8, this.at(entry), this.entries - 1);
  }

  /** The address of an entry. */
  private at(entry: i32): i32 {
    return this.first + wordOfEntry(entry, this.pairBits);
  }

  /** The entry that a position leads to. */
  private entryOf(position: i32): i32 {
    return position & (this.entries - 1);
  }

  /** True if an entry of this content has an index. */
  private has(content: i32): bool {
    const none = this.entries - 1;
    return (content & none) != none;
  }

  /** True if the entry of a position has the index that was put there for it. */
  private isIn(position: i32): bool {
    const content = this.entry(this.at(this.entryOf(position)));
    return ageOf(content, position, this.entries) == 0 && this.has(content);
  }

  /** Writes an index into the entry of a position. False if it is not to be had: the reader has passed, or there is still another index. */
  private write(position: i32, index: i32): bool {
    const entries = this.entries;
    const at = this.at(this.entryOf(position));
    while (true) {
      const old = this.entry(at);
      // A later cycle, or the same one, is that of a reader which has passed (RI9), or of a later pair.
      if (ageOf(old, position, entries) >= 0 || this.has(old)) return false;
      // A reader saw an index here, for which it was too early, and made the entry unsafe. It was not ours if Head has not passed our
      // position: then ours is still to come, and will find what we write.
      if ((old & entries) == 0 && ((position - this.head()) | 0) < 0) return false;
      // RI4: publishes the index, and what was written to its cell or its slot, to the RI8 of the reader. The entry is as RI2 found it: no
      // reader has passed since.
      if (this.memory.cas(RI4, at, old, cycleAt(position, entries) | entries | index)) return true;
      this.record.count(C_F3);
    }
  }

  /** Takes the index out of the entry of a position, or sees to it that none is put there for this position: -1. */
  private read(position: i32, hand: i32): i32 {
    const entries = this.entries;
    const none = entries - 1;
    const entry = this.entryOf(position);
    const at = this.at(entry);
    while (true) {
      const old = this.entry(at);
      const age = ageOf(old, position, entries);
      if (age == 0) {
        // The intent comes before the step, so that a thread that dies right after RI8 leaves a record of what it took.
        if (hand != 0) this.memory.poke(hand, old & none);
        this.takeOut(entry);
        return old & none;
      }
      if (age > 0) return -1;
      // RI9: the writer of this position finds our cycle; or the entry unsafe, where an index waits for an earlier reader.
      const passed = this.has(old) ? this.tooEarly(old) : cycleAt(position, entries) | (old & entries) | none;
      if (this.memory.cas(RI9, at, old, passed)) return -1;
      this.record.count(C_A3);
    }
  }

  /** What a reader makes of an entry with an index of an earlier reader: it cannot leave its cycle there, and makes the entry unsafe. */
  protected tooEarly(content: i32): i32 {
    return content & ~this.entries;
  }

  /** True if Tail was not ahead of a position, to which it is moved up then: writers need not take those before it, where no index is put any more. */
  private catchUp(position: i32): bool {
    let tail = this.tail();
    if (((tail - position) | 0) > 0) return false;
    while (((position - tail) | 0) > 0) {
      // RI11: from RI10's value on, so that it never goes back.
      if (this.memory.cas(RI11, this.heads + RING_TAIL, tail, position)) break;
      tail = this.tail();
    }
    return true;
  }

  /** An index was put in: the threshold is set anew. */
  private renew(): void {
    // RI6: after RI4, so that a reader which finds the threshold below 0 may come before the put.
    if (this.threshold() != this.patience) this.memory.store(RI6, this.heads + RING_THRESHOLD, this.patience);
  }

  private entry(at: i32): i32 {
    return this.memory.load(RI2, at);
  }

  private head(): i32 {
    return this.memory.load(RI3, this.heads + RING_HEAD);
  }

  private tail(): i32 {
    return this.memory.load(RI10, this.heads + RING_TAIL);
  }

  private threshold(): i32 {
    return this.memory.load(RI5, this.heads + RING_THRESHOLD);
  }
}

/** How far the position for which an entry was written is ahead of another one. */
export function aheadOf(content: i32, entry: i32, position: i32, entries: i32): i32 {
  return (ageOf(content, position, entries) >> 1) + entry - (position & (entries - 1));
}
