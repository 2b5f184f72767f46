import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { TIME_MASK } from '../clock.ts';
import { ERA_CLOCK } from '../eras.ts';
import { intendToTake, isRetiredStill } from '../in-hand.ts';
import { comesInside, comesOutside, forgetInside } from '../limbo.ts';
import {
  BATCH_ACTIVE,
  BATCH_FREED,
  BATCH_LEFT,
  BATCH_OWN,
  Geometry,
  HAND_OVER,
  HOLDS_BATCHES,
  RETIRED,
  R_ANNOUNCE,
  R_HAND,
  R_SCRATCH,
  R_TAKES,
  R_TAKES_LIFE,
  S_BIRTH,
  S_DEATH,
  S_LIFE,
  S_LIMBO,
  S_STAMP,
  S_STATE,
} from '../layout.ts';
import { type Announcement, type HolderPart, listed, plural, shownNumber } from '../announcement.ts';
import { LOOKS_AGAIN, type StepCards } from '../step-card.ts';

/** Begins a list of its own. */
export const HY1: i32 = 69;
/** Reads its list, to end it. */
export const HY2: i32 = 70;
/** Ends its list. */
export const HY3: i32 = 71;
/** Counts a batch down. */
export const HY4: i32 = 72;
/** Looks whether a thread has a list. */
export const HY5: i32 = 73;
/** Reads the list of a thread. */
export const HY6: i32 = 74;
/** Puts a slot of a batch on it. */
export const HY7: i32 = 75;
/** Counts a batch up by all lists that it was put on. */
export const HY8: i32 = 76;
/** Reads the era in which a slot is born. */
export const HY9: i32 = 77;
/** Looks whether the era is the one that is announced. */
export const HY10: i32 = 78;
/** Announces an era. */
export const HY11: i32 = 79;
/** Moves the clock on. */
export const HY12: i32 = 90;
/** Reads the era that a thread announces. */
export const HY13: i32 = 91;
/** Looks at the root of a walk again. */
export const HY14: i32 = 332;

export const CARDS: StepCards = {
  HY1: { access: 'store', says: 'begins a list of its own' },
  HY2: { access: 'load', fills: 'list', says: 'the list of {holder} is {word}' },
  HY3: {
    access: 'cas',
    expectedFrom: 'HY2',
    needsBitsOnly: true,
    says: 'ends the list of {holder}',
    saysFailed: 'another thread has put a batch on it',
  },
  HY4: { access: 'add', needsNoLife: true, says: 'counts the batch of slot {holder} down, to {word}' },
  HY5: { access: 'load', fills: 'list', says: 'the list of {holder} is {word}' },
  HY6: { access: 'load', fills: 'list', says: 'the list of {holder} is {word}' },
  HY7: {
    access: 'cas',
    expectedFrom: 'HY6',
    needsBitsOnly: true,
    says: 'puts the batch on the list of {holder}: {word}',
    saysFailed: 'the list of {holder} has changed',
  },
  HY8: { access: 'add', needsNoLife: true, says: 'counts the batch of slot {holder} up, to {word}' },
  HY9: { access: 'load', fills: 'birth', says: 'the era is {word}' },
  HY10: { access: 'load', fills: 'era', says: 'the era is {word}' },
  HY11: { access: 'store', says: 'announces {word}' },
  HY12: { access: 'add', says: 'moves the clock on to era {word}' },
  HY13: { access: 'load', fills: 'announced', says: '{holder} announces {word}' },
  HY14: LOOKS_AGAIN,
};

/** In the record of a thread: its list, and the era that it announces. */
const HEAD: i32 = R_ANNOUNCE;
const ERA: i32 = R_ANNOUNCE + HAND_OVER;

/**
 * Idea: retired slots are collected in batches. A batch is put on the list of each thread that is inside of an operation, by one of its slots each, and
 * counts on how many lists it is. A thread that leaves takes its list away and counts each batch down, and one that counts it down to 0 frees it:
 * nobody looks again at what waits, and no thread reads what others announce but to hand a batch over.
 * Paper: Nikolaev and Ravindran, "Snapshot-Free, Transparent, and Robust Memory Reclamation for Lock-Free Data Structures", PLDI 2021:
 * Hyaline-1, and with `eras=on` Hyaline-1S. The paper takes a list away by one exchange; here a compare-and-swap does, so that what it is
 * going to take is written down before it, and a thread that dies at it loses nothing.
 * Claims: in the static members. `batch` says how many slots a thread collects at least; they are always more than there are threads inside.
 * With `eras=on` a slot carries the era of its birth, a thread announces the era in which it reads, and a batch all of whose slots were born
 * after that is not put on its list: a stalled thread holds back no batch of younger slots; and a structure has to validate what it reads, as
 * under hazard pointers.
 */
export class Hyaline extends Scheme {
  static readonly NUMBER: i32 = 15;
  static readonly ID: string = 'hyaline';
  static readonly TITLE: string = 'Hyaline';
  static readonly IDEA: string =
    'A batch of retired slots is put on the list of each thread that is inside of an operation, and the last one to leave frees it.';
  static readonly PAPER: string = 'Nikolaev and Ravindran 2021, PLDI';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = false;
  static readonly SURVIVES_DEATH: bool = false;
  static readonly PROGRESS: string = 'lock-free, while every thread inside of an operation leaves it';
  static readonly HIDES: string = 'that the reader frees, when it leaves, what others retired meanwhile';
  static readonly GIVES_UP: string = 'robustness; eras=on: wide applicability';
  static readonly HOLDS: i32 = HOLDS_BATCHES;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'batch=16:1:65535,eras=off|on';
  static readonly BOUND: string =
    'unbounded while a thread is stalled; eras=on: unbounded, but by no batch of slots that were born after the stall';

  /** With eras a thread that stands holds back what was born before it stopped, and what is in one batch with that. */
  static survives(_batch: i32, eras: i32): bool {
    return eras == 1;
  }

  static bound(_threads: i32, _batch: i32, _eras: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /**
   * Those in use, one to put in, and for each other thread one that it has in hand and a batch that it has not handed over: it had fewer
   * slots than `batch`, or no more than there were threads inside.
   */
  static needs(threads: i32, batch: i32, _eras: i32, _protections: i32, inUse: i32): i32 {
    const most = batch - 1 > threads ? batch - 1 : threads;
    return inUse + 1 + (threads - 1) * (most + 1);
  }

  // Words it adds: an announced word a thread, its list: 0 while it is outside, else 2 x slot + 1, of the first slot of its list or 0; with
  // `eras=on` the clock, the era that a thread announces, and the births of slots. The batch that a thread collects chains through the limbo words of its
  // slots, the latest first; their stamps name the slot that was put in first, which counts: its death word is on how many lists the
  // batch is, and its stamp the slot with which the chain begins. The death words of the others chain the lists. A record has the batch that is collected, what is left of a list
  // that was taken away, and the batches that are being freed.
  // Invariants
  // - A batch has more slots than it is on lists: the one that counts is on none.
  // - A slot that is on a list was unlinked before the thread came inside, or while it was inside.
  // - From HY8 on, the count of a batch is the number of its slots on lists, and of those that were taken away and not counted down yet.
  // Non-invariants
  // - Before HY8 the count may be less than 0: threads have left already.
  // - A thread on whose list a batch is need not be able to use one of its slots.
  // - The list of a thread need not be the one that it had when HY5 looked: it may have left and come inside again.
  //
  // Why a slot is not freed while it is used. Let thread t be able to use s. It is inside since before s was unlinked, and so before the
  // thread that retired s looked at t by HY5, after that. So t had a list then, and had it at HY6: it has not left. (With eras=on it announces an era
  // in which s was born already: HY10 found the clock at that era after t had read s, and if t announced it later than HY13 looked, it read
  // s after s was unlinked, and its validation fails.) So HY7 puts the batch on the list of t, and t counts it down when it has left, once. The sum of HY8 and all HY4 is 0
  // when all threads have counted that HY7 was made for, and is no sooner: before HY8 it is at most 0, and falls; from HY8 on it is the number of those that have not.
  // Why `next` is read before HY4: after it the batch may be freed, and another life of the slot begins.
  // The compare-and-swap HY7 needs no identity: what the list was before is what the slot leads to, whichever thread put it there.

  override born(slot: i32): void {
    if (this.geometry.param1 == 0) return;
    this.memory.poke(this.geometry.slot(slot, S_BIRTH), this.memory.load(HY9, ERA_CLOCK) & TIME_MASK);
  }

  override enter(): void {
    // HY1: publishes to HY5 and HY6, before anything of the structure is read.
    if (comesInside(this)) this.memory.store(HY1, this.record.base + HEAD, BATCH_ACTIVE);
  }

  override leave(): void {
    if (!comesOutside(this)) return;
    this.takeAway(this.record.base);
    this.countDown(this.record.base);
    // There is one hand. If the structure has a slot in it, that is about to be retired, which frees what is to be freed.
    if (this.memory.peek(this.record.base + R_HAND) == 0) this.free(this.record.base);
  }

  override protect(step: i32, _k: i32, source: i32): i32 {
    const announced = this.record.base + ERA;
    while (true) {
      const seen = this.memory.load(step, source);
      if (this.geometry.param1 == 0) return seen;
      // HY10: validates HY11, which published the same era to HY13.
      const era = this.memory.load(HY10, ERA_CLOCK) & TIME_MASK;
      if (this.memory.peek(announced) == era) return seen;
      this.memory.store(HY11, announced, era);
    }
  }

  /**
   * With eras=off nothing is to be done: what was unlinked while this thread is inside comes on its list. With eras=on by the proof above, for the era that is
   * announced and that the clock shows at HY14. The slot was born before, since it was read before HY14. If HY13 looked before HY11 announced that era, the slot had been
   * unlinked before HY14, and the root, or one that it never passes, had passed it: HY14 differs, unless the root came back to what it named, which is protected and cannot.
   */
  override follow(k: i32, _slot: i32, source: i32, seen: i32): bool {
    return this.geometry.param1 == 0 || this.protect(HY14, k, source) == seen;
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
    if (this.collected() >= this.geometry.param0) this.handOver();
    this.free(this.record.base);
  }

  override collect(): void {
    this.adopt();
    this.idle();
  }

  override idle(): void {
    this.handOver();
    this.free(this.record.base);
  }

  /** Puts a slot that is in hand into the batch that this thread collects. Until it is handed over, the death word of its first slot says how many there are. */
  protected override keep(slot: i32): void {
    const own = this.record.base + BATCH_OWN;
    const first = this.memory.peek(own);
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), first);
    this.memory.poke(
      this.geometry.slot(slot, S_STAMP),
      first == 0 ? slot : this.memory.peek(this.geometry.slot(first, S_STAMP)),
    );
    this.memory.poke(this.geometry.slot(slot, S_DEATH), this.collected() + 1);
    this.memory.poke(own, slot);
    this.record.release();
  }

  /** How many slots this thread has collected. */
  private collected(): i32 {
    const first = this.memory.peek(this.record.base + BATCH_OWN);
    return first == 0 ? 0 : this.memory.peek(this.geometry.slot(first, S_DEATH));
  }

  /** Hands the batch over that this thread has collected, if it has more slots than there are threads inside. All of its slots were unlinked before HY5 looks. */
  private handOver(): void {
    const own = this.record.base + BATCH_OWN;
    const first = this.memory.peek(own);
    if (first == 0) return;
    const inside = this.look();
    if (this.collected() <= inside) return;
    const counts = this.memory.peek(this.geometry.slot(first, S_STAMP));
    const oldest = this.geometry.param1 == 0 ? 0 : this.oldestIn(first);
    this.memory.poke(this.geometry.slot(counts, S_STAMP), first);
    this.memory.poke(this.geometry.slot(counts, S_DEATH), 0);
    // The intent comes before the batch is no more this thread's own.
    intendToTake(this.memory, this.geometry, this.record.base, first);
    this.memory.poke(own, 0);
    let slot = first;
    let lists: i32 = 0;
    for (let n: i32 = 0; n < inside; n++) {
      const thread = this.memory.peek(this.record.base + R_SCRATCH + n);
      if (this.isBefore(thread, oldest) || !this.putOn(thread, slot)) continue;
      lists++;
      slot = this.memory.peek(this.geometry.slot(slot, S_LIMBO));
    }
    this.count(this.record.base, counts, HY8, lists);
  }

  /** Notes in the scratch which threads are inside, and returns how many they are. */
  private look(): i32 {
    let inside: i32 = 0;
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      // HY5: pairs with HY1 and HY3.
      if (this.memory.load(HY5, this.geometry.record(thread) + HEAD) == 0) continue;
      this.memory.poke(this.record.base + R_SCRATCH + inside, thread);
      inside++;
    }
    return inside;
  }

  /** Moves the clock on, and returns for how many eras the oldest slot of a batch has lived. */
  private oldestIn(first: i32): i32 {
    // HY12: what is born from now on is younger than each slot of the batch.
    const now = this.memory.add(HY12, ERA_CLOCK, 1);
    let most: i32 = 0;
    for (let slot = first; slot != 0; slot = this.memory.peek(this.geometry.slot(slot, S_LIMBO))) {
      const age = (now - this.memory.peek(this.geometry.slot(slot, S_BIRTH))) & TIME_MASK;
      if (age > most) most = age;
    }
    return (now - most) & TIME_MASK;
  }

  /** True if the era that a thread announces came before another one. */
  private isBefore(thread: i32, oldest: i32): bool {
    if (this.geometry.param1 == 0) return false;
    // HY13: pairs with HY11.
    const era = this.memory.load(HY13, this.geometry.record(thread) + ERA);
    return ((era - oldest) & TIME_MASK) > TIME_MASK >>> 1;
  }

  /** Puts a slot on the list of a thread. False if that is outside: it came outside after HY5. */
  private putOn(thread: i32, slot: i32): bool {
    const head = this.geometry.record(thread) + HEAD;
    while (true) {
      const list = this.memory.load(HY6, head);
      if (list == 0) return false;
      this.memory.poke(this.geometry.slot(slot, S_DEATH), list >>> 1);
      // HY7: publishes the slot to HY2.
      if (this.memory.cas(HY7, head, list, (slot << 1) | BATCH_ACTIVE)) return true;
    }
  }

  /** Takes the list of a record away, which has none then. Only its thread does, or an heir. */
  private takeAway(record: i32): void {
    while (true) {
      const list = this.memory.load(HY2, record + HEAD);
      if (list == 0) return;
      // The intent comes before the step: it counts when the record has no list any more.
      this.memory.poke(record + BATCH_LEFT, list >>> 1);
      // HY3: publishes to HY5 and HY6 that nothing read before is used any more.
      if (this.memory.cas(HY3, record + HEAD, list, 0)) return;
    }
  }

  /** Counts down each batch of the list that was taken away. What is being counted is written down: whether it was is for `regainTaken` to find out. */
  private countDown(record: i32): void {
    let slot = this.memory.peek(record + BATCH_LEFT);
    while (slot != 0) {
      const next = this.memory.peek(this.geometry.slot(slot, S_DEATH));
      intendToTake(this.memory, this.geometry, record, slot);
      this.memory.poke(record + BATCH_LEFT, next);
      this.count(record, this.memory.peek(this.geometry.slot(slot, S_STAMP)), HY4, -1);
      slot = next;
    }
  }

  /** HY4, HY8: pair with each other. The one that makes the count 0 is the last: the batch is its own, to free. */
  private count(record: i32, counts: i32, step: i32, by: i32): void {
    const count = this.geometry.slot(counts, S_DEATH);
    if (((this.memory.add(step, count, by) + by) | 0) == 0) this.freeSoon(record, counts);
    this.memory.poke(record + R_TAKES, 0);
  }

  private freeSoon(record: i32, counts: i32): void {
    this.memory.poke(this.geometry.slot(counts, S_DEATH), this.memory.peek(record + BATCH_FREED));
    this.memory.poke(record + BATCH_FREED, counts);
  }

  /** Frees the batches of a record that are to be freed, slot by slot: the one that counted is the last. Nothing is in hand. */
  private free(record: i32): void {
    const freed = record + BATCH_FREED;
    for (let counts = this.memory.peek(freed); counts != 0; counts = this.memory.peek(freed)) {
      const left = this.geometry.slot(counts, S_STAMP);
      const slot = this.memory.peek(left);
      this.record.hold(slot);
      if (slot == counts) this.memory.poke(freed, this.memory.peek(this.geometry.slot(counts, S_DEATH)));
      else this.memory.poke(left, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
      this.slab.give(slot);
    }
  }

  protected override silence(thread: i32): void {
    const record = this.geometry.record(thread);
    forgetInside(this, record);
    const counted = this.memory.peek(record + R_TAKES);
    // It died before it handed its batch over, or after it had found that it is the last.
    const isSure =
      counted == 0 || this.memory.peek(record + BATCH_OWN) == counted || this.isToBeFreed(record, counted);
    if (isSure) this.memory.poke(record + R_TAKES, 0);
    this.takeAway(record);
    if (isSure) this.countDown(record);
    this.free(record);
  }

  private isToBeFreed(record: i32, slot: i32): bool {
    const freed = this.memory.peek(record + BATCH_FREED);
    return freed != 0 && freed == this.memory.peek(this.geometry.slot(slot, S_STAMP));
  }

  protected override takeOwn(thread: i32): void {
    const own = this.geometry.record(thread) + BATCH_OWN;
    for (let slot = this.memory.peek(own); slot != 0; slot = this.memory.peek(own)) {
      this.record.hold(slot);
      this.memory.poke(own, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
      this.keep(slot);
    }
  }

  /** At a moment without operations: what a dead thread was counting is counted anew, on all lists. */
  protected override regainTaken(record: i32, _sole: bool, _claims: i32): void {
    const counted = this.memory.peek(record + R_TAKES);
    const isStill = counted != 0 && isRetiredStill(this.memory, this.geometry, record, counted);
    const counts = isStill ? this.memory.peek(this.geometry.slot(counted, S_STAMP)) : 0;
    // An heir that died may have put it with those that are to be freed.
    if (counts != 0 && !this.isFreed(counts)) {
      const lists = this.listsWith(counts);
      this.memory.poke(this.geometry.slot(counts, S_DEATH), lists);
      if (lists == 0) this.freeSoon(record, counts);
    }
    this.memory.poke(record + R_TAKES, 0);
    this.countDown(record);
    this.free(record);
  }

  /** True if a batch is one of those that a thread is about to free. */
  private isFreed(counts: i32): bool {
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      let freed = this.memory.peek(this.geometry.record(thread) + BATCH_FREED);
      for (; freed != 0; freed = this.memory.peek(this.geometry.slot(freed, S_DEATH))) {
        if (freed == counts) return true;
      }
    }
    return false;
  }

  /** On how many lists a batch is. */
  private listsWith(counts: i32): i32 {
    let lists: i32 = 0;
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      const record = this.geometry.record(thread);
      const list = this.memory.peek(record + HEAD);
      let slot = list == 0 ? this.memory.peek(record + BATCH_LEFT) : list >>> 1;
      for (; slot != 0; slot = this.memory.peek(this.geometry.slot(slot, S_DEATH))) {
        if (this.memory.peek(this.geometry.slot(slot, S_STAMP)) == counts) lists++;
      }
    }
    return lists;
  }
}

/** A thread that is inside has a list of the batches that were handed over to it, and holds back what is in them. */
export const ANNOUNCES: Announcement = {
  name: (n) => ({ 0: 'list', [HAND_OVER]: 'era' })[n] ?? `announce${n}`,
  show: (word, n) => {
    if (n > 0) return n === HAND_OVER ? `era ${word}` : shownNumber(word);
    if (word === 0) return 'none';
    return word >>> 1 === 0 ? 'empty' : `slot ${word >>> 1}`;
  },
  short: ([list]) => `is inside, ${batchListText(list)}`,
  long: ([list], still) => ` is${still} inside, ${batchListText(list)}`,
  by: 'list',
  words: HAND_OVER,
  clock: ({ param1 }) => (param1 === 0 ? undefined : 'Era'),
  // The second one counts the threads that have a batch on their lists, and may be less than 0.
  slotWords: [{ name: 'birth' }, { name: 'count', show: String }],
  freedUnseen: true,
  parks: {
    slots: (words, geometry) =>
      batchesIn(words, geometry).flatMap(({ thread, slots, does }) =>
        slots.map((slot, hazard) => ({ thread, hazard, slot, ...(does === 'collects' && { isKept: true }) })),
      ),
    short: (words, geometry) => batchesIn(words, geometry).map(batchClause),
    most: ({ slots }) => slots,
    heldBack: ({ words, geometry }) =>
      batchesIn(words, geometry).flatMap((batch) =>
        batch.slots.map((slot) => {
          const holders = batch.holders.map((holder) => ({ ...holder, name: 'list', batch: true }));
          const note = `Slot ${slot} is in a batch of ${batch.slots.length} ${batchText(batch)}.`;
          return { slot, thread: batch.thread, holders, note };
        }),
      ),
  },
};

/** What a thread says of its list, which it has while it is inside. */
function batchListText(list: number): string {
  return list >>> 1 === 0 ? 'with an empty list' : `with a list from slot ${list >>> 1} on`;
}

/** A batch of retired slots. */
interface RetiredBatch {
  /** The thread that collects it, or frees it, or hands it over or counts it down; else the first on whose list it is. */
  readonly thread: number;
  /** What that thread does with it, where it is on no list. */
  readonly does: 'collects' | 'hands over or counts' | 'frees';
  /** From the latest to the first; of one that is being freed what is left. */
  readonly slots: readonly number[];
  /** On whose lists it is, each with the address of the word that leads there. */
  readonly holders: readonly Pick<HolderPart, 'thread' | 'address'>[];
}

/** All batches, each once, from the words of the records. Slots and chains that make no sense are left out from there on. */
function batchesIn(words: Int32Array, geometry: Geometry): RetiredBatch[] {
  const isSlot = (slot: number): boolean => slot > 0 && slot <= geometry.slots;
  const chain = (first: number, word: number): number[] => {
    const met = new Set<number>();
    for (let slot = first; isSlot(slot) && !met.has(slot); slot = words[geometry.slot(slot, word)])
      met.add(slot);
    return [...met];
  };
  const stamp = (slot: number): number => (isSlot(slot) ? words[geometry.slot(slot, S_STAMP)] : 0);
  /** As `isRetiredStill` of the kernel. */
  const isStill = (record: number, slot: number): boolean =>
    isSlot(slot) &&
    words[geometry.slot(slot, S_STATE)] === RETIRED &&
    words[geometry.slot(slot, S_LIFE)] === words[record + R_TAKES_LIFE];
  /** By the slot that counts. */
  const found = new Map<number, RetiredBatch>();
  const note = (counts: number, { thread, does, holders }: Omit<RetiredBatch, 'slots'>): void => {
    if (!isSlot(counts)) return;
    const known = found.get(counts) ?? { thread, does, slots: chain(stamp(counts), S_LIMBO), holders: [] };
    found.set(counts, { ...known, holders: [...known.holders, ...holders] });
  };
  const threads = Array.from({ length: geometry.threads }, (_, i) => i + 1);
  const collected: RetiredBatch[] = [];
  for (const thread of threads) {
    const record = geometry.record(thread);
    const slots = chain(words[record + BATCH_OWN], S_LIMBO);
    if (slots.length > 0) collected.push({ thread, does: 'collects', slots, holders: [] });
    for (const counts of chain(words[record + BATCH_FREED], S_DEATH))
      note(counts, { thread, does: 'frees', holders: [] });
    const counted = words[record + R_TAKES];
    if (isStill(record, counted) && counted !== words[record + BATCH_OWN])
      note(stamp(counted), { thread, does: 'hands over or counts', holders: [] });
  }
  for (const thread of threads) {
    const record = geometry.record(thread);
    const list = words[record + R_ANNOUNCE];
    const address = list === 0 ? record + BATCH_LEFT : record + R_ANNOUNCE;
    // What is left of a list counts when the thread has none any more.
    for (const slot of chain(list === 0 ? words[address] : list >>> 1, S_DEATH))
      note(stamp(slot), { thread, does: 'hands over or counts', holders: [{ thread, address }] });
  }
  return [...collected, ...found.values()];
}

/** A batch in a clause: `T1 collects slots 3 2`, `slots 5 4 are on the list of T2`. */
function batchClause({ thread, does, slots, holders }: RetiredBatch): string {
  const which = `${plural(slots.length, 'slot')} ${slots.join(' ')}`;
  if (holders.length === 0) return `T${thread} ${does} ${which}`;
  return `${which} ${plural(slots.length, 'is', 'are')} on the ${plural(holders.length, 'list', 'lists')} of ${listed(holders.map((holder) => `T${holder.thread}`))}`;
}

function batchText({ thread, does, holders }: RetiredBatch): string {
  if (holders.length === 0)
    return `that T${thread} ${does}: no thread holds it back${does === 'collects' ? ', and it waits to be handed over' : ''}`;
  const lists = listed(holders.map((holder) => `T${holder.thread}'s`));
  return `that was handed over: ${lists} ${plural(holders.length, 'list holds', 'lists hold')} it back`;
}
