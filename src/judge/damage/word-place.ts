import {
  ANNOUNCED,
  COUNT_WORD,
  FREE_TOP,
  type Geometry,
  LISTS,
  LIST_TOP,
  LIST_WORDS,
  ON_ITS_WAY,
  R_ANNOUNCE,
  R_CHAIN,
  R_HAND,
  R_LISTS,
  R_LOADED,
  R_MAGAZINE,
  R_OWN,
  R_SPARE,
  R_STATUS,
  R_TAKES,
  S_LIMBO,
  S_NEXT,
} from '../../kernel/layout.ts';
import { countsClaims, parkedWords } from '../../laboratory/announcements.ts';
import { rootAt, rootName } from '../../laboratory/structures.ts';

export type WordKind =
  | 'root'
  | 'other root'
  | 'top'
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

const OTHER: WordPlace = { kind: 'other', slot: 0, thread: 0, name: 'a word that names no slot' };

export function wordPlace(geometry: Geometry, address: number): WordPlace {
  if (address === FREE_TOP) return FREE_LIST;
  const root = rootAt(geometry, address);
  if (root >= 0) {
    const kind = root === 0 ? 'root' : 'other root';
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
  if (word === R_HAND) return { kind: 'hand', slot: 0, thread, name: `T${thread}'s hand` };
  if (word === R_MAGAZINE) return { kind: 'hand', slot: 0, thread, name: `T${thread}'s magazine in hand` };
  if (word === R_CHAIN) return { kind: 'hand', slot: 0, thread, name: `T${thread}'s chain in hand` };
  if (word === R_TAKES) return { kind: 'hand', slot: 0, thread, name: `T${thread}'s slot to take` };
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

/** The slot that a word of this kind names; 0 if it names none. */
export function namedBy(geometry: Geometry, kind: WordKind, word: number): number {
  if (kind === 'count') return 0;
  const masked = kind === 'root' || kind === 'other root' || kind === 'top' || kind === 'next';
  return masked ? geometry.link.index(word) : word;
}
