import {
  assertHistory,
  type HistoryFinding,
  initialContent,
  type HistoryOperation,
  operationName,
  type ShowValue,
} from './history.ts';
import { cardOfStructure, operationThat, puts, usualStructure } from '../../laboratory/structures.ts';
import type { Contracts, StructureCard } from '../../kernel/structure-card.ts';
import { grouped } from '../groups.ts';
import { counted } from '../../counted.ts';
import { InternalError } from '../../errors.ts';
import { decideByPatterns, falseAnswer } from './queue-patterns.ts';
import { modelOf, saysEarly, withContracts } from './models.ts';
import { searchOrder } from './sequential-search.ts';
import { type NoteNames, searchLinearization } from './value-search.ts';

/**
 * The verdict on a history: an order of its operations that its structure could have executed one by one (operations left out were
 * pending and took no effect), or what is wrong with it, or why that could not be found out.
 */
export type Linearizability =
  | { readonly linearizable: true; readonly order: readonly HistoryOperation[] }
  | { readonly linearizable: false; readonly finding: HistoryFinding }
  | { readonly linearizable: 'undecided'; readonly note: string };

/**
 * Histories are searched up to this many operations, and in at most this many states: those with equal values, and those in which
 * answers of no decide about the order of the others, for which there is less to be tried.
 */
const SEARCH_LIMITS = { equal: 60, distinct: 1000, states: 200_000 };
/** A state takes time in proportion to the operations: no search goes through more than this many of both multiplied. */
const MOST_WORK = 20_000_000;

/**
 * Whether a history is linearizable with respect to the sequential model that a structure's card states (Herlihy and Wing, "Linearizability:
 * a correctness condition for concurrent objects", 1990): each operation takes effect at one instant between its invocation and its response,
 * a dequeue delivers the oldest value inside (a pop the latest one) and answers "empty" only when there is none, and isEmpty tells whether
 * there is one. "Full" is a no-op, allowed unless the history says that it had no excuse; so is giving up. Of operations that may answer
 * "empty" early, as their card says, see `earlyQueue`.
 *
 * Exact for any length while the enqueued values are distinct, pending operations included; but where answers of no leave a choice (see
 * `decideByPatterns`), a history is searched, if it has up to 1000 operations. With equal values, one of up to 60 operations is searched,
 * and so is one of a stack or deque of up to 1000, unless an answer about emptiness is surely wrong; one of a set is searched value by value, up to 1000 operations on each. A longer one, or one whose search grows too
 * large, is undecided.
 *
 * @param initial what was inside at the start, in the order in which it was put in; it does not appear in the order
 * @param show names the values in notes
 */
export function linearizable(
  operations: readonly HistoryOperation[],
  initial: readonly number[] = [],
  show: ShowValue = String,
  card: StructureCard = cardOfStructure(usualStructure),
): Linearizability {
  assertHistory(operations);
  return linearizability(operations, initial, show, card);
}

/** The same of a history that has been validated. */
export function linearizability(
  operations: readonly HistoryOperation[],
  initial: readonly number[],
  show: ShowValue,
  card: StructureCard,
): Linearizability {
  const unexcused = operations.find(
    ({ outcome, fullExcused }) => outcome === 'full' && fullExcused === false,
  );
  if (unexcused !== undefined) return { linearizable: false, finding: falseFullFinding(unexcused, card) };

  const start = operations.reduce((earliest, { invoked }) => Math.min(earliest, invoked), 0);
  const history = [...initialContent(initial, start, operationThat(card, 'put')), ...operations];
  const verdict = decide(history, show, card);
  if (typeof verdict === 'string') return { linearizable: 'undecided', note: verdict };
  if ('kind' in verdict) return { linearizable: false, finding: verdict };
  // The initial content precedes all else and each other in its order, so every linearization begins with it.
  return { linearizable: true, order: verdict.slice(initial.length) };
}

/**
 * Of operations of a variant that say how things are inside: the first of which that is so in no order of the operations that is one of the
 * structure, taken together with those that had answered before it. Null if there is none, or why that could not be found out.
 *
 * @param operations those of the structure, which are linearizable
 * @param asked the others, all of which have answered
 */
export function untrueAnswer(
  operations: readonly HistoryOperation[],
  asked: readonly HistoryOperation[],
  { initial, show, card, contracts }: AskedOf,
): HistoryFinding | string | null {
  const all = [...operations, ...asked];
  const start = all.reduce((earliest, { invoked }) => Math.min(earliest, invoked), 0);
  const history = [...initialContent(initial, start, operationThat(card, 'put')), ...operations];
  const model = modelOf(card);
  const specification = withContracts(model, contracts);
  const inOrder = asked.toSorted((a, b) => a.returned - b.returned);
  /** Whether there is an order that has this many of them; null if there were too many to be tried. */
  const isSo = (count: number): boolean | null => {
    const part = [...history, ...inOrder.slice(0, count)];
    if (part.length > SEARCH_LIMITS.distinct) return null;
    const states = Math.min(SEARCH_LIMITS.states, Math.floor(MOST_WORK / part.length));
    const found = searchOrder(part, specification, states);
    return found && 'order' in found;
  };
  const whole = isSo(inOrder.length);
  if (whole === null)
    return `The history has ${history.length + asked.length} operations, and its answers of ${asked[0].kind} leave too many orders to be tried.`;
  if (whole) return null;
  const wrong = inOrder.find((_, i) => isSo(i + 1) === false) ?? inOrder[inOrder.length - 1];
  const isValue = history.some(({ kind, value }) => puts(kind) && value === wrong.value);
  const said = isValue ? show(wrong.value as number) : (wrong.value ?? wrong.outcome);
  const note = `${operationName(wrong)} answered ${said}, which is so in no order of the operations that is one of ${model.says}.`;
  return { kind: 'false answer', note, operations: [wrong] };
}

/** What such answers are about. */
interface AskedOf {
  readonly initial: readonly number[];
  readonly show: ShowValue;
  readonly card: StructureCard;
  readonly contracts: Contracts;
}

type Decided = readonly HistoryOperation[] | HistoryFinding;

function decide(
  history: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): Decided | string {
  if (modelOf(card).byValue) return decideByValue(history, show, card);
  if (card.order !== 'FIFO') return decideRow(history, show, card);
  const strictly = decideQueue(history, show, card);
  const isWrong = typeof strictly !== 'string' && 'kind' in strictly;
  return isWrong && saysEarly(card) ? decideEarly(history, show, card) : strictly;
}

function decideQueue(
  history: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): Decided | string {
  return haveDistinctValues(history) ? decideDistinct(history, show, card) : searchEqual(history, show);
}

/**
 * Of a queue that may say EMPTY early, whose history is not one of a strict queue: what is wrong with it without these answers is wrong with it.
 * If nothing is, they are what is wrong, unless an order is found in which they may be said.
 */
function decideEarly(
  history: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): Decided | string {
  const names = card.operations.flatMap(({ name, early }) => (early === true ? [name] : []));
  const sure = history.filter(({ kind, outcome }) => outcome !== 'empty' || !names.includes(kind));
  const without = decideQueue(sure, show, card);
  if (typeof without === 'string' || 'kind' in without) return without;
  const found = searchBounded(history, { show }, card);
  if (found === null)
    return `The history has ${history.length} operations, and its answers of empty leave too many orders to be tried.`;
  return 'kind' in found ? { ...found, kind: 'false empty' } : found;
}

/**
 * Operations about different values do not see each other: a history is right if and only if its part about each value is, and then the
 * orders of the parts can be merged into one that keeps what precedes what (Herlihy and Wing 1990, Theorem 1).
 */
function decideByValue(
  history: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): Decided | string {
  const parts: (readonly HistoryOperation[])[] = [];
  for (const [value, part] of grouped(history, (operation) => operation.value)) {
    const key = show(value as number);
    const found = searchBounded(part, { show, key }, card);
    if (found === null)
      return `The history has ${counted(part.length, 'operation')} on the key ${key}, which leave too many orders to be tried.`;
    if ('kind' in found) return found;
    parts.push(found);
  }
  return merged(parts);
}

/** One order that has each of these orders in it, and keeps what precedes what. There is one: see `decideByValue`. */
function merged(parts: readonly (readonly HistoryOperation[])[]): HistoryOperation[] {
  const heads = parts.map((part) => ({ part, next: 0 }));
  const order: HistoryOperation[] = [];
  for (let left = parts.flat().length; left > 0; left--) {
    const waiting = heads.filter(({ part, next }) => next < part.length);
    const rest = waiting.flatMap(({ part, next }) => part.slice(next));
    const earliest = rest.reduce((least, { returned }) => Math.min(least, returned), Infinity);
    const first = waiting.find(({ part, next }) => part[next].invoked <= earliest);
    if (first === undefined)
      throw new InternalError('The orders of the values of a set cannot be merged into one.');
    order.push(first.part[first.next++]);
  }
  return order;
}

/** Of a structure out of which values come at an end: a stack, or a deque. */
function decideRow(
  history: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): Decided | string {
  const wrong = haveDistinctValues(history) ? falseAnswer(history, show, card) : null;
  const found = wrong ?? searchBounded(history, { show }, card);
  if (found === null)
    return `The history has ${history.length} operations, which leave too many orders to be tried.`;
  if (!('kind' in found) || found.kind !== 'not linearizable') return found;
  // If it is one of such a structure without some of its answers, they are what is wrong.
  const isOne = (operations: readonly HistoryOperation[]): boolean => {
    const without = operations.length === history.length ? null : searchBounded(operations, { show }, card);
    return without !== null && !('kind' in without);
  };
  if (isOne(history.filter(({ outcome }) => outcome !== 'no'))) return { ...found, kind: 'false non-empty' };
  const silent = history.filter(({ outcome }) => !ABOUT_EMPTINESS.includes(outcome));
  return isOne(silent) ? { ...found, kind: 'false empty' } : found;
}

/** Answers that say whether anything is inside, and move no value. */
const ABOUT_EMPTINESS: readonly HistoryOperation['outcome'][] = ['empty', 'yes', 'no'];

/** Searches a history; null if it is too large. */
function searchBounded(
  history: readonly HistoryOperation[],
  naming: NoteNames,
  card?: StructureCard,
): Decided | null {
  const states = Math.min(SEARCH_LIMITS.states, Math.floor(MOST_WORK / history.length));
  return history.length > SEARCH_LIMITS.distinct ? null : searchLinearization(history, states, card, naming);
}

function decideDistinct(
  history: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): Decided | string {
  const byPatterns = decideByPatterns(history, show, card);
  if (byPatterns !== null) return byPatterns;
  const found = searchBounded(history, { show });
  if (found === null) {
    return `The history has ${history.length} operations, and its answers of no leave too much to be tried; it would be one of a queue without them.`;
  }
  // Without these answers it is linearizable, so they are what is wrong.
  return 'kind' in found ? { ...found, kind: 'false non-empty' } : found;
}

function searchEqual(history: readonly HistoryOperation[], show: ShowValue): Decided | string {
  const { equal, states } = SEARCH_LIMITS;
  const found = history.length > equal ? null : searchLinearization(history, states, undefined, { show });
  return (
    found ??
    `The history has ${history.length} operations and enqueues some value more than once, which makes it too large to search; ` +
      'enqueue distinct values to have it decided.'
  );
}

function haveDistinctValues(operations: readonly HistoryOperation[]): boolean {
  const enqueues = operations.filter(({ kind, outcome }) => puts(kind) && outcome !== 'full');
  return new Set(enqueues.map(({ value }) => value)).size === enqueues.length;
}

function falseFullFinding(full: HistoryOperation, card: StructureCard): HistoryFinding {
  const { capacity, cells } = card;
  const bounded = typeof capacity === 'number' ? `, nor were ${capacity} values inside` : '';
  const inUse = saysEarly(card)
    ? 'could the next cell have been in use, by a value or by another operation'
    : 'could values and other operations have had all cells';
  const note =
    cells === undefined
      ? `${operationName(full)} answered full, but the free list was never empty during the call${bounded}.`
      : `${operationName(full)} answered full, but at no instant of the call ${inUse}.`;
  return { kind: 'false full', note, operations: [full] };
}
