import type { Belief } from '../judge/damage/beliefs.ts';
import { namedAt } from '../judge/damage/readings.ts';
import { announcedIn, announcementOf, clockOf, slotWordIn } from '../laboratory/announcements.ts';
import { cardOf } from '../laboratory/labels.ts';
import {
  ANNOUNCED,
  FREE_TOP,
  type Geometry,
  GLOBAL,
  INHERITING,
  R_ANNOUNCE,
  R_STATUS,
  ROOTS,
  S_NEXT,
  S_STAMP,
  S_VALUE,
  statusIn,
} from '../kernel/layout.ts';
import { lifeName, placeOf } from '../observe/lives.ts';
import { stepBack } from '../observe/steps-back.ts';
import { showWord, type ValueNames, wordName } from '../observe/names.ts';
import type { StepRecord, TraceEvent } from '../observe/trace.ts';
import type { Style } from './text/style.ts';
import { listed, plural, withCommas } from '../counted.ts';
import type { Audit, HeldSlot } from '../judge/audit/audit.ts';
import { cellsOfSlot } from '../judge/audit/cells.ts';
import type { RetiredList } from '../judge/audit/hands.ts';

/** How words and steps are written in a story. */
export interface Wording extends ValueNames {
  readonly style: Style;
}

/** Cells that hold no value for others: one that nobody was at, one of which a thread has the place, and one that a reader has used up. */
const CELL_SIGNS = { empty: '_', claimed: '?', taken: 'x' } as const;

/** What a slot holds that is no dummy: its value, or what is in its cells, `x,?,C,_`. */
export function showContent({ geometry, show }: ValueNames, words: Int32Array, slot: number): string {
  const cells = cellsOfSlot(words, geometry, slot);
  if (cells === null) return show(words[geometry.slot(slot, S_VALUE)]);
  return cells.map((cell) => (cell.is === 'holding' ? show(cell.value) : CELL_SIGNS[cell.is])).join();
}

/** Two values of a word: with the tags of the free list's top, or with what else a word says that is not shown, only where nothing else tells them apart. */
export function showPair(wording: Wording, address: number, one: number, other: number): [string, string] {
  const { top } = wording.geometry;
  if (address === FREE_TOP && one !== other && top.index(one) === top.index(other)) {
    return [`${top.index(one)}#${top.tag(one)}`, `${top.index(other)}#${top.tag(other)}`];
  }
  const shown: [string, string] = [showWord(wording, address, one), showWord(wording, address, other)];
  if (one === other || shown[0] !== shown[1]) return shown;
  const place = placeOf(wording.geometry, address);
  const shared = address === GLOBAL ? announcementOf(wording.geometry)?.shared : undefined;
  const own = place === null ? shared : slotWordIn(wording.geometry, place.word);
  const apart = own?.apart ?? ((word: number): string => `${shown[0]} (${word >>> 0})`);
  return [apart(one), apart(other)];
}

/** True if the word belongs to the structure or the free list, and to no thread or scheme alone. */
function isShared(geometry: Geometry, address: number): boolean {
  return (
    address === FREE_TOP ||
    (address >= ROOTS && address < geometry.recordsBase) ||
    address >= geometry.slotsBase
  );
}

function isStatus(geometry: Geometry, address: number): boolean {
  return (
    address >= geometry.recordsBase &&
    address < geometry.slotsBase &&
    (address - geometry.recordsBase) % geometry.recordWords === R_STATUS
  );
}

/** The slot that holds a word, or the thread whose record does; empty for the words that all share. */
function holderOf(geometry: Geometry, address: number): string {
  const place = placeOf(geometry, address);
  if (place !== null) return String(place.slot);
  return address >= geometry.recordsBase
    ? `T${Math.floor((address - geometry.recordsBase) / geometry.recordWords) + 1}`
    : '';
}

/** A sentence of a step's card with the values of a step in its holes. */
function filled(wording: Wording, sentence: string, step: StepRecord): string {
  const { geometry } = wording;
  const { address, after, expected = 0, desired = 0 } = step;
  const { link, top } = geometry;
  const place = placeOf(geometry, address);
  const isWord = address < geometry.recordsBase || place?.word === S_NEXT;
  const index = (word: number): number => {
    if (!isWord) return word;
    return (address === FREE_TOP ? top : link).index(word);
  };
  const holes: Readonly<Record<string, () => string>> = {
    slot: () => String(index(after)),
    old: () => String(index(expected)),
    new: () => String(index(desired)),
    holder: () => holderOf(geometry, address),
    name: () => wordName(geometry, address),
    word: () => showWord(wording, address, after),
  };
  return sentence.replaceAll(/\{(\w+)\}/g, (hole, name: string) => holes[name]?.() ?? hole);
}

/** What a read that only checks compares its word with: what the operation read there last. Null if the step is no such read. */
export function comparedWith(events: readonly TraceEvent[], step: StepRecord): number | null {
  if (step.access !== 'load' || cardOf(step.label)?.validates === undefined) return null;
  const { thread, op, address } = step;
  // What its thread did in an earlier operation is where the search ends.
  const before = stepBack(
    events,
    step.step - 1,
    (event) => event.thread === thread && (event.op !== op || event.address === address),
  );
  return before?.op === op ? before.after : null;
}

/**
 * A step in a few words: `D13 CAS Head 1→2 ✓`.
 *
 * @param compared the word that a read which only checks hopes to find
 */
export function describeStep(wording: Wording, step: StepRecord, compared: number | null = null): string {
  const { style, geometry } = wording;
  const { glyph } = style;
  const { label, access, address, before, after } = step;
  const name = wordName(geometry, address);
  const shown = (word: number): string => showWord(wording, address, word);
  const text = ((): string => {
    if (access === 'cas') return describeCas(wording, step, name);
    if (access === 'store') {
      const short = cardOf(label)?.short;
      return short === undefined ? `${name} ${glyph.gets} ${shown(after)}` : filled(wording, short, step);
    }
    if (access === 'exchange' || access === 'add' || access === 'or')
      return `${access} ${name} ${shown(before)}${glyph.arrow}${shown(after)}`;
    if (access === 'await') return `await ${name}`;
    if (compared !== null) {
      const held = before === compared ? glyph.yes : `${glyph.no} ${shown(before)}`;
      return `still ${name} = ${shown(compared)}? ${held}`;
    }
    const variable = isShared(geometry, address) ? cardOf(label)?.fills : undefined;
    return variable === undefined
      ? `read ${name} = ${shown(before)}`
      : `${variable} ${glyph.gets} ${name} = ${shown(before)}`;
  })();
  return `${label.padEnd(3)} ${text}`;
}

function describeCas(wording: Wording, step: StepRecord, name: string): string {
  const { style, geometry } = wording;
  const { glyph } = style;
  const { label, address, before, expected = 0, desired = 0, ok } = step;
  const mark = ok === true ? glyph.yes : glyph.no;
  const card = cardOf(label);
  if (card?.short !== undefined) {
    const text = `${filled(wording, card.short, step)} ${mark}`;
    const isPlain = ok === true || card.needsBitsOnly === true;
    return isPlain ? text : `${text} ${showPair(wording, address, before, expected)[0]}`;
  }
  if (isStatus(geometry, address) && statusIn(desired) === INHERITING)
    return `adopt ${holderOf(geometry, address)}'s record ${mark}`;
  const change = `CAS ${name} ${showWord(wording, address, expected)}${glyph.arrow}${showWord(wording, address, desired)} ${mark}`;
  return ok === true ? change : `${change} ${showWord(wording, address, before)}`;
}

/** What a word holds that announces a slot, or parks one; null if it does not. */
function announcedAt(geometry: Geometry, { address, after }: StepRecord): number | null {
  const offset = (address - geometry.recordsBase) % geometry.recordWords;
  const isAnnounced =
    address >= geometry.recordsBase &&
    address < geometry.slotsBase &&
    offset >= R_ANNOUNCE &&
    offset < R_ANNOUNCE + ANNOUNCED;
  return isAnnounced && announcementOf(geometry)?.namesSlots === true ? after : null;
}

/**
 * What a step's card says of this very step: what the thread takes for true after a read, what it does by a write, what a failure
 * shows. Empty if there is no card.
 *
 * @param failed true of a read that validates and found another word
 */
export function saidOf(wording: Wording, step: StepRecord, failed = false): string {
  const card = cardOf(step.label);
  if (card === undefined) return '';
  const { says, saysNull = says, saysFailed = says } = card;
  if (failed || step.ok === false) return filled(wording, saysFailed, step);
  const { geometry } = wording;
  const named = namedAt(geometry, step.address, step.after) ?? announcedAt(geometry, step);
  return filled(wording, named === 0 ? saysNull : says, step);
}

/** A belief as stories show it: `head = 1ᵃ`, `v = A`. */
export function showBelief(wording: Wording, { variable, address, word, slot, life }: Belief): string {
  const { geometry, style } = wording;
  const shown =
    slot === null || slot === 0 || slot > geometry.slots
      ? showWord(wording, address, word)
      : lifeName(slot, life, style.ascii);
  return `${variable} = ${shown}`;
}

/**
 * What the scheme knows at this moment, in one line: what threads announce, the epoch, the retired lists, and the slots in hand.
 * Empty if there is nothing to say.
 */
export function schemeState(audited: Audit, { geometry, style }: Wording): string {
  const { words } = audited;
  const parts: string[] = [];
  const announces = announcementOf(geometry);
  const clock = clockOf(geometry);
  if (clock !== null) parts.push(`${clock.toLowerCase()} ${words[GLOBAL] >>> 0}`);
  if (announces?.shared !== undefined) parts.push(announces.shared.show(words[GLOBAL]));
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const announced = announcedIn(words, geometry.record(thread));
    if (announced.length > 0 && announces !== null) parts.push(`T${thread} ${announces.short(announced)}`);
  }
  const retired = new Map<number, string[]>();
  for (const each of audited.retiredLists(64))
    retired.set(each.thread, [...(retired.get(each.thread) ?? []), ...listText(each, words, geometry)]);
  for (const [thread, lists] of retired) parts.push(`T${thread} keeps ${lists.join(', ')}`);
  const parked = audited.handOvers().map(({ thread, slot }) => `slot ${slot} is parked with T${thread}`);
  parts.push(...(announces?.parks?.short?.(words, geometry) ?? parked));
  for (const hand of [...audited.slotsInHand(), ...audited.takenFromHandOvers()])
    if (hand.counts) parts.push(`${whoHas(hand)} has slot ${hand.slot} in hand`);
  for (const { thread, has } of audited.chainsInHand())
    if (has.length > 0) parts.push(`T${thread} has the chain of ${slotsText(has)} in hand`);
  return audited.named(parts.join(` ${style.glyph.dot} `));
}

/** `T1`; `T1 or T2` of a slot that one of several threads has, where the words do not tell which. */
export function whoHas({ thread, among = [thread] }: Pick<HeldSlot, 'thread' | 'among'>): string {
  return among.map((each) => `T${each}`).join(' or ');
}

/** `slots 3 2 of epoch 1`: the slots of a list, by their epochs where the scheme has such; else by the list, where it is not the first. */
function listText({ list, slots }: RetiredList, words: Int32Array, geometry: Geometry): string[] {
  if (announcementOf(geometry)?.epochs === undefined)
    return [slotsText(slots) + (list === 0 ? '' : ` on list ${list + 1}`)];
  const byEpoch = new Map<number, number[]>();
  for (const slot of slots) {
    const epoch = words[geometry.slot(slot, S_STAMP)] >>> 0;
    byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), slot]);
  }
  return [...byEpoch].map(([epoch, those]) => `${slotsText(those)} of epoch ${epoch}`);
}

function slotsText(slots: readonly number[]): string {
  return `${plural(slots.length, 'slot')} ${slots.join(' ')}`;
}

/** Slots as people write them: `4 5 6 9` in short lists, `4-6 9` where three or more follow each other, `… 12 more` at the end. */
export function slotList(
  slots: readonly number[],
  { total = slots.length, ellipsis = '…' }: { readonly total?: number; readonly ellipsis?: string } = {},
): string {
  const parts: string[] = [];
  for (let i = 0; i < slots.length;) {
    let last = i;
    while (slots[last + 1] === slots[last] + 1) last++;
    if (last - i >= 2) parts.push(`${slots[i]}-${slots[last]}`);
    else parts.push(...slots.slice(i, last + 1).map(String));
    i = last + 1;
  }
  const missing = total - slots.length;
  return missing > 0 ? `${parts.join(' ')} ${ellipsis} ${withCommas(missing)} more` : parts.join(' ');
}

/** Operations whose answers nobody judges, as a phrase: `the answers of recover and peek`. */
export function unjudgedText(names: readonly string[]): string {
  return `the answers of ${listed(names)}`;
}
