import { listed } from '../../counted.ts';
import { kindOf, pastOf, structureOperation } from '../../laboratory/structures.ts';
import type { StructureCard, StructureOperation } from '../../kernel/structure-card.ts';

/**
 * The history of a structure that holds values: what its operations were given, what they answered and when. Times are integers of one
 * clock. An operation precedes another when it returned before the other was invoked; operations whose times touch or overlap are
 * concurrent, so distinct time stamps give the strictest verdicts.
 */

/** One call, as its caller saw it. */
export interface HistoryOperation {
  /** 1 for T1; 0 for what was inside at the start (see `initialContent`). */
  readonly thread: number;
  /** The name of the operation: one that a structure's card names, or one of a variant that has a contract. */
  readonly kind: string;
  /** This is the n-th operation of its thread, counted from 1. */
  readonly number: number;
  /**
   * Of one that puts, and of one about a key: the value that it was given. Of another that takes: the value delivered; null when the answer
   * was "empty" or there was none. Else null.
   */
  readonly value: number | null;
  /**
   * `yes` and `no` are the answers of one that asks. An operation about a key answers `ok` if it was done, and `no` if the key was inside
   * already, or not inside. `abort`: it gave up, and changed nothing. `pending`: invoked, but never returned (a stalled or killed thread,
   * or the end of the run).
   */
  readonly outcome: 'ok' | 'full' | 'value' | 'empty' | 'yes' | 'no' | 'abort' | 'pending';
  /** The time of the invocation. */
  readonly invoked: number;
  /** The time of the response, later than the invocation; Infinity when pending. */
  readonly returned: number;
  /** For `full`: whether the free list was empty at some instant of the call. Left out when unknown, which excuses it. */
  readonly fullExcused?: boolean;
}

/** Damage that a history shows by itself, with the operations that prove it. */
export interface HistoryFinding {
  readonly kind:
    | 'lost value'
    | 'duplicate value'
    | 'order broken'
    | 'false empty'
    | 'false non-empty'
    | 'false full'
    | 'false answer'
    | 'value from nowhere'
    | 'not linearizable';
  /** One sentence. */
  readonly note: string;
  readonly operations: readonly HistoryOperation[];
}

/** How a value is called in a note; `String` unless the caller has names for them. */
export type ShowValue = (value: number) => string;

/** Whether `a` returned before `b` was invoked: the order that every linearization must keep. */
export function precedes(a: HistoryOperation, b: HistoryOperation): boolean {
  return a.returned < b.invoked;
}

/** True of an answer that says that nothing was done for a reason that is not what was inside: "full", or that it gave up. */
export function isRefusal({ outcome }: Pick<HistoryOperation, 'outcome'>): boolean {
  return outcome === 'full' || outcome === 'abort';
}

/** The name of an operation in notes: `T2 dequeue#1`. */
export function operationName({ thread, kind, number }: HistoryOperation): string {
  return thread === 0 ? `initial content#${number}` : `T${thread} ${kind}#${number}`;
}

/** How the value of this enqueue came in, for notes: `enqueued by T1 enqueue#1`. */
export function origin(enqueue: HistoryOperation, card: StructureCard): string {
  const { thread, kind } = enqueue;
  return thread === 0
    ? `in the ${kindOf(card)} at the start`
    : `${pastOf(card, kind)} by ${operationName(enqueue)}`;
}

/** The names of these operations as a list for notes. */
export function listedNames(operations: readonly HistoryOperation[]): string {
  return listed(operations.map(operationName));
}

/**
 * What was inside at the start, in the order in which it was put in, as operations of thread 0 that ended one after the other before time
 * `before`.
 * Put them in front of a history to have them taken into account.
 */
export function initialContent(values: readonly number[], before = 0, kind = 'enqueue'): HistoryOperation[] {
  return values.map((value, i) => ({
    thread: 0,
    kind,
    number: i + 1,
    value,
    outcome: 'ok',
    invoked: before - 2 * (values.length - i),
    returned: before - 2 * (values.length - i) + 1,
  }));
}

/**
 * Refuses operations that contradict themselves, which are a recorder's mistake and not the structure's.
 * @throws RangeError naming the first such operation
 */
export function assertHistory(operations: readonly HistoryOperation[]): void {
  for (const operation of operations) {
    const wrong = contradiction(operation);
    if (wrong !== null) throw new RangeError(`${operationName(operation)} ${wrong}.`);
  }
}

/** What an operation answers, by what it does, beside giving up; and one about a key. */
const ANSWERS: Readonly<Record<StructureOperation['does'], readonly HistoryOperation['outcome'][]>> = {
  put: ['ok', 'full'],
  take: ['value', 'empty'],
  ask: ['yes', 'no'],
};
const KEYED: typeof ANSWERS = { put: ['ok', 'no', 'full'], take: ['ok', 'no'], ask: ['yes', 'no'] };

function contradiction({ kind, outcome, value, invoked, returned }: HistoryOperation): string | null {
  const operation = structureOperation(kind);
  if (operation === undefined) return `is of the kind "${kind}", which no structure has`;
  const { does, keyed = false } = operation;
  const answers = (keyed ? KEYED : ANSWERS)[does];
  if (outcome !== 'pending' && outcome !== 'abort' && !answers.includes(outcome))
    return `has the outcome "${outcome}", which no ${kind} has`;
  const hasValue = keyed || does === 'put' || outcome === 'value';
  if (hasValue !== (value !== null)) {
    return hasValue ? 'has no value' : `has the value ${value} although its outcome is "${outcome}"`;
  }
  if (!Number.isFinite(invoked)) return `was invoked at ${invoked}, which is no time`;
  if ((outcome === 'pending') !== (returned === Infinity)) {
    return `has the outcome "${outcome}" but returned at ${returned} (Infinity belongs to pending operations)`;
  }
  return returned > invoked ? null : `returned at ${returned}, not after its invocation at ${invoked}`;
}

/** A value's stay in the queue, from its enqueue to its dequeue (null while nobody has delivered it). */
export interface Stay {
  readonly value: number;
  readonly enqueue: HistoryOperation;
  readonly dequeue: HistoryOperation | null;
}

/** A stay that has ended. */
export interface CompletedStay extends Stay {
  readonly dequeue: HistoryOperation;
}

/** Whether somebody has delivered the value of this stay. */
export function isCompleted(stay: Stay): stay is CompletedStay {
  return stay.dequeue !== null;
}

/**
 * The pairs `[first, second]` with first enqueued before second, but second dequeued before first. For every `second` that has
 * such a `first`, the one that was dequeued last. O(n log n): the sweep passes the enqueues in the order of time and keeps, of
 * those that have returned, the one with the latest dequeue; if that one is no witness, none is.
 */
export function inversions(stays: readonly CompletedStay[]): [first: CompletedStay, second: CompletedStay][] {
  const byInvocation = stays.toSorted((a, b) => a.enqueue.invoked - b.enqueue.invoked);
  const byReturn = stays.toSorted((a, b) => a.enqueue.returned - b.enqueue.returned);
  const found: [CompletedStay, CompletedStay][] = [];
  let latest: CompletedStay | null = null;
  let next = 0;
  for (const second of byInvocation) {
    for (; next < byReturn.length && precedes(byReturn[next].enqueue, second.enqueue); next++) {
      if (latest === null || byReturn[next].dequeue.invoked > latest.dequeue.invoked) latest = byReturn[next];
    }
    if (latest !== null && precedes(second.dequeue, latest.dequeue)) found.push([latest, second]);
  }
  return found;
}

/** The finding about one such pair. */
export function inversionFinding(
  first: CompletedStay,
  second: CompletedStay,
  show: ShowValue,
): HistoryFinding {
  const [a, b] = [show(first.value), show(second.value)];
  return {
    kind: 'order broken',
    note:
      `${a} went in before ${b} (${operationName(first.enqueue)}, then ${operationName(second.enqueue)}) ` +
      `but came out after it (${operationName(second.dequeue)}, then ${operationName(first.dequeue)}).`,
    operations: [first.enqueue, second.enqueue, second.dequeue, first.dequeue],
  };
}
