import {
  ANNOUNCED,
  COUNT_WORD,
  FREE,
  FREE_TOP,
  type Geometry,
  INHERITING,
  LINKED,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  RETIRED,
  R_ANNOUNCE,
  R_CHAIN,
  R_LISTS,
  R_LOADED,
  R_LOADED_COUNT,
  R_SPARE,
  R_STATUS,
  S_LIMBO,
  S_NEXT,
  S_STAMP,
  S_STATE,
  S_VALUE,
  statusIn,
} from './layout.ts';

/**
 * What is so at the start and after every step of every thread, with the plain accesses that follow it, under every scheme that keeps its
 * promise: one row for each invariant of the queue and of the slab. The comments of both, the documents and the judge are made from these
 * rows or read them.
 *
 * Like the cards of the steps the rows are for those who watch: the kernel itself reads none, and its compiler never sees this file.
 */
export interface Invariant {
  readonly name: string;
  /** Its text: a sentence. */
  readonly says: string;
  /** The words that it is about. */
  readonly about: readonly WordName[];
  /** True of one that is about a free list that is a stack. */
  readonly ofStack?: true;
  /** What of a state contradicts it, as a sentence without its full stop; null if nothing does. */
  readonly brokenIn?: (state: SlabState) => string | null;
  /** The same of one word that a step has changed, in the state after that step. */
  readonly brokenBy?: (change: Change, state: SlabState) => string | null;
}

/**
 * The words that invariants are about: the top of the free list, the words of slots, what a record leads to slots by, the structure's
 * roots by their names, the one that leads to what is inside or any of them whatever their names (buckets have one name, without their numbers), and the words of its array by their names, as `Top`, or many by a
 * name without its number, as `entry []`; and where claims on slots are counted, the counts, and the words by which threads announce what they use.
 */
export type WordName =
  | 'Free'
  | 'next'
  | 'value'
  | 'state'
  | 'limbo'
  | 'stamp'
  | 'count'
  | 'record'
  | 'announced'
  | 'first root'
  | 'any root'
  | (string & {});

/** A word that a step changed: which slot it names, or whether it is marked, or what it holds. */
export interface Change {
  readonly word: WordName;
  /** The slot whose word it is; 0 of any other word. */
  readonly slot: number;
  /** The word; of a pointer word only the index. */
  readonly before: number;
  readonly after: number;
  /** True of a pointer word that bore a mark before. */
  readonly wasMarked: boolean;
}

/** Words of a record that name parked slots, from one up to another. */
type WordRange = readonly [from: number, to: number];

const STRUCTURE = 1;
const FREE_LIST = 2;
const CACHE = 3;
const RETIRED_LIST = 4;
const PARKED = 5;
const OWNERS: readonly string[] = [
  '',
  'in the structure',
  'on the free list',
  'in a magazine',
  'on a retired list',
  'parked',
];

/** What a scheme has in a slab. */
export interface SlabWords {
  /** How many of the first roots lead to what is inside. Left out: the first alone. */
  readonly leading?: number;
  readonly parked: WordRange;
  /** True where claims on slots are counted. */
  readonly counts: boolean;
  /** Of a free list that is a ring: the slots on it, in the order in which they come out. Left out, or null: it is a stack. */
  readonly ring?: ((words: Int32Array) => readonly number[]) | null;
}

/** The structure and the lists of a slab, read from its words. One object serves for any number of states, one after the other. */
export class SlabState {
  readonly geometry: Geometry;
  /** How many of the first slots inside hold no value. */
  readonly dummies: number;
  /** The slots from the first root of the structure on, `length` of them; of buckets those of one after the other. */
  readonly inside: Int32Array;
  length = 0;
  /** What the next word of the last of them names: 0, one of them, or no slot that exists. Of buckets: of the first one that does not end with 0. */
  insideEnd = 0;
  /** By slot that is inside the number of the root that leads to it: of the bucket that it is in. */
  readonly rootOf: Int32Array;
  readonly #leading: number;
  /** The same of the free list; 0 as well if it runs into another list. */
  freeEnd = 0;
  /** A slot of the structure that is not LINKED, one that is free by its place and not by its state, and one that has two owners; or 0. */
  notLinked = 0;
  notFree = 0;
  twice = 0;
  /** Both owners of that one. */
  first = 0;
  second = 0;
  /** The first slot of a magazine that has another number of slots than is written down for it, or 0. */
  miscounted = 0;
  /** Where claims are counted, a slot that more words name than its count has claims, or 0. */
  overnamed = 0;
  #words: Int32Array = new Int32Array(0);
  readonly #parked: WordRange;
  readonly #ring: ((words: Int32Array) => readonly number[]) | null;
  /** By slot the words that name it with a claim; null where no claims are counted. */
  readonly #named: Int32Array | null;
  /** By slot the owner that was met first. */
  readonly #owner: Uint8Array;

  constructor(geometry: Geometry, dummies: number, { leading = 1, parked, counts, ring = null }: SlabWords) {
    this.geometry = geometry;
    this.#leading = Math.min(leading, geometry.roots);
    this.rootOf = new Int32Array(geometry.slots + 1);
    this.#parked = parked;
    this.#ring = ring;
    this.#named = counts ? new Int32Array(geometry.slots + 1) : null;
    this.dummies = dummies;
    this.inside = new Int32Array(geometry.slots);
    this.#owner = new Uint8Array(geometry.slots + 1);
  }

  /** Reads the words as they are now. */
  read(words: Int32Array): this {
    const { geometry } = this;
    this.#words = words;
    this.#owner.fill(0);
    this.notLinked = this.notFree = this.twice = this.miscounted = 0;
    this.#readInside();
    if (this.#ring === null) this.#readStack();
    else for (const slot of this.#ring(words)) if (this.#isSlot(slot)) this.#isListed(slot);
    for (let thread = 1; thread <= geometry.threads; thread++) this.#readRecord(geometry.record(thread));
    this.overnamed = this.#named === null ? 0 : this.#readCounts(this.#named);
    return this;
  }

  #readStack(): void {
    let slot = this.top;
    while (this.#isSlot(slot) && this.#isListed(slot)) slot = this.next(slot);
    // Where it runs into another list, the slot there has two owners.
    this.freeEnd = this.#isSlot(slot) && this.#owner[slot] !== FREE_LIST ? 0 : slot;
  }

  /** A slot is on the free list. False if it has an owner already. */
  #isListed(slot: number): boolean {
    if (!this.#claim(slot, FREE_LIST)) return false;
    const { geometry } = this;
    if (this.stateOf(slot) !== FREE) this.notFree = slot;
    if (geometry.cache !== 0) this.#magazine(slot, 1 + this.#words[geometry.slot(slot, S_STAMP)], true);
    return true;
  }

  /** The slot that a root of the structure names. */
  root(n: number): number {
    return this.#words[this.geometry.root(n)] & this.geometry.link.indexMask;
  }

  /** A word of the structure's array, numbered from 0. */
  cell(n: number): number {
    return this.#words[this.geometry.cell(n)];
  }

  /** The slot with which the chain begins that a thread has in hand, or had last. */
  chainOf(thread: number): number {
    return this.#words[this.geometry.record(thread) + R_CHAIN];
  }

  get top(): number {
    return this.#words[FREE_TOP] & this.geometry.top.indexMask;
  }

  /** What the next word of a slot names; 0 if there is no such slot. */
  next(slot: number): number {
    return this.#isSlot(slot) ? this.wordOf(slot, S_NEXT) & this.geometry.link.indexMask : 0;
  }

  /** True if the next word of a slot bears a mark; false if there is no such slot. */
  isMarked(slot: number): boolean {
    return this.#isSlot(slot) && this.geometry.link.marked(this.wordOf(slot, S_NEXT)) !== 0;
  }

  /** The value, or the key, of a slot that there is. */
  valueOf(slot: number): number {
    return this.#words[this.geometry.slot(slot, S_VALUE)];
  }

  /** A word of a slot that there is, by its number in the slot. */
  wordOf(slot: number, word: number): number {
    return this.#words[this.geometry.slot(slot, word)];
  }

  stateOf(slot: number): number {
    return this.#words[this.geometry.slot(slot, S_STATE)];
  }

  /** A slot in a sentence. */
  named(slot: number): string {
    return slot === 0 ? 'no slot' : `slot ${slot}`;
  }

  /** True if the slot is inside and no dummy. */
  holdsValue(slot: number): boolean {
    return this.isInside(slot) && this.inside.subarray(0, this.dummies).every((each) => each !== slot);
  }

  /** True if following next from the first root, or from a bucket, leads to the slot. */
  isInside(slot: number): boolean {
    return this.#owner[slot] === STRUCTURE;
  }

  #isSlot(slot: number): boolean {
    return slot > 0 && slot <= this.geometry.slots;
  }

  #readInside(): void {
    this.length = this.insideEnd = 0;
    for (let n = 0; n < this.#leading; n++) {
      let slot = this.root(n);
      for (; this.#isSlot(slot) && this.#owner[slot] === 0; slot = this.next(slot)) {
        this.#owner[slot] = STRUCTURE;
        this.rootOf[slot] = n;
        this.inside[this.length++] = slot;
        if (this.stateOf(slot) !== LINKED) this.notLinked = slot;
      }
      if (this.insideEnd === 0) this.insideEnd = slot;
    }
  }

  /** The retired lists, the hand-overs and the cache of a record. While an heir empties the cache, slot by slot, its count is the one from before. */
  #readRecord(record: number): void {
    const words = this.#words;
    for (let list = 0; list < LISTS; list++) {
      let slot = words[record + R_LISTS + list * LIST_WORDS + LIST_TOP];
      while (this.#isSlot(slot) && this.#claim(slot, RETIRED_LIST)) slot = this.#limbo(slot);
    }
    const [from, to] = this.#parked;
    for (let word = from; word < to; word++) {
      const slot = words[record + word];
      if (this.#isSlot(slot)) this.#claim(slot, PARKED);
    }
    if (this.geometry.cache === 0) return;
    const isExact = statusIn(words[record + R_STATUS]) !== INHERITING;
    this.#magazine(words[record + R_LOADED], isExact ? words[record + R_LOADED_COUNT] : -1, false);
    const spare = words[record + R_SPARE];
    if (this.#isSlot(spare)) this.#magazine(spare, 1 + words[this.geometry.slot(spare, S_STAMP)], false);
  }

  /**
   * The first slot that more words name than its count has claims: the roots, the next words of slots that are inside or retired, and what
   * threads announce. A slot that names itself has no claim on itself.
   */
  #readCounts(named: Int32Array): number {
    const { geometry } = this;
    const words = this.#words;
    named.fill(0);
    for (let n = 0; n < geometry.roots; n++) this.#name(named, this.root(n));
    for (let slot = 1; slot <= geometry.slots; slot++) {
      const next = this.next(slot);
      if (next !== slot && (this.isInside(slot) || this.stateOf(slot) === RETIRED)) this.#name(named, next);
    }
    for (let thread = 1; thread <= geometry.threads; thread++) {
      const announced = geometry.record(thread) + R_ANNOUNCE;
      for (let n = 0; n < ANNOUNCED; n++) this.#name(named, words[announced + n]);
    }
    for (let slot = 1; slot <= geometry.slots; slot++)
      if (words[geometry.slot(slot, COUNT_WORD)] < 2 * named[slot]) return slot;
    return 0;
  }

  #name(named: Int32Array, slot: number): void {
    if (this.#isSlot(slot)) named[slot]++;
  }

  #limbo(slot: number): number {
    return this.#words[this.geometry.slot(slot, S_LIMBO)];
  }

  /** The slots of a magazine: as many as `count` says, unless that is -1. The first one of a magazine on the free list has its owner. */
  #magazine(first: number, count: number, isListed: boolean): void {
    let many = isListed ? 1 : 0;
    let slot = isListed ? this.#limbo(first) : first;
    while (this.#isSlot(slot) && this.#claim(slot, CACHE)) {
      if (this.stateOf(slot) !== FREE) this.notFree = slot;
      many++;
      slot = this.#limbo(slot);
    }
    if (count >= 0 && many !== count && first !== 0) this.miscounted = first;
  }

  /** False if the slot has an owner already. */
  #claim(slot: number, owner: number): boolean {
    const known = this.#owner[slot];
    if (known === 0) this.#owner[slot] = owner;
    else [this.twice, this.first, this.second] = [slot, known, owner];
    return known === 0;
  }
}

/** Those of every structure that holds values in linked nodes. */
export const STRUCTURE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'linked nodes',
    says: 'Every node of the structure has the state LINKED.',
    about: ['first root', 'next', 'state'],
    brokenIn: ({ notLinked }) =>
      notLinked === 0 ? null : `Next leads to slot ${notLinked}, which is not LINKED`,
  },
  {
    name: 'kept values',
    says: 'A node keeps its value as long as it is inside, unless it is a dummy.',
    about: ['value'],
    brokenBy: ({ word, slot, before, after }, state) => {
      if (word !== 'value' || before === after || !state.isInside(slot)) return null;
      return state.holdsValue(slot) ? `Slot ${slot} is inside` : null;
    },
  },
];

/** Those of `slab.ts`. */
export const SLAB_INVARIANTS: readonly Invariant[] = [
  {
    name: 'the free list ends',
    says: 'Following next from the top visits every slot of the free list once, and ends at null.',
    about: ['Free', 'next'],
    ofStack: true,
    brokenIn: ({ freeEnd }) => (freeEnd === 0 ? null : `The last one on it is followed by slot ${freeEnd}`),
  },
  {
    name: 'free slots',
    says: 'Every slot on the free list, behind one there, or in a cache has the state FREE.',
    about: ['Free', 'next', 'state', 'limbo', 'record'],
    brokenIn: ({ notFree }) => (notFree === 0 ? null : `Slot ${notFree} is there, and is not FREE`),
  },
  {
    name: 'one owner',
    says: 'No slot is in two places of these, nor twice in one: the structure, the free list, a magazine, a retired list, the hand-overs.',
    about: ['first root', 'Free', 'next', 'limbo', 'record'],
    brokenIn: ({ twice, first, second }) => {
      if (twice === 0) return null;
      const also = first === second ? 'twice' : `and ${OWNERS[second]}`;
      return `Slot ${twice} is ${OWNERS[first]} ${also}`;
    },
  },
  {
    name: 'counted magazines',
    says: 'A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says.',
    about: ['Free', 'next', 'limbo', 'stamp', 'record'],
    brokenIn: ({ miscounted }) =>
      miscounted === 0
        ? null
        : `The magazine that begins with slot ${miscounted} has another number of slots than is written down for it`,
  },
];

/** Those of `schemes/reference-counting.ts`, and of any scheme that counts claims as it does. */
export const COUNT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'counted claims',
    says: 'The count of a slot is at least 2 for each root, each next word of another slot that is inside or retired, and each announced word that names it.',
    about: ['any root', 'next', 'state', 'count', 'announced'],
    brokenIn: ({ overnamed }) =>
      overnamed === 0 ? null : `More words name slot ${overnamed} than its count has claims`,
  },
];
