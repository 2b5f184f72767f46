import { ABA_IMPOSSIBLE, Scheme } from '../scheme.ts';
import { HOLDS_HAZARDS, LIST_COUNT, OP_NONE, R_ANNOUNCE, R_OPERATION, R_OWN } from '../layout.ts';
import { beginGathering, isAnnounced, withdraw, withdrawForDead } from '../withdraw.ts';
import { type Announcement, HAZARDS, hazardsNaming, type SlabInUse } from '../announcement.ts';
import type { StepCards } from '../step-card.ts';

/** Publishes a hazard. */
export const H1: i32 = 64;
/** Validates it. */
export const H2: i32 = 65;
/** Clears a hazard. */
export const H3: i32 = 66;
/** Reads a hazard in a scan. */
export const H4: i32 = 67;
/** Clears a hazard of a dead thread. */
export const H5: i32 = 68;

/** `linger`: hazards are not taken back when an operation ends, and used again if they name the slot that is to be protected. */
export const LINGER_ON: i32 = 1;

/** Which announced word is that of the first protection of a round, from 0, or that none is yet. */
const FIRST: i32 = R_OWN;
const NOT_CHOSEN: i32 = -1;

/** H2 reads Head or Tail again: the node that it names is the node it is now, whatever it was before. */
export const CARDS: StepCards = {
  H1: { access: 'store', says: 'announces slot {slot}', saysNull: 'announces nothing' },
  H2: {
    access: 'load',
    validates: ['same word'],
    renews: true,
    says: '{name} still names slot {slot}, which is announced',
    saysNull: '{name} still names nothing',
    saysFailed: '{name} has changed, and the announcement may have come too late',
  },
  H3: { access: 'store', says: 'takes its announcement back' },
  H4: {
    access: 'load',
    fills: 'slot',
    says: '{holder} announces slot {slot}',
    saysNull: '{holder} announces nothing there',
  },
  H5: { access: 'store', says: 'takes back what {holder} announced, which is dead' },
};

/**
 * Idea: a thread announces the node that it is about to use, and looks again; a thread that wants to free nodes reads all announcements
 * first and keeps the nodes that are named there. Where there are many announcements it looks them up in a hash table.
 * Paper: Michael, "Hazard Pointers: Safe Memory Reclamation for Lock-Free Objects", IEEE TPDS 15(6), 2004, Figures 2, 3 and 6.
 * Claims: in the static members. The parameter `threshold` is R of the paper: how many retired slots make a thread scan. With `linger=on`
 * a thread leaves its hazards as they are when its operation ends, and writes only those that name another slot than before: an idle thread may name
 * as many slots as the structure protects, until it finds the structure empty, goes offline or leaves.
 */
export class HazardPointers extends Scheme {
  static readonly NUMBER: i32 = 4;
  static readonly ID: string = 'hazard-pointers';
  static readonly TITLE: string = 'hazard pointers';
  static readonly IDEA: string =
    'A thread announces the node that it is about to use and looks again; a node that is announced is not freed.';
  static readonly PAPER: string = 'Michael 2004, IEEE TPDS 15(6)';
  static readonly ABA: i32 = ABA_IMPOSSIBLE;
  static readonly STALE_READS: bool = false;
  static readonly RECLAIMS: bool = true;
  static readonly SURVIVES_STALL: bool = true;
  static readonly SURVIVES_DEATH: bool = true;
  static readonly PROGRESS: string = 'lock-free';
  static readonly HIDES: string =
    'what each link costs, an announcement and a second look; linger=on: what each new link costs, an announcement and a second look, and that a thread which is idle may go on naming slots';
  static readonly GIVES_UP: string = 'wide applicability';
  static readonly HOLDS: i32 = HOLDS_HAZARDS;
  static readonly TAGS: bool = false;
  static readonly CHAINS: bool = true;
  static readonly PARAMS: string = 'threshold=32:1:65535,linger=off|on';
  static readonly BOUND: string =
    'threads x max(threshold, 1 + protections x (threads - 1)); linger=on: threads x max(threshold, 1 + protections x threads)';

  /**
   * What a thread may have left over from its last scan, until it retires again: fewer than `threshold`, or what the others announced
   * at that moment, and itself where its hazards linger. They may announce something else by now, so every thread can have its fill of
   * other slots.
   */
  static keeps(threads: i32, threshold: i32, linger: i32, protections: i32): i32 {
    const announced = protections * (linger == LINGER_ON ? threads : threads - 1);
    return threshold - 1 > announced ? threshold - 1 : announced;
  }

  /**
   * Every thread has just retired one more than it keeps, and not scanned yet. An heir may have what it adopted beside that, until it has
   * scanned: `collect` does so at once.
   */
  static bound(threads: i32, threshold: i32, linger: i32, protections: i32, _inUse: i32): i32 {
    return threads * (HazardPointers.keeps(threads, threshold, linger, protections) + 1);
  }

  /**
   * Those in use, one to put in, and for each other thread what it keeps and as many more as it announces: slots that it announces and
   * we retired, or one of these less and another slot in hand. Our own hazards hold nothing back then: `collect` takes them back.
   */
  static needs(threads: i32, threshold: i32, linger: i32, protections: i32, inUse: i32): i32 {
    // Hazards that linger take nothing off for the slot in hand: one of them may be left from an operation before. What is kept by the announcements of
    // a scan has room for that: the slot whose retire made the thread scan is the only one that it announced itself then.
    const more: i32 = linger == LINGER_ON ? 1 : 0;
    const keeps = HazardPointers.keeps(threads, threshold + more, linger, protections);
    return inUse + 1 + (threads - 1) * (keeps + protections);
  }

  /**
   * The whole of a chain: while it helps another one on, a thread announces as many slots as it can, and has its own in hand. With hazards that linger one
   * of it was counted already.
   */
  static needsForChain(_threads: i32, _threshold: i32, linger: i32, chain: i32): i32 {
    return linger == LINGER_ON ? chain - 1 : chain;
  }

  // Words it adds: an announced word for each slot that the structure protects at a time (slot index or 0), a thread, a private copy of
  // them all for the scan, and list 0; with `linger=on` also which announced word is the first one of the round. Invariant
  // - A slot that a thread announced before it was retired, and still announces, is on a retired list or in the structure.
  // Non-invariants
  // - An announced slot need not be in use, nor even be allocated: the thread may be between H1 and H2.
  // - With `linger=on` it need not be one that the thread uses: it may be outside of an operation, and idle.
  // - What `protect` returns for a next word is announced, and need not be safe: D5 shows that.

  /** A round begins, and protects nothing yet: its hazards are left over from before. */
  override enter(): void {
    this.restart();
  }

  override restart(): void {
    if (this.geometry.param1 == LINGER_ON) this.memory.poke(this.record.base + FIRST, NOT_CHOSEN);
  }

  override leave(): void {
    if (this.geometry.param1 != LINGER_ON) this.withdrawAll();
  }

  override offline(): void {
    if (this.geometry.param1 == LINGER_ON) this.withdrawAll();
  }

  private withdrawAll(): void {
    withdraw(this.memory, this.record.base, H3, this.geometry.protections);
  }

  /**
   * By cases, for the slot s that `source` names, and a scan by the thread that retired s.
   * If H1 is before the scan's H4 of that word, the scan sees s and keeps it.
   * If H4 is before H1: s was retired before H4, so it was unlinked before H1 and therefore before H2. For a root unlinking s
   * means that `source` no longer names it: H2 differs, unless s came back, and then in another life that is announced already. For
   * a next word of the queue it means that Head has passed the node that holds the word: D5 differs. For a next word of a list that
   * still names s at H2 it means that the node which holds the word was unlinked before s was: the word before it names it no more, and
   * L4 differs.
   * If s is announced already, by the word that this protection is to have, the read of `source` is what H2 would be: H1 was before it. So
   * there is nothing to write and nothing to read again, whichever life of s the word was written for.
   */
  override protect(step: i32, k: i32, source: i32): i32 {
    if (this.geometry.param1 != LINGER_ON) return this.protectByName(step, k, source);
    while (true) {
      const seen = this.memory.load(step, source);
      const slot = this.geometry.link.index(seen);
      if (slot == 0) return seen;
      const hazard = this.hazardFor(k, slot);
      // The word is the caller's own: a plain look tells what it announces.
      if (this.memory.peek(hazard) == slot) return seen;
      this.announce(hazard, seen);
      if (this.isStill(source, seen)) return seen;
    }
  }

  /**
   * By the cases of `protect`, with the root in the place of the word that named the slot: if H4 is before H1, the slot was retired before H1, and the root, or one that it
   * never passes, had passed the slot before that: H2 differs, unless the root came back to what it named, which is announced all along and cannot. The node that named the slot
   * is let go, and is not looked at again: the root is, and no word of a slot.
   */
  override follow(k: i32, slot: i32, source: i32, seen: i32): bool {
    const hazard =
      this.geometry.param1 == LINGER_ON ? this.hazardFor(k, slot) : this.record.base + R_ANNOUNCE + k;
    this.announce(hazard, slot);
    return this.isStill(source, seen);
  }

  /**
   * The word that announces the k-th slot of a round. In the first protection of a round nothing is protected, so that any word may be
   * it: one that announces the slot already, if there is one. The others follow it in order, round the end, until the next round begins. No
   * announcement goes from one word to another, which a scan that reads them one after the other could miss.
   */
  private hazardFor(k: i32, slot: i32): i32 {
    const base = this.record.base;
    const words = this.geometry.protections;
    let first = this.memory.peek(base + FIRST);
    if (first == NOT_CHOSEN) {
      first = 0;
      for (let n: i32 = 0; n < words; n++) {
        if (this.memory.peek(base + R_ANNOUNCE + n) == slot) first = n < k ? n - k + words : n - k;
      }
      this.memory.poke(base + FIRST, first);
    }
    const n = first + k;
    return base + R_ANNOUNCE + (n < words ? n : n - words);
  }

  protected override announce(hazard: i32, seen: i32): void {
    // H1: publishes to H4. The tag, if there is one, stays off.
    this.memory.store(H1, hazard, this.geometry.link.index(seen));
  }

  protected override isStill(source: i32, seen: i32): bool {
    // H2: validates the step against H4, by the cases above.
    return this.memory.load(H2, source) == seen;
  }

  override retire(slot: i32): void {
    this.retireToList(slot);
  }

  override movesChains(): bool {
    return true;
  }

  override retireTogether(): void {
    const list = this.list(0);
    while (this.record.chained() > 0) {
      let n = this.beforeScan(list);
      // A chain that stays whole is faster (bench/TRIED.md).
      if (n < this.record.chained() && this.memory.peek(list + LIST_COUNT) != 0) {
        this.scan();
        n = this.beforeScan(list);
      }
      if (n < 1) n = 1;
      if (n > this.record.chained()) n = this.record.chained();
      this.slab.pushChain(list, n, (this.now() + n) | 0);
      if (this.memory.peek(list + LIST_COUNT) >= this.geometry.param0) this.scan();
    }
  }

  /** How many slots the list takes before it is time to scan; below 1 if it has so many already. */
  private beforeScan(list: i32): i32 {
    return (this.geometry.param0 - this.memory.peek(list + LIST_COUNT)) | 0;
  }

  override collect(): void {
    this.offline();
    this.adopt();
    this.scan();
  }

  override idle(): void {
    this.offline();
    this.scanWhatIsKept();
  }

  protected override keep(slot: i32): void {
    this.keepOnList(slot);
  }

  protected override announcedAt(address: i32): i32 {
    // H4: pairs with H1.
    return this.memory.load(H4, address);
  }

  protected override gathersInto(): i32 {
    const words = this.geometry.threads * this.geometry.protections;
    return beginGathering(this.memory, this.geometry, this.record.base, words);
  }

  protected override isHeldBack(slot: i32, gathered: i32): bool {
    return isAnnounced(this.memory, this.geometry, this.record.base, gathered, slot);
  }

  protected override silence(thread: i32): void {
    withdrawForDead(this.memory, this.geometry.record(thread), H5, this.geometry.protections);
  }
}

export const ANNOUNCES: Announcement = {
  ...HAZARDS,
  holders: (slab) => {
    const naming = hazardsNaming(slab);
    return (place) =>
      naming(place).map((holder) =>
        lingers(slab, holder.thread) ? { ...holder, name: `lingering ${holder.name}` } : holder,
      );
  },
};

/** True if what a thread announces is left over from an operation that has ended. */
function lingers({ words, geometry }: SlabInUse, thread: number): boolean {
  return geometry.param1 === LINGER_ON && words[geometry.record(thread) + R_OPERATION] === OP_NONE;
}
