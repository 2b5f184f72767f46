import {
  ANNOUNCED,
  COUNT_WORD,
  FREE_TOP,
  type Geometry,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  MIN_STRIDE,
  ON_ITS_WAY,
  R_ANNOUNCE,
  R_CHAIN,
  R_HAND,
  R_LISTS,
  R_LOADED,
  R_LOADED_COUNT,
  R_MAGAZINE,
  R_OWN,
  R_SPARE,
  R_STATUS,
  R_TAKES,
  S_LIMBO,
  S_NEXT,
  S_STAMP,
  S_STATE,
  S_VALUE,
} from '../../kernel/layout.ts';
import type { SlabWords, WordName } from '../../kernel/invariants.ts';
import { countsClaims, parkedWords } from '../../laboratory/announcements.ts';
import {
  hasChains,
  hasRing,
  leadingRoots,
  ringEntryAt,
  rootAt,
  rootName,
  slotInEntry,
} from '../../laboratory/structures.ts';

export type WordKind =
  | 'root'
  | 'other root'
  | 'top'
  | 'entry'
  | 'position'
  | 'next'
  | 'limbo'
  | 'list'
  | 'hand-over'
  | 'cache'
  | 'hand'
  | 'status'
  | 'claim'
  | 'count'
  | 'announced'
  | 'other';

/** What a word is for, as far as the ownership of slots goes. */
export interface WordPlace {
  readonly kind: WordKind;
  /** The slot that the word belongs to, or 0. */
  readonly slot: number;
  /** The thread whose record the word belongs to, or 0. */
  readonly thread: number;
  /** As it is shown: `Head`, `3.next`, `T1's list 0`. */
  readonly name: string;
}

const FREE_LIST: WordPlace = { kind: 'top', slot: 0, thread: 0, name: "the free list's top" };

const FREE_HEAD: WordPlace = { kind: 'position', slot: 0, thread: 0, name: "the free list's Head" };

const OTHER: WordPlace = { kind: 'other', slot: 0, thread: 0, name: 'a word that names no slot' };

export function wordPlace(geometry: Geometry, address: number): WordPlace {
  if (address === FREE_TOP) return FREE_LIST;
  if (hasRing(geometry) && address === geometry.cell(0)) return FREE_HEAD;
  const entry = ringEntryAt(geometry, address);
  if (entry >= 0) return { kind: 'entry', slot: 0, thread: 0, name: `the free list's entry ${entry}` };
  const root = rootAt(geometry, address);
  if (root >= 0) {
    const kind = root < leadingRoots(geometry) ? 'root' : 'other root';
    return { kind, slot: 0, thread: 0, name: rootName(geometry, root) };
  }
  if (address >= geometry.slotsBase) return slotPlace(geometry, address - geometry.slotsBase);
  if (address >= geometry.recordsBase) return recordPlace(geometry, address - geometry.recordsBase);
  return OTHER;
}

function slotPlace(geometry: Geometry, offset: number): WordPlace {
  const slot = Math.floor(offset / geometry.stride);
  const word = offset % geometry.stride;
  if (word === S_NEXT) return { kind: 'next', slot, thread: 0, name: `${slot}.next` };
  if (word === S_LIMBO) return { kind: 'limbo', slot, thread: 0, name: `${slot}.limbo` };
  if (countsClaims(geometry) && word === COUNT_WORD)
    return { kind: 'count', slot, thread: 0, name: `${slot}.count` };
  return OTHER;
}

function recordPlace(geometry: Geometry, offset: number): WordPlace {
  const thread = Math.floor(offset / geometry.recordWords) + 1;
  const word = offset % geometry.recordWords;
  const hand = (name: string): WordPlace => ({ kind: 'hand', slot: 0, thread, name: `T${thread}'s ${name}` });
  if (word === R_HAND) return hand('hand');
  if (word === R_MAGAZINE) return hand('magazine in hand');
  if (word === R_CHAIN) return hand('chain in hand');
  if (word === R_TAKES) return hand(countsClaims(geometry) ? 'other hand' : 'slot to take');
  if (word === R_LOADED || word === R_SPARE) {
    const which = word === R_LOADED ? 'loaded' : 'spare';
    return { kind: 'cache', slot: 0, thread, name: `T${thread}'s ${which} magazine` };
  }
  if (word === R_STATUS) return { kind: 'status', slot: 0, thread, name: `T${thread}'s status` };
  const inLists = word - R_LISTS;
  if (inLists >= 0 && inLists < LISTS * LIST_WORDS && inLists % LIST_WORDS === LIST_TOP) {
    const list = Math.floor(inLists / LIST_WORDS);
    return { kind: 'list', slot: 0, thread, name: `T${thread}'s list ${list}` };
  }
  const hazard = word - R_ANNOUNCE;
  const counts = countsClaims(geometry);
  const onItsWay = word - R_OWN;
  if (counts && onItsWay >= 0 && onItsWay < ON_ITS_WAY)
    return { kind: 'claim', slot: 0, thread, name: `T${thread}'s claim on its way ${onItsWay}` };
  if (counts && hazard >= 0 && hazard < ANNOUNCED)
    return { kind: 'claim', slot: 0, thread, name: `T${thread}'s claim ${hazard}` };
  const [from, to] = parkedWords(geometry);
  if (word >= from && word < to)
    return { kind: 'hand-over', slot: 0, thread, name: `T${thread}'s hand-over ${word - from}` };
  if (hazard >= 0 && hazard < ANNOUNCED) {
    return { kind: 'announced', slot: 0, thread, name: `T${thread}'s announced word ${hazard}` };
  }
  return OTHER;
}

/** The kinds of words that name no slot, and decide all the same who owns one. */
export const COUNTING: ReadonlySet<WordKind> = new Set(['count', 'position']);

/** The slot that a word of this kind names; 0 if it names none. */
export function namedBy(geometry: Geometry, kind: WordKind, word: number): number {
  if (COUNTING.has(kind)) return 0;
  if (kind === 'entry') return slotInEntry(geometry, word);
  const masked = kind === 'root' || kind === 'other root' || kind === 'top' || kind === 'next';
  return masked ? geometry.link.index(word) : word;
}

/** What words are called, beside that. */
interface WordNames extends SlabWords {
  readonly roots: readonly string[];
  /** Null of a word of the array that no invariant is about. */
  readonly cells: (word: number) => string | null;
  /** The same of a word of a slot from MIN_STRIDE on. */
  readonly segments: (word: number) => string | null;
}

/**
 * What a word is to the invariants, in a structure whose roots and whose words of its array have these names, and under a scheme that parks
 * slots in these words; null if no invariant is about it. Of which slot: see `Change`. A word of the array, or a cell of a slot, that an invariant is about names no slot.
 */
export function wordAt(
  geometry: Geometry,
  { roots, cells, segments, parked, counts }: WordNames,
  address: number,
): { word: WordName; slot: number; isCell?: true } | null {
  const cell = address - geometry.cell(0);
  if (cell >= 0 && cell < geometry.cells) {
    const word = cells(cell);
    return word === null ? null : { word, slot: 0, isCell: true };
  }
  for (const [n, name] of roots.entries()) if (address === geometry.root(n)) return { word: name, slot: 0 };
  if (address === FREE_TOP) return { word: 'Free', slot: 0 };
  if (address < geometry.slotsBase) {
    if (counts && isAnnounced(geometry, address)) return { word: 'announced', slot: 0 };
    return inRecord(geometry, parked, address) ? { word: 'record', slot: 0 } : null;
  }
  const offset = address - geometry.slotsBase;
  const slot = Math.floor(offset / geometry.stride);
  if (slot < 1 || slot > geometry.slots) return null;
  const at = offset % geometry.stride;
  if (at === COUNT_WORD) return counts ? { word: 'count', slot } : null;
  if (at >= MIN_STRIDE) {
    const name = segments(at);
    return name === null ? null : { word: name, slot, isCell: true };
  }
  const word = WORDS.get(at);
  return word === undefined ? null : { word, slot };
}

const WORDS: ReadonlyMap<number, WordName> = new Map([
  [S_NEXT, 'next'],
  [S_VALUE, 'value'],
  [S_STATE, 'state'],
  [S_LIMBO, 'limbo'],
  [S_STAMP, 'stamp'],
]);

/** Those that only a cache makes of interest. */
const CACHE_WORDS: ReadonlySet<number> = new Set([R_STATUS, R_LOADED, R_LOADED_COUNT, R_SPARE]);

/** True of the words by which threads announce slots. */
function isAnnounced(geometry: Geometry, address: number): boolean {
  const word = (address - geometry.record(1)) % geometry.recordWords;
  const isInRecords = address >= geometry.record(1) && address < geometry.record(geometry.threads + 1);
  return isInRecords && word >= R_ANNOUNCE && word < R_ANNOUNCE + ANNOUNCED;
}

/** True of the words of a record by which it leads to slots, or counts them. */
function inRecord(geometry: Geometry, [from, to]: SlabWords['parked'], address: number): boolean {
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const word = address - geometry.record(thread);
    if (word < 0 || word >= geometry.recordWords) continue;
    if (CACHE_WORDS.has(word)) return geometry.cache !== 0;
    // Of interest while nobody else sees the chain.
    if (word === R_CHAIN) return hasChains(geometry);
    if (word >= from && word < to) return true;
    return (
      word >= R_LISTS && word < R_LISTS + LISTS * LIST_WORDS && (word - R_LISTS) % LIST_WORDS === LIST_TOP
    );
  }
  return false;
}
