import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { comesInside, comesOutside, forgetInside, insideOf } from '../limbo.ts';
import {
  COLLECTOR_BITS,
  DEAD,
  FREE,
  GLOBAL,
  HOLDS_OPERATIONS,
  LIST_COUNT,
  LIST_TOP,
  R_ANNOUNCE,
  R_LISTS,
  R_LOADED,
  R_SPARE,
  R_STATUS,
  R_UNRECLAIMED,
  SETTLED,
  S_BIRTH,
  S_LIMBO,
  S_NEXT,
  S_STATE,
} from '../layout.ts';
import { type Announcement, counted, listed, plural, shownNumber } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Announces an operation. */
export const M1: i32 = 123;
/** Reads the safepoint. */
export const M2: i32 = 124;
/** Takes the announcement back. */
export const M3: i32 = 125;
/** Looks whether the thread that collects is alive. */
export const M4: i32 = 126;
/** Ends the collection of a dead thread. */
export const M5: i32 = 127;
/** Reads the safepoint to collect. */
export const M6: i32 = 128;
/** Begins a collection. */
export const M7: i32 = 129;
/** Looks whether a thread has arrived. */
export const M8: i32 = 130;
/** Looks whether one that has not is alive. */
export const M9: i32 = 131;
/** Reads a root. */
export const M10: i32 = 132;
/** Reads what follows a slot. */
export const M11: i32 = 133;
/** Ends a collection. */
export const M12: i32 = 134;
/** Takes back what a dead thread announced. */
export const M13: i32 = 135;
/** Looks whether a dead thread left something in hand. */
export const M14: i32 = 172;

export const CARDS: StepCards = {
  M1: { access: 'store', says: 'announces an operation' },
  M2: { access: 'load', fills: 'safepoint', headsLoop: true, says: 'at the safepoint: {word}' },
  M3: { access: 'store', says: 'is outside of all operations' },
  M4: { access: 'load', fills: 'collector', says: 'the record of {holder}, which collects, is {word}' },
  M5: {
    access: 'cas',
    expectedFrom: 'M2',
    says: 'ends the collection of a thread that died',
    saysFailed: 'another thread has ended that collection',
  },
  M6: { access: 'load', fills: 'safepoint', says: 'at the safepoint: {word}' },
  M7: {
    access: 'cas',
    expectedFrom: 'M6',
    says: 'begins to collect',
    saysFailed: 'another thread has begun to collect',
  },
  M8: { access: 'load', fills: 'arrived', says: '{holder} is {word}' },
  M9: { access: 'load', fills: 'status', says: 'the record of {holder} is {word}' },
  M10: {
    access: 'load',
    fills: 'reached',
    says: 'marks slot {slot}, which {name} names',
    saysNull: '{name} names nothing',
  },
  M11: {
    access: 'load',
    fills: 'reached',
    says: 'slot {slot} follows slot {holder}',
    saysNull: 'nothing follows slot {holder}',
  },
  M12: { access: 'store', says: 'ends the collection: the others may go on' },
  M13: { access: 'store', says: 'takes back what {holder} announced, which is dead' },
  M14: { access: 'load', fills: 'status', says: 'the record of {holder} is {word}' },
};

/** The safepoint: the number of the thread that collects, or 0 if none does; above that, which collection it is, or was the last one. */
export const SAFEPOINT: i32 = GLOBAL;
const THREAD_MASK: i32 = (1 << COLLECTOR_BITS) - 1;

/** A word of a slot: the last collection that has met it, on its way from a root, as a free one, or when it freed it. */
const MARK: i32 = S_BIRTH;

/** How long a collector waits between two looks at all threads. */
const PAUSE: i32 = 512;

/**
 * Idea: nothing is freed but by a collector, which is the thread that finds nothing free. It stops all others at a safepoint, between two of
 * their operations; marks what the roots lead to and what is free; frees every other slot; and lets the others go on.
 * Paper: McCarthy, "Recursive Functions of Symbolic Expressions and Their Computation by Machine, Part I", CACM 3(4), 1960. The safepoint and
 * the proof below are ours.
 * Claims: in the static members. `patience` is how often a collector looks at a thread that is inside of an operation, before it gives up
 * and finds nothing: one that waited for a thread that is stalled would stop all others for as long.
 * It hides that every thread stops for the whole of a collection, which takes as long as the slab is large.
 * It needs no `retire`: what a thread hands over it frees like what one forgot, or lost, or took with it when it died, or what forms a cycle.
 * The retired lists are there so that the audit tells what was handed over from what was not. Of easy integration, robustness and wide
 * applicability (Sheffi and Petrank, "The ERA Theorem", PODC 2023) it gives up the second.
 */
export class MarkSweep extends Scheme {
  static readonly NUMBER: i32 = 13;
  static readonly ID: string = 'mark-sweep';
  static readonly TITLE: string = 'mark and sweep';
  static readonly IDEA: string =
    'The thread that finds nothing free stops all others between two operations, marks what the roots lead to, and frees what is neither marked nor free.';
  static readonly PAPER: string = 'McCarthy 1960, CACM';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = false;
  static readonly SURVIVES_DEATH: bool = false;
  static readonly PROGRESS: string = 'blocking: while one thread collects, all others wait';
  static readonly HIDES: string =
    'the pause: every other thread stands still for a whole collection, which takes as long as the slab is large';
  static readonly GIVES_UP: string = 'robustness';
  static readonly HOLDS: i32 = HOLDS_OPERATIONS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'patience=256:1:65535';
  static readonly BOUND: string = 'unbounded: everything, until a collection';

  static bound(_threads: i32, _patience: i32, _param1: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /** Those in use, one to put in, and one that each other thread has in hand. */
  static needs(threads: i32, _patience: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + threads;
  }

  // Words it adds: the safepoint; an announced word a thread, 1 while it is inside of an operation, else 0; how many operations it is inside of, one
  // in the other; the mark of a slot; and list 0.
  // Invariants
  // - One thread collects at a time: the one that the safepoint names.
  // - From the moment when the collector has seen each other thread outside, or dead, up to M12, no other thread is inside of an operation.
  // - A thread that is not inside of an operation has no slot in hand, and uses no word that it read.
  // Non-invariants
  // - A thread that announces an operation need not be inside of one: it may be on its way back, since it has found the safepoint taken.
  // - A thread that collects need not be outside: it may be inside of the operation that found nothing free, and uses nothing that it has read.
  // - A slot that is on a retired list need not be unreachable, and one that is on none need not be reachable.
  //
  // The second invariant, by cases. Let thread t announce an operation by M1, and let the collector c take the safepoint by M7 and look at t by
  // M8 then. If M1 comes before M8, M8 finds it, and c waits, or gives up. If M8 comes before M1, so does M7, and the M2 that follows M1 finds
  // the safepoint taken: t takes its announcement back, and waits until the word is another one. So t is inside before M7 and has come
  // out before M8, or comes inside after M12. One that has died inside makes no step any more.
  // Why a slot is not freed while it is used. Each slot is freed between M8 and M12, by c. By the second invariant nobody is inside
  // then, and by the third nobody uses a slot. What an operation can come to later is what the roots lead to, which is marked.
  // Why every slot is found. Outside of all operations a slot is in the structure, free, or garbage: what a dead thread has in hand is forgotten
  // before the marks are made. A free slot is on the free list, in a magazine there, or in the cache of a thread: each of these changes inside
  // of an operation alone.
  // A collector that dies ends its collection wherever it is: the next one sees the old marks as old, since they bear another number. Each
  // slot is marked or freed in each collection that comes to its end, so a mark is not older than the collection before the last one that
  // died, and the number comes round after 2^24.
  // A thread that takes up the record of a dead collector by its number, before anyone waited for that one, ends that collection at its next
  // operation.

  override start(): void {
    this.comeInside();
  }

  override end(): void {
    this.goOutside();
  }

  override enter(): void {
    this.comeInside();
  }

  override leave(): void {
    this.goOutside();
  }

  private comeInside(): void {
    if (comesInside(this)) this.passSafepoint();
  }

  private goOutside(): void {
    if (insideOf(this) > 0 && comesOutside(this)) this.arrive();
  }

  /** Announces an operation, as soon as no thread collects. */
  private passSafepoint(): void {
    while (true) {
      // M1: publishes to M8, before anything of the structure or of the free list is read.
      this.memory.store(M1, this.record.base + R_ANNOUNCE, 1);
      // M2: if no thread collects here, one that begins later reads M1.
      const word = this.memory.load(M2, SAFEPOINT);
      if ((word & THREAD_MASK) == 0) return;
      this.arrive();
      this.await(word);
    }
  }

  /** M3: publishes to M8 that this thread uses nothing that it has read, and has nothing in hand. */
  private arrive(): void {
    this.memory.store(M3, this.record.base + R_ANNOUNCE, 0);
  }

  /** Waits until the collection is over that `word` tells of. False if it ended with the death of its collector. */
  private await(word: i32): bool {
    const collector = word & THREAD_MASK;
    const status = this.geometry.record(collector) + R_STATUS;
    while (true) {
      // M4: a collector that is this thread is one that had its record before, and died.
      if (collector == this.record.thread || this.memory.load(M4, status) == DEAD) {
        // M5: no thread that lives goes on with this collection. Its number tells it from a later one.
        this.memory.cas(M5, SAFEPOINT, word, word & ~THREAD_MASK);
        return false;
      }
      if (this.memory.load(M2, SAFEPOINT) != word) return true;
      this.memory.pause(PAUSE);
    }
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
  }

  protected override keep(slot: i32): void {
    this.keepOnList(slot);
  }

  /**
   * Collects, or waits until another thread has. Where this thread is inside of another operation it may use slots, and nothing is
   * collected; in the one that finds nothing free it has read nothing yet. Nor where it has a chain in hand, that no root leads to: it has found slots for
   * this operation, and a chain may be shorter than was asked for.
   */
  override collect(): void {
    if (insideOf(this) > 1 || this.record.chained() > 0) return;
    while (true) {
      const word = this.memory.load(M6, SAFEPOINT);
      if ((word & THREAD_MASK) != 0) {
        if (this.isCollectedBy(word)) return;
        continue;
      }
      const begun = ((word & ~THREAD_MASK) + THREAD_MASK + 1) | this.record.thread;
      // M7: publishes to M2. From here on no thread comes inside that is not there. If it fails, another thread collects, or did.
      if (!this.memory.cas(M7, SAFEPOINT, word, begun)) continue;
      if (this.haveAllArrived()) this.collectAll(begun >>> COLLECTOR_BITS);
      // M12: publishes to M2 what was freed.
      this.memory.store(M12, SAFEPOINT, begun & ~THREAD_MASK);
      return;
    }
  }

  /** Waits for the collection of another thread, outside. False if that died. */
  private isCollectedBy(word: i32): bool {
    const isInside = insideOf(this) > 0;
    if (isInside) this.arrive();
    const isCollected = this.await(word);
    if (isInside) this.passSafepoint();
    return isCollected;
  }

  /** True if every other thread was seen outside, or dead, since M7. */
  private haveAllArrived(): bool {
    let looks = this.geometry.param0;
    let thread: i32 = 1;
    while (thread <= this.geometry.threads) {
      if (thread == this.record.thread || this.hasArrived(thread)) {
        thread++;
      } else {
        looks--;
        if (looks == 0) return false;
        this.memory.pause(PAUSE);
      }
    }
    return true;
  }

  private hasArrived(thread: i32): bool {
    const record = this.geometry.record(thread);
    // M8: pairs with M1 and M3.
    if (this.memory.load(M8, record + R_ANNOUNCE) == 0) return true;
    return this.memory.load(M9, record + R_STATUS) == DEAD;
  }

  /**
   * All other threads are outside, and stay there: the words of the structure, of the free list and of all records change by this one alone.
   * But the status of a record: a thread that is outside may die, or leave, or begin.
   */
  private collectAll(collection: i32): void {
    // What follows is no operation that others have to wait for.
    comesInside(this);
    this.adopt();
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      // M14: pairs with J3, by which an heir settled the record after all that its thread did. Another status may be a moment old. This
      // one stays: no thread that dies, leaves or joins finds its record settled, and one that takes the record up by its number has to
      // see to it that nobody is at work on it.
      // What a dead thread had in hand is in the structure, or free, or it is swept.
      if (this.memory.load(M14, this.geometry.record(thread) + R_STATUS) == SETTLED)
        this.recover(thread, false);
    }
    this.slab.forgetDrawn();
    this.markReached(collection);
    this.markFree(collection);
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) this.emptyList(thread, collection);
    for (let slot: i32 = 1; slot <= this.geometry.slots; slot++) this.sweep(slot, collection);
    comesOutside(this);
  }

  /** Marks a slot. False if it was marked, or there is no such slot. */
  private mark(slot: i32, collection: i32): bool {
    if (slot <= 0 || slot > this.geometry.slots) return false;
    const mark = this.geometry.slot(slot, MARK);
    if (this.memory.peek(mark) == collection) return false;
    this.memory.poke(mark, collection);
    return true;
  }

  /** Marks what the roots lead to. */
  private markReached(collection: i32): void {
    for (let root: i32 = 0; root < this.geometry.roots; root++) {
      let slot = this.geometry.link.index(this.memory.load(M10, this.geometry.root(root)));
      while (this.mark(slot, collection))
        slot = this.geometry.link.index(this.memory.load(M11, this.geometry.slot(slot, S_NEXT)));
    }
  }

  /** Marks the free list, with the magazines on it, and the caches of all threads. */
  private markFree(collection: i32): void {
    let n: i32 = 0;
    let slot = this.slab.freeAt(0, 0);
    while (slot < 0 || this.mark(slot, collection)) {
      if (slot > 0 && this.geometry.cache != 0)
        this.markMagazine(this.memory.peek(this.geometry.slot(slot, S_LIMBO)), collection);
      n++;
      slot = this.slab.freeAt(n, slot);
    }
    if (this.geometry.cache == 0) return;
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      const record = this.geometry.record(thread);
      this.markMagazine(this.memory.peek(record + R_LOADED), collection);
      this.markMagazine(this.memory.peek(record + R_SPARE), collection);
    }
  }

  private markMagazine(first: i32, collection: i32): void {
    let slot = first;
    while (this.mark(slot, collection)) slot = this.memory.peek(this.geometry.slot(slot, S_LIMBO));
  }

  /** Frees what a thread has retired, and counts it off there. A slot that is reached after all stays where it is. */
  private emptyList(thread: i32, collection: i32): void {
    const record = this.geometry.record(thread);
    const list = record + R_LISTS;
    // By their number: one that was retired twice is there twice, and leads to itself.
    while (this.memory.peek(list + LIST_COUNT) > 0) {
      const slot = this.pop(list);
      // A collector that died has not counted off what it took.
      if (slot == 0) break;
      this.memory.poke(record + R_UNRECLAIMED, (this.memory.peek(record + R_UNRECLAIMED) - 1) | 0);
      this.sweep(slot, collection);
      this.record.release();
    }
    this.memory.poke(list + LIST_TOP, 0);
    this.memory.poke(list + LIST_COUNT, 0);
    // A thread that died here, or between counting a slot and keeping it, has left another number.
    this.memory.poke(record + R_UNRECLAIMED, 0);
  }

  /** Frees a slot that has no mark of this collection. */
  private sweep(slot: i32, collection: i32): void {
    if (!this.mark(slot, collection)) return;
    this.record.hold(slot);
    // One that was on its way to the free list, or had just been taken from it, says that it is free.
    if (this.memory.peek(this.geometry.slot(slot, S_STATE)) == FREE) this.slab.chain(slot);
    else this.slab.give(slot);
  }

  protected override silence(thread: i32): void {
    forgetInside(this, this.geometry.record(thread));
    // M13: no step of that thread comes any more.
    this.memory.store(M13, this.geometry.record(thread) + R_ANNOUNCE, 0);
  }
}

/** A collection waits for every thread that is inside of an operation, but for the one that collects. */
export const ANNOUNCES: Announcement = {
  name: (n) => (n === 0 ? 'inside' : `announce${n}`),
  show: (word, n) => {
    if (n > 0) return shownNumber(word);
    return word === 0 ? 'outside' : 'inside of an operation';
  },
  short: () => 'is inside of an operation',
  long: (_words, still) => ` is${still} inside of an operation`,
  by: 'operation',
  collects: true,
  shared: {
    name: 'Safepoint',
    show: (word) => {
      const [collector, collections] = [word & THREAD_MASK, word >>> COLLECTOR_BITS];
      if (collector !== 0) return `T${collector} collects`;
      if (collections === 0) return 'nobody has collected';
      return `nobody collects, after ${counted(collections, 'collection')}`;
    },
    apart: (word) => `T${word & THREAD_MASK} collects (collection ${word >>> COLLECTOR_BITS})`,
  },
  slotWords: [{ name: 'mark' }],
  holders: ({ words, geometry, threads }) => {
    const collector = words[GLOBAL] & THREAD_MASK;
    const holders = threads
      .map((thread) => ({
        thread,
        address: geometry.record(thread) + R_ANNOUNCE,
        name: 'operation',
        inside: true,
      }))
      .filter(({ thread, address }) => words[address] !== 0 && thread !== collector);
    return () => holders;
  },
  note: ({ slot, thread, holders }) => {
    const who = listed(holders.map((each) => `T${each.thread}`));
    const verb = (one: string, more: string): string => plural(holders.length, one, more);
    const why =
      holders.length === 0
        ? 'no thread holds it back, and it waits for a collection'
        : `it waits for a collection, which ${who} ${verb('holds', 'hold')} back until ${verb('it passes', 'they pass')} a safepoint`;
    return `Slot ${slot} is on T${thread}'s retired list: ${why}.`;
  },
};
