import {
  ANNOUNCED,
  COUNTERS,
  FREE_TOP,
  type Geometry,
  GLOBAL,
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
