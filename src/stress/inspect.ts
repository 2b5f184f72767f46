import { counted } from '../counted.ts';
import type { Audit } from '../judge/audit/audit.ts';
import type { HistoryFinding } from '../judge/history/history.ts';
import { finding, slotList } from '../judge/audit/shape.ts';
import { type Geometry, R_STEP } from '../kernel/layout.ts';
import { operationThat, rootNames, rootSlots } from '../laboratory/structures.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { labelOf } from '../laboratory/labels.ts';
import type { Finding } from '../observe/trace.ts';
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

/**
 * Values that a thread was given in another order than their producer's.
 *
 * @param books what is wrong with the values of the round: one that never went in, or came twice, is out of order for that reason
 */
export function disorder(desk: Desk, books: readonly HistoryFinding[]): Finding[] {
  const told = new Set(books.flatMap(({ operations }) => operations.map(({ value }) => value)));
  const findings: Finding[] = [];
  for (let thread = 1; thread <= desk.threads; thread++) {
    if (desk.read(thread, B_DISORDER) === 0) continue;
    const [first, second] = [desk.read(thread, B_DISORDER_FIRST), desk.read(thread, B_DISORDER_SECOND)];
    if (told.has(second)) continue;
    const note = `T${thread} was given ${showValue(second)} after ${showValue(first)}, and T${producerOf(first)} numbers its values in the order in which it puts them in.`;
    findings.push(finding('order broken', note, { thread }));
  }
  return findings;
}

/** Damage that the books of a round show, each kind once, with the number of values that have it. */
export function bookDamage(findings: readonly HistoryFinding[]): Finding[] {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const all = findings.filter((each) => each.kind === kind);
    const more = all.length > 1 ? ` So it went with ${counted(all.length - 1, 'other')}.` : '';
    const thread = all[0].operations.at(-1)?.thread ?? null;
    return finding(kind === 'not linearizable' ? 'order broken' : kind, all[0].note + more, { thread });
  });
}

/** The operation that a thread is in. */
export function operationOf(desk: Desk, thread: number, card: StructureCard): Stop['operation'] {
  const does = OPERATIONS[desk.read(thread, B_PENDING)] ?? null;
  return does === null ? null : operationThat(card, does);
}

/** The label of the last step of a thread, or null if it has made none. */
export function lastLabel(words: Int32Array, geometry: Geometry, desk: Desk, thread: number): string | null {
  const record = desk.read(thread, B_RECORD);
  const step = record === 0 ? 0 : words[geometry.record(record) + R_STEP];
  return step === 0 ? null : labelOf(step);
}

/** What the roots of the structure name: `Head is 3, Tail is 5`. */
function rootsText({ geometry, words }: Audit): string {
  const slots = rootSlots(geometry, words);
  return rootNames(geometry)
    .map((name, n) => `${name} is ${slots[n]}`)
    .join(', ');
}

/** A thread that was in one operation for longer than the watchdog allows. */
export function endlessOperation(audit: Audit, { thread, operation, label }: Stop, ms: number): Finding {
  const cyclic = audit.cyclic > 0 ? ` It runs round the cycle of ${slotList(audit, 'cyclic')}.` : '';
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
