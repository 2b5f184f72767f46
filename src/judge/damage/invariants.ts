import {
  type Change,
  COUNT_INVARIANTS,
  type Invariant,
  SLAB_INVARIANTS,
  SlabState,
  type WordName,
} from '../../kernel/invariants.ts';
import { wordName } from '../../observe/names.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';
import type { StepRecord } from '../../observe/trace.ts';
import { FREE, FREE_TOP, type Geometry, HELD, LINKED, RETIRED } from '../../kernel/layout.ts';

import { countsClaims, parkedWords } from '../../laboratory/announcements.ts';
import {
  dummiesIn,
  hasRing,
  kindIn,
  leadingRoots,
  nodeInvariants,
  ringCard,
  ringIn,
  structureCard,
  structureOf,
} from '../../laboratory/structures.ts';
import { nameInArray } from '../../observe/names.ts';
import { wordAt, wordPlace } from './word-place.ts';

/** An invariant that does not hold, and what contradicts it, as a sentence without its full stop. */
export interface BrokenInvariant {
  readonly invariant: Told;
  readonly why: string;
}

const STATES: Readonly<Record<number, string>> = {
  [FREE]: 'FREE',
  [HELD]: 'HELD',
  [LINKED]: 'LINKED',
  [RETIRED]: 'RETIRED',
};

/** The words that name no slot. */
const OF_NO_SLOT: ReadonlySet<WordName> = new Set(['value', 'state', 'stamp', 'count', 'record']);

/** The words that name a slot and bear no mark. */
const PLAIN: ReadonlySet<WordName> = new Set(['Free', 'limbo', 'record', 'announced']);

/** The words of a free list that is a ring by which slots are on it. */
const RING_WORDS: readonly WordName[] = ['Free[]', 'Free.Head'];

/** An invariant with what it is one of: `queue`, `slab`. */
type Told = Invariant & { readonly of: string };

/** All that hold in a laboratory. Of several that a step breaks at once, the first one here is told. */
class Invariants {
  readonly all: readonly Told[];
  /** The names of the structure's roots, and how many of the first slots inside hold no value. */
  readonly roots: readonly string[];
  readonly dummies: number;
  /** The name of a word of the structure's array, if an invariant is about it; else null. */
  readonly cells: (word: number) => string | null;
  /** The same of a word of a slot that has cells. */
  readonly segments: (word: number) => string | null;
  /** Those that are about states, and by the word that a step changes those that are about changes. */
  readonly ofStates: readonly Told[];
  readonly ofChanges: ReadonlyMap<WordName, readonly Told[]>;

  constructor(geometry: Geometry) {
    const { structure, card } = structureOf(geometry) ?? { structure: null, card: structureCard(geometry) };
    this.roots = card.roots.map(({ name }) => name);
    this.dummies = dummiesIn(geometry);
    const of = kindIn(geometry);
    const [first] = this.roots;
    const ring = ringCard(geometry);
    const told = (each: Invariant, what: string): Told => ({
      ...each,
      about: each.about.flatMap((word) => {
        if (word === 'any root') return this.roots;
        if (word === 'Free' && ring !== null) return RING_WORDS;
        return [word === 'first root' ? first : word];
      }),
      of: what,
    });
    // Of a structure that is not known it is not known how its nodes are linked either.
    const own = structure === null ? [] : [...card.invariants, ...nodeInvariants(structure)];
    const ofCounts = countsClaims(geometry) ? COUNT_INVARIANTS : [];
    this.all = [
      ...own.map((each) => told(each, of)),
      ...SLAB_INVARIANTS.filter(({ ofStack }) => ofStack !== true || ring === null).map((each) =>
        told(each, 'slab'),
      ),
      ...(ring?.invariants ?? []).map((each) => told(each, 'slab')),
      ...ofCounts.map((each) => told(each, 'scheme')),
    ];
    const words = new Set(this.all.flatMap((each) => each.about));
    const known = (name: string): string | null =>
      [name, name.replace(/\d+/, '')].find((each) => words.has(each)) ?? null;
    this.cells = (word) => known(nameInArray(geometry, word) ?? '');
    this.segments = (word) => known(card.segments?.name(word, geometry.stride) ?? '');
    this.ofStates = this.all.filter(({ brokenIn }) => brokenIn !== undefined);
    this.ofChanges = new Map(
      this.all
        .flatMap(({ about }) => about)
        .map((word) => [
          word,
          this.all.filter(({ about, brokenBy }) => brokenBy !== undefined && about.includes(word)),
        ]),
    );
  }
}

/** By the card of the structure, and where claims are counted, and where the free list is a ring: two structures of a user's own may have the same number, one after the other. */
const byCard = Array.from({ length: 4 }, () => new WeakMap<StructureCard, Map<string, Invariants>>());

function invariantsOf(geometry: Geometry): Invariants {
  const card = structureCard(geometry);
  const ofCard = byCard[(countsClaims(geometry) ? 1 : 0) + (hasRing(geometry) ? 2 : 0)];
  let made = ofCard.get(card);
  if (made === undefined) ofCard.set(card, (made = new Map()));
  // The names of words of an array, and of a slot with cells, depend on how many there are.
  const sizes = [geometry.cells, geometry.threads, geometry.stride].join();
  let found = made.get(sizes);
  if (found === undefined) made.set(sizes, (found = new Invariants(geometry)));
  return found;
}

/** A write that made a difference. */
interface Logged extends Change {
  readonly address: number;
  /** The word, of a pointer word index and marks, before and after. */
  readonly from: number;
  readonly to: number;
}

/**
 * The words that invariants are about, with a log of their writes, so that a state can be asked for that comes without some of them. Of
 * pointer words only the index is kept, since no invariant is about a tag: a write that changes only a tag is no write here.
 */
export class InvariantWatch {
  readonly #geometry: Geometry;
  readonly #words: Int32Array;
  readonly #state: SlabState;
  readonly #invariants: Invariants;
  /** For each address what it is to the invariants. */
  readonly #places: readonly (ReturnType<typeof wordAt> | undefined)[];
  readonly #log: Logged[] = [];

  constructor(words: Int32Array, geometry: Geometry) {
    this.#geometry = geometry;
    this.#words = words.slice();
    this.#invariants = invariantsOf(geometry);
    const { roots, cells, segments, dummies } = this.#invariants;
    const names = {
      // One name for all buckets.
      roots: Array.from({ length: geometry.roots }, (_, n) => roots[n] ?? roots[0]),
      leading: leadingRoots(geometry),
      cells,
      segments,
      parked: parkedWords(geometry),
      counts: countsClaims(geometry),
      ring: hasRing(geometry) ? (of: Int32Array) => ringIn(of, geometry).indices() : null,
    };
    this.#state = new SlabState(geometry, dummies, names);
    this.#places = Array.from(words, (_, address) => wordAt(geometry, names, address));
    for (const address of this.#places.keys()) this.#words[address] = this.#kept(address, words[address]);
  }

  /** How many writes are in the log. */
  get length(): number {
    return this.#log.length;
  }

  /** True if an invariant is about the word. */
  concerns(address: number): boolean {
    return (this.#places[address] ?? null) !== null;
  }

  /** A word was written. */
  write(address: number, value: number): void {
    const place = this.#places[address] ?? null;
    if (place === null) return;
    const from = this.#words[address];
    const to = this.#kept(address, value);
    if (from === to) return;
    const { word, slot } = place;
    const { link } = this.#geometry;
    const [before, after] = isPointer(place) ? [link.index(from), link.index(to)] : [from, to];
    const wasMarked = before !== from;
    this.#log.push({ address, word, slot, before, after, wasMarked, from, to });
    this.#words[address] = to;
  }

  /** Takes back all writes from a place in the log on. */
  takeBack(from: number): void {
    this.leaveOut(from, this.length);
    this.#log.length = from;
  }

  /** Makes the words as if these writes, the last ones of their words, had not been made yet; `putIn` makes them again. */
  leaveOut(from: number, to: number): void {
    for (let i = to - 1; i >= from; i--) this.#words[this.#log[i].address] = this.#log[i].from;
  }

  putIn(from: number, to: number): void {
    for (let i = from; i < to; i++) this.#words[this.#log[i].address] = this.#log[i].to;
  }

  /** True if all invariants hold in the state as it is, and a step with these writes has broken none. */
  holds(from: number, to: number): boolean {
    const state = this.#state.read(this.#words);
    for (const { brokenIn } of this.#invariants.ofStates) if (brokenIn?.(state) !== null) return false;
    return this.keeps(from, to);
  }

  /** The same of the writes alone, in the state for which `holds` was asked last. */
  keeps(from: number, to: number): boolean {
    for (let i = from; i < to; i++) {
      const each = this.#log[i];
      for (const { brokenBy } of this.#invariants.ofChanges.get(each.word) ?? [])
        if (brokenBy?.(each, this.#state) !== null) return false;
    }
    return true;
  }

  /** The first invariant for which `holds` is false; null if it is true. */
  broken(from: number, to: number): BrokenInvariant | null {
    const state = this.#state.read(this.#words);
    const changes = this.#log.slice(from, to);
    for (const invariant of this.#invariants.all) {
      const { brokenIn, brokenBy, about } = invariant;
      const inState = brokenIn?.(state) ?? null;
      const own = changes.filter(({ word }) => about.includes(word));
      const why = inState ?? own.map((each) => brokenBy?.(each, state) ?? null).find((each) => each !== null);
      if (typeof why === 'string') return { invariant, why };
    }
    return null;
  }

  /** The words that writes changed and an invariant is about, each once, in a sentence: `Tail from slot 4 to slot 2`. */
  changes({ about }: Invariant, from: number, to: number): string[] {
    const changed = new Map<number, Logged>();
    for (const each of this.#log.slice(from, to)) {
      const { from: first } = changed.get(each.address) ?? each;
      if (about.includes(each.word)) changed.set(each.address, { ...each, from: first });
    }
    return [...changed.values()].flatMap(({ address, word, from: first, to: last }) => {
      if (first === last) return [];
      const [name, isSlot] = this.#named(address, word);
      return [`${name} from ${this.#shown(word, isSlot, first)} to ${this.#shown(word, isSlot, last)}`];
    });
  }

  /** A word as it is called, and whether it names a slot. */
  #named(address: number, word: WordName): readonly [name: string, isSlot: boolean] {
    if (word !== 'record') {
      const isCell = this.#places[address]?.isCell === true;
      return [wordName(this.#geometry, address), !isCell && !OF_NO_SLOT.has(word)];
    }
    const { kind, name } = wordPlace(this.#geometry, address);
    if (kind !== 'other') return [name, true];
    const thread = 1 + Math.floor((address - this.#geometry.record(1)) / this.#geometry.recordWords);
    return [`the count of T${thread}'s loaded magazine`, false];
  }

  #shown(word: WordName, isSlot: boolean, value: number): string {
    if (word === 'state') return STATES[value] ?? String(value);
    if (!isSlot) return String(value);
    const slot = PLAIN.has(word) ? value : this.#geometry.link.index(value);
    return `${slot === 0 ? 'null' : `slot ${slot}`}${slot === value ? '' : ' marked'}`;
  }

  #kept(address: number, word: number): number {
    const { link, top } = this.#geometry;
    if (address === FREE_TOP) return top.index(word);
    const place = this.#places[address] ?? null;
    return place !== null && isPointer(place) ? link.index(word) | link.marked(word) : word;
  }
}

/** True of a root of the structure, and of a next word. */
function isPointer({ word, slot, isCell }: { word: WordName; slot: number; isCell?: true }): boolean {
  return word === 'next' || (slot === 0 && !PLAIN.has(word) && isCell !== true);
}

/** Takes note of a step. What it has broken is told in sentences, the last one without its full stop; null if it is nothing. */
export function brokenInvariant(
  watch: InvariantWatch,
  { thread, label, address, before, after, writes }: StepRecord,
): string | null {
  const from = watch.length;
  if (after !== before) watch.write(address, after);
  const plain = watch.length;
  for (const [at, value] of writes) watch.write(at, value);
  const broken = watch.length === from ? null : watch.broken(from, watch.length);
  if (broken === null) return null;
  const { invariant, why } = broken;
  const changes = [
    ...watch.changes(invariant, from, plain).map((change) => `${change} by ${label}`),
    ...watch.changes(invariant, plain, watch.length).map((change) => `${change} after ${label}`),
  ];
  return `T${thread} changed ${changes.join(', and ')}. It breaks an invariant of the ${invariant.of}: ${invariant.says} ${why}`;
}
