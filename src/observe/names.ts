import {
  ANNOUNCED,
  COUNTERS,
  FREE_TOP,
  type Geometry,
  GLOBAL,
  heirIn,
  LISTS,
  LIST_WORDS,
  MIN_STRIDE,
  ROOTS,
  R_ANNOUNCE,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_COUNTERS,
  R_DAMAGE,
  R_DAMAGE_SLOT,
  R_DAMAGES,
  R_HAND,
  R_HAND_KIND,
  R_LISTS,
  R_LOADED,
  R_LOADED_COUNT,
  R_MAGAZINE,
  R_OPERATION,
  R_OWN,
  R_PEAK,
  R_RESTARTS,
  R_RESULT,
  R_SPARE,
  R_STATUS,
  R_STEP,
  PLACE_WORDS,
  R_PLACE,
  R_TAKES,
  R_TAKES_LIFE,
  R_UNRECLAIMED,
  S_NEXT,
  S_VALUE,
  statusIn,
} from '../kernel/layout.ts';
import { announcementOf, clockOf, slotWordIn } from '../laboratory/announcements.ts';
import { arrayCard, rootAt, rootName, structureCard } from '../laboratory/structures.ts';
import { placeOf } from './lives.ts';

const SLOT_WORDS: readonly string[] = ['next', 'value', 'state', 'life', 'limbo', 'stamp', 'birth', 'death'];

/** The words of a record that its owner keeps for itself, by their places. */
const RECORD_WORDS: ReadonlyMap<number, string> = new Map([
  [R_STATUS, 'status'],
  [R_OPERATION, 'operation'],
  [R_HAND, 'hand'],
  [R_HAND_KIND, 'hand-kind'],
  [R_RESULT, 'result'],
  [R_STEP, 'step'],
  [R_DAMAGE, 'damage'],
  [R_DAMAGE_SLOT, 'damage-slot'],
  [R_DAMAGES, 'damages'],
  [R_UNRECLAIMED, 'unreclaimed'],
  [R_PEAK, 'peak'],
  ...Array.from({ length: R_LOADED - R_OWN }, (_, i): [number, string] => [R_OWN + i, `own${i}`]),
  [R_LOADED, 'loaded'],
  [R_LOADED_COUNT, 'loaded-count'],
  ...Array.from({ length: LISTS * LIST_WORDS }, (_, i): [number, string] => [
    R_LISTS + i,
    `list${Math.floor(i / LIST_WORDS)}-${['top', 'count', 'stamp'][i % LIST_WORDS]}`,
  ]),
  ...Array.from({ length: COUNTERS * 2 }, (_, i): [number, string] => [
    R_COUNTERS + i,
    `counter${Math.floor(i / 2)}${i % 2 === 0 ? '' : '-high'}`,
  ]),
  [R_SPARE, 'spare'],
  [R_MAGAZINE, 'magazine'],
  [R_CHAIN, 'chain'],
  [R_CHAIN_COUNT, 'chain-count'],
  [R_TAKES, 'takes'],
  ...Array.from({ length: PLACE_WORDS }, (_, i): [number, string] => [R_PLACE + i, `place${i}`]),
  [R_TAKES_LIFE, 'takes-life'],
  [R_RESTARTS, 'restarts'],
  [R_RESTARTS + 1, 'restarts-high'],
]);

/** The name of a word of the array of a laboratory, numbered from 0; null of one that nobody writes, and where nothing is known of it. */
export function nameInArray(
  geometry: Pick<Geometry, 'structure' | 'freeList' | 'cells' | 'threads'>,
  word: number,
): string | null {
  return arrayCard(geometry)?.name(word, geometry.cells, geometry.threads) ?? null;
}

/** A word as people name it: `Head`, `3.next`, `T2.hazard0`, `T1.hand`. */
export function wordName(geometry: Geometry, address: number): string {
  const root = rootAt(geometry, address);
  if (root >= 0) return rootName(geometry, root);
  if (address === FREE_TOP) return 'Free';
  if (address >= GLOBAL && address < ROOTS)
    return (address === GLOBAL ? firstGlobal(geometry) : null) ?? `Global${address - GLOBAL}`;
  const cell = address - geometry.cell(0);
  if (cell >= 0 && cell < geometry.cells) return nameInArray(geometry, cell) ?? `cell ${cell}`;
  const place = placeOf(geometry, address);
  if (place) {
    const own = slotWordIn(geometry, place.word);
    const segments = place.word < MIN_STRIDE ? undefined : structureCard(geometry).segments;
    const word = own?.name ?? SLOT_WORDS[place.word] ?? segments?.name(place.word, geometry.stride);
    return `${place.slot}.${word ?? `word ${place.word}`}`;
  }
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const offset = address - geometry.record(thread);
    if (offset >= R_ANNOUNCE && offset < R_ANNOUNCE + ANNOUNCED) {
      const index = offset - R_ANNOUNCE;
      return `T${thread}.${announcementOf(geometry)?.name(index) ?? `announce${index}`}`;
    }
    if (offset >= 0 && offset < geometry.recordWords)
      return `T${thread}.${RECORD_WORDS.get(offset) ?? `word${offset}`}`;
  }
  return `word ${address}`;
}

/** What the first global word of the scheme of a buffer is called; null if it has no name. */
function firstGlobal(geometry: Geometry): string | null {
  return clockOf(geometry) ?? announcementOf(geometry)?.shared?.name ?? null;
}

/** How words are shown: those of a laboratory, and its values by their names. */
export interface ValueNames {
  readonly geometry: Geometry;
  readonly show: (value: number) => string;
}

/** A word as the story shows it: a slot with its tag (`1#3`), a value by its name, an epoch as a number. */
export function showWord(names: ValueNames, address: number, word: number): string {
  const { geometry, show } = names;
  const { link, top } = geometry;
  if (address === FREE_TOP) return String(top.index(word));
  const place = placeOf(geometry, address);
  if (rootAt(geometry, address) >= 0 || place?.word === S_NEXT) {
    const index = `${link.index(word)}${link.marked(word) === 0 ? '' : ' marked'}`;
    return link.tagBits === 0 ? index : `${index}#${link.tag(word)}`;
  }
  // The array's card shows what its other words say.
  if (place?.word === S_VALUE || isValueCell(geometry, address)) return show(word);
  const inArray = address - geometry.cell(0);
  const asCell =
    inArray >= 0 && inArray < geometry.cells
      ? arrayCard(geometry)?.show?.(inArray, word, geometry.cells, geometry.threads)
      : null;
  if (typeof asCell === 'string') return asCell;
  if (place !== null && isSegmentCell(geometry, place.word)) return showCell(names, word);
  const own = place === null ? undefined : slotWordIn(geometry, place.word);
  if (own?.show !== undefined) return own.show(word);
  if (place === null && address >= geometry.recordsBase) return showRecordWord(names, address, word);
  const shared = address === GLOBAL ? announcementOf(geometry)?.shared : undefined;
  if (shared !== undefined) return shared.show(word);
  return String(unsigned(word));
}

/** True of a word of a slot that is one of its cells. */
function isSegmentCell(geometry: Geometry, word: number): boolean {
  return word >= MIN_STRIDE && structureCard(geometry).segments?.isCell(word, geometry.stride) === true;
}

/** What is in a cell of a slot: a value by its name, or what the word says that it has none, `taken`. */
function showCell({ geometry, show }: ValueNames, word: number): string {
  const reserved = structureCard(geometry).segments?.reserved.find((each) => each.word === word);
  return reserved?.name ?? show(word);
}

function isValueCell(geometry: Geometry, address: number): boolean {
  const cell = address - geometry.cell(0);
  const { cells, threads } = geometry;
  return cell >= 0 && cell < cells && arrayCard(geometry)?.holdsValue?.(cell, cells, threads) === true;
}

/** What is no value counts something, or names it: lives, stamps, epochs, eras. A word is signed, and they are not. */
function unsigned(word: number): number {
  return word >>> 0;
}

/** By their numbers in the layout. */
const STATUS: readonly string[] = ['vacant', 'active', 'left', 'dead', 'inheriting', 'settled'];

/** A word of a thread's record: a pin by its epoch, a status by its name. */
function showRecordWord({ geometry }: ValueNames, address: number, word: number): string {
  const offset = (address - geometry.recordsBase) % geometry.recordWords;
  if (offset === R_STATUS) {
    const heir = heirIn(word);
    return `${STATUS[statusIn(word)] ?? word}${heir === 0 ? '' : ` by T${heir}`}`;
  }
  const isAnnounced = offset >= R_ANNOUNCE && offset < R_ANNOUNCE + ANNOUNCED;
  return (
    (isAnnounced ? announcementOf(geometry)?.show(word, offset - R_ANNOUNCE) : undefined) ??
    String(unsigned(word))
  );
}
