import { ABA_IMPOSSIBLE, Scheme, UNBOUNDED } from '../scheme.ts';
import { TIME_MASK, announcing, isTimeAgain } from '../clock.ts';
import { ERA_CLOCK, eraIn, isWithin } from '../eras.ts';
import { HOLDS_INTERVALS, R_ANNOUNCE, R_OWN, R_SCRATCH, S_BIRTH, S_DEATH } from '../layout.ts';
import { withdraw, withdrawForDead } from '../withdraw.ts';
import {
  type Announcement,
  BIRTH_AND_DEATH,
  announcedEra,
  eraHolder,
  livedText,
  meetingLife,
  shownTime,
} from '../announcement.ts';
import { LOOKS_AGAIN, type StepCards } from '../step-card.ts';

/** Reads the era in which a slot is born. */
export const I1: i32 = 104;
/** Reads the era in which an interval begins. */
export const I2: i32 = 105;
/** Announces its first era. */
export const I3: i32 = 106;
/** Announces its last era. */
export const I4: i32 = 107;
/** Looks whether the era is the last one of the interval. */
export const I5: i32 = 108;
/** Announces a later last era. */
export const I6: i32 = 109;
/** Takes the interval back. */
export const I7: i32 = 110;
/** Reads the era in which a slot is retired. */
export const I8: i32 = 111;
/** Moves the clock on. */
export const I9: i32 = 112;
/** Reads an end of an announced interval in a scan. */
export const I10: i32 = 113;
/** Takes back the interval of a dead thread. */
export const I11: i32 = 114;
/** Looks at the root of a walk again. */
export const I12: i32 = 331;

export const CARDS: StepCards = {
  I1: { access: 'load', fills: 'birth', says: 'the era is {word}' },
  I2: { access: 'load', fills: 'era', says: 'the era is {word}' },
  I3: { access: 'store', says: 'announces {word} as its first one' },
  I4: { access: 'store', says: 'announces {word} as its last one' },
  I5: { access: 'load', fills: 'era', says: 'the era is {word}' },
  I6: { access: 'store', says: 'announces {word} as its last one now' },
  I7: { access: 'store', says: 'takes its interval back' },
  I8: { access: 'load', fills: 'death', says: 'the era is {word}' },
  I9: { access: 'add', says: 'moves the clock on to era {word}' },
  I10: { access: 'load', fills: 'announced', says: '{holder} announces {word}' },
  I11: { access: 'store', says: 'takes back the interval of {holder}, which is dead' },
  I12: LOOKS_AGAIN,
};

/** The two announced words of a thread, and its own count of what it took and retired since it moved the clock on. */
const FIRST: i32 = R_ANNOUNCE;
const LAST: i32 = R_ANNOUNCE + 1;
const SINCE_MOVED: i32 = R_OWN;

/**
 * Idea: a slot carries the eras in which it was born and retired, and a thread announces the eras from the first to the last of what it
 * reads in an operation. A slot whose life meets no announced interval is freed. There are two words to announce, however many slots an
 * operation protects at a time.
 * Paper: Wen, Izraelevitz, Cai, Beadle and Scott, "Interval-Based Memory Reclamation", PPoPP 2018, section 3.3 (2GEIBR).
 * Claims: in the static members. The parameter `threshold` says how many retired slots make a thread scan, and `period` after how many slots
 * that it took or retired a thread moves the clock on.
 * It hides how much a stalled reader holds back: what was there when it stopped, as under hazard eras, and what was retired in its operation
 * before that and waits for a scan. It lets go of nothing before the operation ends: one that starts over time and again, outrun by others,
 * holds back what each of its rounds found. Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA Theorem",
 * PODC 2023) it gives up the third: a structure has to validate what it reads, as under hazard pointers.
 */
export class Interval extends Scheme {
  static readonly NUMBER: i32 = 8;
  static readonly ID: string = 'interval';
  static readonly TITLE: string = 'intervals of eras';
  static readonly IDEA: string =
    'A thread announces the eras from the first to the last of what it reads; a slot whose life meets no such interval is freed.';
  static readonly PAPER: string = 'Wen, Izraelevitz, Cai, Beadle and Scott 2018, PPoPP, section 3.3';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'how much a stalled reader pins: every slot that lived in the eras which it announces, from the first of its operation to the last';
  static readonly GIVES_UP: string = 'wide applicability';
  static readonly HOLDS: i32 = HOLDS_INTERVALS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'threshold=32:1:65535,period=8:1:65535';
  static readonly BOUND: string =
    'unbounded while one operation is outrun by others, for it lets go of nothing before it ends';

  /**
   * While a thread stands still, its interval is what it is, and no slot is born into it but those that are born before the clock moves next:
   * so much, and no more, can meet it. But each time that it moves its last era on, all that is in the structure then meets its interval, and
   * an operation may be outrun as often as others succeed.
   */
  static bound(_threads: i32, _threshold: i32, _period: i32, _protections: i32, _inUse: i32): i32 {
    return UNBOUNDED;
  }

  /**
   * Those in use, one to put in, and for each other thread what it keeps if nobody was reading when it scanned, and one that it has in hand.
   * A thread that stalls while it reads holds back what lived in its interval beside that.
   */
  static needs(threads: i32, threshold: i32, _period: i32, _protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * threshold;
  }

  // Words it adds: the clock; two announced words a thread (era << 1 | 1, or 0), the first era of its interval and the last; a count of its
  // own; birth and death of a slot; a private copy of both words of every thread, for the scan; and list 0.
  // Invariants
  // - The clock only grows, modulo 2^30.
  // - While a thread is inside, the first era that it announces stays, and the last one only grows.
  // - A slot whose life meets an interval that was announced before the slot was retired, and still is, is on a retired list or in the
  //   structure.
  // Non-invariants
  // - The last era that is announced need not be the current one.
  // - A thread that announces one of the two words alone is entering or leaving, and protects nothing.
  // - What `protect` returns for a next word need not be safe: a successor that was born, retired and freed while its node was protected is
  //   read from it all the same. D5 shows that.
  // An era is told from another one as long as no slot lives for 2^30 eras. What lies at the bottom of a stack may live for longer, and might
  // then be freed while it is protected.

  /** Nothing is protected yet: a scan that reads one of the two words before it is written, and the other one after, need not see them. */
  override enter(): void {
    const era = announcing(this.memory.load(I2, ERA_CLOCK) & TIME_MASK);
    this.memory.store(I3, this.record.base + FIRST, era);
    this.memory.store(I4, this.record.base + LAST, era);
  }

  override leave(): void {
    withdraw(this.memory, this.record.base, I7, 2);
  }

  /**
   * Let `step` read a word that names the slot s, and let I5 find the announced last era e after that. It was announced when the clock had
   * been e before, and the clock only grows: so it was e all the time from then on, at `step` too.
   * s was born in e or before, since it was born before it was published, and published before `step`.
   * By cases for the death of s, and a scan by the thread that retired it.
   * If s was unlinked after `step`: I8 read the clock after that, so s died in e or later. e is one of the eras of the interval, so the life
   * of s meets it, and goes on doing so when the interval becomes longer. The scan comes after I8, so both of its I10 come after I3 and after
   * the I4 or I6 that announced e: it reads an interval that begins no later and ends no earlier, and keeps s. If the operation ends between
   * the two, or before, nothing is protected any more.
   * If s was unlinked before `step`: no root names it, and a next word of the queue that does belongs to a node that Head has passed: D5
   * differs.
   */
  override protect(step: i32, _k: i32, source: i32): i32 {
    const last = this.record.base + LAST;
    while (true) {
      const seen = this.memory.load(step, source);
      // I5: validates I4 or I6, which published the same era to I10.
      const era = announcing(this.memory.load(I5, ERA_CLOCK) & TIME_MASK);
      if (this.memory.peek(last) == era) return seen;
      // I6: publishes to I10. What was read may have been retired meanwhile: look again.
      this.memory.store(I6, last, era);
    }
  }

  /**
   * By the cases of `protect`, for the last era e of the interval, which the clock shows at I12. The slot was born in e or before, since it was read before I12. If it
   * was unlinked after I12, it died in e or later. If it was unlinked before, the root, or one that it never passes, had passed it: I12 differs, unless the root came back
   * to what it named, which is protected and cannot.
   */
  override follow(k: i32, _slot: i32, source: i32, seen: i32): bool {
    return this.protect(I12, k, source) == seen;
  }

  override born(slot: i32): void {
    // I1: the slot is not published yet, so nobody can have read it in an earlier era.
    this.memory.poke(this.geometry.slot(slot, S_BIRTH), this.memory.load(I1, ERA_CLOCK) & TIME_MASK);
    this.moveClock();
  }

  protected override dies(slot: i32): void {
    // I8: after the slot was unlinked, which `protect` builds on.
    this.memory.poke(this.geometry.slot(slot, S_DEATH), this.memory.load(I8, ERA_CLOCK) & TIME_MASK);
    this.moveClock();
  }

  /**
   * Counts what this thread takes and what it retires. If the clock moved with what is taken alone, it would stand among threads that only
   * consume: all that they retire would die in the same era, and an interval that began after that would hold back all of it. If it moved
   * with what is retired alone, it would stand among threads that only produce: all that they put in would be born in the last era of a
   * thread that stalled.
   */
  private moveClock(): void {
    // I9: what is born from now on lived in no interval that ends before.
    if (isTimeAgain(this, SINCE_MOVED, this.geometry.param1)) this.memory.add(I9, ERA_CLOCK, 1);
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
    // I10: pairs with I3, I4 and I6.
    return this.memory.load(I10, address);
  }

  /**
   * Both ends of each interval. A thread that began another operation between the two reads of I10 has a later last era than the interval
   * whose first one was read: so this one is longer than either, and holds back what either does.
   */
  protected override gather(): i32 {
    const scratch = this.record.base + R_SCRATCH;
    let announced: i32 = 0;
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      const record = this.geometry.record(thread);
      const first = this.announcedAt(record + FIRST);
      const last = this.announcedAt(record + LAST);
      if (first != 0 && last != 0) {
        this.memory.poke(scratch + announced, first);
        this.memory.poke(scratch + announced + 1, last);
        announced += 2;
      }
    }
    return announced;
  }

  /** Two spans of eras meet if one of them begins in the other. */
  protected override isHeldBack(slot: i32, announced: i32): bool {
    const scratch = this.record.base + R_SCRATCH;
    const birth = this.memory.peek(this.geometry.slot(slot, S_BIRTH));
    const death = this.memory.peek(this.geometry.slot(slot, S_DEATH));
    for (let i: i32 = 0; i < announced; i += 2) {
      const first = eraIn(this.memory.peek(scratch + i));
      const last = eraIn(this.memory.peek(scratch + i + 1));
      if (isWithin(first, birth, death) || isWithin(birth, first, last)) return true;
    }
    return false;
  }

  protected override silence(thread: i32): void {
    withdrawForDead(this.memory, this.geometry.record(thread), I11, 2);
  }
}

/** An interval of which one end is not written yet, or no more, is no interval, and holds nothing back. Its last era was announced last. */
export const ANNOUNCES: Announcement = {
  name: (n) => ['firstEra', 'lastEra'][n] ?? `announce${n}`,
  show: shownTime('era'),
  short: (words) => `announces ${intervalOf(words)}`,
  long: (words, still) => `${still} announces ${intervalOf(words)}`,
  by: 'interval',
  replacedWithin: true,
  clock: 'Era',
  slotWords: BIRTH_AND_DEATH,
  about: livedText,
  holders: (slab) => {
    const holders = slab.threads.flatMap((thread) => {
      const address = slab.geometry.record(thread) + R_ANNOUNCE;
      const [first, last] = [announcedEra(slab.words[address]), announcedEra(slab.words[address + 1])];
      return first === null || last === null ? [] : [eraHolder(thread, address + 1, [first, last])];
    });
    return meetingLife(holders, slab);
  },
};

function intervalOf(words: readonly number[]): string {
  const [first, last] = words.map((word) => word >>> 1);
  if (last === undefined) return `one end of an interval, era ${first}`;
  return first === last ? `era ${first}` : `the eras ${first} to ${last}`;
}
