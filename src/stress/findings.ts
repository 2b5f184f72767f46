import { counted, withCommas } from '../counted.ts';
import type { Audit } from '../judge/audit/audit.ts';
import type { HistoryFinding } from '../judge/history/history.ts';
import { finding, slotsOfClass } from '../judge/audit/shape.ts';
import {
  FREE_TOP,
  type Geometry,
  LISTS,
  LIST_WORDS,
  R_LISTS,
  R_LOADED,
  R_SPARE,
  R_STEP,
} from '../kernel/layout.ts';
import {
  hasBuckets,
  hasRing,
  isGivenValue,
  nameOfCall,
  operationThat,
  rootNames,
  rootSlots,
} from '../laboratory/structures.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { labelOf } from '../laboratory/labels.ts';
import type { Finding } from '../observe/trace.ts';
import {
  FLIGHT,
  type Journals,
  J_BEGUN,
  J_DISORDER,
  J_DISORDER_FIRST,
  J_DISORDER_SECOND,
  J_FLIGHT,
  J_PENDING,
  J_RECORD,
  OPERATIONS,
  JOURNAL_OUTCOMES,
  OUTCOME_BITS,
} from './journals.ts';
import type { FlightEntry, Stop } from './result.ts';
import { producerOf, showProduced } from './values.ts';

/**
 * Values that a thread was given in another order than their producer's.
 *
 * @param told what is wrong with the values of the round: one that never went in, or came twice, is out of order for that reason
 */
export function disorder(journals: Journals, told: readonly HistoryFinding[]): Finding[] {
  const known = new Set(told.flatMap(({ operations }) => operations.map(({ value }) => value)));
  const findings: Finding[] = [];
  for (let thread = 1; thread <= journals.threads; thread++) {
    if (journals.read(thread, J_DISORDER) === 0) continue;
    const [first, second] = [
      journals.read(thread, J_DISORDER_FIRST),
      journals.read(thread, J_DISORDER_SECOND),
    ];
    if (known.has(second)) continue;
    const note = `T${thread} was given ${showProduced(second)} after ${showProduced(first)}, and T${producerOf(first)} numbers its values in the order in which it puts them in.`;
    findings.push(finding('order broken', note, { thread }));
  }
  return findings;
}

/** Damage to the values of a round, each kind once, with the number of values that have it. */
export function valueDamage(findings: readonly HistoryFinding[]): Finding[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const all = findings.filter((each) => each.kind === kind);
    const more = all.length > 1 ? ` So it went with ${counted(all.length - 1, 'other')}.` : '';
    const thread = all[0].operations.at(-1)?.thread ?? null;
    return finding(kind === 'not linearizable' ? 'order broken' : kind, all[0].note + more, { thread });
  });
}

/** The operation that a thread is in. */
export function operationOf(journals: Journals, thread: number, card: StructureCard): Stop['operation'] {
  const does = OPERATIONS[journals.read(thread, J_PENDING)] ?? null;
  return does === null ? null : operationThat(card, does);
}

/** The label of the last step of a thread, or null if it has made none. */
export function lastLabel(
  words: Int32Array,
  geometry: Geometry,
  journals: Journals,
  thread: number,
): string | null {
  const record = journals.read(thread, J_RECORD);
  const step = record === 0 ? 0 : words[geometry.record(record) + R_STEP];
  return step === 0 ? null : labelOf(step);
}

/** What the roots of the structure name: `Head is 3, Tail is 5`. */
function rootsText({ geometry, words }: Audit): string {
  const slots = rootSlots(geometry, words);
  if (hasBuckets(geometry))
    return `${withCommas(slots.filter((slot) => slot !== 0).length)} of ${counted(slots.length, 'bucket')} name a slot`;
  return rootNames(geometry)
    .map((name, n) => `${name} is ${slots[n]}`)
    .join(', ');
}

/** A thread that was in one operation for longer than the watchdog allows. */
export function endlessOperation(audit: Audit, { thread, operation, label }: Stop, ms: number): Finding {
  const cyclic = audit.cyclic > 0 ? ` It runs round the cycle of ${slotsOfClass(audit, 'cyclic')}.` : '';
  // A compiled thread leaves no label.
  const last = label === null ? '' : `, last at ${label}`;
  const note = `T${thread} has been in one ${operation ?? 'step of its work'} for ${ms} ms and does not come out${last}; ${rootsText(audit)}.${cyclic}`;
  return finding('livelock', note, { thread, label });
}

/** A worker that tripped over an index that names no slot. */
export function wildIndex({ thread, operation, label, error }: Stop): Finding {
  const note = `T${thread} followed a word to a slot that does not exist, in its ${operation ?? 'work'} at ${label ?? 'an unknown step'}: ${error}`;
  return finding('wild index', note, { thread, label });
}

/** The last operations of a thread, oldest first; the last one may be pending. */
export function flightOf(journals: Journals, thread: number, card: StructureCard): FlightEntry[] {
  const begun = journals.read(thread, J_BEGUN) >>> 0;
  const length = Math.min(begun, FLIGHT);
  return Array.from({ length }, (_, i) => {
    const number = begun - length + i + 1;
    const at = J_FLIGHT + 2 * ((number - 1) & (FLIGHT - 1));
    const word = journals.read(thread, at);
    const does = OPERATIONS[word >> OUTCOME_BITS] ?? 'put';
    const operation = nameOfCall(card, does, thread);
    const outcome = JOURNAL_OUTCOMES[word & ((1 << OUTCOME_BITS) - 1)];
    const hasValue = isGivenValue(operation) || outcome === 'value';
    return { thread, number, operation, outcome, value: hasValue ? journals.read(thread, at + 1) : null };
  });
}

/**
 * True if two copies of the words, made one after the other, agree in all that leads from a slot, a record or the free list to a slot. Then
 * the second is the picture of one moment: that at which the structure's roots were read for it, which was after the slots were read for
 * the first copy and before they were read for the second. The roots themselves may differ: a thread that runs round a cycle helps Tail on
 * and on. So may what a thread that runs in circles keeps writing to its own record (labels, counters, an intent).
 */
export function standsStill(first: Int32Array, second: Int32Array, geometry: Geometry): boolean {
  const same = (from: number, to: number): boolean =>
    first.subarray(from, to).every((word, i) => word === second[from + i]);
  if (!same(FREE_TOP, FREE_TOP + 1)) return false;
  if (hasRing(geometry) && !same(geometry.cell(0), geometry.cell(geometry.cells))) return false;
  for (let thread = 1; thread <= geometry.threads; thread++) {
    const record = geometry.record(thread);
    const lists = record + R_LISTS;
    if (!same(lists, lists + LISTS * LIST_WORDS)) return false;
    if (![R_LOADED, R_SPARE].every((place) => same(record + place, record + place + 1))) return false;
  }
  return same(geometry.slotsBase, first.length);
}
