import { counted, withCommas } from '../../counted.ts';
import {
  type Announcement,
  epochsAfter,
  type Holder,
  holdBack,
  holderText,
  limitsOf,
  type SlabInUse,
} from '../../kernel/announcement.ts';
import {
  C_RETIRED,
  type Geometry,
  GLOBAL,
  R_COUNTERS,
  R_STATUS,
  S_STAMP,
  VACANT,
} from '../../kernel/layout.ts';
import { announcementOf } from '../../laboratory/announcements.ts';
import type { Recorded } from '../../observe/replay-words.ts';
import { countsHolding } from './held-by-counts.ts';
import { deadHolders, type HeldBack, holderOf } from './holder.ts';
import { retiredLists } from './hands.ts';

/** Who holds each retired slot back, and since when: up to `limit` slots. */
export function heldBack(
  words: Int32Array,
  geometry: Geometry,
  limit: number = Infinity,
  recorded: Recorded | null = null,
): HeldBack[] {
  const found = heldByWords(words, geometry, limit, recorded);
  return found.map((held) => ({ ...held, note: withThreads(held.note, recorded) }));
}

/** A text in which threads are told by the numbers of their records, with the threads that have these: `T3 (record 2)` for `T2`. */
export function withThreads(text: string, recorded: Pick<Recorded, 'threads'> | null): string {
  if (recorded === null || recorded.threads.size === 0) return text;
  return text.replaceAll(/\bT(\d+)\b/g, (own, record: string) => {
    const thread = recorded.threads.get(Number(record));
    return thread === undefined ? own : `T${thread} (record ${record})`;
  });
}

function heldByWords(
  words: Int32Array,
  geometry: Geometry,
  limit: number,
  recorded: Recorded | null,
): HeldBack[] {
  const announces = announcementOf(geometry);
  if (announces?.counts === true) return countsHolding(words, geometry, limit);
  const inside = recorded?.inside;
  const slab = { words, geometry, threads: occupied(words, geometry), ...(inside && { inside }) };
  const parked = parkedBack(slab, announces).slice(0, limit);
  const holdersOf = announces?.holders?.(slab) ?? ((): [] => []);
  const listed = retiredLists(words, geometry, limit - parked.length).flatMap(({ thread, list, slots }) =>
    slots.map((slot): HeldBack => {
      // Counts and epochs are unsigned, and a word is not.
      const stamp = words[geometry.slot(slot, S_STAMP)] >>> 0;
      const inEpochs = announces?.epochs !== undefined;
      const retires = words[geometry.record(thread) + R_COUNTERS + C_RETIRED * 2];
      const place = {
        slot,
        thread,
        list,
        stamp,
        age: inEpochs ? epochsAfter(words[GLOBAL], -stamp) : (retires - stamp) >>> 0,
        unit: inEpochs ? ('epochs' as const) : ('retires' as const),
        through: null,
        holders: holdersOf({ slot, stamp, thread, list }).map((part) => holderOf(part, words, geometry)),
      };
      return { ...place, note: noteOf(place, slab, announces) };
    }),
  );
  return [...parked, ...listed];
}

/** The slots that are parked, each with those who hold it back. */
function parkedBack(slab: SlabInUse, announces: Announcement | null): HeldBack[] {
  return (announces?.parks?.heldBack(slab) ?? []).map((held) => {
    const holders = held.holders.map((part) => holderOf(part, slab.words, slab.geometry));
    const note = withDeaths(held.note, holders);
    return { ...held, list: null, stamp: null, age: null, unit: null, through: null, holders, note };
  });
}

function noteOf(place: WhereHeld, slab: SlabInUse, announces: Announcement | null): string {
  const grace = announces?.epochs?.grace?.(slab.geometry);
  if (announces?.note === undefined && grace !== undefined) return epochNote(place, grace);
  const note = announces?.note?.(place, slab) ?? listNote(place, slab, announces);
  // How far the epoch can go has been said with the deaths that keep it there.
  return announces?.epochs === undefined ? withDeaths(note, place.holders) : note;
}

/** A sentence about a slot that is held back, and who of the holders will not end that. */
function withDeaths(note: string, holders: readonly Holder[]): string {
  return note.replace(/\.$/, `${deadHolders(holders)}.`);
}

function occupied(words: Int32Array, geometry: Geometry): number[] {
  return Array.from({ length: geometry.threads }, (_, i) => i + 1).filter(
    (thread) => words[geometry.record(thread) + R_STATUS] !== VACANT,
  );
}

/** A slot on a list. */
type WhereHeld = Omit<HeldBack, 'note' | 'list' | 'stamp' | 'age'> & {
  readonly list: number;
  readonly stamp: number;
  readonly age: number;
};

function listNote(
  { slot, thread, age, holders }: WhereHeld,
  slab: SlabInUse,
  announces: Announcement | null,
): string {
  const about = announces?.about?.(slot, slab);
  const list = `Slot ${slot}${about === undefined ? '' : ` ${about} and`} is on T${thread}'s retired list`;
  // What the stamps of a scheme that announces nothing mean, and when it looks at its lists, only the scheme itself knows.
  if (announces?.holders === undefined)
    return `${list}: no announcement holds it back, and its scheme decides when it is freed.`;
  const place = `${list}, and T${thread} has retired ${age === 0 ? 'none' : withCommas(age)} since`;
  if (holders.length === 0)
    return `${place}: no thread holds it back, and it waits for T${thread}'s next scan.`;
  return `${place}: ${holdBack(holders.map(holderText))}.`;
}

function epochNote({ slot, thread, stamp, age, holders }: WhereHeld, grace: number): string {
  const due = epochsAfter(stamp, grace);
  const since = `${counted(age, 'epoch')} ago`;
  const place = `Slot ${slot} is on T${thread}'s retired list with the stamp of epoch ${stamp} (${since}), and may be freed from epoch ${due} on`;
  if (age >= grace)
    return `${place}: no thread holds it back, and it waits for T${thread} to look at its lists.`;
  if (holders.length === 0)
    return `${place}: no thread holds it back, and it waits for the epoch to advance.`;
  return `${place}: ${holdBack(holders.map(holderText))}, since the epoch cannot pass ${limitsOf(holders, stamp)}.`;
}
