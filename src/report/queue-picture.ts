import { Audit } from '../judge/audit/audit.ts';
import { cellValues } from '../judge/audit/cells.ts';
import { hasBuckets, rootSlots, structureCard } from '../laboratory/structures.ts';
import { FREE, S_STATE } from '../kernel/layout.ts';
import { showContent, type Wording } from './words.ts';

/** The state of the structure in a few characters. */
export interface QueuePicture {
  /** The slots that the roots name, Head and Tail of a queue: `1/3`; of buckets nothing. */
  readonly ends: string;
  /**
   * What the first root leads to, each slot as index and content: `1· 2A 3B`; `·` is the dummy node, `-` a slot that is free. Of a set index and
   * key, `2:7`, and of a node that is deleted `2:7✗`. Of a slot with cells
   * index and cells, `2:x,B` (see `showContent`). Of buckets those that lead to one, by their numbers: `0→4:2 1→2:1 3:3`. Then the values in the
   * array: `A B`.
   */
  readonly queue: string;
  /** The free list from its top: `4 5 6`; nothing of a structure that takes no slots. */
  readonly free: string;
}

/** Draws the words; both lists are cut off, with `…`, at this many characters. */
export function drawQueue(
  words: Int32Array,
  wording: Wording,
  room: { queue: number; free: number },
): QueuePicture {
  const audited = new Audit(words);
  const { geometry, style, show } = wording;
  const { order, segments } = structureCard(geometry);
  const between = order === 'SET' || segments !== undefined ? ':' : '';
  const { dummies } = audited;
  const shown = (slot: number, i: number): string => {
    const mark = audited.isDeleted(slot) ? style.glyph.no : '';
    if (words[geometry.slot(slot, S_STATE)] === FREE) return `${slot}-`;
    return i < dummies
      ? `${slot}${style.glyph.dot}`
      : `${slot}${between}${showContent(wording, words, slot)}${mark}`;
  };
  const isOfBuckets = hasBuckets(geometry);
  const slots = audited
    .chains(64)
    .flatMap((chain, n) =>
      chain.map((slot, i) => `${isOfBuckets && i === 0 ? `${n}${style.glyph.arrow}` : ''}${shown(slot, i)}`),
    );
  const cyclic = audited.cyclic > 0 ? ['(cycle)'] : [];
  return {
    ends: isOfBuckets ? '' : rootSlots(geometry, words).join('/'),
    queue: fit(
      [...slots, ...cyclic, ...cellValues(words, geometry).map(show)],
      room.queue,
      style.glyph.ellipsis,
    ),
    free: geometry.roots === 0 ? '' : fit(audited.freeList(64).map(String), room.free, style.glyph.ellipsis),
  };
}

function fit(items: readonly string[], room: number, ellipsis: string): string {
  const whole = items.join(' ');
  if (whole.length <= room) return whole;
  let text = '';
  for (const item of items) {
    if (text.length + item.length + 1 + ellipsis.length > room) break;
    text += `${item} `;
  }
  return `${text}${ellipsis}`;
}
