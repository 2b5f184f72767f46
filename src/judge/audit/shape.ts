import { counted, listed, plural, withCommas } from '../../counted.ts';
import { anyRoot, kindIn, leadingRoots, rootNames, whatLeads } from '../../laboratory/structures.ts';
import { DAMAGE_BAD_RETIRE, DAMAGE_DOUBLE_FREE, type Geometry } from '../../kernel/layout.ts';
import { wordName } from '../../observe/names.ts';
import type { DamageKind, Finding } from '../../observe/trace.ts';
import type { Audit } from './audit.ts';
import { miscount } from './census.ts';
import type { ThreadTotals } from './thread-records.ts';

/** Slots that a note names. */
const NAMED = 8;

/** A finding of no step. */
export function finding(kind: DamageKind, note: string, more: Partial<Finding> = {}): Finding {
  return { kind, step: null, thread: null, label: null, note, ...more };
}

/** What the threads noticed themselves while they took, retired and freed slots. */
export function noticedDamage(audit: Audit, threadOf: ThreadOf = sameNumber): Finding[] {
  return audit.threads.flatMap(({ thread, damage }) =>
    damage ? [noticed(threadOf(thread), damage, audit.geometry)] : [],
  );
}

/** The thread that has a record, by the record's number. */
export type ThreadOf = (record: number) => number;

function sameNumber(record: number): number {
  return record;
}

function noticed(
  thread: number,
  { kind: noticedKind, slot, count }: NonNullable<ThreadTotals['damage']>,
  geometry: Geometry,
): Finding {
  const kind = kindIn(geometry);
  const more = count > 1 ? ` It noticed ${withCommas(count - 1)} more after that.` : '';
  const where = { thread, slot };
  if (slot === 0) {
    const note = `T${thread} took the node in slot 0 off the ${kind}, which is no slot: ${whatLeads(geometry)} had become null.${more}`;
    return finding('wild index', note, where);
  }
  if (noticedKind === DAMAGE_DOUBLE_FREE) {
    return finding('double free', `T${thread} freed slot ${slot}, which was free already.${more}`, where);
  }
  if (noticedKind === DAMAGE_BAD_RETIRE) {
    const note = `T${thread} took slot ${slot} off the ${kind} and retired it, but the slot was not in the ${kind} any more: it had been retired or freed before.${more}`;
    return finding('double free', note, where);
  }
  const note = `The free list handed slot ${slot} to T${thread}, but the slot was not free: it has two owners now.${more}`;
  return finding('use after free', note, where);
}

/** The slots of a class, by number, in words. */
export function slotsOfClass(
  audit: Audit,
  of: Parameters<Audit['slotsOf']>[0],
  among?: (slot: number) => boolean,
): string {
  const slots = audit.slotsOf(of).filter(among ?? (() => true));
  return `${plural(slots.length, 'slot')} ${listed(slots.map(String), NAMED)}`;
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
    findings.push(
      finding(
        'wild index',
        `${counted(audit.wild, 'pointer word names a slot that does', 'pointer words name slots that do')} not exist.`,
      ),
    );
  }
  if (audit.cyclic > 0) {
    const slots = slotsOfClass(audit, 'cyclic');
    findings.push(
      finding('cycle', `Following next comes round and never ends: ${slots} on a cycle.`, {
        slot: audit.slotsOf('cyclic', 1)[0],
      }),
    );
  }
  if (audit.retiredTwice > 0) {
    const [slot] = audit.slotsOf('retiredTwice', 1);
    findings.push(finding('double free', `Retired twice: ${slotsOfClass(audit, 'retiredTwice')}.`, { slot }));
  }
  findings.push(...conflicts(audit));
  if (audit.leaked > leaks) {
    const note = `${withCommas(audit.leaked - leaks)} of ${counted(audit.slots, 'slot')} have no owner: ${slotsOfClass(audit, 'leaked')}.`;
    findings.push(finding('orphaned slot', note, { slot: audit.slotsOf('leaked', 1)[0] }));
  }
  if (audit.stranded > 0 && audit.conflicts === 0) {
    const names = rootNames(audit.geometry);
    const [first] = names;
    const others = names.slice(leadingRoots(audit.geometry)).join(' or ');
    const note = `Following next from ${first} does not lead to the node that ${others} names: what is reachable from ${others} alone is stranded, ${slotsOfClass(audit, 'stranded')}.`;
    findings.push(finding('broken invariant', note, { slot: audit.slotsOf('stranded', 1)[0] }));
  }
  for (const each of [...audit.slotsInHand(), ...audit.takenFromHandOvers()]) {
    const { thread: record, slot, counts, among } = each;
    if (!counts || !(among ?? [record]).every((one) => resting.includes(one))) continue;
    const thread = threadOf(record);
    const note = `T${thread} has ended its operation and left slot ${slot} without an owner.`;
    findings.push(finding('orphaned slot', note, { thread, slot }));
  }
  for (const { thread: record, has } of audit.chainsInHand()) {
    if (has.length === 0 || !resting.includes(record)) continue;
    const thread = threadOf(record);
    const which = `${plural(has.length, 'slot')} ${has.join(', ')}`;
    const note = `T${thread} has ended its operation and left the chain of ${which} without an owner.`;
    findings.push(finding('orphaned slot', note, { thread, slot: has[0] }));
  }
  findings.push(...strayWrites(audit));
  return findings;
}

/**
 * All damage that a slab shows by itself.
 *
 * @param reclaims false of a scheme that leaks what is retired on purpose
 * @param bound the most slots that may be unreclaimed, or null
 */
export function damageIn(audit: Audit, reclaims: boolean, bound: number | null): Finding[] {
  const shape = [...noticedDamage(audit), ...shapeDamage(audit, reclaims ? 0 : audit.retiredLost, [])];
  // In a slab with other damage a count that is off is its consequence, and no bound is kept.
  if (shape.length > 0) return shape;
  return [...countDamage(audit), ...(bound === null ? [] : excess(audit, bound))];
}

function excess({ unreclaimed }: Audit, bound: number): Finding[] {
  if (unreclaimed <= bound) return [];
  const are = counted(unreclaimed, 'slot is', 'slots are');
  return [
    finding('bound exceeded', `${are} unreclaimed, and the scheme promises at most ${withCommas(bound)}.`),
  ];
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
    const note = `Reachable from ${anyRoot(audit.geometry)}, and retired or free as well: ${slotsOfClass(audit, 'conflict', reachable)}.`;
    findings.push(finding('retire while reachable', note, { slot: queued[0] }));
  }
  if (others.length > 0) {
    const note = `Retired and free at the same time: ${slotsOfClass(audit, 'conflict', (slot) => !reachable(slot))}.`;
    findings.push(finding('double free', note, { slot: others[0] }));
  }
  return findings;
}
