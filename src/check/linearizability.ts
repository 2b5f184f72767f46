import {
  assertHistory,
  type HistoryFinding,
  initialContent,
  type Operation,
  operationName,
  type ShowValue,
} from './history.ts';
import { decideByPatterns } from './queue-patterns.ts';
import { searchLinearization } from './queue-search.ts';

/**
 * The verdict on a history: an order of its operations that a FIFO queue could have executed one by one (operations left out were
 * pending and took no effect), or what is wrong with it, or why that could not be found out.
 */
export type Linearizability =
  | { readonly linearizable: true; readonly order: readonly Operation[] }
  | { readonly linearizable: false; readonly finding: HistoryFinding }
  | { readonly linearizable: 'undecided'; readonly note: string };

/** Histories with equal values are searched up to this many operations, and in at most this many states. */
const SEARCH_LIMITS = { operations: 60, states: 200_000 };

/**
 * Whether a history is linearizable with respect to a FIFO queue (Herlihy and Wing, "Linearizability: a correctness condition for
 * concurrent objects", 1990): each operation takes effect at one instant between its invocation and its response, a dequeue
 * delivers the oldest value inside and answers "empty" only when there is none. "Full" is a no-op, allowed unless the history
 * says that it had no excuse.
 *
 * Exact for any length while the enqueued values are distinct, pending operations included. With equal values, a history of up to
 * 60 operations is searched; a longer one, or one whose search grows too large, is undecided.
 *
 * @param initial what the queue held at the start, head first; it does not appear in the order
 * @param show names the values in notes
 */
export function linearizable(
  operations: readonly Operation[],
  initial: readonly number[] = [],
  show: ShowValue = String,
): Linearizability {
  assertHistory(operations);
  const unexcused = operations.find(
    ({ outcome, fullExcused }) => outcome === 'full' && fullExcused === false,
  );
  if (unexcused !== undefined) return { linearizable: false, finding: falseFullFinding(unexcused) };

  const start = operations.reduce((earliest, { invoked }) => Math.min(earliest, invoked), 0);
  const history = [...initialContent(initial, start), ...operations];
  const distinct = haveDistinctValues(history);
  if (!distinct && history.length > SEARCH_LIMITS.operations) return undecided(history.length);
  const verdict: readonly Operation[] | HistoryFinding | null = distinct
    ? decideByPatterns(history, show)
    : searchLinearization(history, SEARCH_LIMITS.states);
  if (verdict === null) return undecided(history.length);
  if ('kind' in verdict) return { linearizable: false, finding: verdict };
  // The initial content precedes all else and each other in its order, so every linearization begins with it.
  return { linearizable: true, order: verdict.slice(initial.length) };
}

function haveDistinctValues(operations: readonly Operation[]): boolean {
  const enqueues = operations.filter(({ kind, outcome }) => kind === 'enqueue' && outcome !== 'full');
  return new Set(enqueues.map(({ value }) => value)).size === enqueues.length;
}

function falseFullFinding(full: Operation): HistoryFinding {
  const note = `${operationName(full)} answered full, but the free list was never empty during the call.`;
  return { kind: 'not linearizable', note, operations: [full] };
}

function undecided(length: number): Linearizability {
  const note =
    `The history has ${length} operations and enqueues some value more than once, which makes it too large to search; ` +
    'enqueue distinct values to have it decided.';
  return { linearizable: 'undecided', note };
}
