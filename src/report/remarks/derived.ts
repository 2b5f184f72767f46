import { namedAt } from '../../judge/damage/readings.ts';
import { counted, plural } from '../../counted.ts';
import { Audit, type HeldSlot } from '../../judge/audit/audit.ts';
import type { Belief } from '../../judge/damage/beliefs.ts';
import { cardOf, isOneOf, knownSteps } from '../../laboratory/labels.ts';
import { hasBuckets, kindIn, ringEntryAt, rootName, slotInEntry } from '../../laboratory/structures.ts';
import { FREE_TOP, type Geometry, R_ANNOUNCE, S_NEXT } from '../../kernel/layout.ts';
import { announcedIn, announcementOf, markOf } from '../../laboratory/announcements.ts';
import { deadHolders, type HeldBack } from '../../judge/audit/holder.ts';
import { lifeName, placeOf } from '../../observe/lives.ts';
import { wordName } from '../../observe/names.ts';
import type { ReturnRecord, StepRecord, StopRecord } from '../../observe/trace.ts';
import { showBelief, showPair, type Wording } from '../words.ts';
import type { Scene } from './scene.ts';

/** A remark on a step. */
export interface Derived {
  readonly kind: 'freed' | 'taken' | 'same bits' | 'another tag' | 'cut' | 'failed';
  readonly text: string;
  /** The thread that holds what has gone stale, and what it holds; null if the remark is about no such thing. */
  readonly stale: { readonly thread: number; readonly beliefs: readonly Belief[] } | null;
}

/** What a step of one thread does to what the others know, and to the queue. */
export function remarksOnStep(
  step: StepRecord,
  others: readonly number[],
  scene: Scene,
  wording: Wording,
): Derived[] {
  const { thread } = step;
  const about = others.filter(
    (other) => other !== thread && scene.current.has(other) && !scene.killed.has(other),
  );
  return [
    ...about.flatMap((other) => freed(step, other, scene, wording)),
    ...about.flatMap((other) => takenAgain(step, other, scene, wording)),
    ...about.flatMap((other) => sameAgain(step, other, scene, wording)),
    ...cutOff(step, scene, wording),
    ...failed(step, scene, wording),
  ];
}

/** What a thread believes, as a list: `head = 1ᵃ (step 1), next = 2ᵃ (step 3)`. */
function beliefsText(beliefs: readonly Belief[], wording: Wording): string {
  return beliefs.map((belief) => `${beliefText(belief, wording)} (step ${belief.step})`).join(', ');
}

/** A belief with its tag, if pointer words have one: `head = 1ᵃ#2`. */
export function beliefText(belief: Belief, wording: Wording): string {
  const { link } = wording.geometry;
  const { slot, word, address } = belief;
  const isTagged = slot !== null && slot !== 0 && link.tagBits > 0 && address !== FREE_TOP;
  const text = showBelief(wording, belief);
  return isTagged && !text.includes('#') ? `${text}#${link.tag(word)}` : text;
}

/** What a thread is stopped with, and what of it is announced. */
export function stoppedText(
  {
    thread,
    next,
    forGood,
  }: { readonly thread: number; readonly next: string | null; readonly forGood: boolean },
  scene: Scene,
  wording: Wording,
): string {
  const where = next === null ? '' : ` before ${next}`;
  const beliefs = scene.beliefs(thread);
  const values = beliefs.map((belief) => beliefText(belief, wording));
  const known = values.length === 0 ? '' : ` with ${values.join(', ')}`;
  return `T${thread} is stopped${forGood ? ' for good' : ''}${where}${known}.`;
}

/** What a thread announces at this moment, as a sentence with a blank in front; empty if it is nothing. */
export function announcedText(thread: number, scene: Scene, who = 'It', still = ''): string {
  const { geometry, words } = scene;
  const announced = announcedIn(words, scene.recordOf(thread));
  const announces = announcementOf(geometry);
  return announced.length === 0 || announces === null ? '' : ` ${who}${announces.long(announced, still)}.`;
}

/** The epoch at which a thread is pinned; null if it is not. */
export function pinnedAt(thread: number, scene: Scene): number | null {
  if (announcementOf(scene.geometry)?.epochs === undefined) return null;
  const word = scene.words[scene.recordOf(thread) + R_ANNOUNCE];
  return (word & 1) === 0 ? null : word >>> 1;
}

/** The slot that a word of the free list names, 0 for null; null of any other word. */
function freeSlotIn(geometry: Geometry, address: number, word: number): number | null {
  if (ringEntryAt(geometry, address) >= 0) return slotInEntry(geometry, word);
  return address === FREE_TOP ? geometry.top.index(word) : null;
}

/** A slot comes back to the free list while another thread still names it. */
function freed(step: StepRecord, other: number, scene: Scene, wording: Wording): Derived[] {
  if (step.ok !== true || cardOf(step.label)?.moves?.to !== 'free list') return [];
  const slot = freeSlotIn(scene.geometry, step.address, step.after);
  if (slot === null) return [];
  const names = scene.beliefs(other).filter((belief) => belief.slot === slot && belief.identity !== 'same');
  if (names.length === 0) return [];
  const text = `Slot ${slot} is free again, and T${other} still names it: ${beliefsText(names, wording)}.`;
  return [{ kind: 'freed', text, stale: { thread: other, beliefs: names } }];
}

/** A slot is taken from the free list while another thread still means its earlier life. */
function takenAgain(step: StepRecord, other: number, scene: Scene, { style }: Wording): Derived[] {
  if (step.ok === false || cardOf(step.label)?.moves?.from !== 'free list') return [];
  const slot = freeSlotIn(scene.geometry, step.address, step.before);
  if (slot === null || slot === 0) return [];
  const old = scene
    .beliefs(other)
    .find(
      (belief) =>
        belief.slot === slot && belief.identity !== 'same' && scene.lifeAt(slot, belief.since).alive,
    );
  if (old === undefined) return [];
  const [begun, meant] = [scene.lives.of(slot), old.life].map((life) => lifeName(slot, life, style.ascii));
  return [
    {
      kind: 'taken',
      text: `Slot ${slot} is taken again: ${begun} begins, and T${other} still means ${meant}.`,
      stale: { thread: other, beliefs: [old] },
    },
  ];
}

/** A word holds again what another thread read there, or names the same slot with another tag. */
function sameAgain(step: StepRecord, other: number, scene: Scene, wording: Wording): Derived[] {
  const { address, before, after } = step;
  const { geometry } = scene;
  const read = scene.beliefs(other).findLast((belief) => belief.address === address);
  if (read === undefined || read.slot === null || before === after || before === read.word) return [];
  if (!isExpectedLater(read)) return [];
  const slot = namedAt(geometry, address, after);
  if (slot !== read.slot || slot === namedAt(geometry, address, before)) return [];
  const name = nameOf(wording, address);
  const when = `at step ${read.step}`;
  if (after !== read.word) {
    const [now, then] = showPair(wording, address, after, read.word);
    return [
      {
        kind: 'another tag',
        text: `${name} is ${now} now; T${other} read ${then} ${when}: the same slot, another ${address === FREE_TOP ? 'tag' : markOf(geometry).name}.`,
        stale: { thread: other, beliefs: [read] },
      },
    ];
  }
  return [
    {
      kind: 'same bits',
      text: `${name} holds the same bits again as T${other} read ${when}${lifeNow(read, scene, wording)}.`,
      stale: { thread: other, beliefs: [read] },
    },
  ];
}

/** True if a compare-and-swap will expect the word: what other words hold again matters to nobody. */
function isExpectedLater({ label }: Belief): boolean {
  return knownSteps().some(({ card }) => isOneOf(card?.expectedFrom, label));
}

/** In which life the slot is now that a word names, or the one that holds it; empty if it is the same. */
function lifeNow({ slot, address, since }: Belief, scene: Scene, { style }: Wording): string {
  const { lives } = scene;
  const of = slot === 0 || slot === null ? (placeOf(scene.geometry, address)?.slot ?? 0) : slot;
  const then = scene.lifeAt(of, since);
  if (of === 0 || (lives.of(of) === then.life && lives.isAlive(of) === then.alive)) return '';
  if (!lives.isAlive(of)) return `, and slot ${of} is free`;
  return `, and slot ${of} is in another life: ${lifeName(of, lives.of(of), style.ascii)}`;
}

/** A next word changes, and slots that the first root led to are led to no more. */
function cutOff(step: StepRecord, scene: Scene, { geometry }: Wording): Derived[] {
  if (placeOf(geometry, step.address)?.word !== S_NEXT || step.before === step.after) return [];
  const now = new Set(scene.audit.inside());
  const lost = new Audit(scene.before).inside().filter((slot) => !now.has(slot));
  if (lost.length === 0) return [];
  const which = `${plural(lost.length, 'slot')} ${lost.join(' ')}`;
  const no = hasBuckets(scene.geometry) ? 'No bucket leads' : `${rootName(scene.geometry, 0)} does not lead`;
  return [{ kind: 'cut', text: `${no} to ${which} any more.`, stale: null }];
}

/** A compare-and-swap fails because of what another thread did since the read. */
function failed(step: StepRecord, scene: Scene, wording: Wording): Derived[] {
  const { thread, address, before, expected, ok, label } = step;
  if (ok !== false || expected === undefined) return [];
  const by = scene.changedBy.get(address);
  if (by === undefined || by.thread === thread) return [];
  const [now, hoped] = showPair(wording, address, before, expected);
  const text = `${label} fails: ${nameOf(wording, address)} is ${now}, not ${hoped}; T${by.thread}'s ${by.label} changed it last (step ${by.step}).`;
  return [{ kind: 'failed', text, stale: null }];
}

/** Why an enqueue was refused: who has the slots, or in which states the cells are, after it. */
export function fullText({ thread }: ReturnRecord, scene: Scene): string {
  const { audit } = scene;
  if (audit.cells !== null) {
    const { cells, ...states } = audit.cells;
    const are = Object.entries(states).flatMap(([is, count]) => (count > 0 ? [`${count} ${is}`] : []));
    return `FULL for T${thread}. Of ${counted(cells, 'cell')}: ${are.join(', ')}.`;
  }
  const parts = [
    [audit.reachable, `in the ${kindIn(audit.geometry)}`],
    [audit.retired, 'retired'],
    [audit.parked, 'parked'],
    [audit.inHand, 'in hand'],
    [audit.leaked, 'leaked'],
    [audit.free, 'free'],
  ] as const;
  const has = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const held = new Map<string, number>();
  const holding: HeldBack['holders'][number][] = [];
  const by = announcementOf(scene.geometry)?.by ?? '';
  for (const { holders } of audit.heldBack()) {
    // A thread that is online was quiescent itself a moment ago, when it looked for what can be freed.
    const others = holders.filter(
      (holder) => holder.online === null || scene.geometry.record(holder.thread) !== scene.recordOf(thread),
    );
    const names = others.map((holder) => `T${holder.thread}'s ${by} ${by.endsWith('s') ? 'hold' : 'holds'}`);
    for (const name of new Set(names)) held.set(name, (held.get(name) ?? 0) + 1);
    holding.push(...others);
  }
  const why = [...held]
    .map(([name, count]) => ` ${name} back ${count} of the ${audit.parks ? 'parked' : 'retired'}.`)
    .join('');
  return `FULL for T${thread}. Of ${audit.slots} slots: ${has.join(', ')}.${audit.named(`${why}${deadHolders(holding).replace(/^; (.*)$/, ' $1.')}`)}`;
}

/** What a thread takes with it when it is terminated, as its record and its operation say. */
export function killedText({ thread }: StopRecord, taken: string | null, scene: Scene): string {
  const { audit } = scene;
  const record = scene.recordOf(thread);
  const hand = audit.slotsInHand().find((each) => scene.geometry.record(each.thread) === record);
  const has = heldText(hand, audit);
  const value =
    taken === null
      ? ''
      : ` ${taken}, which it had taken off the ${kindIn(audit.geometry)} and not delivered, dies with it.`;
  return `T${thread} dies ${has}.${value}${announcedText(thread, scene, 'Its record', ' still')}`;
}

function heldText(hand: HeldSlot | undefined, audit: Audit): string {
  if (hand === undefined) return 'with nothing in hand';
  if (hand.counts) return `with slot ${hand.slot} in hand`;
  const owners = audit.classesOf(hand.slot);
  const has = owners.length === 0 || owners.includes('leaked') ? 'no' : 'another';
  return `with nothing in hand; it only intended to take slot ${hand.slot}, which has ${has} owner`;
}

function nameOf({ geometry }: Wording, address: number): string {
  const name = wordName(geometry, address);
  return name === 'Free' ? "The free list's top" : name;
}
