import { listed, plural } from '../counted.ts';
import { TIME_MASK } from './clock.ts';
import {
  ANNOUNCED,
  OP_NONE,
  LEFT,
  statusIn,
  type Geometry,
  R_ANNOUNCE,
  R_OPERATION,
  R_STATUS,
  S_BIRTH,
  S_DEATH,
} from './layout.ts';

// Texts of counts, for the files of schemes.
export { counted, listed, plural } from '../counted.ts';

/**
 * What the threads announce to each other under a scheme, for those who watch: the file of a scheme whose threads announce anything exports
 * it as `ANNOUNCES`, and its number is the scheme's `HOLDS`. Names of words, stories, the auditor, blame, free runs and benchmarks ask it, and
 * know no scheme.
 *
 * Like the cards of the steps it is for those who watch alone: the compiler of the kernel leaves out every constant of this type, and this
 * file, and all of a scheme's file from ANNOUNCES on. It tells what words mean, from the words, and calls nothing of the scheme.
 */
export interface Announcement {
  /** The name of the n-th announced word of a thread, from 0: `hazard0`. */
  readonly name: (n: number) => string;
  /** That word as people write it: `era 3`, or `none`. */
  readonly show: (word: number, n: number) => string;
  /** What a thread does with these words, which are not 0, after its name: `pins epoch 3`; and the same as a sentence goes on. */
  readonly short: (words: readonly number[]) => string;
  readonly long: (words: readonly number[], still: string) => string;
  /** What a thread holds a slot back by: `hazards`. */
  readonly by: string;
  /** How many words of a record announce something, from R_ANNOUNCE on. Left out: all ANNOUNCED of them. */
  readonly words?: number;
  /** True if they are slots, each of which is kept from being freed. */
  readonly namesSlots?: true;
  /** The scheme's first global word: its name, if it is a clock; or its name, and what it says. */
  readonly clock?: string | ((geometry: Geometry) => string | undefined);
  readonly shared?: SlotWord & { readonly show: (word: number) => string };
  /** True if an operation inside of another one announces in the same words, in the place of what the outer one has announced. */
  readonly replacedWithin?: true;
  /** What is stamped with the epoch in which it was retired: the age in epochs at which it is freed, null if that is no matter of its age. */
  readonly epochs?: { readonly grace: ((geometry: Geometry) => number) | null };
  /** What others wait for while the first announced word is odd: `pinned`, `online`. */
  readonly waitedFor?: 'pinned' | 'online';
  /** The words of a slot that the scheme has of its own, from S_BIRTH on. */
  readonly slotWords?: readonly SlotWord[];
  /** What tells two pointer words apart that name the same slot. Left out: a tag, which counts the changes of the word. */
  readonly mark?: Mark;
  /** Slots that are parked with threads, on no list. */
  readonly parks?: Parking;
  /** What a slot is that was retired, and is neither parked nor free. Left out: `on a retired list`. */
  readonly retiredIs?: string;
  /** True if each slot counts the claims on it, as the layout says at HOLDS_COUNTS. */
  readonly counts?: true;
  /** True if a thread does not learn when others free what it has retired. */
  readonly freedUnseen?: true;
  /** True if slots are freed by collections alone, when none is free: what waits for one grows with the slab. */
  readonly collects?: true;
  /** Who holds a retired slot back that is on a list, or parked. */
  readonly holders?: (slab: SlabInUse) => (place: RetiredPlace) => readonly HolderPart[];
  /** A clause about a retired slot, before it is said where it is: `lived in era 3`. */
  readonly about?: (slot: number, slab: SlabInUse) => string;
  /** Why a slot on a list is still there, as a sentence; left out where the usual one does. */
  readonly note?: (held: RetiredPlace & { readonly holders: readonly Holder[] }, slab: SlabInUse) => string;
}

/** The words of a slab, and the threads whose records are in use. */
export interface SlabInUse {
  readonly words: Int32Array;
  readonly geometry: Geometry;
  readonly threads: readonly number[];
  /** Those of them that are inside an operation, where a recording tells it. By the words an operation begins before its first step. */
  readonly inside?: ReadonlySet<number>;
}

/** A retired slot: the thread and its list, or 0 if the slot is parked there, and its stamp, which is unsigned. */
export interface RetiredPlace {
  readonly slot: number;
  readonly thread: number;
  readonly list: number;
  readonly stamp: number;
}

/** A word of a slot: its name, and how people write it if it is no unsigned number. */
export interface SlotWord {
  readonly name: string;
  readonly show?: (word: number) => string;
  /** The same where two words are to be told apart that are shown alike. */
  readonly apart?: (word: number) => string;
}

/** What tells two words apart that name the same slot, and what comes round that often: `a tag wraps after 16 changes`. */
export interface Mark {
  readonly name: string;
  readonly unit: string;
  readonly units: string;
  /** True if it is the birth of the slot, in its word S_BIRTH. */
  readonly isBirth?: true;
}

/** What is parked under a scheme. */
export interface Parking {
  /** Whatever is named, and by which of a thread's places, from 0. */
  readonly slots: (words: Int32Array, geometry: Geometry) => readonly HandOver[];
  /** The same as people say it, a clause each: `T1 collects slots 3 2`. Left out: `slot 2 is parked with T1`. */
  readonly short?: (words: Int32Array, geometry: Geometry) => readonly string[];
  /** The words of a record that name them, up to another one. Left out: no single words do. */
  readonly places?: (geometry: Geometry) => readonly [from: number, to: number];
  /** The most slots that can be unreclaimed: no thread counts them. */
  readonly most: (geometry: Geometry) => number;
  /** Who holds each one back, and why it is still there. */
  readonly heldBack: (slab: SlabInUse) => readonly ParkedBack[];
}

/** What a hand-over names. */
export interface HandOver {
  /** The thread with which the slot is parked, and the number of the announced word that the hand-over is beside, from 0. */
  readonly thread: number;
  readonly hazard: number;
  readonly slot: number;
  /** True if the thread keeps it for itself, as on a retired list: it has handed it to nobody yet. */
  readonly isKept?: true;
}

/** A parked slot, with those who hold it back; its note is a sentence. */
export interface ParkedBack {
  readonly slot: number;
  readonly thread: number;
  readonly holders: readonly HolderPart[];
  readonly note: string;
}

/** What a scheme says of a holder; of the details those that it has. */
export type HolderPart = Pick<Holder, 'thread' | 'address' | 'name'> & Partial<Holder>;

/** A word of a thread's record that keeps a retired slot from being freed. */
export interface Holder {
  readonly thread: number;
  /** The word's address: when it was last written is the moment since when it holds. */
  readonly address: number;
  /** What it is called, after its thread: `hazard 0`, `pin`, `announcement`. */
  readonly name: string;
  /** What it is about, after its name: `of epoch 3`; null if the name says it all. */
  readonly of: string | null;
  /** The number of the hazard, from 0; null if it is no hazard. */
  readonly hazard: number | null;
  /** The number of the reservation, from 0; null if it holds it back by something else. */
  readonly reservation: number | null;
  /** The number of the claim, from 0, or that it is on its way to a word or from one; null if it holds it back by something else. */
  readonly claim: number | 'on its way' | null;
  /** The epoch that is pinned; null if it is no pin. */
  readonly epoch: number | null;
  /** The eras that are announced, from the first to the last; null if it announces none. */
  readonly eras: readonly [first: number, last: number] | null;
  /** True of one on whose list the batch of the slot is, or that has not counted it down yet. */
  readonly batch: boolean;
  /** True of one that holds it back by being inside of an operation, whatever slots it uses. */
  readonly inside: boolean;
  /** Of one that holds it back by being online: what it is doing. Null if it holds it back by something else. */
  readonly online: 'idle' | 'in an operation' | 'dead' | null;
  /** True if its thread has died: what it announces stays until an heir adopts its record. */
  readonly dead: boolean;
}

/** A holder as a sentence has it: `T2's pin of epoch 3`. */
export function holderText({ thread, name, of }: Holder): string {
  return `T${thread}'s ${name}${of === null ? '' : ` ${of}`}`;
}

/** Who holds it back, as a sentence goes on: `T2's pin holds it back`. */
export function holdBack(names: readonly string[]): string {
  // Two words may announce the same.
  const each = [...new Set(names)];
  return `${listed(each)} ${plural(each.length, 'holds', 'hold')} it back`;
}

/** When those that hold it back will do so no more: `T2's pin ends`. */
function untilTheyEnd(holders: readonly Holder[]): string {
  const names = [...new Set(holders.map((holder) => holderText({ ...holder, of: null })))];
  return `${listed(names)} ${plural(names.length, 'ends', 'end')}`;
}

// What several schemes announce.

/** An epoch or an era as it is announced, without that bit. */
function timeOf(word: number): number {
  return word >>> 1;
}

/** The difference of two epochs, from -2^29 to 2^29 - 1. */
export function epochsBetween(from: number, to: number): number {
  return ((to - from) << 2) >> 2;
}

/** So many epochs after one. */
export function epochsAfter(epoch: number, more: number): number {
  return (epoch + more) & TIME_MASK;
}

/**
 * How far each of them lets the epoch go: one past its own, the oldest seen from this epoch first, which by number is the youngest where epochs
 * wrap.
 */
export function limitsOf(holders: readonly Holder[], from: number): string {
  const aheadOf = ({ epoch }: Holder): number => epochsBetween(from, epoch ?? 0);
  const epochs = [...new Set(holders.map(aheadOf))].toSorted((a, b) => a - b);
  return epochs
    .map((ahead) => {
      const those = holders.filter((holder) => aheadOf(holder) === ahead);
      return `${epochsAfter(from, ahead + 1)} until ${endOf(those)}`;
    })
    .join(', nor ');
}

/** When those that hold a slot back will do so no more: they leave what they are in, or those that are online say so; a dead thread does neither. */
function endOf(holders: readonly Holder[]): string {
  const [alive, dead] = [holders.filter((each) => !each.dead), holders.filter((each) => each.dead)];
  const ends = alive.length === 0 ? [] : [endOfLiving(alive)];
  if (dead.length > 0)
    ends.push(`an heir ends what ${listed(dead.map(({ thread }) => `T${thread} (dead)`))} announced`);
  return ends.join(' and ');
}

function endOfLiving(holders: readonly Holder[]): string {
  if (holders.some(({ online }) => online === null)) return untilTheyEnd(holders);
  const who = holders.map(({ thread, online }) => `T${thread} (${online})`);
  return `${listed(who)} ${plural(who.length, 'is', 'are')} quiescent again or offline`;
}

export const shownNumber = (word: number): string => String(word >>> 0);

/** An announced time as people write it. */
export const shownTime =
  (unit: string) =>
  (word: number): string =>
    (word & 1) === 0 ? 'none' : `${unit} ${timeOf(word)}`;

/** `slots 1 and 2`: each once. */
export function slotsOf(words: readonly number[]): string {
  const slots = [...new Set(words)];
  return `${plural(slots.length, 'slot')} ${listed(slots.map(String))}`;
}

/** Slots that a thread announces, one in a word. A hazard holds the slot that it names, tag or no tag. */
export const HAZARDS: Announcement = {
  name: (n) => `hazard${n}`,
  show: shownNumber,
  short: (words) => `protects ${words.join(',')}`,
  long: (words, still) => `${still} announces ${slotsOf(words)}`,
  by: 'hazards',
  namesSlots: true,
  replacedWithin: true,
};

/** An epoch at which a thread is pinned, in its first word. */
export const PINS: Announcement = {
  name: (n) => (n === 0 ? 'pin' : `announce${n}`),
  show: (word, n) => (n === 0 ? shownTime('epoch')(word) : shownNumber(word)),
  short: ([pin]) => `pins epoch ${timeOf(pin)}`,
  long: ([pin], still) => ` is${still} pinned at epoch ${timeOf(pin)}`,
  by: 'pin',
  clock: 'Epoch',
  waitedFor: 'pinned',
};

/** `era 3`, `eras 3 and 4`: those that are announced, each once. */
export function erasOf(words: readonly number[]): string {
  const each = [...new Set(words.map(timeOf))];
  return `${plural(each.length, 'era')} ${listed(each.map(String))}`;
}

/** Birth and death of a slot, in the time of the scheme. */
export const BIRTH_AND_DEATH: readonly SlotWord[] = [{ name: 'birth' }, { name: 'death' }];

/** Who names each slot in its announced words from one on, up to another. */
export function naming(
  { words, geometry, threads }: SlabInUse,
  [from, end]: readonly [from: number, end: number],
  as: (n: number) => Omit<HolderPart, 'thread' | 'address'>,
): (place: Pick<RetiredPlace, 'slot'>) => readonly HolderPart[] {
  const holders = new Map<number, HolderPart[]>();
  for (const thread of threads) {
    for (let n = from; n < end; n++) {
      const address = geometry.record(thread) + R_ANNOUNCE + n;
      const slot = words[address];
      if (slot === 0) continue;
      holders.set(slot, [...(holders.get(slot) ?? []), { thread, address, ...as(n) }]);
    }
  }
  return ({ slot }) => holders.get(slot) ?? [];
}

/** The same where all of them are hazards. */
export function hazardsNaming(
  slab: SlabInUse,
  end: number = ANNOUNCED,
): (place: Pick<RetiredPlace, 'slot'>) => readonly HolderPart[] {
  return naming(slab, [0, end], (hazard) => ({ name: `hazard ${hazard}`, hazard }));
}

/** The threads that announce an epoch in their first word, by a pin or by being online. */
export function epochHolders(
  { words, geometry, threads, inside }: SlabInUse,
  name: 'pin' | 'announcement',
): (HolderPart & { readonly epoch: number })[] {
  return threads.flatMap((thread) => {
    const address = geometry.record(thread) + R_ANNOUNCE;
    if ((words[address] & 1) === 0) return [];
    const epoch = (words[address] >> 1) & TIME_MASK;
    const online = name === 'pin' ? null : doing(words, geometry.record(thread), inside?.has(thread));
    return [{ thread, address, name, of: `of epoch ${epoch}`, epoch, online }];
  });
}

/** True of a record whose thread died, until an heir has settled it. */
export function isDead(words: Int32Array, record: number): boolean {
  return statusIn(words[record + R_STATUS]) > LEFT;
}

/** What the thread of a record is doing. */
function doing(
  words: Int32Array,
  record: number,
  isInside: boolean = words[record + R_OPERATION] !== OP_NONE,
): 'idle' | 'in an operation' | 'dead' {
  if (isDead(words, record)) return 'dead';
  return isInside ? 'in an operation' : 'idle';
}

/**
 * While a thread is pinned at epoch a, or online with the announcement of a, the epoch goes no further than a + 1. A slot stamped e is freed
 * at e + grace. So it holds it back if a + 1 comes before e + grace.
 */
export function beforeGrace(
  holders: readonly (HolderPart & { readonly epoch: number })[],
  grace: number,
): (place: Pick<RetiredPlace, 'stamp'>) => readonly HolderPart[] {
  return ({ stamp }) => holders.filter(({ epoch }) => epochsBetween(stamp, epoch + 1) < grace);
}

/** Eras from the first to the last, modulo 2^30. */
export type EraSpan = readonly [first: number, last: number];

/** The era that a word announces, or null. */
export function announcedEra(word: number): number | null {
  return word === 0 ? null : timeOf(word) & TIME_MASK;
}

/** A thread that announces eras holds back every slot whose life meets them: one of the two begins in the other. */
export function eraHolder(thread: number, address: number, eras: EraSpan): HolderPart {
  const [first, last] = eras;
  const of = first === last ? `of era ${first}` : `of the eras ${first} to ${last}`;
  return { thread, address, name: 'announcement', of, eras };
}

/** Those of the holders whose eras and the life of a slot have one in common. */
export function meetingLife(
  holders: readonly HolderPart[],
  { words, geometry }: SlabInUse,
): (place: Pick<RetiredPlace, 'slot'>) => readonly HolderPart[] {
  return ({ slot }) => {
    const life = lifeOf(slot, words, geometry);
    return holders.filter(({ eras }) => eras && (isIn(eras[0], life) || isIn(life[0], eras)));
  };
}

function isIn(era: number, [first, last]: EraSpan): boolean {
  return ((era - first) & TIME_MASK) <= ((last - first) & TIME_MASK);
}

/** The eras in which a retired slot was born and retired. */
function lifeOf(slot: number, words: Int32Array, geometry: Geometry): EraSpan {
  return [words[geometry.slot(slot, S_BIRTH)], words[geometry.slot(slot, S_DEATH)]];
}

/** Of a retired slot: `lived from era 1 to 3`. */
export function livedText(slot: number, { words, geometry }: SlabInUse): string {
  const [birth, death] = lifeOf(slot, words, geometry);
  return birth === death ? `lived in era ${birth}` : `lived from era ${birth} to ${death}`;
}
