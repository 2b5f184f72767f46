import { counted, plural, withCommas } from '../../counted.ts';
import {
  BAGS,
  C_RETIRED,
  DEAD,
  type Geometry,
  GLOBAL,
  HOLDS_BAGS,
  HOLDS_COUNTS,
  HOLDS_BATCHES,
  HOLDS_EPOCHS,
  HOLDS_ERAS,
  HOLDS_HAZARDS,
  HOLDS_ONLINE,
  HOLDS_INTERVALS,
  HOLDS_OPERATIONS,
  HOLDS_PARKED,
  HOLDS_RESERVATIONS,
  H_HOLDS,
  LIST_STAMP,
  LIST_WORDS,
  ONLINE_GRACE,
  RESERVED,
  OP_NONE,
  R_ANNOUNCE,
  BAG_WORD,
  R_COUNTERS,
  R_LISTS,
  R_OPERATION,
  R_STATUS,
  S_BIRTH,
  S_DEATH,
  S_STAMP,
  VACANT,
} from '../../kernel/layout.ts';
import { announcingWords, countsEpochs, safepointIn } from '../../observe/announced.ts';
import { retiredLists } from './retired-lists.ts';
import { handOvers } from './hands.ts';
import { countsHolding } from './held-by-counts.ts';
import { inBatches } from './held-in-batches.ts';
import { type HeldBack, type Holder, holderText, NO_HOLDER } from './holder.ts';

/** Epochs and eras count modulo 2^30, so that an announcement fits beside the bit that tells it from nothing. */
const EPOCH_MASK = 2 ** 30 - 1;

/** The difference of two epochs, from -2^29 to 2^29 - 1. */
function epochsBetween(from: number, to: number): number {
  return ((to - from) << 2) >> 2;
}

/** Who holds each retired slot back, and since when: up to `limit` slots. */
export function heldBack(words: Int32Array, geometry: Geometry, limit: number = Infinity): HeldBack[] {
  const holds = words[H_HOLDS];
  const holdersOf = HOLDERS[holds]?.(words, geometry) ?? ((): Holder[] => []);
  if (holds === HOLDS_COUNTS) return countsHolding(words, geometry, limit);
  const parked = parkedBack(words, geometry, holdersOf).slice(0, limit);
  const listed = retiredLists(words, geometry, limit - parked.length).flatMap(({ thread, list, slots }) =>
    slots.map((slot): HeldBack => {
      // Counts and epochs are unsigned, and a word is not.
      const stamp = words[geometry.slot(slot, S_STAMP)] >>> 0;
      const inEpochs = countsEpochs(geometry);
      const retires = words[geometry.record(thread) + R_COUNTERS + C_RETIRED * 2];
      const place = {
        slot,
        thread,
        list,
        stamp,
        age: inEpochs ? (words[GLOBAL] - stamp) & EPOCH_MASK : (retires - stamp) >>> 0,
        unit: inEpochs ? ('epochs' as const) : ('retires' as const),
        through: null,
        holders: holdersOf(slot, stamp, { thread, list }),
      };
      return { ...place, note: noteOf(place, words, geometry) };
    }),
  );
  return [...parked, ...listed];
}

/** The slots that are parked, each with those who announce it. */
function parkedBack(words: Int32Array, geometry: Geometry, holdersOf: HoldersOf): HeldBack[] {
  if (geometry.holds === HOLDS_BATCHES) return inBatches(words, geometry);
  return handOvers(words, geometry).map(({ thread, hazard, slot }) => {
    const holders = holdersOf(slot, 0, { thread, list: 0 });
    const place = `Slot ${slot} is parked with T${thread}, at its hazard ${hazard}`;
    const names = holders.map(holderText);
    const note =
      names.length === 0
        ? `${place}: no thread announces it any more, and it waits for T${thread} to end an operation, or for a thread that finds no slot free.`
        : `${place}: ${names.join(' and ')} ${plural(names.length, 'holds', 'hold')} it back.`;
    return { slot, thread, list: null, stamp: null, age: null, unit: null, through: null, holders, note };
  });
}

function noteOf(place: WhereHeld, words: Int32Array, geometry: Geometry): string {
  if (geometry.holds === HOLDS_BAGS) return bagNote(place, words, geometry);
  return countsEpochs(geometry) ? epochNote(place, graceOf(geometry)) : listNote(place, words, geometry);
}

/** Who holds a slot back that is on a list with a stamp. */
type HoldersOf = (
  slot: number,
  stamp: number,
  place: { readonly thread: number; readonly list: number },
) => Holder[];

/** By what the words announce: who holds a slot back, in words of a slab. */
const HOLDERS: Readonly<Record<number, (words: Int32Array, geometry: Geometry) => HoldersOf>> = {
  [HOLDS_HAZARDS]: byHazard,
  [HOLDS_EPOCHS]: byEpoch,
  [HOLDS_ERAS]: byEra,
  [HOLDS_ONLINE]: byEpoch,
  [HOLDS_INTERVALS]: byInterval,
  [HOLDS_BAGS]: byBag,
  [HOLDS_PARKED]: byHazard,
  [HOLDS_RESERVATIONS]: byReservation,
  [HOLDS_OPERATIONS]: byOperation,
};

/** A hazard holds the slot that it names, tag or no tag: announced words are indices. */
function byHazard(words: Int32Array, geometry: Geometry): (slot: number) => Holder[] {
  return naming(words, geometry, [0, announcingWords(geometry.holds)], (hazard) => ({ hazard }));
}

/** A collection waits for every thread that is inside of an operation, but for the one that collects. */
function byOperation(words: Int32Array, geometry: Geometry): () => Holder[] {
  const { collector } = safepointIn(words[GLOBAL]);
  const holders = occupied(words, geometry)
    .map((thread) => ({ ...NO_HOLDER, thread, address: geometry.record(thread) + R_ANNOUNCE, inside: true }))
    .filter(({ thread, address }) => words[address] !== 0 && thread !== collector);
  return () => holders;
}

/** The same of a slot that is reserved. */
function byReservation(words: Int32Array, geometry: Geometry): (slot: number) => Holder[] {
  return naming(words, geometry, [1, 1 + RESERVED], (n) => ({ reservation: n - 1 }));
}

/** Who names each slot in its announced words from one on, up to another. */
function naming(
  words: Int32Array,
  geometry: Geometry,
  [from, end]: readonly [from: number, end: number],
  as: (n: number) => Partial<Holder>,
): (slot: number) => Holder[] {
  const holders = new Map<number, Holder[]>();
  for (const thread of occupied(words, geometry)) {
    for (let n = from; n < end; n++) {
      const address = geometry.record(thread) + R_ANNOUNCE + n;
      const slot = words[address];
      if (slot === 0) continue;
      const holder = { ...NO_HOLDER, thread, address, ...as(n) };
      holders.set(slot, [...(holders.get(slot) ?? []), holder]);
    }
  }
  return (slot) => holders.get(slot) ?? [];
}

/** The age in epochs at which a slot is freed. */
function graceOf({ holds, param0 }: Geometry): number {
  return holds === HOLDS_ONLINE ? ONLINE_GRACE : param0;
}

/**
 * While a thread is pinned at epoch a, or online with the announcement of a, the epoch goes no further than a + 1. A slot stamped e is freed at e + grace. So it holds
 * it back if a + 1 comes before e + grace.
 */
function byEpoch(words: Int32Array, geometry: Geometry): HoldersOf {
  const pins = pinsIn(words, geometry);
  return (_slot, stamp) => pins.filter(({ epoch }) => epochsBetween(stamp, epoch + 1) < graceOf(geometry));
}

/** The same where a slot is freed after so many rotations of its bag, each in a new epoch. */
function byBag(words: Int32Array, geometry: Geometry): HoldersOf {
  const pins = pinsIn(words, geometry);
  return (_slot, _stamp, place) => {
    const { advances } = rotationsLeft(place, words, geometry);
    return pins.filter(({ epoch }) => epochsBetween(words[GLOBAL], epoch + 1) < advances);
  };
}

/** How many rotations a slot waits for, and how often the epoch has to advance for them: the first may be in an epoch that is there already. */
function rotationsLeft(
  { thread, list }: { readonly thread: number; readonly list: number },
  words: Int32Array,
  geometry: Geometry,
): { readonly rotations: number; readonly advances: number } {
  const record = geometry.record(thread);
  const bag = words[record + BAG_WORD];
  const rotations = BAGS - 1 - ((bag - list + BAGS) % BAGS);
  const isNew = words[record + R_LISTS + bag * LIST_WORDS + LIST_STAMP] !== words[GLOBAL];
  return { rotations, advances: Math.max(0, rotations - (isNew ? 1 : 0)) };
}

/** The threads that announce an epoch. */
function pinsIn(words: Int32Array, geometry: Geometry): (Holder & { readonly epoch: number })[] {
  const pins: (Holder & { epoch: number })[] = [];
  for (const thread of occupied(words, geometry)) {
    const address = geometry.record(thread) + R_ANNOUNCE;
    const word = words[address];
    const online = geometry.holds === HOLDS_ONLINE ? doing(words, geometry.record(thread)) : null;
    if ((word & 1) !== 0)
      pins.push({ ...NO_HOLDER, thread, address, epoch: (word >> 1) & EPOCH_MASK, online });
  }
  return pins;
}

/** What the thread of a record is doing. */
function doing(words: Int32Array, record: number): 'idle' | 'in an operation' | 'dead' {
  if (words[record + R_STATUS] === DEAD) return 'dead';
  return words[record + R_OPERATION] === OP_NONE ? 'idle' : 'in an operation';
}

/** An announced era holds back every slot that lived in it. */
function byEra(words: Int32Array, geometry: Geometry): (slot: number) => Holder[] {
  const holders: Holder[] = [];
  for (const thread of occupied(words, geometry)) {
    for (
      let address = geometry.record(thread) + R_ANNOUNCE, n = 0;
      n < announcingWords(geometry.holds);
      n++
    ) {
      const era = eraIn(words[address + n]);
      if (era !== null) holders.push({ ...NO_HOLDER, thread, address: address + n, eras: [era, era] });
    }
  }
  return (slot) => holdersMeeting(holders, livedIn(words, geometry, slot));
}

/** An announced interval of eras holds back every slot whose life meets it. Its last era was announced last. */
function byInterval(words: Int32Array, geometry: Geometry): (slot: number) => Holder[] {
  const holders: Holder[] = [];
  for (const thread of occupied(words, geometry)) {
    const address = geometry.record(thread) + R_ANNOUNCE;
    const [first, last] = [eraIn(words[address]), eraIn(words[address + 1])];
    if (first === null || last === null) continue;
    holders.push({ ...NO_HOLDER, thread, address: address + 1, eras: [first, last] });
  }
  return (slot) => holdersMeeting(holders, livedIn(words, geometry, slot));
}

/** The era that a word announces, or null. */
function eraIn(word: number): number | null {
  return word === 0 ? null : (word >>> 1) & EPOCH_MASK;
}

/** Those of the holders whose eras and the life of a slot have one in common: one of the two begins in the other. */
function holdersMeeting(holders: readonly Holder[], life: Span): Holder[] {
  return holders.filter(({ eras }) => eras !== null && (isWithin(eras[0], life) || isWithin(life[0], eras)));
}

/** Eras from the first to the last, modulo 2^30. */
type Span = readonly [first: number, last: number];

function isWithin(era: number, [first, last]: Span): boolean {
  return ((era - first) & EPOCH_MASK) <= ((last - first) & EPOCH_MASK);
}

/** The eras in which a retired slot was born and retired. */
function livedIn(words: Int32Array, geometry: Geometry, slot: number): [birth: number, death: number] {
  return [words[geometry.slot(slot, S_BIRTH)], words[geometry.slot(slot, S_DEATH)]];
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

function listNote({ slot, thread, age, holders }: WhereHeld, words: Int32Array, geometry: Geometry): string {
  const { holds } = geometry;
  const [birth, death] = livedIn(words, geometry, slot);
  const eras = birth === death ? `in era ${birth}` : `from era ${birth} to ${death}`;
  const lived = holds === HOLDS_ERAS || holds === HOLDS_INTERVALS ? ` lived ${eras} and` : '';
  const list = `Slot ${slot}${lived} is on T${thread}'s retired list`;
  // What the stamps of a scheme that announces nothing mean, and when it looks at its lists, only the scheme itself knows.
  if (HOLDERS[holds] === undefined)
    return `${list}: no announcement holds it back, and its scheme decides when it is freed.`;
  if (holds === HOLDS_OPERATIONS) return `${list}: ${collectionNote(holders)}.`;
  const place = `${list}, and T${thread} has retired ${age === 0 ? 'none' : withCommas(age)} since`;
  if (holders.length === 0)
    return `${place}: no thread holds it back, and it waits for T${thread}'s next scan.`;
  const names = holders.map(holderText);
  return `${place}: ${names.join(' and ')} ${plural(names.length, 'holds', 'hold')} it back.`;
}

function collectionNote(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'no thread holds it back, and it waits for a collection';
  const who = holders.map(({ thread }) => `T${thread}`).join(' and ');
  return `it waits for a collection, which ${who} ${plural(holders.length, 'holds', 'hold')} back until ${plural(holders.length, 'it passes', 'they pass')} a safepoint`;
}

function epochNote({ slot, thread, stamp, age, holders }: WhereHeld, grace: number): string {
  const due = (stamp + grace) & EPOCH_MASK;
  const since = `${counted(age, 'epoch')} ago`;
  const place = `Slot ${slot} is on T${thread}'s retired list with the stamp of epoch ${stamp} (${since}), and may be freed from epoch ${due} on`;
  if (age >= grace)
    return `${place}: no thread holds it back, and it waits for T${thread} to look at its lists.`;
  if (holders.length === 0)
    return `${place}: no thread holds it back, and it waits for the epoch to advance.`;
  const pins = holders.map(holderText);
  // The pin of the oldest epoch, seen from the stamp: by number it is the youngest one where epochs wrap.
  const oldest = Math.min(...holders.map(({ epoch }) => epochsBetween(stamp, epoch ?? 0)));
  const furthest = (stamp + oldest + 1) & EPOCH_MASK;
  return `${place}: ${pins.join(' and ')} ${plural(pins.length, 'holds', 'hold')} it back, since the epoch cannot pass ${furthest} until ${endOf(holders)}.`;
}

function bagNote(place: WhereHeld, words: Int32Array, geometry: Geometry): string {
  const { slot, thread, holders } = place;
  const { rotations } = rotationsLeft(place, words, geometry);
  const ago = BAGS - 1 - rotations;
  if (rotations === 0)
    return `Slot ${slot} is in T${thread}'s oldest bag, which can be freed: no thread holds it back, and it waits for T${thread}'s next operations.`;
  const which =
    ago === 0 ? `T${thread}'s current bag` : `T${thread}'s bag of ${counted(ago, 'rotation')} ago`;
  const due = `Slot ${slot} is in ${which}, and can be freed after ${counted(rotations, 'more rotation')}`;
  if (holders.length === 0)
    return `${due}: no thread holds it back, and it waits for operations of T${thread} in new epochs.`;
  const oldest = Math.min(...holders.map(({ epoch }) => epochsBetween(words[GLOBAL], epoch ?? 0)));
  const furthest = (words[GLOBAL] + oldest + 1) & EPOCH_MASK;
  return `${due}: ${holders.map(holderText).join(' and ')} ${plural(holders.length, 'holds', 'hold')} it back, since the epoch cannot pass ${furthest} until then.`;
}

/** When those that hold a slot back will do so no more: they leave what they are in, or those that are online say so. */
function endOf(holders: readonly Holder[]): string {
  if (holders.some(({ online }) => online === null)) return 'then';
  const who = holders.map(({ thread, online }) => `T${thread} (${online})`);
  return `${who.join(' and ')} ${plural(who.length, 'is', 'are')} quiescent again or offline`;
}
