import { counted, withCommas } from '../../counted.ts';
import { FREE_TOP, type Geometry, S_LIMBO, S_NEXT } from '../../kernel/layout.ts';
import { announcementOf, countsClaims } from '../../laboratory/announcements.ts';
import {
  dummiesIn,
  hasRing,
  isDeleted,
  leadingRoots,
  marksDeleted,
  ringIn,
  structureCard,
} from '../../laboratory/structures.ts';
import { type Recorded, recordedIn } from '../../observe/replay-words.ts';
import type { Trace } from '../../observe/trace.ts';
import { claimsToEnd } from './counts.ts';
import { type ClaimedChain, claimedChains } from './held-by-counts.ts';
import { heldBack, withThreads } from './held-back.ts';
import type { HeldBack } from './holder.ts';
import { type CellCensus, cellCensus, cellValues, valuesOfSlot } from './cells.ts';
import { Census, claimsIn } from './census.ts';
import { type ChainInHand, type HeldSlot, type HeldSlots, slotsInHand } from './slots-in-hand.ts';
import type { HandOver } from '../../kernel/announcement.ts';
import { CACHE_PLACES, handOvers, retiredLists, type RetiredList } from './hands.ts';
import {
  BY_COUNT,
  CLAIMS,
  FREE_CLAIMS,
  FROM_FIRST,
  FROM_OTHER,
  IN_HAND,
  ON_CYCLE,
  ON_RETIRED_LIST,
  IN_HAND_OVER,
  REACHABLE,
  RETIRED_TWICE,
} from './claim-bits.ts';
import { geometryOf, mark, type Marks } from './mark.ts';
import { strayWrites } from './unowned.ts';
import { countersOf, threadTotals, type ThreadTotals, type Totals, totals } from './thread-records.ts';

export type { ChainInHand, HeldSlot } from './slots-in-hand.ts';

/** The classes and overlays that a slot can be in. The first five are its owners; `leaked` has none, `conflict` several. */
export type SlotClass =
  | 'reachable'
  | 'inHand'
  | 'retired'
  | 'parked'
  | 'free'
  | 'leaked'
  | 'conflict'
  | 'stranded'
  | 'cyclic'
  | 'retiredTwice';

const BELONGS: Readonly<Record<SlotClass, (byte: number) => boolean>> = {
  reachable: (byte) => (byte & REACHABLE) !== 0,
  inHand: (byte) => (byte & IN_HAND) !== 0,
  retired: (byte) => (byte & (ON_RETIRED_LIST | BY_COUNT)) !== 0,
  parked: (byte) => (byte & IN_HAND_OVER) !== 0,
  free: (byte) => (byte & FREE_CLAIMS) !== 0,
  leaked: (byte) => (byte & CLAIMS) === 0,
  conflict: (byte) => claimsIn(byte) > 1,
  stranded: (byte) => (byte & FROM_OTHER) !== 0,
  cyclic: (byte) => (byte & ON_CYCLE) !== 0,
  retiredTwice: (byte) => (byte & RETIRED_TWICE) !== 0,
};

export const SLOT_CLASSES: readonly SlotClass[] = Object.keys(BELONGS) as SlotClass[];

/**
 * Who owns each slot of a slab, at one moment at which no thread was inside a step. The numbers are counted at once; lists of slots
 * are made when they are asked for, from the words as they are then: pass a copy if the threads go on.
 */
export class Audit extends Census {
  /** The counters of the thread records, added up, with what the slots say in place of a count where they say it; and one by one. */
  readonly totals: Totals;
  readonly threads: readonly ThreadTotals[];
  /** The cells of a structure that has some. */
  readonly cells: CellCensus | null;
  readonly words: Int32Array;
  readonly geometry: Geometry;
  readonly marks: Marks;
  /** What is known beside the words, where they are those of a moment of a recorded run. */
  readonly recorded: Recorded | null;

  /** @param recorded null where the words are all that there is */
  constructor(words: Int32Array, recorded: Recorded | null = null) {
    const geometry = geometryOf(words);
    const marks = mark(words, geometry, undefined, recorded?.drawn);
    super(marks);
    this.words = words;
    this.geometry = geometry;
    this.marks = marks;
    this.recorded = recorded;
    this.cells = cellCensus(words, this.geometry);
    this.threads = threadTotals(words, this.geometry, recorded?.inside);
    this.totals = totals(countersOf(words, geometry, this.threads), marks.lives, this.inUse);
  }

  /** The slots of a class, ascending, up to `limit`. */
  slotsOf(of: SlotClass, limit: number = Infinity): number[] {
    const belongs = BELONGS[of];
    const found: number[] = [];
    for (let slot = 1; slot <= this.slots && found.length < limit; slot++) {
      if (belongs(this.marks.claims[slot])) found.push(slot);
    }
    return found;
  }

  /** The classes and overlays that a slot is in. */
  classesOf(slot: number): SlotClass[] {
    if (!(slot >= 1 && slot <= this.slots)) return [];
    return SLOT_CLASSES.filter((of) => BELONGS[of](this.marks.claims[slot]));
  }

  /**
   * The slots that the first root leads to, in order, up to the end or to the first that comes again: of a queue from Head on with the
   * dummy node first, of a stack from the top down. Of buckets those of one after the other.
   */
  inside(limit: number = Infinity): number[] {
    return this.chains(limit).flat();
  }

  /** The same by the roots that lead to them: one chain, or one for each bucket, up to the first slot that is in one before it. */
  chains(limit: number = Infinity): number[][] {
    const { geometry } = this;
    const seen = new Set<number>();
    return Array.from({ length: leadingRoots(geometry) }, (_, n) =>
      this.#chain(geometry.root(n), limit, 0, seen),
    );
  }

  /** True of a node whose own mark says that it is deleted: it may still be inside, and holds no value. */
  isDeleted(slot: number): boolean {
    return isDeleted(this.words, this.geometry, slot);
  }

  /** The content of the structure, in the order in which it would come out: the values of the slots inside, but for dummies and deleted ones, and of cells. */
  values(limit: number = Infinity): number[] {
    // A slot that is deleted holds no value, nor need one that has cells.
    const mayHoldNone = marksDeleted(this.geometry) || structureCard(this.geometry).segments !== undefined;
    const most = mayHoldNone ? Infinity : limit + this.dummies;
    const holding = this.inside(most)
      .slice(this.dummies)
      .filter((slot) => !this.isDeleted(slot));
    const values = holding.flatMap((slot) => valuesOfSlot(this.words, this.geometry, slot));
    return [...values, ...cellValues(this.words, this.geometry)].slice(0, limit);
  }

  /**
   * The slots of the free list, in the order in which they will be taken, up to the end or to the first that comes again; with those
   * that come along in a magazine.
   */
  freeList(limit: number = Infinity): number[] {
    const firsts = hasRing(this.geometry) ? this.#inRing(limit) : this.#chain(FREE_TOP, limit);
    if (this.geometry.cache === 0) return firsts;
    return firsts.flatMap((slot) => this.#magazine(slot)).slice(0, limit);
  }

  #inRing(limit: number): number[] {
    const isSlot = (slot: number): boolean => slot > 0 && slot <= this.slots;
    return [...new Set(ringIn(this.words, this.geometry).indices().filter(isSlot))].slice(0, limit);
  }

  /** True if slots can be parked under the scheme. */
  get parks(): boolean {
    return announcementOf(this.geometry)?.parks !== undefined;
  }

  /** How many of the first slots inside hold no value. */
  get dummies(): number {
    return dummiesIn(this.geometry);
  }

  /** The slots that another root leads to and none that leads to what is inside, in order, up to the first that such a one leads to or that comes again. */
  fromOtherRoots(limit: number = Infinity): number[] {
    const { geometry } = this;
    const leading = leadingRoots(geometry);
    const others = Array.from({ length: geometry.roots - leading }, (_, i) => geometry.root(leading + i));
    return [...new Set(others.flatMap((root) => this.#chain(root, limit, FROM_FIRST)))].slice(0, limit);
  }

  /** The slots that a word leads to, up to one that bears the bit `end`, or that was seen, or to `limit` that were seen. */
  #chain(root: number, limit: number, end = 0, seen: Set<number> = new Set<number>()): number[] {
    const { geometry, words } = this;
    const { claims } = this.marks;
    const found: number[] = [];
    let slot = geometry.link.index(words[root]);
    while (slot !== 0 && slot <= this.slots && !seen.has(slot) && seen.size < limit) {
      if ((claims[slot] & end) !== 0) break;
      seen.add(slot);
      found.push(slot);
      slot = geometry.link.index(words[geometry.slot(slot, S_NEXT)]);
    }
    return found;
  }

  /** The free slots that threads keep for themselves, in the order of their magazines; threads without any are left out. */
  caches(): { readonly thread: number; readonly slots: readonly number[] }[] {
    if (this.geometry.cache === 0) return [];
    return this.threads
      .map(({ thread }) => ({
        thread,
        slots: CACHE_PLACES.flatMap((place) =>
          this.#magazine(this.words[this.geometry.record(thread) + place]),
        ),
      }))
      .filter(({ slots }) => slots.length > 0);
  }

  #magazine(first: number): number[] {
    const seen = new Set<number>();
    let slot = first;
    while (slot > 0 && slot <= this.slots && !seen.has(slot)) {
      seen.add(slot);
      slot = this.words[this.geometry.slot(slot, S_LIMBO)];
    }
    return [...seen];
  }

  /** The retired lists that are not empty, up to `limit` slots in all. */
  retiredLists(limit: number = Infinity): RetiredList[] {
    return retiredLists(this.words, this.geometry, limit);
  }

  /** The slots that are parked with threads, by thread and by the word that announces it, or did. */
  handOvers(): readonly HandOver[] {
    return handOvers(this.words, this.geometry);
  }

  /** What the threads that are at work, or died at it, were taking out of hand-overs. */
  takenFromHandOvers(): HeldSlot[] {
    return this.#inHand().taken;
  }

  /** Where claims are counted, the retired slots that each claim of a thread holds back: along the next words, from the one that it is on. */
  chainsOfClaims(): readonly ClaimedChain[] {
    return countsClaims(this.geometry) ? claimedChains(this.words, this.geometry, this.marks) : [];
  }

  /** What a dead thread's `recover` is told of its claims, where slots are counted. */
  claimsOf(thread: number): number {
    return claimsToEnd(this.words, this.geometry, this.marks, thread);
  }

  /** What the threads that are at work, or died at it, have in hand or mean to take, and what they have drawn. */
  slotsInHand(): HeldSlot[] {
    const { slots, drawn } = this.#inHand();
    return drawn.length === 0 ? slots : [...slots, ...drawn].toSorted((a, b) => a.thread - b.thread);
  }

  /**
   * What the threads that are at work, or died at it, have drawn from a free list that is a ring, each told by its first slot: what a dead
   * thread's `recover` is told beside its hands.
   */
  drawn(): HeldSlot[] {
    return this.#inHand().drawn;
  }

  #inHand(): HeldSlots {
    return slotsInHand(this.words, this.geometry, this.marks, this.recorded?.drawn);
  }

  /** The same for magazines of free slots, each told by its first slot. */
  magazinesInHand(): HeldSlot[] {
    return this.#inHand().magazines;
  }

  /** The chains that they have unlinked and not handed over yet, or mean to unlink. */
  chainsInHand(): ChainInHand[] {
    return this.#inHand().chains;
  }

  /** The addresses of words that belong to nobody and were written all the same, up to `limit`. */
  strayWrites(limit: number = Infinity): number[] {
    return strayWrites(this.words, this.geometry, limit);
  }

  /** For each retired slot who holds it back and since when, up to `limit` slots. */
  heldBack(limit: number = Infinity): HeldBack[] {
    return heldBack(this.words, this.geometry, limit, this.recorded);
  }

  /** A text in which threads are told by the numbers of their records, with the threads that have these now: `T3 (record 2)` for `T2`. */
  named(text: string): string {
    return withThreads(text, this.recorded);
  }
}

/**
 * Accounts for every slot of a laboratory: reachable + in hand + retired + parked + free + leaked - surplus = slots, where a slot with several
 * claims counts in each class that claims it and its claims beyond the first are surplus. One claim is sound, none is a leak, more
 * are a conflict. Free slots are those of the free list and of the threads' caches: two of these claims on one slot are a conflict too.
 * Takes time proportional to the slots and looks at nothing but the words, so no bug of the kernel can fool it.
 *
 * @param words the words of one buffer at a moment without a step in progress: live at quiescence, or a copy
 * @param trace the recorded run that ends with these words, where there is one: it knows more of what threads have in hand than the words say
 * @throws UsageError when the header does not fit the words; never for what the slots hold
 */
export function audit(words: Int32Array, trace: Trace | null = null): Audit {
  return new Audit(words, trace === null ? null : recordedIn(trace));
}

/** Who owns how many slots. */
export type Owners = Pick<
  Census,
  'slots' | 'reachable' | 'inHand' | 'retired' | 'free' | 'cached' | 'leaked' | 'surplus'
> & {
  readonly conflicts?: number;
  readonly cells?: CellCensus | null;
  readonly parked?: number;
  readonly heldByCounts?: number;
  /** True of a scheme under which slots can be parked. */
  readonly parks?: boolean;
};

/**
 * The equation as a line of text: `reachable 6 · in hand 0 · retired 0 · free 6 · leaked 0 · counted twice −6 (6 slots have two owners)  =
 * 6 slots`. Where no slot has two owners nothing is taken off, and nothing is said of it. Of a structure with cells these follow: `; holding
 * 3 · claimed 0 · empty 1  = 4 cells`. Where claims are counted: `retired 3 (held by counts 3)`. Where slots can be parked there is one term more: `retired 0 · parked 2 · free 3`.
 */
export function equation(of: Owners, options: { readonly ascii?: boolean } = {}): string {
  const [dot, minus] = options.ascii === true ? ['.', '-'] : ['·', '−'];
  const terms = [
    `reachable ${withCommas(of.reachable)}`,
    `in hand ${withCommas(of.inHand)}`,
    `retired ${withCommas(of.retired)}${(of.heldByCounts ?? 0) === 0 ? '' : ` (held by counts ${withCommas(of.heldByCounts ?? 0)})`}`,
    ...(of.parks === true || (of.parked ?? 0) > 0 ? [`parked ${withCommas(of.parked ?? 0)}`] : []),
    `free ${withCommas(of.free)}${of.cached === 0 ? '' : ` (in caches ${withCommas(of.cached)})`}`,
    `leaked ${withCommas(of.leaked)}`,
    ...(of.surplus === 0 ? [] : [countedTwice(of, minus)]),
  ];
  const { cells = null } = of;
  const slots = `${terms.join(` ${dot} `)}  = ${counted(of.slots, 'slot')}`;
  if (cells === null) return slots;
  const states = (['holding', 'claimed', 'empty'] as const).map((is) => `${is} ${withCommas(cells[is])}`);
  return `${slots}; ${states.join(` ${dot} `)}  = ${counted(cells.cells, 'cell')}`;
}

/** What is taken off, since a slot is counted for each of its owners: `counted twice −6 (6 slots have two owners)`. */
function countedTwice({ surplus, conflicts = surplus }: Owners, minus: string): string {
  const which = counted(conflicts, 'slot has', 'slots have');
  return surplus > conflicts
    ? `counted more than once ${minus}${withCommas(surplus)} (${which} several owners)`
    : `counted twice ${minus}${withCommas(surplus)} (${which} two owners)`;
}

/** An audit as JSON: the owner classes and overlays in numbers, the counters, and the slots that are not as they should be. */
export interface AuditJson extends Census, Totals {
  readonly equation: string;
  /** Of a structure that has cells. */
  readonly cells?: CellCensus;
  /** As the threads count them. */
  readonly unreclaimedByThread: readonly {
    readonly thread: number;
    readonly now: number;
    readonly peak: number;
  }[];
  /** The first of them, each list ascending. */
  readonly leakedSlots: readonly number[];
  readonly conflictSlots: readonly number[];
  readonly strandedSlots: readonly number[];
  readonly cyclicSlots: readonly number[];
  readonly heldBack: readonly HeldBack[];
  /** Words that belong to nobody and were written: slot 0 and gaps, by address. */
  readonly strayWrites: readonly number[];
}

/** Lists in it are cut off at `limit` slots; the numbers never are. */
export function auditJson(of: Audit, limit: number = 100): AuditJson {
  return {
    // What reads JSON reads numbers without commas.
    equation: equation(of).replaceAll(/(?<=\d),(?=\d{3})/g, ''),
    ...(of.cells !== null && { cells: of.cells }),
    slots: of.slots,
    reachable: of.reachable,
    inHand: of.inHand,
    retired: of.retired,
    heldByCounts: of.heldByCounts,
    parked: of.parked,
    free: of.free,
    cached: of.cached,
    leaked: of.leaked,
    surplus: of.surplus,
    conflicts: of.conflicts,
    stranded: of.stranded,
    cyclic: of.cyclic,
    retiredTwice: of.retiredTwice,
    wild: of.wild,
    unreclaimed: of.unreclaimed,
    retiredInHand: of.retiredInHand,
    retiredLost: of.retiredLost,
    ...of.totals,
    unreclaimedByThread: of.threads.map(({ thread, unreclaimed, peak }) => ({
      thread,
      now: unreclaimed,
      peak,
    })),
    leakedSlots: of.slotsOf('leaked', limit),
    conflictSlots: of.slotsOf('conflict', limit),
    strandedSlots: of.slotsOf('stranded', limit),
    cyclicSlots: of.slotsOf('cyclic', limit),
    heldBack: of.heldBack(limit),
    strayWrites: of.strayWrites(limit),
  };
}
