import { ABA_UNTIL_WRAP, Scheme } from '../scheme.ts';
import { TIME_MASK } from '../clock.ts';
import {
  C_RESTARTS,
  GLOBAL,
  HOLDS_VERSIONS,
  LINKED,
  R_OWN,
  S_BIRTH,
  S_DEATH,
  S_NEXT,
  S_STATE,
} from '../layout.ts';
import { type Announcement, BIRTH_AND_DEATH, listed, shownNumber } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Reads the clock when a slot is taken. */
export const W1: i32 = 176;
/** Moves the clock on. */
export const W2: i32 = 177;
/** Writes when a slot was born. */
export const W3: i32 = 178;
/** Reads the clock when an operation begins or starts over. */
export const W4: i32 = 179;
/** Looks whether the clock has moved since. */
export const W5: i32 = 180;
/** Reads when a slot was born. */
export const W6: i32 = 181;
/** Reads the clock when a slot is retired. */
export const W7: i32 = 182;
/** Looks whether a slot that is deleted was retired as well. */
export const W8: i32 = 143;

// A birth may be read of a slot that has been freed: it becomes part of a word that no compare-and-swap puts in place then.
export const CARDS: StepCards = {
  W1: { access: 'load', fills: 'time', says: 'the clock shows {word}' },
  W2: {
    access: 'cas',
    expectedFrom: 'W1',
    says: 'moves the clock on to {word}',
    saysFailed: 'another thread has moved the clock on',
  },
  W3: { access: 'store', needsNoLife: true, says: 'is born at {word}: slot {holder}' },
  W4: { access: 'load', fills: 'time', says: 'the clock shows {word}' },
  W5: {
    access: 'load',
    validates: ['same word'],
    says: 'the clock still shows {word}',
    saysFailed: 'the clock has moved on',
  },
  W6: { access: 'load', needsNoLife: true, fills: 'birth', says: 'slot {holder} was born at {word}' },
  W7: { access: 'load', fills: 'death', says: 'the clock shows {word}' },
  W8: { access: 'load', fills: 'state', says: 'the state of slot {holder} is {word}' },
};

/** The clock: a number that all threads share. */
const CLOCK: i32 = GLOBAL;
/** What it showed when the operation began. */
const SEEN: i32 = R_OWN;

/**
 * Idea: a slot is free at once, and every pointer word carries a version, one more than the later one of two births: of the slot that it names,
 * and of the slot that holds it. A slot is not taken again while the clock shows what it showed when the slot was retired, so it is born later
 * each time, and a word that named it names it no more.
 * Paper: Sheffi, Herlihy and Petrank, "VBR: Version Based Reclamation", DISC 2021, sections 3 and 4. Theirs is for words of twice the size, and
 * checks the clock at each read; here a structure says which reads an answer rests on. A slot is taken here before the operation begins, so
 * that to find it too young costs no restart.
 * Claims: in the static members. The parameter `bits` says how wide a version is.
 * It hides the price of rounds that come to nothing: operations start over when the clock moves, though nothing that they read was freed. And a
 * narrow version says less than a tag of the same width: a tag has to come round during one pause, and a version from one birth of a slot to
 * its next, so that a slot which has lived long can come back with the same one at once.
 * Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA Theorem", PODC 2023) it gives up the first: an
 * operation has to be able to start over at any read.
 */
export class Versions extends Scheme {
  static readonly NUMBER: i32 = 10;
  static readonly ID: string = 'versions';
  static readonly TITLE: string = 'versions';
  static readonly IDEA: string =
    'Every pointer word carries a version, made of when the slots were born that it is about, and a slot is used again only after the clock has moved.';
  static readonly PAPER: string = 'Sheffi, Herlihy and Petrank 2021, DISC';
  static readonly ABA: i32 = ABA_UNTIL_WRAP;
  static readonly STALE_READS: bool = true;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'rounds that come to nothing: an operation starts over when the clock moves, though nothing that it read was freed';
  static readonly GIVES_UP: string = 'easy integration';
  static readonly HOLDS: i32 = HOLDS_VERSIONS;
  static readonly TAGS: bool = true;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = '';
  static readonly BOUND: string = '0';

  static bound(_threads: i32, _param0: i32, _param1: i32, _protections: i32, _inUse: i32): i32 {
    return 0;
  }

  /** Those in use, and a slot in hand for each thread: nothing is held back, whatever the clock shows. */
  static needs(threads: i32, _param0: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + threads;
  }

  // Words it adds: the clock; what it showed when an operation began, a thread; birth and death of a slot. The version is in the pointer
  // words, as wide as tags are.
  // Invariants
  // - The clock only grows, modulo 2^30. It begins with 1, so that a slot which was never used counts as retired before.
  // - A slot is born later than it was retired before, and retired no earlier than it was born.
  // - The version of a word that names a slot is 1 more than the later one of the births of that slot and of the slot that holds the word. If
  //   it names none it is the birth of the slot that holds it; the free list keeps the version that it finds, and the mark: a list's
  //   compare-and-swap expects a word without a mark, and finds none in a node that was deleted, whatever the free list chains it to.
  // - So a root that names a slot, or the next word of a node of the queue, equals an earlier value of itself only if it is in the same life,
  //   or the two births differ by a multiple of 2^(version bits).
  // Non-invariants
  // - A slot that was read is not the slot one thinks it is, as under tags. D12 and E6 may read a recycled slot; D13 and E9 then fail.
  // - A birth need not be what the clock shows: the thread may have waited since W1.
  // - The version of a next word of a stack, or of one on the free list, means nothing: no compare-and-swap expects it.
  // - Which of two births is the later one is told as long as they are less than 2^29 apart. A node that lives for longer has one and the same
  //   version in its next word then, whatever that names, until it has lived for 2^30: a list may have such a node. In a queue what a
  //   compare-and-swap expects there is in the last node, and nobody takes a slot but to put one behind it; in a stack nothing is expected there.

  /** All slots were born at 0: so the words that name one have the version 1. */
  override begin(inUse: i32): void {
    this.memory.poke(CLOCK, 1);
    for (let n: i32 = 0; n < this.geometry.roots; n++) this.nameFirst(this.geometry.root(n));
    for (let slot: i32 = 1; slot <= inUse; slot++) this.nameFirst(this.geometry.slot(slot, S_NEXT));
  }

  private nameFirst(word: i32): void {
    const slot = this.geometry.link.index(this.memory.peek(word));
    if (slot != 0) this.memory.poke(word, this.geometry.link.pack(slot, 1));
  }

  override enter(): void {
    this.restart();
  }

  override restart(): void {
    this.memory.poke(this.record.base + SEEN, this.memory.load(W4, CLOCK));
  }

  /**
   * Let an operation read a word of the slot s, which it found in the structure after W4, when the clock showed t. If s was retired after
   * that, W7 read t or more; if s was taken again after that, it was born later than W7, and W2 had moved the clock on by then, since a birth
   * is no later than what the clock shows. So if W5 finds t, s was not taken again before, and what was read is of the life that was found.
   *
   * The free list chains a slot by F2 while the clock shows what it did when the slot was retired, and W5 does not tell. By cases, for the next word
   * of a slot that was passed: if it is of the life that was found, it is what follows the slot, whatever W8 finds. If it is F2's, the
   * state was written before F2, so W8 finds that the slot is FREE, or what came after that. If it is of a later life, W5 tells.
   *
   * A walk that takes many nodes out by one step asks nothing on its way: CH10 fails unless Head was the same throughout, and then no node
   * that it passed was retired meanwhile.
   */
  override mustRestart(passed: i32 = 0): bool {
    if (!this.isOver(passed)) return false;
    this.record.count(C_RESTARTS);
    return true;
  }

  private isOver(passed: i32): bool {
    if (passed != 0 && this.memory.load(W8, this.geometry.slot(passed, S_STATE)) != LINKED) return true;
    // W5: pairs with W2.
    return this.memory.load(W5, CLOCK) != this.memory.peek(this.record.base + SEEN);
  }

  /**
   * By cases, for what the clock shows at W1, which comes after the slot was freed, and so shows its death or more.
   * More: the slot is born then.
   * The same: the slot is born 1 later. If W2 fails another thread has moved the clock on: it shows that or more, too.
   */
  override born(slot: i32): void {
    let time = this.memory.load(W1, CLOCK);
    // The slot is ours, and its last owner wrote its death before it was freed.
    if (this.memory.peek(this.geometry.slot(slot, S_DEATH)) == time) {
      const next = (time + 1) & TIME_MASK;
      this.memory.cas(W2, CLOCK, time, next);
      time = next;
    }
    // W3: a store and no plain write, since threads that know the slot from an earlier life may be looking (W6).
    this.memory.store(W3, this.geometry.slot(slot, S_BIRTH), time);
  }

  /**
   * The births are right if the compare-and-swap succeeds that the word is for: then the word that it expects was there all the time since it
   * was read, by the invariant, and what holds it and what comes next were not retired meanwhile.
   *
   * Why one more, if the word names a slot: the next word of the last node is null with the birth of the node, and then names a node that
   * may be no younger. Once both are freed the free list chains through that word and keeps its version; where the list ends there it is
   * null again, and a compare-and-swap that was to link a node must not take it for the end of the queue.
   */
  override link(_old: i32, slot: i32, owner: i32): i32 {
    const format = this.geometry.link;
    if (slot == 0) return format.pack(0, owner == 0 ? 0 : this.birthOf(owner));
    const its = this.birthOf(slot);
    return format.pack(slot, (owner == 0 ? its : this.later(its, this.birthOf(owner))) + 1);
  }

  private birthOf(slot: i32): i32 {
    return this.memory.load(W6, this.geometry.slot(slot, S_BIRTH));
  }

  /** The later one of two times, which are less than 2^29 apart. */
  private later(one: i32, other: i32): i32 {
    return ((one - other) & TIME_MASK) < 1 << 29 ? one : other;
  }

  override retire(slot: i32): void {
    // W7: after the slot was unlinked, so that no operation that began when the clock showed more can find it.
    this.memory.poke(this.geometry.slot(slot, S_DEATH), this.memory.load(W7, CLOCK));
    this.takeBack(slot);
    this.keep(slot);
  }
}

/** Nothing is announced: only the clock has a name. */
export const ANNOUNCES: Announcement = {
  name: (n) => `announce${n}`,
  show: shownNumber,
  short: (words) => `announces ${words.join(',')}`,
  long: (words, still) => `${still} announces ${listed(words.map(String))}`,
  by: 'announcement',
  clock: 'Clock',
  slotWords: BIRTH_AND_DEATH,
  mark: { name: 'version', unit: 'move of the clock', units: 'moves of the clock', isBirth: true },
};
