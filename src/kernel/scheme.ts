import { Memory } from './memory.ts';
import { ThreadRecord } from './record.ts';
import { Slab } from './slab.ts';
import {
  Geometry,
  ACTIVE,
  C_RETIRED,
  DAMAGE_BAD_RETIRE,
  DEAD,
  HELD,
  INHERITING,
  LEFT,
  LINKED,
  LISTS,
  LIST_COUNT,
  LIST_STAMP,
  LIST_TOP,
  LIST_WORDS,
  RETIRED,
  R_COUNTERS,
  R_HAND,
  R_LISTS,
  R_MAGAZINE,
  R_STATUS,
  R_UNRECLAIMED,
  SETTLED,
  S_LIMBO,
  S_STAMP,
  S_STATE,
  VACANT,
} from './layout.ts';
import { J1, J2, J3, J4, J5 } from './steps.ts';

/** How far a scheme's promise against ABA goes. */
export const ABA_POSSIBLE: i32 = 0;
/** No slot is recycled while a thread can name it. */
export const ABA_IMPOSSIBLE: i32 = 1;
/** Impossible until a tag comes round: 2^(tag bits) changes of one word within one thread's pause. */
export const ABA_UNTIL_WRAP: i32 = 2;

/** `bound` of a scheme that promises none. */
export const UNBOUNDED: i32 = -1;

/**
 * A reclamation scheme, as the queue sees it. A subclass is one file, with its card in its static members (see any of the five) and
 * its methods in this order. All state lives in shared words: the object holds none.
 *
 * A slot is *retired* when it is handed to the scheme, *reclaimed* when the scheme judges that no thread can name it any more, and
 * *free* when it is back on the free list.
 */
export abstract class Scheme {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly record: ThreadRecord;
  readonly slab: Slab;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab) {
    this.memory = memory;
    this.geometry = geometry;
    this.record = record;
    this.slab = slab;
  }

  /** An operation that follows links begins. */
  abstract enter(): void;

  /** It has ended: no word that it read is used any more. */
  abstract leave(): void;

  /**
   * Reads the pointer word at `source` as step `step`. Under a scheme that protects, the slot that it names is safe from being freed
   * as long as the caller's own validation shows that the slot was not retired by the time the protection was in place, and until the
   * k-th protection is replaced or the operation leaves.
   */
  abstract protect(step: i32, k: i32, source: i32): i32;

  /** The word to replace `old` by, when it is to name `slot`. This is where tags live. */
  abstract link(old: i32, slot: i32): i32;

  /** Hands over a slot that the caller has unlinked: it owns the slot and nothing in the structure names it. */
  abstract retire(slot: i32): void;

  /** The free list was found empty: reclaim all that can be reclaimed now. Called outside of `enter` and `leave`. */
  abstract collect(): void;

  /** The queue was found empty: help others to reclaim. Called outside of `enter` and `leave`. */
  abstract idle(): void;

  /** The slot changes hands from the structure to this thread: notes it, and notices one that was not in the structure. */
  protected takeBack(slot: i32): void {
    const state = this.geometry.slot(slot, S_STATE);
    if (this.memory.peek(state) != LINKED) this.record.damage(DAMAGE_BAD_RETIRE, slot);
    this.memory.poke(state, RETIRED);
    this.record.count(C_RETIRED);
  }

  /** Frees a slot that was kept. It is counted off first: from then on it is in hand and on its way to the free list. */
  protected reclaim(slot: i32): void {
    this.record.unreclaimed(-1);
    this.slab.give(slot);
  }

  /** The address of one of this thread's lists of retired slots. */
  protected list(n: i32): i32 {
    return this.record.base + R_LISTS + n * LIST_WORDS;
  }

  /** Puts a slot on one of this thread's lists: it is in hand until then and retired from then on. */
  protected push(list: i32, slot: i32, stamp: i32): void {
    this.memory.poke(this.geometry.slot(slot, S_STAMP), stamp);
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), this.memory.peek(list + LIST_TOP));
    this.memory.poke(list + LIST_TOP, slot);
    this.memory.poke(list + LIST_COUNT, (this.memory.peek(list + LIST_COUNT) + 1) | 0);
    this.record.release();
  }

  /** Takes the first slot off a list, or returns 0. It is in hand from then on. */
  protected pop(list: i32): i32 {
    const slot = this.memory.peek(list + LIST_TOP);
    if (slot != 0) {
      this.record.hold(slot);
      this.memory.poke(list + LIST_TOP, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
      this.memory.poke(list + LIST_COUNT, (this.memory.peek(list + LIST_COUNT) - 1) | 0);
    }
    return slot;
  }

  /** What `push` stamped a slot with. */
  protected stampOf(slot: i32): i32 {
    return this.memory.peek(this.geometry.slot(slot, S_STAMP));
  }

  /** The time of this thread for schemes that have no other: how many slots it has retired, modulo 2^32. */
  protected now(): i32 {
    return this.memory.peek(this.record.base + R_COUNTERS + C_RETIRED * 2);
  }

  /**
   * Keeps a retired slot that is in hand until it can be reclaimed, and counts it. Also for a slot that another thread had retired: as
   * if this thread had retired it now, which is later and therefore safe.
   */
  protected abstract keep(slot: i32): void;

  /** Takes back what a dead thread announced, since it can do so no more. */
  protected abstract silence(thread: i32): void;

  /**
   * Adopts the retired slots of threads that left or died. A record has one heir, the thread whose J2 succeeds. The slot in hand of a
   * dead thread is left alone: only an audit at a moment without operations can tell whether anyone else has a claim on it.
   */
  adopt(): void {
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      const status = this.geometry.record(thread) + R_STATUS;
      // J1: a record that is in use, vacant or settled has nothing to give.
      const seen = this.memory.load(J1, status);
      // J2: makes this thread the only heir; the former owner's plain writes happened before the status that J1 read.
      if ((seen == LEFT || seen == DEAD) && this.memory.cas(J2, status, seen, INHERITING)) {
        if (seen == DEAD) this.silence(thread);
        this.takeOver(thread);
        const open = seen == DEAD && this.isOpen(this.geometry.record(thread));
        // J3: publishes the emptied record.
        this.memory.store(J3, status, open ? SETTLED : VACANT);
      }
    }
  }

  /** True if a dead thread had something in hand. */
  private isOpen(record: i32): bool {
    return this.memory.peek(record + R_HAND) != 0 || this.hasMagazine(record);
  }

  /** True if a dead thread had a magazine of free slots in hand. */
  private hasMagazine(record: i32): bool {
    return this.geometry.cache != 0 && this.memory.peek(record + R_MAGAZINE) != 0;
  }

  private takeOver(thread: i32): void {
    const base = this.geometry.record(thread);
    const unreclaimed = base + R_UNRECLAIMED;
    for (let n: i32 = 0; n < LISTS; n++) {
      const list = base + R_LISTS + n * LIST_WORDS;
      while (true) {
        const slot = this.memory.peek(list + LIST_TOP);
        if (slot == 0) break;
        // In hand first, so that the slot has an owner at every moment.
        this.record.hold(slot);
        this.memory.poke(list + LIST_TOP, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
        this.memory.poke(unreclaimed, (this.memory.peek(unreclaimed) - 1) | 0);
        this.keep(slot);
      }
      this.memory.poke(list + LIST_COUNT, 0);
      this.memory.poke(list + LIST_STAMP, 0);
    }
    if (this.geometry.cache != 0) this.slab.inherit(base);
  }

  /**
   * Settles the slot in hand of a dead thread whose record was adopted. `sole` says that an audit, at a moment without operations,
   * found no other claim on the slot: it was lost with the thread and is recovered here. Otherwise it is just forgotten. The same with
   * a magazine in its hand: `soleMagazine` says it of the magazine's first slot.
   */
  recover(thread: i32, sole: bool, soleMagazine: bool = false): void {
    const base = this.geometry.record(thread);
    if (this.hasMagazine(base)) {
      if (soleMagazine) this.slab.recover(base);
      this.memory.poke(base + R_MAGAZINE, 0);
    }
    const slot = this.memory.peek(base + R_HAND);
    if (slot != 0 && sole) {
      this.record.hold(slot);
      this.memory.poke(base + R_HAND, 0);
      const state = this.memory.peek(this.geometry.slot(slot, S_STATE));
      if (state == LINKED) {
        // Unlinked by D13, or prepared and never linked: others may still be looking at it.
        this.retire(slot);
      } else if (state == RETIRED) {
        // Retired and not kept yet.
        this.keep(slot);
      } else if (state == HELD) {
        // Taken and never offered.
        this.slab.give(slot);
      } else {
        // On its way back to the free list.
        this.slab.chain(slot);
      }
    }
    this.memory.poke(base + R_HAND, 0);
    this.memory.store(J3, base + R_STATUS, VACANT);
  }

  /** This thread leaves: what it can reclaim is freed, the rest waits in its record for an heir. */
  depart(): void {
    this.collect();
    if (this.geometry.cache != 0) this.slab.empty();
    // J4: publishes the record with its lists to J1.
    this.memory.store(J4, this.record.base + R_STATUS, LEFT);
  }
}

/**
 * Takes up a record by its number, whichever thread had it before: for a thread that is given its number from outside, such as a worker that is
 * started again. The caller sees to it that no other thread is at work on the record; two that are clear each other's protections. It
 * adopts nothing: what a former owner that died had in hand is overwritten by the first operation, unless an heir has settled it.
 */
export function takeUp(memory: Memory, geometry: Geometry, thread: i32): void {
  // J5: the record is in use again.
  memory.store(J5, geometry.record(thread) + R_STATUS, ACTIVE);
}

/** Registers the calling thread in a vacant record and returns its number, from 1, or 0 if every record is taken. */
export function join(memory: Memory, geometry: Geometry): i32 {
  for (let thread: i32 = 1; thread <= geometry.threads; thread++) {
    const status = geometry.record(thread) + R_STATUS;
    const seen = memory.load(J1, status);
    // A record that was left may be taken up with its lists: they are the new thread's own from now on.
    if ((seen == VACANT || seen == LEFT) && memory.cas(J2, status, seen, ACTIVE)) return thread;
  }
  return 0;
}
