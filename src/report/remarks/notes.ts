import { namedAt } from '../../judge/damage/readings.ts';
import { counted } from '../../counted.ts';
import { rootNames } from '../../laboratory/structures.ts';
import { cardOf } from '../../laboratory/labels.ts';
import { R_ANNOUNCE } from '../../kernel/layout.ts';
import { announcedIn, announcementOf } from '../../laboratory/announcements.ts';
import { freedIn, placeOf } from '../../observe/lives.ts';
import type { Finding, ReturnRecord, StepRecord, StopRecord } from '../../observe/trace.ts';
import { InternalError } from '../../errors.ts';
import type { Condition, Note, SlotPlace, SlotTerm } from '../../scenario/note.ts';
import type { Scene } from './scene.ts';

/** What a note is held against: one event of a run, and the scene right after it. */
export interface NoteContext {
  readonly scene: Scene;
  readonly event: StepRecord | ReturnRecord | StopRecord;
  /** The damage that the step did. */
  readonly findings: readonly Finding[];
  /** The label of the thread's next step, or null. */
  readonly next: string | null;
  /** What the operation answers after this step, if it makes no other one. */
  readonly answer: string | null;
  readonly reclaims: boolean;
}

/** True if an event is at the place that an anchor names; `passed` counts how often the thread has made the step in this operation. */
export function isAt(anchor: string, event: StepRecord | ReturnRecord | StopRecord, passed: number): boolean {
  const match = /^T(\d+)\.(?:(?:op(\d+)\.)?(\w+?)(?:#(\d+))?)$/.exec(anchor);
  if (!match) return false;
  const [, thread, op, what, nth] = match;
  if (event.thread !== Number(thread)) return false;
  if (event.kind === 'stop') return what === 'stop';
  if (op !== undefined && event.op !== Number(op)) return false;
  if (event.kind === 'return') return what === 'return';
  if (event.label !== what) return false;
  return op === undefined && nth === undefined ? true : passed === Number(nth ?? 1);
}

/** The text of a note with its holes filled, if all of its conditions hold; else null. */
export function filledNote({ when = [], text }: Note, at: NoteContext): string | null {
  if (!when.every((condition) => holds(condition, at))) return null;
  let whole = true;
  const filled = text.replaceAll(/\{([^}:]+)(?::(\w+))?\}/g, (_, hole: string, unit?: string) => {
    const value = valueOf(hole, at);
    if (value === null) whole = false;
    const [, keeper] = /^T(\d+)\.kept$/.exec(hole) ?? [];
    const parked = keeper === undefined ? '' : parkedText(at.scene.audit, Number(keeper));
    if (unit !== undefined && value !== null) return `${counted(Number(value), unit)}${parked}`;
    return `${value}${parked}${keeper === undefined ? '' : keptElsewhere(at.scene.audit, Number(keeper))}`;
  });
  return whole ? filled : null;
}

type Holds<K extends string> = (
  value: Extract<Condition, Record<K, unknown>>[K & keyof Extract<Condition, Record<K, unknown>>],
  at: NoteContext,
) => boolean;
type KeyOf<T> = T extends unknown ? keyof T : never;

/** One predicate for each kind of condition. */
const CONDITIONS: { readonly [K in KeyOf<Condition>]: Holds<K> } = {
  cas: (wanted, { event }) => event.kind === 'step' && event.ok === (wanted === 'succeeds'),
  check: (wanted, at) => checkOf(at) === wanted,
  damage: (kind, { findings }) => findings.some((finding) => finding.kind === kind),
  answers: (outcome, { event, answer }) => (event.kind === 'return' ? event.outcome : answer) === outcome,
  next: (label, { next }) => next === label,
  same: ([one, other], at) => {
    const slot = slotOf(one, at);
    return slot !== null && slot !== 0 && slot === slotOf(other, at);
  },
  in: ([term, place], at) => isIn(term, place, at) === true,
  notIn: ([term, place], at) => isIn(term, place, at) === false,
  life: ([term, wanted], at) => {
    const belief = beliefOf(term, at);
    if (belief === undefined || belief.slot === null || belief.slot === 0) return false;
    return (belief.identity === 'same') === (wanted === 'same');
  },
  protects: ([thread, term], { scene, ...rest }) => {
    const slot = slotOf(term, { scene, ...rest });
    if (announcementOf(scene.geometry)?.namesSlots !== true || slot === null || slot === 0) return false;
    return announcedIn(scene.words, scene.recordOf(thread)).includes(slot);
  },
  pinned: (thread, { scene }) => isWaitedFor(thread, scene, 'pinned') === true,
  unpinned: (thread, { scene }) => isWaitedFor(thread, scene, 'pinned') === false,
  online: (thread, { scene }) => isWaitedFor(thread, scene, 'online') === true,
  offline: (thread, { scene }) => isWaitedFor(thread, scene, 'online') === false,
  tags: (wanted, { scene }) => scene.geometry.link.tagBits > 0 === wanted,
  reclaims: (wanted, { reclaims }) => reclaims === wanted,
  free: (count, { scene }) => scene.audit.free === count,
  dead: (thread, { scene }) => scene.killed.has(thread),
  answered: ([operation, outcome], { scene }) => scene.answered.get(operation) === outcome,
};

function holds(condition: Condition, at: NoteContext): boolean {
  const [[key, value]] = Object.entries(condition);
  return (CONDITIONS[key as keyof typeof CONDITIONS] as (value: unknown, at: NoteContext) => boolean)(
    value,
    at,
  );
}

/** Whether others wait for a thread that is pinned, or online; null under a scheme where they wait for something else. */
function isWaitedFor(thread: number, scene: Scene, what: 'pinned' | 'online'): boolean | null {
  if (announcementOf(scene.geometry)?.waitedFor !== what) return null;
  return (scene.words[scene.recordOf(thread) + R_ANNOUNCE] & 1) !== 0;
}

/** Whether a read that looks again found what the operation had read there before. */
function checkOf({ event, scene }: NoteContext): 'passes' | 'fails' | null {
  if (event.kind !== 'step' || event.access !== 'load') return null;
  const belief = scene
    .beliefs(event.thread)
    .findLast(({ address, label }) => address === event.address && label !== event.label);
  if (belief === undefined) return null;
  return belief.word === event.before ? 'passes' : 'fails';
}

function beliefOf(term: SlotTerm, { scene }: NoteContext): ReturnType<Scene['belief']> {
  const match = /^T(\d+)\.(\w+)$/.exec(term);
  return match === null ? undefined : scene.belief(Number(match[1]), match[2]);
}

/** The slot that a term names; 0 is null, and null is that it names nothing here. */
function slotOf(term: SlotTerm, at: NoteContext): number | null {
  const { scene, event } = at;
  const { geometry, words } = scene;
  const root = rootNames(geometry).indexOf(term);
  if (root >= 0) return geometry.link.index(words[geometry.root(root)]);
  if (term === 'Free') return scene.audit.freeList(1)[0] ?? 0;
  if (term === 'slot') return event.kind === 'step' ? slotOfStep(event, scene) : null;
  if (term === 'new') {
    return event.kind === 'step' && event.desired !== undefined
      ? namedAt(geometry, event.address, event.desired)
      : null;
  }
  if (/^[A-Z][a-z]/.test(term)) {
    throw new InternalError(`A note speaks of ${term}, and the structure has no root of that name.`);
  }
  return beliefOf(term, at)?.slot ?? null;
}

/** The slot that a step is about. */
function slotOfStep(step: StepRecord, { geometry }: Scene): number | null {
  const { address, access, expected = 0, desired = 0, after } = step;
  const place = placeOf(geometry, address);
  if (place !== null) return place.slot;
  if (address >= geometry.recordsBase) return access === 'store' ? after : null;
  if (access !== 'cas') return namedAt(geometry, address, after);
  return namedAt(geometry, address, isTake(step) ? expected : desired);
}

/** A take puts what comes next on top; the slot that it is about is the one that was there. */
function isTake({ label }: StepRecord): boolean {
  return cardOf(label)?.moves?.from === 'free list';
}

/** Null if the term names no slot. */
function isIn(term: SlotTerm, place: SlotPlace, at: NoteContext): boolean | null {
  const slot = slotOf(term, at);
  if (slot === null || slot === 0) return null;
  const classes = at.scene.audit.classesOf(slot);
  const of = { structure: 'reachable', free: 'free', retired: 'retired', hand: 'inHand' } as const;
  return classes.includes(of[place]);
}

/** What fills a hole of a text; null if there is nothing. */
function valueOf(hole: string, at: NoteContext): string | number | null {
  const { scene, event } = at;
  const { audit } = scene;
  switch (hole) {
    case 'slots':
      return audit.slots;
    case 'free':
      return audit.free;
    case 'retired':
      return audit.retired;
    case 'leaked':
      return audit.leaked;
    case 'inside':
      return audit.reachable;
    case 'inUse':
      return audit.totals.inUse;
    case 'everAllocated':
      return audit.totals.everAllocated;
    case 'touched':
      return scene.touched().slots;
    case 'touchedPages':
      return scene.touched().pages;
    case 'reservedPages':
      return scene.touched().reservedPages;
    case 'slotBytes':
      return 4 * scene.geometry.stride;
    case 'answer':
      return event.kind === 'return' ? event.value : null;
  }
  const freed = /^T(\d+)\.freed(?:\.T(\d+))?$/.exec(hole);
  if (freed) return freedBy(scene, Number(freed[1]), freed[2] === undefined ? null : Number(freed[2]));
  const reads = /^T(\d+)\.freedReads$/.exec(hole);
  if (reads) return scene.freedReads(Number(reads[1]));
  const lists = /^T(\d+)\.(retired|kept)$/.exec(hole);
  if (lists) {
    const thread = Number(lists[1]);
    if (lists[2] === 'retired') return audit.threads[thread - 1]?.retired ?? null;
    const listed = audit.retiredLists().filter((list) => list.thread === thread);
    const collected = audit.handOvers().filter((each) => each.thread === thread && each.isKept === true);
    return listed.reduce((sum, { slots }) => sum + slots.length, collected.length);
  }
  const slot = slotOf(hole as SlotTerm, at);
  return slot === 0 ? null : slot;
}

/** What an audit calls the slots of a batch that a thread collects, where it keeps some: ` (parked in its batch)`. */
function parkedText(audit: Scene['audit'], keeper: number): string {
  const collects = audit.handOvers().some(({ thread, isKept }) => thread === keeper && isKept === true);
  return collects ? ' (parked in its batch)' : '';
}

/** Where the retired slots are that a thread does not keep, where there are some: so that one which keeps none is not taken for a slab without garbage. */
function keptElsewhere(audit: Scene['audit'], keeper: number): string {
  const parked = audit.handOvers().filter((each) => each.thread !== keeper || each.isKept !== true).length;
  const others = [
    ...(audit.heldByCounts === 0 ? [] : [`${audit.heldByCounts} held by counts`]),
    ...(parked === 0 ? [] : [`${parked} parked`]),
  ];
  return others.length === 0 ? '' : `, beside ${others.join(' and ')}`;
}

/** How many slots a thread has freed: all that were retired, or those that another thread had retired. */
function freedBy({ lives, geometry }: Scene, by: number, retiredBy: number | null): number {
  return freedIn(lives, geometry.slots).filter(
    (each) => each.by === by && (retiredBy === null || each.retiredBy === retiredBy),
  ).length;
}
