import { labelOf } from '../../laboratory/labels.ts';
import { structureCard } from '../../laboratory/structures.ts';
import {
  C_A3,
  C_ALLOCATED,
  C_EMPTY,
  C_FREED,
  C_FULL,
  C_OPERATIONS,
  C_RESTARTS,
  C_RETIRED,
  COUNTED,
  type Geometry,
  H_COUNTED,
  H_INITIAL,
  heirIn,
  OP_IS_EMPTY,
  OP_NONE,
  OP_PUT,
  OP_TAKE,
  R_COUNTERS,
  R_DAMAGE,
  R_DAMAGES,
  R_DAMAGE_SLOT,
  R_HAND,
  R_OPERATION,
  R_PEAK,
  R_STATUS,
  R_UNRECLAIMED,
  statusIn,
} from '../../kernel/layout.ts';
import { announcementOf } from '../../laboratory/announcements.ts';
import { heldByCounts } from './claims.ts';
import { handOvers } from './hands.ts';

const STATUS = ['vacant', 'active', 'left', 'dead', 'inheriting', 'settled'] as const;

export type Status = (typeof STATUS)[number] | 'unknown';

/** Failures of a compare-and-swap, by the label of the step. */
export type Failures = Readonly<Record<string, number>>;

/** What a thread's record says. Counts are exact up to 2^53. */
export interface ThreadTotals {
  /** Numbered from 1. */
  readonly thread: number;
  readonly status: Status;
  /** The thread that inherits the record, or died while it did; null if there is none. */
  readonly heir: number | null;
  /** The name of the operation in progress; `none` if there is none. */
  readonly operation: string;
  /** The slot that it has in hand or is about to take; 0 if there is no such slot. */
  readonly hand: number;
  readonly operations: number;
  readonly allocated: number;
  readonly freed: number;
  readonly retired: number;
  /** How often it was answered "full" and "empty". */
  readonly full: number;
  readonly empty: number;
  /** Slots that it retired or adopted and has not freed: now, and at most. */
  readonly unreclaimed: number;
  readonly peak: number;
  readonly failures: Failures;
  /** How often its scheme had an operation of it start over. */
  readonly restarts: number;
  /** The first damage that it noticed itself, as a `DAMAGE_…` of the layout, the slot, and how often it noticed any. */
  readonly damage: { readonly kind: number; readonly slot: number; readonly count: number } | null;
}

/** The sums over all records. */
export interface Counted {
  readonly operations: number;
  /** Slots allocated ever, those included that were in use when the buffer was made. */
  readonly everAllocated: number;
  readonly freed: number;
  readonly retiredEver: number;
  /** Retired or adopted and not freed, as the scheme counts them. */
  readonly unreclaimedCounted: number;
  /**
   * The sum of the threads' peaks: the peak of the sum was at most that. Of hand-overs, and of slots whose claims are counted, no thread keeps a
   * peak: as many as there can be.
   */
  readonly unreclaimedPeak: number;
  readonly full: number;
  readonly empty: number;
  readonly failures: Failures;
  /** How often the scheme had operations start over. */
  readonly restarts: number;
}

/** The same where the slots themselves say how many were allocated and freed, which no thread that dies before it counts can change. */
export interface Totals extends Counted {
  /** Slots whose life goes on. */
  readonly inUse: number;
}

/** What a status word says. */
function statusOf(word: number): Pick<ThreadTotals, 'status' | 'heir'> {
  const status = STATUS[statusIn(word)] ?? 'unknown';
  const heir = heirIn(word);
  return {
    status: heir !== 0 && status !== 'inheriting' ? 'unknown' : status,
    heir: heir === 0 ? null : heir,
  };
}

/** What an operation in progress is called, by its number: one of `OP_…`. A deque has two that take: `pop or steal`. */
function operationOf(geometry: Geometry, number: number): string {
  if (number === OP_NONE) return 'none';
  const does = ({ [OP_PUT]: 'put', [OP_TAKE]: 'take', [OP_IS_EMPTY]: 'ask' } as const)[number];
  const names = structureCard(geometry).operations.filter((each) => each.does === does);
  return names.length === 0 ? 'unknown' : names.map(({ name }) => name).join(' or ');
}

/** A counter of two words, low word first. */
export function counterAt(words: Int32Array, record: number, counter: number): number {
  const address = record + R_COUNTERS + counter * 2;
  return (words[address + 1] >>> 0) * 2 ** 32 + (words[address] >>> 0);
}

/** @param inside of a recorded run the records of the threads that are inside an operation; one that has made no step of it has not begun it */
export function threadTotals(
  words: Int32Array,
  geometry: Geometry,
  inside: ReadonlySet<number> | null = null,
): ThreadTotals[] {
  return Array.from({ length: geometry.threads }, (_, i) => {
    const record = geometry.record(i + 1);
    const counter = (number: number): number => counterAt(words, record, number);
    const count = words[record + R_DAMAGES] >>> 0;
    const isAhead = inside?.has(i + 1) === false && words[record + R_OPERATION] !== OP_NONE;
    const damage = { kind: words[record + R_DAMAGE], slot: words[record + R_DAMAGE_SLOT], count };
    return {
      thread: i + 1,
      ...statusOf(words[record + R_STATUS]),
      operation: isAhead ? 'none' : operationOf(geometry, words[record + R_OPERATION]),
      hand: words[record + R_HAND],
      operations: counter(C_OPERATIONS) - Number(isAhead),
      allocated: counter(C_ALLOCATED),
      freed: counter(C_FREED),
      retired: counter(C_RETIRED),
      full: counter(C_FULL),
      empty: counter(C_EMPTY),
      unreclaimed: words[record + R_UNRECLAIMED],
      peak: words[record + R_PEAK],
      failures: failuresBy(words, counter),
      restarts: counter(C_RESTARTS),
      damage: count === 0 ? null : damage,
    };
  });
}

/** How many unreclaimed slots the scheme counts, all threads together. Hand-overs, and slots whose claims are counted, count themselves. */
export function unreclaimedCounted(words: Int32Array, geometry: Geometry): number {
  let sum = handOvers(words, geometry).length + heldByCounts(words, geometry);
  for (let thread = 1; thread <= geometry.threads; thread++)
    sum += words[geometry.record(thread) + R_UNRECLAIMED];
  return sum;
}

export function countersOf(words: Int32Array, geometry: Geometry, threads: readonly ThreadTotals[]): Counted {
  const most = mostUncounted(geometry);
  const sum = (of: (thread: ThreadTotals) => number): number =>
    threads.reduce((subtotal, thread) => subtotal + of(thread), 0);
  const retiredEver = sum(({ retired }) => retired);
  return {
    operations: sum(({ operations }) => operations),
    everAllocated: (words[H_INITIAL] >>> 0) + sum(({ allocated }) => allocated),
    freed: sum((thread) => thread.freed),
    retiredEver,
    unreclaimedCounted: unreclaimedCounted(words, geometry),
    unreclaimedPeak: most === null ? sum(({ peak }) => peak) : Math.min(retiredEver, most),
    full: sum(({ full }) => full),
    empty: sum(({ empty }) => empty),
    failures: failuresBy(words, (_, label) => sum(({ failures }) => failures[label])),
    restarts: sum(({ restarts }) => restarts),
  };
}

/**
 * The most slots that can be unreclaimed under a scheme that keeps no count of them: as many as can be parked, or all slots where claims are
 * counted. Null of any other scheme.
 */
function mostUncounted(geometry: Geometry): number | null {
  const announces = announcementOf(geometry);
  if (announces?.counts === true) return geometry.slots;
  return announces?.parks?.most(geometry) ?? null;
}

/**
 * @param lives the lives that all slots have begun, each counted modulo 2^32
 * @param inUse slots whose life goes on
 */
export function totals(sums: Counted, lives: number, inUse: number): Totals {
  const everAllocated = allocatedEver(lives, sums.everAllocated);
  return { ...sums, everAllocated, freed: everAllocated - inUse, inUse };
}

/** The lives of all slots: exact but for a multiple of 2^32, for which the counters are near enough. */
export function allocatedEver(lives: number, allocated: number): number {
  return lives + 2 ** 32 * Math.round((allocated - lives) / 2 ** 32);
}

/** The failures of the steps that the header names. */
function failuresBy(words: Int32Array, count: (counter: number, label: string) => number): Failures {
  const failures: Record<string, number> = {};
  for (let i = 0; i < COUNTED; i++) {
    const step = words[H_COUNTED + i];
    if (step !== 0) failures[labelOf(step)] = count(C_A3 + i, labelOf(step));
  }
  return failures;
}
