import { ABA_IMPOSSIBLE, Scheme } from '../scheme.ts';
import {
  C_OWN_1,
  C_OWN_2,
  Geometry,
  HAND_OVER,
  HOLDS_PARKED,
  R_ANNOUNCE,
  R_HAND,
  R_TAKES,
} from '../layout.ts';
import { withdraw, withdrawForDead } from '../withdraw.ts';
import { type Announcement, type HandOver, HAZARDS, hazardsNaming, holdBack } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Publishes a hazard. */
export const K1: i32 = 115;
/** Validates it. */
export const K2: i32 = 116;
/** Clears a hazard. */
export const K3: i32 = 117;
/** Reads a hazard, to hand a slot on. */
export const K4: i32 = 118;
/** Reads a hand-over. */
export const K5: i32 = 119;
/** Parks a slot there, and takes what was parked. */
export const K6: i32 = 120;
/** Takes what is parked. */
export const K7: i32 = 121;
/** Clears a hazard of a dead thread. */
export const K8: i32 = 122;

/** K2 stands to K1 as H2 to H1. K6 and K7 move whatever is parked, in whichever life it is: it was retired, and no more is needed of it. */
export const CARDS: StepCards = {
  K1: { access: 'store', says: 'announces slot {slot}', saysNull: 'announces nothing' },
  K2: {
    access: 'load',
    validates: ['same word'],
    renews: true,
    says: '{name} still names slot {slot}, which is announced',
    saysNull: '{name} still names nothing',
    saysFailed: '{name} has changed, and the announcement may have come too late',
  },
  K3: { access: 'store', says: 'takes its announcement back' },
  K4: {
    access: 'load',
    fills: 'slot',
    says: '{holder} announces slot {slot}',
    saysNull: '{holder} announces nothing there',
  },
  K5: {
    access: 'load',
    fills: 'parked',
    says: 'slot {slot} is parked with {holder}',
    saysNull: 'nothing is parked there with {holder}',
  },
  K6: {
    access: 'cas',
    expectedFrom: 'K5',
    needsBitsOnly: true,
    failures: C_OWN_1,
    says: 'parks slot {new} with {holder}',
    saysFailed: 'another thread parked or took a slot there',
  },
  K7: {
    access: 'cas',
    expectedFrom: 'K5',
    needsBitsOnly: true,
    failures: C_OWN_2,
    says: 'takes slot {old}, which was parked with {holder}',
    saysFailed: 'another thread parked or took a slot there',
  },
  K8: { access: 'store', says: 'takes back what {holder} announced, which is dead' },
};

/**
 * Idea: a thread announces the node that it is about to use, as under hazard pointers. One that retires a node looks at all announcements
 * once: where one names the node it is parked, in a word beside that announcement, and in exchange for what was parked there, which is
 * handed on in the same way. What nobody announces is freed at once: there are no lists, and no scans.
 * Paper: Correia, Ramalhete and Felber, "OrcGC: Automatic Lock-Free Memory Reclamation", PPoPP 2021: pass-the-pointer, the manual scheme in
 * it. The paper exchanges a parked node by one step; here a compare-and-swap does, so that what it is going to take is written down before
 * it, and a thread that dies at it loses nothing.
 * Claims: in the static members. At most threads x protections slots are parked at a time; beside them each thread may have one in its hand,
 * on its way.
 * It hides that a thread frees what others retired, at the end of its own operation, and that every retire looks at the announcements of all
 * threads, where hazard pointers do so once in many retires. A slot may stay parked although nobody names it any more: until the thread ends
 * another operation, or one finds no slot free. Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA
 * Theorem", PODC 2023) it gives up the third: a structure has to validate what it reads, as under hazard pointers.
 */
export class PassThePointer extends Scheme {
  static readonly NUMBER: i32 = 11;
  static readonly ID: string = 'pass-the-pointer';
  static readonly TITLE: string = 'pass-the-pointer';
  static readonly IDEA: string =
    'A thread announces the node that it is about to use; one that retires the node parks it there, and the thread that uses it hands it on.';
  static readonly PAPER: string = 'Correia, Ramalhete and Felber 2021, PPoPP';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'who frees: a thread may free what others retired when its operation ends, and each retire looks at the announcements of all threads';
  static readonly GIVES_UP: string = 'wide applicability';
  static readonly HOLDS: i32 = HOLDS_PARKED;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = '';
  static readonly BOUND: string =
    'threads x (protections + 1): parked threads x protections, and one in each hand';

  /** One is parked beside each word that may announce, and each thread has one in hand. */
  static bound(threads: i32, _param0: i32, _param1: i32, protections: i32, _inUse: i32): i32 {
    return threads * (protections + 1);
  }

  /**
   * Those in use, one to put in, and for each other thread one that is parked with it for each of its announcements, and one that it has
   * in hand. What is parked with no announcement that names it any more, with whichever thread, is taken from there before an operation
   * answers that nothing is free.
   */
  static needs(threads: i32, _param0: i32, _param1: i32, protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * (protections + 1);
  }

  // Words it adds: an announced word for each slot that the structure protects at a time (slot index or 0), a thread, and beside each of
  // them a hand-over (the slot that is parked there, or 0), which every thread writes; and the slot that a thread is about to take from one.
  // Invariants
  // - A slot that a thread announced before it was retired, and still announces, is in the structure, in the hand of a thread, or parked.
  // - A slot is parked at one place at most, and was retired.
  // - A slot that is parked at the k-th word of thread t, or in hand and on its way to it, was compared since it was retired with each word
  //   before that one, by thread and then by k, and none of them named it then.
  // Non-invariants
  // - An announced slot need not be in use, nor even be allocated: the thread may be between K1 and K2.
  // - A slot that is parked need not be announced there any more, nor anywhere.
  // - A slot that is parked at a word of a thread need not have been retired by another one: it may be its own, which it handed on.
  //
  // Why a slot is not freed while it is used. Let thread t be able to use s by its k-th announcement. Its validation shows that the
  // announcement was there before s was retired, as under hazard pointers; it has stayed since. After that s was compared with this word,
  // by the third invariant: s is freed behind the last word alone. That look found s, since it was at K4 and after K1. So s was parked
  // there, and not taken on from there but by K6 or K7: both look at this word again before they go on to the next one.
  // Why no word has to be looked at twice. A word that does not name s when it is looked at, after s was retired, may name it later: but
  // such an announcement is not in time, and its validation fails, since nothing names s any more (K2), or the node whose next word does has
  // left the structure (D5).
  // So a thread may name a slot by a later word that it protects by an earlier one already: the later one is looked at later. The other way
  // round it may not; no structure of the lab copies an announcement.

  override leave(): void {
    withdraw(this.memory, this.record.base, K3, this.geometry.protections);
    // There is one hand. If the structure has a slot in it, that is about to be retired, which looks at the hand-overs as well; or it is
    // given back, and what is parked waits for the end of the next operation.
    if (this.memory.peek(this.record.base + R_HAND) == 0) this.handOnOwn();
  }

  override protect(step: i32, k: i32, source: i32): i32 {
    return this.protectByName(step, k, source);
  }

  /**
   * An announcement of a slot that was retired before K1 is not in time: the root, or one that it never passes, had passed the slot then, and K2 differs, unless the
   * root came back to what it named, which is announced all along and cannot. What was parked where another slot was announced before stays there until the
   * operation ends.
   */
  override follow(k: i32, slot: i32, source: i32, seen: i32): bool {
    this.announce(this.record.base + R_ANNOUNCE + k, slot);
    return this.isStill(source, seen);
  }

  protected override announce(hazard: i32, seen: i32): void {
    // K1: publishes to K4. The tag, if there is one, stays off.
    this.memory.store(K1, hazard, this.geometry.link.index(seen));
  }

  protected override isStill(source: i32, seen: i32): bool {
    // K2: validates the step against K4, as H2 does against H4.
    return this.memory.load(K2, source) == seen;
  }

  override retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
    this.handOnOwn();
  }

  override collect(): void {
    this.adopt();
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) this.handOnFrom(thread);
  }

  override idle(): void {
    this.handOnOwn();
  }

  /** Nothing is kept: a slot that is in hand is compared with every announcement. */
  protected override keep(slot: i32): void {
    this.handOn(slot, 1, 0);
  }

  private handOnOwn(): void {
    this.handOnFrom(this.record.thread);
  }

  /** Takes what is parked with a thread and not announced there any more, and hands it on. Nothing is in hand. */
  private handOnFrom(thread: i32): void {
    for (let k: i32 = 0; k < this.geometry.protections; k++) {
      const slot = this.unpark(this.geometry.record(thread) + R_ANNOUNCE + k);
      if (slot != 0) this.handOn(slot, thread, k);
    }
  }

  /** Takes the slot, into the hand, that is parked at an announced word which does not name it; 0 if there is none. */
  private unpark(announced: i32): i32 {
    while (true) {
      // K5: what is there was retired before it was parked.
      const parked = this.memory.load(K5, announced + HAND_OVER);
      if (parked == 0 || this.memory.load(K4, announced) == parked) return 0;
      if (this.exchange(K7, announced, parked, 0)) return parked;
      this.record.count(C_OWN_2);
    }
  }

  /**
   * Hands a slot on that is in hand and was retired: it is compared with the announced words from the k-th of `thread` on, and parked at the
   * first that names it. What was parked there is handed on from there, for it was compared with all before it already. What no word
   * names is freed.
   */
  private handOn(given: i32, from: i32, first: i32): void {
    let slot = given;
    let k = first;
    for (let thread = from; thread <= this.geometry.threads; thread++) {
      while (k < this.geometry.protections) {
        const announced = this.geometry.record(thread) + R_ANNOUNCE + k;
        // K4: pairs with K1.
        if (this.memory.load(K4, announced) != slot) {
          k++;
          continue;
        }
        const parked = this.memory.load(K5, announced + HAND_OVER);
        // It was retired twice, which is noted where that was seen: it has its place.
        if (parked == slot) {
          this.record.release();
          return;
        }
        if (this.exchange(K6, announced, parked, slot)) {
          if (parked == 0) return;
          slot = parked;
        } else this.record.count(C_OWN_1);
        // Another slot, or another moment: look at the same word again.
      }
      k = 0;
    }
    this.slab.give(slot);
  }

  /**
   * K6, K7: publishes what is in hand to those who take it from the hand-over, if `slot` is not 0, and takes `parked` in hand in its
   * place. The intent comes before the step, so that a thread that dies right after it leaves a record of what it took; what was in
   * hand is parked then, and the hand yields.
   */
  private exchange(step: i32, announced: i32, parked: i32, slot: i32): bool {
    this.memory.poke(this.record.base + R_TAKES, parked);
    const taken = this.memory.cas(step, announced + HAND_OVER, parked, slot);
    if (taken) this.record.hold(parked);
    this.memory.poke(this.record.base + R_TAKES, 0);
    return taken;
  }

  protected override silence(thread: i32): void {
    withdrawForDead(this.memory, this.geometry.record(thread), K8, this.geometry.protections);
    this.handOnFrom(thread);
  }
}

/** Beside the hazards there are hand-overs, each HAND_OVER words behind the hazard that a slot is parked at. */
export const ANNOUNCES: Announcement = {
  ...HAZARDS,
  name: (n) => (n < HAND_OVER ? `hazard${n}` : `handOver${n - HAND_OVER}`),
  words: HAND_OVER,
  holders: (slab) => hazardsNaming(slab, HAND_OVER),
  parks: {
    slots: handOversIn,
    places: ({ protections }) => [R_ANNOUNCE + HAND_OVER, R_ANNOUNCE + HAND_OVER + protections],
    // One parked at each hand-over, and one in each hand.
    most: ({ threads, protections }) => threads * (protections + 1),
    heldBack: (slab) => {
      const naming = hazardsNaming(slab, HAND_OVER);
      return handOversIn(slab.words, slab.geometry).map(({ thread, hazard, slot }) => {
        const holders = naming({ slot });
        const place = `Slot ${slot} is parked with T${thread}, at its hazard ${hazard}`;
        const note =
          holders.length === 0
            ? `${place}: no thread announces it any more, and it waits for T${thread} to end an operation, or for a thread that finds no slot free.`
            : `${place}: ${holdBack(holders.map((each) => `T${each.thread}'s ${each.name}`))}.`;
        return { slot, thread, holders, note };
      });
    },
  },
};

/** The hand-overs that are not empty, whatever they name. */
function handOversIn(words: Int32Array, geometry: Geometry): readonly HandOver[] {
  const found: HandOver[] = [];
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const first = geometry.record(thread) + R_ANNOUNCE + HAND_OVER;
    for (let hazard = 0; hazard < geometry.protections; hazard++) {
      const slot = words[first + hazard];
      if (slot !== 0) found.push({ thread, hazard, slot });
    }
  }
  return found;
}
