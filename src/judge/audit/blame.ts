import { listed, withCommas } from '../../counted.ts';
import {
  FREE,
  type Geometry,
  HELD,
  LINKED,
  RETIRED,
  S_LIFE,
  S_NEXT,
  S_STAMP,
  S_STATE,
} from '../../kernel/layout.ts';
import { countsClaims } from '../../laboratory/announcements.ts';
import { cardOf, type StepLayer, stepsWith } from '../../laboratory/labels.ts';
import { hasRing, kindIn, structureOf, usualStructure, whatLeads } from '../../laboratory/structures.ts';
import { COUNTING } from '../damage/word-place.ts';
import type { Owner, StepCard } from '../../kernel/step-card.ts';
import type { StepRecord, Trace } from '../../observe/trace.ts';
import { Audit } from './audit.ts';
import { aheadSince } from './counts.ts';
import { grouped } from '../groups.ts';
import { threadsInside, unendedClaims } from './held-by-counts.ts';
import { type Holder, holderText } from '../../kernel/announcement.ts';
import type { HeldBack } from './holder.ts';
import { type Cut, type Link, type OperationMoment, Ownership } from './ownership.ts';

/** A slot that nobody owns, and how that came about. */
export interface Loss {
  readonly slot: number;
  /** What its state word says, and how many lives it has had. */
  readonly state: 'free' | 'held' | 'linked' | 'retired' | 'unknown';
  readonly life: number;
  /** The last edge that led to it and was cut; null if there is no recording, or the slot was lost before it began. */
  readonly cut: Cut | null;
  /** All slots that were lost by the same cut, this one included, ascending. */
  readonly together: readonly number[];
  /** When the hand that held it after the cut let go of it. */
  readonly letGo: OperationMoment | null;
  /** When another root, which still led to it after the cut, moved on: Tail. */
  readonly untilOther: Cut | null;
  /** Which step should have taken the slot next. */
  readonly expected: string;
  readonly note: string;
}

/** A retired slot with those who hold it back, and since when. */
export interface Retained extends Omit<HeldBack, 'holders'> {
  /** The step at which it was retired, whichever list it is on by now; 0 is before the recording began. */
  readonly retiredAt: number;
  readonly holders: readonly (Holder & { readonly since: number })[];
}

/** Who is to blame for every slot that is not where it should be, after one step. */
export interface Blame {
  readonly step: number;
  readonly leaked: readonly Loss[];
  readonly retired: readonly Retained[];
}

/**
 * Says of every leaked slot which edge was cut, by whom and when, and which step should have taken the slot next; and of every
 * retired slot who holds it back and since when. For the state after `step`, or the last one of the recording.
 */
export function blame(trace: Trace, step: number = Infinity): Blame {
  const ownership = new Ownership(trace).to(step);
  const now = new Audit(ownership.replay.words, ownership.replay.recorded());
  const slots = now.slotsOf('leaked');
  const movers = moversIn(trace, now.geometry);
  const groups = grouped(slots, (slot) => ownership.cuts[slot]);
  const ahead = aheadSince(trace, slots, ownership.replay.step);
  return {
    step: ownership.replay.step,
    leaked: slots.map((slot) => lossOf(slot, now, ownership, groups, movers, ahead.get(slot))),
    retired: now.heldBack().map((held) => retained(held, ownership, now)),
  };
}

/** The same for words without a recording: what the slots themselves still tell. */
export function blameSnapshot(now: Audit, limit: number = Infinity): Loss[] {
  const movers = moversIn(null, now.geometry);
  return now.slotsOf('leaked', limit).map((slot) => {
    const facts = factsOf(slot, now);
    const expected = expectedByState(facts, now, movers);
    return {
      slot,
      state: facts.state,
      life: facts.life,
      cut: null,
      together: [slot],
      letGo: null,
      untilOther: null,
      expected,
      note: `Slot ${slot} is leaked in life ${facts.life}, and its state says ${facts.state}: ${expected}.`,
    };
  });
}

/** Slots that a sentence names one by one. */
const NAMED = 12;

const STATES = { [FREE]: 'free', [HELD]: 'held', [LINKED]: 'linked', [RETIRED]: 'retired' } as const;

interface SlotFacts {
  readonly slot: number;
  readonly state: Loss['state'];
  readonly life: number;
  readonly stamp: number;
  readonly next: number;
}

function factsOf(slot: number, { words, geometry }: { words: Int32Array; geometry: Geometry }): SlotFacts {
  const word = (which: number): number => words[geometry.slot(slot, which)];
  return {
    slot,
    state: STATES[word(S_STATE) as keyof typeof STATES] ?? 'unknown',
    life: word(S_LIFE) >>> 0,
    stamp: word(S_STAMP) >>> 0,
    next: geometry.link.index(word(S_NEXT)),
  };
}

/** The steps by which a slot changes hands, as they are named in sentences. */
interface Movers {
  /** Labels: the step that takes a slot off the free list, the one that gives it back, and the one that chains it there. */
  readonly take: string;
  readonly give: string;
  readonly chain: string;
  /** `enqueue's link (E9)` and its label alone. */
  readonly link: string;
  readonly linked: string;
  /** The line at which a slot is retired: `D19`. */
  readonly retire: string;
  /** The root that leads to all that is inside, and what the structure is in a word. */
  readonly root: string;
  readonly kind: string;
}

/**
 * By the cards: those of the steps that were made, if there are such, and else those of the lab. A structure that keeps its values in cells
 * links no slot and retires none: `no step` does.
 */
function moversIn(trace: Trace | null, geometry: Geometry): Movers {
  const { structure } = structureOf(geometry) ?? { structure: usualStructure };
  const steps = stepsWith(structure, hasRing(geometry));
  const made = new Set(trace?.events.map((event) => (event.kind === 'step' ? event.label : '')));
  const find = (fits: (card: StepCard, part: StepLayer) => boolean): [string, StepCard | null] => {
    const fitting = steps.filter(({ card, part }) => card !== null && fits(card, part));
    const step = fitting.find(({ label }) => made.has(label)) ?? fitting[0];
    return [step?.label ?? 'no step', step?.card ?? null];
  };
  const mover = (from: Owner, to: Owner): [string, StepCard | null] =>
    find(({ moves }) => moves?.from === from && moves.to === to);
  const [link, card] = mover('hand', 'structure');
  return {
    take: mover('free list', 'hand')[0],
    give: mover('hand', 'free list')[0],
    chain: find(({ access }, part) => part === 'slab' && access === 'store')[0],
    link: `${card?.linearizes?.operation ?? 'operation'}'s link (${link})`,
    linked: link,
    retire: mover('structure', 'hand')[1]?.moves?.owes ?? 'no step',
    root: whatLeads(geometry),
    kind: kindIn(geometry),
  };
}

function expectedByState({ slot, state, next, stamp }: SlotFacts, now: Audit, movers: Movers): string {
  const claims = unendedIn(now, slot);
  if (claims !== null) return claims;
  const { take, give, link, linked, retire, kind, root } = movers;
  if (state === 'held')
    return `it was taken (${take}), and neither the ${link} nor a free (${give}) took it on`;
  if (state === 'retired')
    return `it was retired (stamp ${stamp}), and no list keeps it; a free (${give}) should have taken it`;
  if (state === 'free')
    return `its free was begun, and neither the free list (${give}) nor a cache leads to it`;
  if (state === 'unknown') return 'its state word holds no state, so it was overwritten';
  if (now.classesOf(next).includes('reachable')) {
    return `its next still names slot ${next} of the ${kind}, so ${root} has passed it, and a retire (${retire}) should have taken it`;
  }
  return `it was offered to the ${kind}, which does not lead to it: it was never linked (${linked}), the edge to it was cut, or it was never retired (${retire})`;
}

/** Where claims are counted, why a retired slot is not freed though no thread leads to it. */
function unendedIn(now: Audit, slot: number): string | null {
  const { words, geometry, marks } = now;
  if (!countsClaims(geometry)) return null;
  const inside = threadsInside(words, geometry, now.recorded?.inside);
  const why = unendedClaims(words, geometry, marks, slot, inside);
  return why === null ? null : now.named(why);
}

function lossOf(
  slot: number,
  now: Audit,
  ownership: Ownership,
  groups: ReadonlyMap<Cut | null, readonly number[]>,
  movers: Movers,
  ahead?: StepRecord,
): Loss {
  const facts = factsOf(slot, now);
  const cut = ownership.cuts[slot];
  const letGo = ownership.letGo[slot];
  const untilOther = ownership.untilOther[slot];
  const missing =
    cut === null
      ? expectedByState(facts, now, movers)
      : (unendedIn(now, slot) ?? expectedAfter(cut, facts, ownership.linked[slot], movers));
  const since =
    ahead &&
    `its count is ahead of the words with claims on it since ${momentText(ownership.momentOf(ahead))}`;
  const expected = since === undefined ? missing : `${missing}; ${since}`;
  const together = cut === null ? [slot] : (groups.get(cut) ?? [slot]);
  return {
    slot,
    state: facts.state,
    life: facts.life,
    cut,
    together,
    letGo,
    untilOther,
    expected,
    note: noteOf({ slot, cut, together, letGo, untilOther, expected }),
  };
}

/** What should have taken the slot next, by the word that was cut. */
function expectedAfter(cut: Cut, { slot, state }: SlotFacts, link: Link | null, movers: Movers): string {
  const retire = cardOf(cut.label)?.moves?.owes ?? movers.retire;
  const first = cut.from === slot;
  const by = `T${cut.thread}`;
  switch (cut.kind) {
    case 'root':
      if (!first)
        return `nothing: ${cut.word} went from slot ${cut.from} to ${slotOrNull(cut.to)} and left out what lay between`;
      if (state === 'retired') return `${by}'s retire (${retire}) took it and put it on no list`;
      return `${by}'s retire (${retire}) should have taken it`;
    case 'other root':
      return `nothing: only ${cut.word} led to it, and ${movers.root} should have`;
    case 'entry':
    case 'position':
      return `the ${movers.link}, or a free (${movers.give}), should have taken it`;
    case 'top':
      if (cut.to !== 0 && cut.hand === cut.to)
        return `the next word of slot ${cut.to} (${movers.chain}) should have led on to it`;
      if (first && link !== null && link.made.step > cut.step) {
        const later = link.cut === null ? '' : `, and ${momentText(link.cut)} cut that edge too`;
        return `nothing: it was linked to slot ${link.behind}, to which the ${movers.kind} did not lead${later}`;
      }
      if (first) return `the ${movers.link}, or a free (${movers.give}), should have taken it`;
      return `nothing: the take of slot ${cut.from} put ${slotOrNull(cut.to)} on top and left out what lay between`;
    case 'next':
      return 'nothing: a stale write cut the list, and every slot behind it is lost';
    case 'limbo':
      return 'nothing: its list was cut, as happens when a slot that is on a list is retired again';
    case 'list':
      if (first && cut.hand === slot) return `the free (${movers.give}) should have taken it`;
      return 'the list was dropped: a scan or an heir should have taken it first';
    case 'hand-over':
      return 'the hand-over was dropped: its thread, or an heir, should have taken it first';
    case 'cache':
      if (first && cut.hand === slot) return `the ${movers.link}, or a free, should have taken it`;
      return `the cache was dropped: an heir, or the free list (${movers.give}), should have taken it first`;
    default:
      return 'nothing that is known';
  }
}

function noteOf({
  slot,
  cut,
  together,
  letGo,
  untilOther,
  expected,
}: Omit<Loss, 'state' | 'life' | 'note'>): string {
  if (cut === null) {
    const when = letGo === null ? 'since before the recording began' : `since ${momentText(letGo)}`;
    return `Slot ${slot} is leaked ${when}: ${expected}.`;
  }
  const changed = COUNTING.has(cut.kind) ? '' : ` from ${slotOrNull(cut.from)} to ${slotOrNull(cut.to)}`;
  const how = `${cut.plain ? `a plain write after ${momentText(cut)}` : momentText(cut)} changed ${cut.word}${changed}`;
  const parts = [
    cut.from === slot || COUNTING.has(cut.kind) ? how : `${how}, and only slot ${cut.from} led on to it`,
  ];
  if (letGo !== null) {
    const atOnce = letGo.step === cut.step && letGo.thread === cut.thread;
    parts.push(atOnce ? 'from then on no word named it' : `after ${momentText(letGo)} no word named it`);
  }
  if (untilOther !== null) parts.push(`${untilOther.word} led to it until step ${untilOther.step}`);
  const isAlone = together.length === 1;
  if (cut.from === slot && !isAlone) {
    parts.push(`${slotList(without(slot, together))} could be reached only through it and went with it`);
  } else if (slot === together[0] && !isAlone) {
    const rest = together.filter((other) => other !== slot && other !== cut.from);
    // The one that led on to it has been named.
    if (together.includes(cut.from)) parts.push(`slot ${cut.from} is lost as well`);
    if (rest.length > 0) parts.push(`the same with ${slotList(rest)}`);
  }
  // What is missing comes first: none of the steps that were made need be at fault.
  return `Slot ${slot} is leaked: ${[expected.replace(/^nothing: /, ''), ...parts].join('; ')}.`;
}

/** Called for two slots of a group at most, so that a large group takes no more than its size. */
function without(slot: number, slots: readonly number[]): number[] {
  return slots.filter((other) => other !== slot);
}

function momentText({ step, thread, label, operation, nth }: OperationMoment): string {
  const during = operation === null ? '' : `, ${operation}#${nth}`;
  return `T${thread}'s ${label} (step ${step}${during})`;
}

function slotList(slots: readonly number[]): string {
  if (slots.length === 1) return `slot ${slots[0]}`;
  const shown = slots.slice(0, NAMED).map(String);
  return `slots ${listed(slots.length > NAMED ? [...shown, `${withCommas(slots.length - NAMED)} more`] : shown, NAMED + 1)}`;
}

function slotOrNull(slot: number): string {
  return slot === 0 ? 'null' : `slot ${slot}`;
}

function nameAlone(holder: Holder): string {
  return holderText({ ...holder, of: null });
}

function retained(held: HeldBack, { retiredAt, changedAt, begunAt }: Ownership, now: Audit): Retained {
  // A list is there from the moment its thread is inside, and changes with each batch that comes.
  const holders = held.holders.map((holder) => ({
    ...holder,
    since: (holder.batch ? begunAt : changedAt).get(holder.address) ?? 0,
  }));
  const at = retiredAt[held.slot];
  const retiredSince = at === 0 ? 'retired before the recording' : `retired at step ${at}`;
  // Two words may announce the same: then the older one says since when.
  const oldest = [...grouped(holders, holderText).values()].map((alike) =>
    alike.reduce((one, other) => (other.since < one.since ? other : one)),
  );
  const isNamesake = (name: string): boolean => oldest.filter((each) => nameAlone(each) === name).length > 1;
  const marks = oldest.map((holder) => {
    const name = isNamesake(nameAlone(holder)) ? holderText(holder) : nameAlone(holder);
    return `${name} has been there since ${holder.since === 0 ? 'before the recording' : `step ${holder.since}`}`;
  });
  const note = `${held.note.slice(0, -1)}; ${[retiredSince, ...marks.map((each) => now.named(each))].join('; ')}.`;
  return { ...held, holders, retiredAt: retiredAt[held.slot], note };
}
