import { Memory } from './memory.ts';
import { ThreadRecord } from './record.ts';
import {
  Geometry,
  C_A3,
  C_ALLOCATED,
  C_F3,
  C_FREED,
  C_RETIRED,
  DAMAGE_BAD_RETIRE,
  DAMAGE_DOUBLE_FREE,
  DAMAGE_NOT_FREE,
  FREE,
  FREE_TOP,
  HAND_TAKEN,
  HAND_TAKING,
  HELD,
  LINKED,
  LISTS,
  LIST_COUNT,
  LIST_TOP,
  LIST_WORDS,
  R_HAND,
  R_LISTS,
  R_LOADED,
  R_LOADED_COUNT,
  R_MAGAZINE,
  R_SPARE,
  R_UNRECLAIMED,
  RETIRED,
  S_LIFE,
  S_LIMBO,
  S_NEXT,
  S_STAMP,
  S_STATE,
} from './layout.ts';
import { A1, A2, A3, F1, F2, F3 } from './steps.ts';

/** No time, and no number of slots: of slots that need no stamp. */
const NO_STAMP: i32 = -1;

/**
 * Fixed slots and a LIFO free list, a Treiber stack (IBM RJ 5118, 1986) with a tagged top; a subclass has a ring in its place (`RingSlab`). It chains through S_NEXT, as the paper's
 * does, and keeps the tag and the marks that it finds there.
 *
 * A thread may have a cache of free slots, so that it seldom needs the list, where all threads meet: two magazines of up to `cache`
 * slots (Bonwick and Adams, "Magazines and Vmem", USENIX 2001). It takes and gives slots from and to the loaded one; when that is
 * empty or full the spare one takes its place, and when that is of no use either, a whole magazine is taken from the list or put there
 * with the same A1 to A3 and F1 to F3 as a slot. A magazine is a first slot with others behind it, chained through S_LIMBO; a slot of
 * the list with nothing behind it is one too. The cache is in the record: the auditor counts it as free, and an heir adopts it.
 *
 * A slot has one owner at a time: the free list, the thread that holds it, the queue, the retired list of a thread, or the thread
 * that reclaims it. Only the owner writes its value, state, life and limbo words.
 *
 * Invariants, after every step
 * invariants:begin (made by npm run refresh from invariants.ts)
 * - Following next from the top visits every slot of the free list once, and ends at null.
 * - Every slot on the free list, behind one there, or in a cache has the state FREE.
 * - No slot is in two places of these, nor twice in one: the structure, the free list, a magazine, a retired list, the hand-overs.
 * - A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says.
 * invariants:end
 * And between steps
 * - A slot in a cache, or behind the first slot of a magazine, is owned like that first slot: the thread that takes that one by A3 owns them all.
 *   So only S_NEXT of first slots is ever chained, and the proof of A3 below is the same for magazines as for slots.
 * - A slot comes back from a cache to be linked with the S_NEXT that it had: its tag has not changed, and E3 changes it.
 * - The tag of the top grows by one with every slot taken, so a top that comes back has another tag, until the tag wraps: after
 *   2^(32 - index bits) takes (at most 2^30) within one thread's pause between A1 and A3.
 * Non-invariants
 * - Two threads in A2 may read the S_NEXT of a slot that is no longer free. What they read is then never used: A3 fails.
 * - A slot whose state is FREE may not be on the list yet: its owner is between the write of the state and F3.
 * - The list may be empty while other threads have slots in their caches, at most twice `cache` each.
 */
export class Slab {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly record: ThreadRecord;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord) {
    this.memory = memory;
    this.geometry = geometry;
    this.record = record;
  }

  /**
   * Takes a free slot from the cache, or from the free list; returns 0 if the cache was empty and A1 found the list empty. The caller
   * owns the slot and has it in hand.
   */
  take(): i32 {
    const slot = this.geometry.cache == 0 ? this.pop(R_HAND) : this.draw();
    if (slot != 0) this.own(slot);
    return slot;
  }

  /** Takes the top of the free list, or returns 0 if it found the list empty at A1. It is in the hand that `hand` names. */
  protected pop(hand: i32): i32 {
    const format = this.geometry.top;
    const intent = this.record.base + hand;
    if (hand == R_HAND) this.record.come(HAND_TAKING);
    while (true) {
      // A1: read the top. If it names no slot, the list was empty at this instant.
      const top = this.memory.load(A1, FREE_TOP);
      const slot = format.index(top);
      if (slot == 0) {
        this.memory.poke(intent, 0);
        return 0;
      }
      // A2: another thread may take the slot before this read and even write its next word; A3 then fails, because the tag of the
      // top has moved.
      const next = this.memory.load(A2, this.geometry.slot(slot, S_NEXT));
      // The intent comes before the step, so that a thread that dies right after A3 leaves a record of what it took.
      this.memory.poke(intent, slot);
      // A3: linearization point of a successful take. It validates A2: no slot was taken since A1, so the slot was the top all
      // along and its next word still what A2 saw. A push in between changes the index; push and take of it change the tag.
      if (this.memory.cas(A3, FREE_TOP, top, this.below(top, this.geometry.link.index(next)))) return slot;
      // Another thread took or gave a slot since A1: read again.
      this.record.count(C_A3);
    }
  }

  /** The word that A3 puts in the place of `top`: it names the next free slot, and its tag is the next one. */
  protected below(top: i32, slot: i32): i32 {
    return this.geometry.top.bump(top, slot);
  }

  /** The slot left the free list by our A3: nobody else writes its plain words until we hand it on. */
  private own(slot: i32): void {
    this.record.come(HAND_TAKEN);
    const state = this.geometry.slot(slot, S_STATE);
    if (this.memory.peek(state) != FREE) this.record.damage(DAMAGE_NOT_FREE, slot);
    this.memory.poke(state, HELD);
    const life = this.geometry.slot(slot, S_LIFE);
    this.memory.poke(life, (this.memory.peek(life) + 1) | 0);
    this.record.count(C_ALLOCATED);
  }

  private loadedCount(): i32 {
    return this.memory.peek(this.record.base + R_LOADED_COUNT);
  }

  /**
   * Puts a slot back on the free list. The caller owns it and gives it up: nothing may name it any more but stale readers. If `hand` names
   * another hand than the first one, the slot is in it already.
   */
  give(slot: i32, hand: i32 = R_HAND): void {
    const state = this.geometry.slot(slot, S_STATE);
    if (this.memory.peek(state) == FREE) this.record.damage(DAMAGE_DOUBLE_FREE, slot);
    if (hand == R_HAND) this.record.hold(slot);
    this.memory.poke(state, FREE);
    this.record.count(C_FREED);
    this.chain(slot, hand);
  }

  /** The second half of `give`: the slot is in that hand and its state says FREE. */
  chain(slot: i32, hand: i32 = R_HAND): void {
    if (this.geometry.cache == 0) this.push(slot, hand);
    else this.stow(slot, hand);
  }

  /** Puts what is in the hand that `hand` names on the free list: a slot, or a magazine by its first slot. */
  protected push(slot: i32, hand: i32): void {
    const format = this.geometry.top;
    const next = this.geometry.slot(slot, S_NEXT);
    const old = this.memory.peek(next);
    while (true) {
      // F1: read the top that the slot is to precede.
      const top = this.memory.load(F1, FREE_TOP);
      // F2: chain the slot before it. The slot is ours, but a stale reader may still look at the word; its tag and its marks stay, so
      // that a compare-and-swap fails that expects it as it was before it was marked.
      this.memory.store(F2, next, this.geometry.link.renamed(old, format.index(top)));
      // F3: linearization point of give; publishes F2 to A2. A top that went and came back since F1 is harmless here: what matters
      // is that it is the top now. A push leaves the tag alone, since a take alone can make A3's word stale.
      if (this.memory.cas(F3, FREE_TOP, top, format.keep(top, slot))) {
        this.memory.poke(this.record.base + hand, 0);
        return;
      }
      // Another thread took or gave a slot since F1: read again.
      this.record.count(C_F3);
    }
  }

  /** Takes a slot out of the cache, or returns 0 if nothing was there to load. */
  private draw(): i32 {
    const base = this.record.base;
    if (this.memory.peek(base + R_LOADED) == 0 && !this.load()) return 0;
    const slot = this.memory.peek(base + R_LOADED);
    // In hand first, so that the slot has an owner at every moment.
    this.record.hold(slot);
    this.memory.poke(base + R_LOADED, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
    this.memory.poke(base + R_LOADED_COUNT, (this.memory.peek(base + R_LOADED_COUNT) - 1) | 0);
    return slot;
  }

  /** Puts the free slot that is in this hand into the cache. If the loaded magazine is full, it becomes the spare one. */
  private stow(slot: i32, hand: i32): void {
    const base = this.record.base;
    if (this.memory.peek(base + R_LOADED_COUNT) >= this.geometry.cache) this.sealLoaded();
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), this.memory.peek(base + R_LOADED));
    this.memory.poke(base + R_LOADED, slot);
    this.memory.poke(base + R_LOADED_COUNT, (this.memory.peek(base + R_LOADED_COUNT) + 1) | 0);
    this.memory.poke(base + hand, 0);
  }

  /** The loaded magazine, which is full, becomes the spare one. */
  private sealLoaded(): void {
    this.flush(R_SPARE);
    this.seal();
    this.lift(R_LOADED);
    this.place(R_SPARE);
  }

  /** Frees the chain in hand: puts it into the cache, where as much of it as there is room for goes with one write. */
  stowChain(): void {
    const base = this.record.base;
    this.record.countMany(C_FREED, this.record.chained());
    while (this.record.chained() > 0) {
      if (this.loadedCount() >= this.geometry.cache) this.sealLoaded();
      const chained = this.record.chained();
      const room = (this.geometry.cache - this.loadedCount()) | 0;
      const rest = chained > room ? chained - room : 0;
      const top = this.relink(rest, this.memory.peek(base + R_LOADED), FREE, NO_STAMP);
      this.memory.poke(base + R_LOADED, top);
      this.memory.poke(base + R_LOADED_COUNT, (this.loadedCount() + chained - rest) | 0);
      this.record.shortenChain(rest);
    }
  }

  /**
   * Chains what the chain in hand has behind its first `rest` slots by limbo words too, the other way round, and the first of these slots to `end`; their states say this
   * from then on, and their stamps that, if it is one. Returns the last slot: they go over to a list or a magazine, as soon as that begins with it. The end of a chain goes
   * first: what is before it stays a chain. If it were the beginning, nothing would lead a heir to the rest once that has another owner. The order is for speed
   * alone, measured (bench/TRIED.md): a slot that was the dummy node becomes the last one of a chain again.
   */
  relink(rest: i32, end: i32, says: i32, stamp: i32): i32 {
    let slot = this.record.inChain(rest);
    let before = end;
    for (let left: i32 = this.record.chained() - rest; left > 0; left--) {
      const state = this.geometry.slot(slot, S_STATE);
      if (this.memory.peek(state) != LINKED) this.record.damage(DAMAGE_BAD_RETIRE, slot);
      this.memory.poke(state, RETIRED);
      if (says != RETIRED) this.memory.poke(state, says);
      if (stamp != NO_STAMP) this.memory.poke(this.geometry.slot(slot, S_STAMP), stamp);
      this.memory.poke(this.geometry.slot(slot, S_LIMBO), before);
      before = slot;
      slot = this.geometry.link.index(this.memory.peek(this.geometry.slot(slot, S_NEXT)));
    }
    return before;
  }

  /** Retires the last `n` slots of the chain in hand to one of this thread's lists. */
  pushChain(list: i32, n: i32, stamp: i32): void {
    const rest = (this.record.chained() - n) | 0;
    const top = this.relink(rest, this.memory.peek(list + LIST_TOP), RETIRED, stamp);
    this.record.countMany(C_RETIRED, n);
    // In this order: what is counted is in hand or on the list, and the count of the list is never too low.
    this.record.unreclaimed(n);
    this.memory.poke(list + LIST_COUNT, (this.memory.peek(list + LIST_COUNT) + n) | 0);
    this.memory.poke(list + LIST_TOP, top);
    this.record.shortenChain(rest);
  }

  /**
   * Frees a list of this thread that has as many slots as a magazine has room for, and one at least: it becomes a magazine, of the cache if it has room, or on the free list. The
   * magazine is in hand before it is off the list.
   */
  stowList(list: i32): void {
    const base = this.record.base;
    const first = this.memory.peek(list + LIST_TOP);
    let n: i32 = 0;
    for (let slot = first; slot != 0; slot = this.memory.peek(this.geometry.slot(slot, S_LIMBO))) {
      const state = this.geometry.slot(slot, S_STATE);
      if (this.memory.peek(state) == FREE) this.record.damage(DAMAGE_DOUBLE_FREE, slot);
      this.memory.poke(state, FREE);
      n++;
    }
    this.record.countMany(C_FREED, n);
    // They say that they are free: a count may leave them out already.
    this.record.unreclaimed(-n);
    this.memory.poke(this.geometry.slot(first, S_STAMP), (n - 1) | 0);
    this.memory.poke(base + R_MAGAZINE, first);
    this.memory.poke(list + LIST_TOP, 0);
    this.memory.poke(list + LIST_COUNT, 0);
    if (this.memory.peek(base + R_LOADED) == 0) {
      this.memory.poke(base + R_LOADED_COUNT, n);
      this.place(R_LOADED);
    } else if (this.memory.peek(base + R_SPARE) == 0) {
      this.place(R_SPARE);
    } else {
      this.push(first, R_MAGAZINE);
    }
  }

  /**
   * Counts what the lists of a record have, and has it retired: its thread may have died when it was about to free a list as a whole, with some states written, and all
   * counted off or none. As long as they say that they are free the count may be either; so they are counted first.
   */
  recount(record: i32): void {
    for (let pass: i32 = 0; pass < 2; pass++) {
      let count: i32 = 0;
      for (let n: i32 = 0; n < LISTS; n++) {
        let slot = this.memory.peek(record + R_LISTS + n * LIST_WORDS + LIST_TOP);
        while (slot != 0) {
          const state = this.geometry.slot(slot, S_STATE);
          if (pass == 1 && this.memory.peek(state) != RETIRED) this.memory.poke(state, RETIRED);
          slot = this.memory.peek(this.geometry.slot(slot, S_LIMBO));
          count++;
        }
      }
      if (pass == 0) this.memory.poke(record + R_UNRECLAIMED, count);
    }
  }

  /** Loads the spare magazine, or one from the free list. False if there is neither. The loaded one is empty. */
  private load(): bool {
    const base = this.record.base;
    if (this.memory.peek(base + R_SPARE) != 0) this.lift(R_SPARE);
    else if (this.pop(R_MAGAZINE) == 0) return false;
    const others = this.geometry.slot(this.memory.peek(base + R_MAGAZINE), S_STAMP);
    this.memory.poke(base + R_LOADED_COUNT, (this.memory.peek(others) + 1) | 0);
    this.place(R_LOADED);
    return true;
  }

  /** Takes the magazine out of its place in the cache, into the hand. */
  private lift(place: i32): void {
    const base = this.record.base;
    this.memory.poke(base + R_MAGAZINE, this.memory.peek(base + place));
    this.memory.poke(base + place, 0);
  }

  /** Puts the magazine in hand into an empty place of the cache. */
  private place(place: i32): void {
    const base = this.record.base;
    this.memory.poke(base + place, this.memory.peek(base + R_MAGAZINE));
    this.memory.poke(base + R_MAGAZINE, 0);
  }

  /** Writes down in the first slot of the loaded magazine how many come with it, and counts anew. */
  private seal(): void {
    const count = this.record.base + R_LOADED_COUNT;
    const first = this.memory.peek(this.record.base + R_LOADED);
    this.memory.poke(this.geometry.slot(first, S_STAMP), (this.memory.peek(count) - 1) | 0);
    this.memory.poke(count, 0);
  }

  /** Puts the magazine of a place, if there is one, on the free list. */
  private flush(place: i32): void {
    const magazine = this.memory.peek(this.record.base + place);
    if (magazine == 0) return;
    this.lift(place);
    this.push(magazine, R_MAGAZINE);
  }

  /** Puts all of the cache on the free list, where everybody can take it: the thread leaves. */
  empty(): void {
    this.flush(R_SPARE);
    if (this.memory.peek(this.record.base + R_LOADED) != 0) this.seal();
    this.flush(R_LOADED);
  }

  /** Takes over the cache of a thread that died, slot by slot. The caller is the only heir of its record. */
  inherit(record: i32): void {
    for (let n: i32 = 0; n < 2; n++) {
      const place = record + (n == 0 ? R_LOADED : R_SPARE);
      let slot = this.memory.peek(place);
      while (slot != 0) {
        this.record.hold(slot);
        this.memory.poke(place, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
        this.chain(slot);
        slot = this.memory.peek(place);
      }
    }
    this.memory.poke(record + R_LOADED_COUNT, 0);
  }

  /** Puts the magazine that a dead thread had in hand on the free list: nothing else has a claim on it. */
  recover(record: i32): void {
    this.memory.poke(this.record.base + R_MAGAZINE, this.memory.peek(record + R_MAGAZINE));
    this.memory.poke(record + R_MAGAZINE, 0);
    this.push(this.memory.peek(this.record.base + R_MAGAZINE), R_MAGAZINE);
  }

  /**
   * The n-th slot of the free list, from 0, or the first one of its n-th magazine: for a thread that is alone at that moment. 0 behind the
   * last one, and below 0 where there may be more, but not here.
   *
   * @param before the (n - 1)-th
   */
  freeAt(n: i32, before: i32): i32 {
    if (n == 0) return this.geometry.top.index(this.memory.peek(FREE_TOP));
    return this.geometry.link.index(this.memory.peek(this.geometry.slot(before, S_NEXT)));
  }

  /** Puts a free slot back that a dead thread had in hand, on its way to or from the free list. */
  rechain(slot: i32): void {
    this.chain(slot);
  }

  /**
   * The record of a dead thread is settled. Of a free list whose readers draw positions: puts back the slot that it had drawn, or the magazine
   * by its first slot; 0 stands for nothing.
   */
  settle(_record: i32, _drawn: i32): void {}

  /** The slots that were drawn are of no thread any more: for a thread that is alone at that moment, and finds them by other means. */
  forgetDrawn(): void {}
}
