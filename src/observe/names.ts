import {
  ANNOUNCED,
  FREE_TOP,
  type Geometry,
  GLOBAL,
  HEAD,
  HOLDS_EPOCHS,
  HOLDS_HAZARDS,
  RECORDS,
  R_ANNOUNCE,
  R_STATUS,
  TAIL,
} from '../kernel/layout.ts';
import { placeOf } from './lives.ts';

const SLOT_WORDS: readonly string[] = ['next', 'value', 'state', 'life', 'limbo', 'stamp'];

/** A word as people name it: `Head`, `3.next`, `T2 announces`. */
export function wordName(geometry: Geometry, address: number): string {
  if (address === HEAD) return 'Head';
  if (address === TAIL) return 'Tail';
  if (address === FREE_TOP) return 'Free';
  if (address >= GLOBAL && address < RECORDS)
    return address === GLOBAL && geometry.holds === HOLDS_EPOCHS ? 'Epoch' : `Global${address - GLOBAL}`;
  const place = placeOf(geometry, address);
  if (place) return `${place.slot}.${SLOT_WORDS[place.word] ?? `word ${place.word}`}`;
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const offset = address - geometry.record(thread);
    if (offset >= R_ANNOUNCE && offset < R_ANNOUNCE + ANNOUNCED) {
      const index = offset - R_ANNOUNCE;
      if (geometry.holds === HOLDS_EPOCHS && index === 0) return `T${thread}.pin`;
      return `T${thread}.${geometry.holds === HOLDS_HAZARDS ? 'hazard' : 'announce'}${index}`;
    }
    if (offset === R_STATUS) return `T${thread}.status`;
    if (offset >= 0 && offset < geometry.recordWords) return `T${thread}.word${offset}`;
  }
  return `word ${address}`;
}
