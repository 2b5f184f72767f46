import { ABA_IMPOSSIBLE, Scheme } from '../scheme.ts';
import {
  C_OWN_1,
  C_RESTARTS,
  HOLDS_RESERVATIONS,
  PHASE_NEUTRALIZED,
  PHASE_QUIET,
  PHASE_READING,
  PHASE_WRITING,
  RESERVED,
  R_ANNOUNCE,
} from '../layout.ts';
import { beginGathering, gatherWord, isAnnounced } from '../withdraw.ts';
import { type Announcement, naming, shownNumber, slotsOf } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Begins to read. */
export const R1: i32 = 184;
/** Looks whether it may go on. */
export const R2: i32 = 185;
/** Reserves a slot. */
export const R3: i32 = 186;
/** Begins to write. */
export const R4: i32 = 187;
/** Is quiet again. */
export const R5: i32 = 188;
/** Takes a reservation back. */
export const R6: i32 = 189;
/** Reads the phase of a thread in a scan. */
export const R7: i32 = 190;
/** Neutralizes a thread. */
export const R8: i32 = 191;
/** Reads a reservation in a scan. */
export const R9: i32 = 170;
/** Takes back what a dead thread was at. */
export const R10: i32 = 171;

export const CARDS: StepCards = {
  R1: { access: 'store', says: 'begins to read' },
  R2: { access: 'load', fills: 'phase', says: 'its phase is {word}' },
  R3: { access: 'store', says: 'reserves slot {slot}', saysNull: 'reserves nothing there' },
  R4: {
    access: 'cas',
    failures: C_OWN_1,
    says: 'begins to write',
    saysFailed: 'it was neutralized, and starts over',
  },
  R5: { access: 'store', says: 'is quiet' },
  R6: { access: 'store', says: 'takes its reservation back' },
  R7: { access: 'load', fills: 'phase', says: '{holder} is {word}' },
  R8: {
    access: 'cas',
    expectedFrom: 'R7',
    says: 'neutralizes {holder}',
    saysFailed: '{holder} has gone on',
  },
  R9: {
    access: 'load',
    fills: 'slot',
    says: '{holder} reserves slot {slot}',
    saysNull: '{holder} reserves nothing there',
  },
  R10: { access: 'store', says: 'takes back what {holder} was at, which is dead' },
};

/** The announced words of a thread: its phase, and the slots that it reserves. */
const PHASE: i32 = R_ANNOUNCE;
const SLOTS: i32 = R_ANNOUNCE + 1;

/**
 * Idea: a thread reads without announcing anything, and before it writes it reserves the slots that it is going to use. A thread that wants
 * to free slots neutralizes all readers: what they have read does not count, and they start over. It waits for nobody, and keeps what is
 * reserved.
 * Paper: after Singh, Brown and Mashtizadeh, "NBR: Neutralization Based Reclamation", PPoPP 2021, section 4. There a signal makes a reader
 * jump back at once, since it might read memory that is not there any more. A slot is always there: so here a reader may read on, and finds
 * out before it believes anything. This form without signals is ours.
 * Claims: in the static members. The parameter `threshold` says how many retired slots make a thread scan.
 * It hides who pays: a reader that takes long is neutralized by each scan of the others, and may start over as often as they retire. It
 * holds nothing back meanwhile, whether it is awake or not.
 * Of easy integration, robustness and wide applicability (Sheffi and Petrank, "The ERA Theorem", PODC 2023) it gives up the third: an
 * operation has to come in two phases, and to begin at the roots again after each write.
 */
export class Neutralization extends Scheme {
  static readonly NUMBER: i32 = 12;
  static readonly ID: string = 'neutralization';
  static readonly TITLE: string = 'neutralization';
  static readonly IDEA: string =
    'A thread that frees slots makes all readers start over, and keeps the slots that writers have reserved.';
  static readonly PAPER: string =
    'after Singh, Brown and Mashtizadeh 2021, PPoPP, section 4, without signals';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = true;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'who pays: a reader that takes long is neutralized by each scan of the others, and may start over as often as they scan';
  static readonly GIVES_UP: string = 'wide applicability';
  static readonly HOLDS: i32 = HOLDS_RESERVATIONS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'threshold=32:1:65535';
  static readonly BOUND: string = 'threads x max(threshold, 1 + 3 x (threads - 1))';

  /** What a thread may have left over from its last scan, until it retires again: fewer than `threshold`, or what the others reserved then. */
  static keeps(threads: i32, threshold: i32): i32 {
    const reserved = RESERVED * (threads - 1);
    return threshold - 1 > reserved ? threshold - 1 : reserved;
  }

  /** Every thread has just retired one more than it keeps, and not scanned yet. */
  static bound(threads: i32, threshold: i32, _param1: i32, _protections: i32, _inUse: i32): i32 {
    return threads * (Neutralization.keeps(threads, threshold) + 1);
  }

  /**
   * Those in use, one to put in, and for each other thread what it keeps and as many more as it reserves: slots that it reserves and we
   * retired, or its own one in hand.
   */
  static needs(threads: i32, threshold: i32, _param1: i32, _protections: i32, inUse: i32): i32 {
    return inUse + 1 + (threads - 1) * (Neutralization.keeps(threads, threshold) + RESERVED);
  }

  // Words it adds: an announced word for the phase of each thread, and three for what it reserves; a private copy of what all reserve, for
  // the scan; and list 0.
  // Invariants
  // - A thread takes its own phase from quiet to reading, from reading to writing, and back; another one takes it from reading to neutralized
  //   alone.
  // - A slot that a thread reserved before it began to write, and which was retired after that, is on a retired list or in the structure as
  //   long as it writes.
  // Non-invariants
  // - What a thread reads while it reads or is neutralized need not be so: the slot may be in another life.
  // - What a thread reserves while it reads is not safe yet, and what it has reserved when it starts over is of no use any more.

  override enter(): void {
    this.restart();
  }

  /** Quiet before the reservations are taken back: a scan that sees fewer of them sees that none is needed. */
  override leave(): void {
    const base = this.record.base;
    this.memory.store(R5, base + PHASE, PHASE_QUIET);
    for (let k: i32 = 0; k < RESERVED; k++) this.reserve(R6, base + SLOTS + k, 0);
  }

  /** R1: whatever was read before is not used any more, so it does no harm if another thread has just neutralized this one. */
  override restart(): void {
    this.memory.store(R1, this.record.base + PHASE, PHASE_READING);
  }

  override mustRestart(_passed: i32 = 0): bool {
    if (!this.isNeutralized()) return false;
    this.record.count(C_RESTARTS);
    return true;
  }

  private isNeutralized(): bool {
    // R2: pairs with R8.
    return this.memory.load(R2, this.record.base + PHASE) != PHASE_READING;
  }

  /**
   * By cases, for a round that begins at R1, and the first slot s of those that it has read which is freed before the round ends. Up to then
   * what it read was of the lives that it found from the roots, so s was retired after R1; the scan that frees s begins after that.
   * If R7 finds the thread reading, and R8 comes before R4: R8 succeeds, and R4 fails, as R2 does, if an answer rests on what was read. What
   * the round reads of s and of others after that does not count.
   * If R4 comes before R8: R8 fails, and the scan reads all reservations after it. So it finds s, or the round does not use s any more.
   * If R7 finds it writing: the reservations were there before R4, and the same holds.
   * If R7 finds it neutralized, another scan was first, and the round starts over. It is not quiet: that is after the end of the round.
   * Of a walk that unlinks many nodes the first and the last are enough: those between them are read before R4 alone, and from the step that
   * unlinks them they are this thread's own.
   */
  override upgrade(first: i32, second: i32, third: i32): bool {
    const base = this.record.base;
    // R3: publishes to R9. R4 publishes that they are all there.
    this.reserve(R3, base + SLOTS, first);
    this.reserve(R3, base + SLOTS + 1, second);
    this.reserve(R3, base + SLOTS + 2, third);
    if (this.memory.cas(R4, base + PHASE, PHASE_READING, PHASE_WRITING)) return true;
    this.record.count(C_OWN_1);
    this.record.count(C_RESTARTS);
    return false;
  }

  /** The word is the caller's own, and a plain look tells whether it says so already. */
  private reserve(step: i32, word: i32, slot: i32): void {
    if (this.memory.peek(word) != slot) this.memory.store(step, word, slot);
  }

  override retire(slot: i32): void {
    this.retireToList(slot);
  }

  /**
   * A scan makes all who read start over, so there is one only where it can free something. And none in `idle`: a thread that finds the structure empty time and
   * again, and has retired a slot, would let nobody put a value in.
   */
  override collect(): void {
    this.adopt();
    this.scanWhatIsKept();
  }

  protected override keep(slot: i32): void {
    this.keepOnList(slot);
  }

  /** First all readers are neutralized, and then all reservations are read: a thread that began to write in between has made its own. */
  protected override gather(): i32 {
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      const phase = this.geometry.record(thread) + PHASE;
      if (this.memory.load(R7, phase) == PHASE_READING)
        this.memory.cas(R8, phase, PHASE_READING, PHASE_NEUTRALIZED);
    }
    const base = this.record.base;
    let reserved = beginGathering(this.memory, this.geometry, base, this.geometry.threads * RESERVED);
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      for (let k: i32 = 0; k < RESERVED; k++) {
        const slot = this.memory.load(R9, this.geometry.record(thread) + SLOTS + k);
        if (slot != 0) reserved = gatherWord(this.memory, this.geometry, base, reserved, slot);
      }
    }
    return reserved;
  }

  protected override isHeldBack(slot: i32, reserved: i32): bool {
    return isAnnounced(this.memory, this.geometry, this.record.base, reserved, slot);
  }

  protected override silence(thread: i32): void {
    const base = this.geometry.record(thread);
    for (let k: i32 = 0; k <= RESERVED; k++) this.memory.store(R10, base + PHASE + k, 0);
  }
}

/** Beside the phase of a thread there are slots that it reserves. Phases are no slots. */
export const ANNOUNCES: Announcement = {
  name: (n) => (n === 0 ? 'phase' : `reserved${n - 1}`),
  show: (word, n) => (n === 0 ? (PHASES[word] ?? shownNumber(word)) : shownNumber(word)),
  short: (words) => {
    const { phase, slots } = phaseIn(words);
    return slots.length === 0 ? `is ${phase}` : `is ${phase} and reserves ${slots.join(',')}`;
  },
  long: (words, still) => {
    const { phase, slots } = phaseIn(words);
    return ` is${still} ${phase}${slots.length === 0 ? '' : ` and reserves ${slotsOf(slots)}`}`;
  },
  by: 'reservations',
  holders: (slab) =>
    naming(slab, [1, 1 + RESERVED], (n) => ({ name: `reservation ${n - 1}`, reservation: n - 1 })),
};

/** What a thread is at, as people say it. */
const PHASES: Readonly<Record<number, string>> = {
  [PHASE_QUIET]: 'quiet',
  [PHASE_READING]: 'reading',
  [PHASE_WRITING]: 'writing',
  [PHASE_NEUTRALIZED]: 'neutralized',
};

/** The phase that is among words of a thread, and the slots that it reserves. */
function phaseIn(words: readonly number[]): { readonly phase: string; readonly slots: readonly number[] } {
  const [slots, phases] = [words.filter((word) => word > 0), words.filter((word) => word < 0)];
  return { phase: PHASES[phases[0] ?? PHASE_QUIET] ?? 'quiet', slots: [...new Set(slots)] };
}
