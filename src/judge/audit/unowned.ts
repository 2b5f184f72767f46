import {
  FREE_TOP,
  type Geometry,
  GLOBAL,
  H_CHAIN,
  H_SCHEME,
  R_ANNOUNCE,
  MIN_STRIDE,
  PLACE_WORDS,
  R_MAGAZINE,
  R_PLACE,
  R_SCRATCH,
  R_RESTARTS,
  SCRATCH,
  S_STAMP,
  S_VALUE,
} from '../../kernel/layout.ts';

import { announcementOf } from '../../laboratory/announcements.ts';
import { arrayCard, marksDeleted, structureCard } from '../../laboratory/structures.ts';
import { placeOf } from '../../observe/lives.ts';
import { nameInArray, wordName } from '../../observe/names.ts';
import type { StepRecord } from '../../observe/trace.ts';

/** Words from an address on, up to another one that is not of them. */
export type AddressRange = readonly [from: number, to: number];

/**
 * The words that belong to nobody, so that nobody writes them and all of them stay 0: the gaps between header, shared words and records,
 * the tails of records, slot 0, and the words of a slot that the layout gives no meaning. A scheme of the user's own may give them one;
 * those of the lab, which the header names by number, do not.
 */
function unowned(words: Int32Array, geometry: Geometry): AddressRange[] {
  const { slots, stride, threads, slotsBase } = geometry;
  const ranges: AddressRange[] = [
    [H_CHAIN + 1, FREE_TOP],
    [FREE_TOP + 1, GLOBAL],
  ];
  for (let n = 0; n < geometry.roots; n++) ranges.push([geometry.root(n) + 1, geometry.root(n + 1)]);
  const isNamed = arrayCard(geometry) !== undefined;
  for (let n = 0; n < geometry.cells; n++)
    if (isNamed && nameInArray(geometry, n) === null) ranges.push([geometry.cell(n), geometry.cell(n) + 1]);
  ranges.push([geometry.cell(geometry.cells), geometry.recordsBase]);
  const isList = marksDeleted(geometry);
  for (let thread = 1; thread <= threads; thread++) {
    const record = geometry.record(thread);
    ranges.push([record + R_MAGAZINE + 1, record + R_ANNOUNCE]);
    if (!isList) ranges.push([record + R_PLACE, record + R_PLACE + PLACE_WORDS]);
    ranges.push([record + R_RESTARTS + 2, record + R_SCRATCH]);
    ranges.push([record + R_SCRATCH + SCRATCH * threads, record + geometry.recordWords]);
  }
  ranges.push([slotsBase, slotsBase + stride]);
  if (words[H_SCHEME] <= 0) return ranges;
  const last = S_STAMP + (announcementOf(geometry)?.slotWords?.length ?? 0);
  // A slot with cells uses all that is behind the words of every slot, and not its value word.
  const hasCells = structureCard(geometry).segments !== undefined;
  for (let slot = 1; slot <= slots; slot++) {
    if (hasCells) ranges.push([geometry.slot(slot, S_VALUE), geometry.slot(slot, S_VALUE + 1)]);
    ranges.push([geometry.slot(slot, last + 1), geometry.slot(slot, hasCells ? MIN_STRIDE : stride)]);
  }
  return ranges;
}

/** The same words and the header, for one who watches a run. */
export class UnownedWords {
  readonly #geometry: Geometry;
  /** 1 for each. */
  readonly #is: Uint8Array;

  constructor(words: Int32Array, geometry: Geometry) {
    this.#geometry = geometry;
    this.#is = new Uint8Array(words.length).fill(1, 0, FREE_TOP);
    for (const [from, to] of unowned(words, geometry)) this.#is.fill(1, from, to);
  }

  /**
   * Those that a step writes, with when: `0.stamp after D13`. What follows a word to slot 0 is told as a wild index, whatever the step
   * itself does there.
   */
  writtenBy({ label, address, before, after, writes }: StepRecord): readonly string[] {
    // Nearly all steps write none.
    let found: string[] | null = null;
    if (after !== before && this.#is[address] === 1 && placeOf(this.#geometry, address) === null)
      found = [`${wordName(this.#geometry, address)} by ${label}`];
    for (let i = 0; i < writes.length; i++) {
      const at = writes[i][0];
      if (this.#is[at] === 1) (found ??= []).push(`${wordName(this.#geometry, at)} after ${label}`);
    }
    return found ?? NO_WORDS;
  }
}

const NO_WORDS: readonly string[] = [];

/** Those of these words that were written: 0 no more, ascending, up to `limit`. */
export function strayWrites(words: Int32Array, geometry: Geometry, limit: number): number[] {
  const found: number[] = [];
  for (const [from, to] of unowned(words, geometry)) {
    for (let address = from; address < to && found.length < limit; address++)
      if (words[address] !== 0) found.push(address);
  }
  return found;
}
