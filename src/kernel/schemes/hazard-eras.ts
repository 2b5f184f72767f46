import { ABA_IMPOSSIBLE, Scheme } from '../scheme.ts';
import { TIME_MASK, announcing } from '../clock.ts';
import { ERA_CLOCK, eraIn, isWithin } from '../eras.ts';
import { HOLDS_ERAS, LIST_COUNT, R_ANNOUNCE, R_SCRATCH, S_BIRTH, S_DEATH, ANNOUNCED } from '../layout.ts';
import { FEW, firstFrom, sortGathered, withdraw, withdrawForDead } from '../withdraw.ts';
import {
  type Announcement,
  BIRTH_AND_DEATH,
  announcedEra,
  eraHolder,
  erasOf,
  livedText,
  meetingLife,
  shownTime,
} from '../announcement.ts';
import { LOOKS_AGAIN, type StepCards } from '../step-card.ts';

/** Reads the era in which a slot is born. */
export const G1: i32 = 96;
/** Looks whether the era is the one that is announced. */
export const G2: i32 = 97;
/** Announces an era. */
export const G3: i32 = 98;
/** Takes an announcement back. */
export const G4: i32 = 99;
/** Reads the era in which a slot is retired. */
export const G5: i32 = 100;
/** Moves the clock on. */
export const G6: i32 = 101;
/** Reads an announced era in a scan. */
export const G7: i32 = 102;
/** Takes back what a dead thread announced. */
export const G8: i32 = 103;
/** Looks at the root of a walk again. */
export const G9: i32 = 330;

/** What was gathered is sorted: beside how many words there are, which is less. */
const SORTED: i32 = 1 << 16;

export const CARDS: StepCards = {
  G1: { access: 'load', fills: 'birth', says: 'the era is {word}' },
  G2: { access: 'load', fills: 'era', says: 'the era is {word}' },
  G3: { access: 'store', says: 'announces {word}' },
  G4: { access: 'store', says: 'takes its announcement back' },
  G5: { access: 'load', fills: 'death', says: 'the era is {word}' },
  G6: { access: 'add', says: 'moves the clock on to era {word}' },
  G7: { access: 'load', fills: 'announced', says: '{holder} announces {word}' },
  G8: { access: 'store', says: 'takes back what {holder} announced, which is dead' },
  G9: LOOKS_AGAIN,
};

/**
 * Idea: a clock counts retires. A slot carries the eras in which it was born and retired, a thread announces the era in which it reads, and
 * a slot that lived in no announced era is freed. To go on reading in the same era costs no announcement.
 * Paper: Ramalhete and Correia, "Brief Announcement: Hazard Eras - Non-Blocking Memory Reclamation", SPAA 2017, Algorithm 1.
 * Claims: in the static members. The parameter `threshold` says how many retired slots make a thread scan.
 * It hides how much a stalled reader holds back: no slot that was born after it stopped, and every one that was there when it stopped. On a
 * queue of length L these are L slots, where hazard pointers hold two. Of easy integration, robustness and wide applicability (Sheffi and
 * Petrank, "The ERA Theorem", PODC 2023) it gives up the third: a structure has to validate what it reads, as under hazard pointers.
 */
export class HazardEras extends Scheme {
  static readonly NUMBER: i32 = 6;
  static readonly ID: string = 'hazard-eras';
  static readonly TITLE: string = 'hazard eras';
  static readonly IDEA: string =
    'A thread announces the era in which it reads; a slot is kept while an era is announced in which it lived.';
  static readonly PAPER: string = 'Ramalhete and Correia 2017, SPAA, Algorithm 1';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'how much a stalled reader pins: every slot that lived in an era which it announces, on a long queue all that was inside';
  static readonly GIVES_UP: string = 'wide applicability';
  static readonly HOLDS: i32 = HOLDS_ERAS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'threshold=32:1:65535';
  static readonly BOUND: string =
    'threads x max(threshold, 1 + protections x (threads - 1) x (most in use + threads))';

  /**
   * Slots that lived in one era e, and were retired: at the moment when the clock leaves e each of them is in the structure, or in
   * the hand of a thread, where those of a chain beyond its first one count as in use. Those that were retired before that have an earlier era as their last one, or they are still in the hand of the
   * thread that retires them, which has not moved the clock on since it read e.
   */
  static livesIn(threads: i32, inUse: i32): i32 {
    return inUse + threads;
  }

  /** What a thread may have left over from its last scan, until it retires again: as under hazard pointers, with eras in place of slots. */
  static keeps(threads: i32, threshold: i32, protections: i32, inUse: i32): i32 {
    const held = protections * (threads - 1) * HazardEras.livesIn(threads, inUse);
    return threshold - 1 > held ? threshold - 1 : held;
  }

  /** Every thread has just retired one more than it keeps, and not scanned yet. */
  static bound(threads: i32, threshold: i32, _param1: i32, protections: i32, inUse: i32): i32 {
    return threads * (HazardEras.keeps(threads, threshold, protections, inUse) + 1);
  }

  /**
   * Those in use, one to put in, and for each other thread what it keeps if nobody was reading when it scanned, and one that it has in hand.
   * A thread that stalls while it reads holds back what lived in its eras beside that: `bound` says how much.
   */
  static needs(threads: i32, threshold: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * threshold;
  }

  // Words it adds: the clock; an announced era for each slot that the structure protects at a time (era << 1 | 1, or 0), a thread; birth and
  // death of a slot; a private copy of all that is announced, for the scan; and list 0.
  // Invariants
  // - The clock only grows, modulo 2^30, and moves with every retire.
  // - A slot in the structure was born in an era that the clock has reached, and a retired one died in one that it has left or is in.
  // - A slot that lived in an era which was announced before the slot was retired, and still is, is on a retired list or in the structure.
  // Non-invariants
  // - An announced era need not be the current one, nor the one in which what the thread protects was born.
  // - Two slots that were retired one after the other may have died in the same era: both threads read the clock before either moved it on.
  // - What `protect` returns for a next word need not be safe: D5 shows that.
  // An era is told from another one as long as no slot lives for 2^30 eras: so many retires. What lies at the bottom of a stack may live for
  // longer, and might then be freed while it is protected.

  /** G1: the slot is not published yet, so nobody can have read it in an earlier era. */
  override born(slot: i32): void {
    this.memory.poke(this.geometry.slot(slot, S_BIRTH), this.memory.load(G1, ERA_CLOCK) & TIME_MASK);
  }

  override leave(): void {
    withdraw(this.memory, this.record.base, G4, this.geometry.protections);
  }

  /**
   * Let `step` read a word that names the slot s, and let G2 find the announced era e after that. The announcement was made when the clock
   * had been e before, and the clock only grows: so it was e all the time from then on, at `step` too.
   * s was born in e or before: it was born before it was published, and it was published before `step`.
   * By cases for the death of s, and a scan by the thread that retired it.
   * If s was unlinked after `step`: G5 read the clock after that, so s died in e or later and lived in e. The scan comes after G5, so it
   * reads the announcement at G7 and keeps s.
   * If s was unlinked before `step`: no root names it, and a next word of the queue that does belongs to a node that Head has passed: D5
   * differs.
   */
  override protect(step: i32, k: i32, source: i32): i32 {
    const announced = this.record.base + R_ANNOUNCE + k;
    while (true) {
      const seen = this.memory.load(step, source);
      // G2: validates G3 of an earlier round or of an earlier call, which published the same era to G7.
      const era = announcing(this.memory.load(G2, ERA_CLOCK) & TIME_MASK);
      if (this.memory.peek(announced) == era) return seen;
      // G3: publishes to G7. What was read may have been retired meanwhile: look again.
      this.memory.store(G3, announced, era);
    }
  }

  /**
   * By the cases of `protect`, for the era e that it announces and the clock shows at G9. The slot was born in e or before, since it was read before G9. If it was
   * unlinked after G9, it died in e or later. If it was unlinked before, the root, or one that it never passes, had passed it: G9 differs, unless the root came back to
   * what it named, which is protected and cannot.
   */
  override follow(k: i32, _slot: i32, source: i32, seen: i32): bool {
    return this.protect(G9, k, source) == seen;
  }

  protected override dies(slot: i32): void {
    // G5: after the slot was unlinked, which `protect` builds on.
    const era = this.memory.load(G5, ERA_CLOCK);
    this.memory.poke(this.geometry.slot(slot, S_DEATH), era & TIME_MASK);
    // G6: what is born from now on did not live with this slot. Without it the clock would stand, and one announcement would hold back all.
    this.memory.add(G6, ERA_CLOCK, 1);
  }

  override retire(slot: i32): void {
    this.retireToList(slot);
  }

  override collect(): void {
    this.adopt();
    this.scan();
  }

  override idle(): void {
    this.scanWhatIsKept();
  }

  protected override keep(slot: i32): void {
    this.keepOnList(slot);
  }

  protected override announcedAt(address: i32): i32 {
    // G7: pairs with G3.
    return this.memory.load(G7, address);
  }

  /** Where many eras are announced, and many slots are to be held against them, the eras are sorted once. */
  protected override arranged(gathered: i32): i32 {
    if (gathered <= FEW || this.memory.peek(this.list(0) + LIST_COUNT) <= FEW) return gathered;
    sortGathered(this.memory, this.record.base, gathered);
    return gathered | SORTED;
  }

  /** Of sorted eras one is enough: round the clock from the birth on, the first one that is announced. If the slot died before it, it did before all. */
  protected override isHeldBack(slot: i32, gathered: i32): bool {
    const birth = this.memory.peek(this.geometry.slot(slot, S_BIRTH));
    const death = this.memory.peek(this.geometry.slot(slot, S_DEATH));
    if ((gathered & SORTED) != 0) {
      const era = firstFrom(this.memory, this.record.base, gathered & ~SORTED, announcing(birth));
      return isWithin(eraIn(era), birth, death);
    }
    for (let i: i32 = 0; i < gathered; i++) {
      if (isWithin(eraIn(this.memory.peek(this.record.base + R_SCRATCH + i)), birth, death)) return true;
    }
    return false;
  }

  protected override silence(thread: i32): void {
    withdrawForDead(this.memory, this.geometry.record(thread), G8, this.geometry.protections);
  }
}

/** An announced era holds back every slot that lived in it. */
export const ANNOUNCES: Announcement = {
  name: (n) => `era${n}`,
  show: shownTime('era'),
  short: (words) => `announces ${erasOf(words)}`,
  long: (words, still) => `${still} announces ${erasOf(words)}`,
  by: 'eras',
  replacedWithin: true,
  clock: 'Era',
  slotWords: BIRTH_AND_DEATH,
  about: livedText,
  holders: (slab) => {
    const { words, geometry, threads } = slab;
    const holders = threads.flatMap((thread) =>
      Array.from({ length: ANNOUNCED }, (_, n) => geometry.record(thread) + R_ANNOUNCE + n).flatMap(
        (address) => {
          const era = announcedEra(words[address]);
          return era === null ? [] : [eraHolder(thread, address, [era, era])];
        },
      ),
    );
    return meetingLife(holders, slab);
  },
};
