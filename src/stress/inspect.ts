import type { Audit } from '../check/audit.ts';
import { miscount } from '../check/census.ts';
import { listed, type HistoryFinding } from '../check/history.ts';
import type { ThreadTotals } from '../check/thread-records.ts';
import {
  DAMAGE_BAD_RETIRE,
  DAMAGE_DOUBLE_FREE,
  type Geometry,
  HEAD,
  R_STEP,
  TAIL,
} from '../kernel/layout.ts';
import { labelOf } from '../engines/labels.ts';
import { wordName } from '../observe/names.ts';
import type { DamageKind, Finding } from '../observe/trace.ts';
import {
  B_DISORDER,
  B_DISORDER_FIRST,
  B_DISORDER_SECOND,
  B_PENDING,
  B_RECORD,
  OPERATIONS,
  type Desk,
  producerOf,
  showValue,
} from './desk.ts';
import type { Stop } from './result.ts';

/** Slots that a note names. */
const NAMED = 8;

function finding(kind: DamageKind, note: string, more: Partial<Finding> = {}): Finding {
  return { kind, step: null, thread: null, label: null, note, ...more };
}

/** What the threads noticed themselves while they took, retired and freed slots. */
export function noticedDamage(audit: Audit, threadOf: ThreadOf = sameNumber): Finding[] {
  return audit.threads.flatMap(({ thread, damage }) => (damage ? [noticed(threadOf(thread), damage)] : []));
}

/** The thread that has a record, by the record's number. */
export type ThreadOf = (record: number) => number;

function sameNumber(record: number): number {
  return record;
}

function noticed(thread: number, { kind, slot, count }: NonNullable<ThreadTotals['damage']>): Finding {
  const more = count > 1 ? ` It noticed ${count - 1} more after that.` : '';
  const where = { thread, slot };
  if (slot === 0) {
    const note = `T${thread} took the node in slot 0 off the queue, which is no slot: Head had become null.${more}`;
    return finding('wild index', note, where);
  }
  if (kind === DAMAGE_DOUBLE_FREE) {
    return finding('double free', `T${thread} freed slot ${slot}, which was free already.${more}`, where);
  }
  if (kind === DAMAGE_BAD_RETIRE) {
    const note = `T${thread} took slot ${slot} off the queue and retired it, but the slot was not in the queue any more: it had been retired or freed before.${more}`;
    return finding('double free', note, where);
  }
  const note = `The free list handed slot ${slot} to T${thread}, but the slot was not free: it has two owners now.${more}`;
  return finding('use after free', note, where);
}

function slotList(
  audit: Audit,
  of: Parameters<Audit['slotsOf']>[0],
  among?: (slot: number) => boolean,
): string {
  const slots = audit.slotsOf(of).filter(among ?? (() => true));
  return `${slots.length === 1 ? 'slot' : 'slots'} ${listed(slots.map(String), NAMED)}`;
}

/**
 * What the shape of the slab shows, at a moment at which no operation was under way but those of threads that have stopped in theirs.
 *
 * @param leaks how many slots the scheme has leaked on purpose
 * @param resting the records of threads whose operations have all ended
 */
export function shapeDamage(
  audit: Audit,
  leaks: number,
  resting: readonly number[],
  threadOf: ThreadOf = sameNumber,
): Finding[] {
  const findings: Finding[] = [];
  if (audit.wild > 0) {
    findings.push(finding('wild index', `${audit.wild} pointer words name slots that do not exist.`));
  }
  if (audit.cyclic > 0) {
    const slots = slotList(audit, 'cyclic');
    findings.push(
      finding('cycle', `Following next comes round and never ends: ${slots} on a cycle.`, {
        slot: audit.slotsOf('cyclic', 1)[0],
      }),
    );
  }
  if (audit.retiredTwice > 0) {
    const [slot] = audit.slotsOf('retiredTwice', 1);
    findings.push(finding('double free', `Retired twice: ${slotList(audit, 'retiredTwice')}.`, { slot }));
  }
  findings.push(...conflicts(audit));
  if (audit.leaked > leaks) {
    const note = `${audit.leaked - leaks} of ${audit.slots} slots have no owner: ${slotList(audit, 'leaked')}.`;
    findings.push(finding('orphaned slot', note, { slot: audit.slotsOf('leaked', 1)[0] }));
  }
  if (audit.stranded > 0 && audit.conflicts === 0) {
    const note = `Reachable from Tail and not from Head, so never dequeued: ${slotList(audit, 'stranded')}.`;
    findings.push(finding('orphaned slot', note, { slot: audit.slotsOf('stranded', 1)[0] }));
  }
  for (const { thread: record, slot, counts } of audit.hands()) {
    if (!counts || !resting.includes(record)) continue;
    const thread = threadOf(record);
    const note = `T${thread} has ended its operation and left slot ${slot} without an owner.`;
    findings.push(finding('orphaned slot', note, { thread, slot }));
  }
  findings.push(...strayWrites(audit));
  return findings;
}

/** What the scheme counts, held against a slab that is sound: where slots have two owners or none, a count that is off is no news. */
export function countDamage(audit: Audit): Finding[] {
  const note = miscount(audit, audit.totals.unreclaimedCounted);
  return note === null ? [] : [finding('miscount', note)];
}

function strayWrites(audit: Audit): Finding[] {
  const written = audit.strayWrites(NAMED + 1);
  if (written.length === 0) return [];
  const names = listed(
    written.map((address) => wordName(audit.geometry, address)),
    NAMED,
  );
  return [finding('stray write', `Words that belong to nobody were written: ${names}.`)];
}

function conflicts(audit: Audit): Finding[] {
  const slots = audit.slotsOf('conflict');
  const reachable = (slot: number): boolean => audit.classesOf(slot).includes('reachable');
  const [queued, others] = [slots.filter(reachable), slots.filter((slot) => !reachable(slot))];
  const findings: Finding[] = [];
  if (queued.length > 0) {
    const note = `Reachable from Head or Tail, and retired or free as well: ${slotList(audit, 'conflict', reachable)}.`;
    findings.push(finding('retire while reachable', note, { slot: queued[0] }));
  }
  if (others.length > 0) {
    const note = `Retired and free at the same time: ${slotList(audit, 'conflict', (slot) => !reachable(slot))}.`;
    findings.push(finding('double free', note, { slot: others[0] }));
  }
  return findings;
}

/**
 * Values that a thread was given in another order than their producer's.
 *
 * @param books what is wrong with the values of the round: one that was never enqueued, or came twice, is out of order for that reason
 */
export function disorder(desk: Desk, books: readonly HistoryFinding[]): Finding[] {
  const told = new Set(books.flatMap(({ operations }) => operations.map(({ value }) => value)));
  const findings: Finding[] = [];
  for (let thread = 1; thread <= desk.threads; thread++) {
    if (desk.read(thread, B_DISORDER) === 0) continue;
    const [first, second] = [desk.read(thread, B_DISORDER_FIRST), desk.read(thread, B_DISORDER_SECOND)];
    if (told.has(second)) continue;
    const note = `T${thread} was given ${showValue(second)} after ${showValue(first)}, and T${producerOf(first)} numbers its values in the order in which it enqueues them.`;
    findings.push(finding('order broken', note, { thread }));
  }
  return findings;
}

/** Damage that the books of a round show, each kind once, with the number of values that have it. */
export function bookDamage(findings: readonly HistoryFinding[]): Finding[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const all = findings.filter((each) => each.kind === kind);
    const more =
      all.length > 1 ? ` So it went with ${all.length - 1} other${all.length > 2 ? 's' : ''}.` : '';
    const thread = all[0].operations.at(-1)?.thread ?? null;
    return finding(kind === 'not linearizable' ? 'order broken' : kind, all[0].note + more, { thread });
  });
}

/** The operation that a thread is in. */
export function operationOf(desk: Desk, thread: number): Stop['operation'] {
  return OPERATIONS[desk.read(thread, B_PENDING)];
}

/** The label of the last step of a thread, or null if it has made none. */
export function lastLabel(words: Int32Array, geometry: Geometry, desk: Desk, thread: number): string | null {
  const record = desk.read(thread, B_RECORD);
  const step = record === 0 ? 0 : words[geometry.record(record) + R_STEP];
  return step === 0 ? null : labelOf(step);
}

/** A thread that was in one operation for longer than the watchdog allows. */
export function endlessOperation(audit: Audit, { thread, operation, label }: Stop, ms: number): Finding {
  const { geometry, words } = audit;
  const [head, tail] = [geometry.link.index(words[HEAD]), geometry.link.index(words[TAIL])];
  const cyclic = audit.cyclic > 0 ? ` It runs round the cycle of ${slotList(audit, 'cyclic')}.` : '';
  // A compiled thread leaves no label.
  const last = label === null ? '' : `, last at ${label}`;
  const note = `T${thread} has been in one ${operation ?? 'step of its work'} for ${ms} ms and does not come out${last}; Head is ${head}, Tail is ${tail}.${cyclic}`;
  return finding('livelock', note, { thread, label });
}

/** A worker that tripped over an index that names no slot. */
export function wildIndex({ thread, operation, label, error }: Stop): Finding {
  const note = `T${thread} followed a word to a slot that does not exist, in its ${operation ?? 'work'} at ${label ?? 'an unknown step'}: ${error}`;
  return finding('wild index', note, { thread, label });
}
