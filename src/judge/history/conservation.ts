import { listed, withCommas } from '../../counted.ts';
import {
  assertHistory,
  type CompletedStay,
  type HistoryFinding,
  inversionFinding,
  inversions,
  listedNames,
  type HistoryOperation,
  operationName,
  origin,
  type ShowValue,
} from './history.ts';

import {
  cardOfStructure,
  kindOf,
  operationThat,
  pastOf,
  structureOperation,
  takes,
  usualStructure,
} from '../../laboratory/structures.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';

/** All that happened to one value. */
interface Balance {
  readonly value: number;
  readonly enqueued: HistoryOperation[];
  readonly pending: HistoryOperation[];
  readonly refused: HistoryOperation[];
  readonly delivered: HistoryOperation[];
  /** Takes of this key that never returned. */
  readonly taking: HistoryOperation[];
  remaining: number;
}

function balances(operations: readonly HistoryOperation[], remaining: readonly number[]): Balance[] {
  const byValue = new Map<number, Balance>();
  const balanceOf = (value: number): Balance => {
    let balance = byValue.get(value);
    if (balance === undefined) {
      balance = { value, enqueued: [], pending: [], refused: [], delivered: [], taking: [], remaining: 0 };
      byValue.set(value, balance);
    }
    return balance;
  };
  for (const operation of operations) {
    if (operation.value === null || structureOperation(operation.kind)?.does === 'ask') continue;
    if (operation.outcome === 'no' || operation.outcome === 'abort') continue;
    const balance = balanceOf(operation.value);
    const isPending = operation.outcome === 'pending';
    if (takes(operation.kind)) (isPending ? balance.taking : balance.delivered).push(operation);
    else if (operation.outcome === 'ok') balance.enqueued.push(operation);
    else if (isPending) balance.pending.push(operation);
    else balance.refused.push(operation);
  }
  for (const value of remaining) balanceOf(value).remaining++;
  return [...byValue.values()];
}

/**
 * Nothing lost, nothing duplicated: holds the values put in against the values delivered and those that remain inside.
 *
 * A pending enqueue may or may not have put its value in; a pending dequeue may have taken one value of any kind. A value is
 * reported only when no such choice explains it: excess first, for that no pending dequeue can excuse, and values missing only
 * when more are missing than dequeues are pending. Each value should be enqueued once. Values enqueued several times are
 * compared by their numbers, which is all that can be known of them, but lets a loss and a duplicate of equal values cancel out. Of a set
 * the values are its keys: put in, less taken out, is inside.
 *
 * @param operations the history, `initialContent` included if the structure was not empty at the start
 * @param remaining the values inside at the end, from the audit
 */
export function conservation(
  operations: readonly HistoryOperation[],
  remaining: readonly number[],
  show: ShowValue = String,
  card: StructureCard = cardOfStructure(usualStructure),
): HistoryFinding[] {
  assertHistory(operations);
  return imbalances(operations, remaining, show, card);
}

/** The same of a history that has been validated. */
export function imbalances(
  operations: readonly HistoryOperation[],
  remaining: readonly number[],
  show: ShowValue,
  card: StructureCard,
): HistoryFinding[] {
  const findings: HistoryFinding[] = [];
  const missing: HistoryOperation[] = [];
  for (const balance of balances(operations, remaining)) {
    const difference = balance.enqueued.length - balance.delivered.length - balance.remaining;
    if (difference + balance.pending.length < 0) findings.push(excessFinding(balance, show, card));
    // Which of several equal values is missing cannot be told; the last ones stand for it.
    const gone = difference - balance.taking.length;
    if (gone > 0) for (const enqueue of balance.enqueued.slice(-gone)) missing.push(enqueue);
  }
  const takers = operations.filter(
    ({ kind, outcome, value }) => takes(kind) && outcome === 'pending' && value === null,
  );
  return missing.length > takers.length
    ? [...findings, ...lossFindings(missing, takers, show, card)]
    : findings;
}

function excessFinding(balance: Balance, show: ShowValue, card: StructureCard): HistoryFinding {
  const { enqueued, pending, refused, delivered } = balance;
  const enqueues = [...enqueued, ...pending];
  const found = `${show(balance.value)} ${whereabouts(balance, card)}`;
  if (enqueues.length > 0) {
    const note =
      enqueues.length === 1
        ? `${found}.`
        : `${found}, but was ${pastOf(card, enqueues[0].kind)} only ${times(enqueues.length)}.`;
    return { kind: 'duplicate value', note, operations: [...enqueues, ...delivered] };
  }
  const why =
    refused.length > 0
      ? `although ${listedNames(refused)} answered full`
      : `but was never ${pastOf(card, operationThat(card, 'put'))}`;
  return { kind: 'value from nowhere', note: `${found}, ${why}.`, operations: [...refused, ...delivered] };
}

function whereabouts({ delivered, remaining }: Balance, card: StructureCard): string {
  const kind = kindOf(card);
  const places: string[] = [];
  const [first] = delivered;
  const done = first === undefined || first.outcome === 'value' ? 'delivered' : pastOf(card, first.kind);
  if (delivered.length === 1) places.push(`was ${done} by ${operationName(first)}`);
  if (delivered.length > 1) places.push(`was ${done} ${times(delivered.length)}: ${listedNames(delivered)}`);
  const still = delivered.length === 0 ? 'is' : 'is still';
  if (remaining === 1) places.push(`${still} in the ${kind} at the end`);
  if (remaining > 1) places.push(`is in the ${kind} ${times(remaining)} at the end`);
  return places.join(', and ');
}

function times(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${withCommas(count)} times`;
}

function lossFindings(
  missing: readonly HistoryOperation[],
  takers: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): HistoryFinding[] {
  const nameOf = ({ value }: HistoryOperation): string => show(value as number);
  if (takers.length === 0) {
    // What is taken out of a set is a key that the caller names, and nothing is delivered.
    const takenOut = card.order === 'SET' ? pastOf(card, operationThat(card, 'take')) : 'delivered';
    return missing.map((enqueue) => ({
      kind: 'lost value',
      note: `${nameOf(enqueue)} was lost: ${origin(enqueue, card)}, but neither ${takenOut} nor in the ${kindOf(card)} at the end.`,
      operations: [enqueue],
    }));
  }
  const note =
    `${listed(missing.map(nameOf))} are gone, but ${listedNames(takers)}, never having returned, ` +
    `can have taken only ${takers.length} of them.`;
  return [{ kind: 'lost value', note, operations: [...missing, ...takers] }];
}

/**
 * Per-producer order: of two values of one producer, the earlier may not be dequeued after the later. Reports what real time
 * proves, that is, dequeues that do not overlap, once for every value that overtook another. Values that were not delivered are
 * left to `conservation` and `linearizable`, and so are those enqueued or delivered more than once, whose stays cannot be told.
 */
export function producerOrder(
  operations: readonly HistoryOperation[],
  show: ShowValue = String,
): HistoryFinding[] {
  assertHistory(operations);
  return overtakings(operations, show);
}

/** The same of a history that has been validated. */
export function overtakings(operations: readonly HistoryOperation[], show: ShowValue): HistoryFinding[] {
  const byProducer = new Map<number, CompletedStay[]>();
  for (const stay of unambiguousStays(operations)) {
    const stays = byProducer.get(stay.enqueue.thread);
    if (stays === undefined) byProducer.set(stay.enqueue.thread, [stay]);
    else stays.push(stay);
  }
  return [...byProducer.values()].flatMap((stays) =>
    inversions(stays).map(([first, second]) => inversionFinding(first, second, show)),
  );
}

function unambiguousStays(operations: readonly HistoryOperation[]): CompletedStay[] {
  return balances(operations, []).flatMap(({ value, enqueued, pending, delivered }) => {
    const enqueues = [...enqueued, ...pending];
    const unambiguous = enqueues.length === 1 && delivered.length === 1;
    return unambiguous ? [{ value, enqueue: enqueues[0], dequeue: delivered[0] }] : [];
  });
}
