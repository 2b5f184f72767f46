import type { CompletedStay, HistoryOperation, Stay } from './history.ts';

/** All stays of a history of distinct values: those that have ended, those that nobody delivered, and pending enqueues of such values. */
export interface Stays {
  readonly delivered: readonly CompletedStay[];
  readonly undelivered: readonly Stay[];
  readonly pending: readonly Stay[];
  /** The dequeues that never returned. */
  readonly takers: readonly HistoryOperation[];
}

/**
 * The instants at which something can have been in the queue, whatever the order of its operations was.
 *
 * Values come out in the order in which they went in. So a value went in no earlier than any other one can have gone in that came out
 * before it, and came out no later than any other one can have come out that went in after it: `[earliest, latest]` below is as much
 * of its stay as there can be. Longer chains of such relations narrow it no further. Of u, w and v, where u surely came out before w and
 * w surely went in before v: had u not been invoked by the return of w's enqueue, w would have gone in before u and come out after it,
 * which the caller has excluded; so u was invoked before v. For the other end the same holds with the roles exchanged.
 */
export class Occupied {
  /** Ascending. */
  readonly #from: readonly number[];
  /** The latest end of the stays up to each of them. */
  readonly #to: readonly number[];

  constructor(stays: Stays) {
    const windows = windowsOf(stays).toSorted((a, b) => a.from - b.from);
    this.#from = windows.map(({ from }) => from);
    let latest = -Infinity;
    this.#to = windows.map(({ to }) => (latest = Math.max(latest, to)));
  }

  /** False if nothing was inside at any instant of the call. */
  mayBeWithin({ invoked, returned }: HistoryOperation): boolean {
    const before = countUpTo(this.#from, returned);
    return before > 0 && this.#to[before - 1] >= invoked;
  }
}

interface Window {
  readonly from: number;
  readonly to: number;
}

function windowsOf({ delivered, undelivered, pending, takers }: Stays): Window[] {
  const byReturn = delivered.toSorted((a, b) => a.dequeue.returned - b.dequeue.returned);
  const returns = byReturn.map(({ dequeue }) => dequeue.returned);
  const lastIn = running(byReturn, ({ enqueue }) => enqueue.invoked, Math.max);
  const earliest = (enqueue: HistoryOperation, dequeueInvoked: number): number => {
    const before = countBelow(returns, dequeueInvoked);
    return before === 0 ? enqueue.invoked : Math.max(enqueue.invoked, lastIn[before - 1]);
  };
  const byInvocation = delivered.toSorted((a, b) => b.enqueue.invoked - a.enqueue.invoked);
  const invocations = byInvocation.map(({ enqueue }) => -enqueue.invoked);
  const firstOut = running(byInvocation, ({ dequeue }) => dequeue.returned, Math.min);
  const latest = (enqueue: HistoryOperation, dequeueReturned: number): number => {
    const after = countBelow(invocations, -enqueue.returned);
    return after === 0 ? dequeueReturned : Math.min(dequeueReturned, firstOut[after - 1]);
  };
  // A value that nobody delivered is behind all that were, unless a dequeue that never returned took it.
  const outAfter = takers.length === 0 ? Infinity : -Infinity;
  return [
    ...delivered.map(({ enqueue, dequeue }) => ({
      from: earliest(enqueue, dequeue.invoked),
      to: latest(enqueue, dequeue.returned),
    })),
    ...[...undelivered, ...pending].map(({ enqueue }) => ({
      from: earliest(enqueue, outAfter),
      to: latest(enqueue, Infinity),
    })),
  ];
}

function running<T>(
  items: readonly T[],
  of: (item: T) => number,
  choose: (a: number, b: number) => number,
): number[] {
  const chosen: number[] = [];
  for (const item of items)
    chosen.push(chosen.length === 0 ? of(item) : choose(chosen[chosen.length - 1], of(item)));
  return chosen;
}

/** How many of the ascending numbers are at most the bound. */
function countUpTo(ascending: readonly number[], bound: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the ascending numbers are less than the bound. */
export function countBelow(ascending: readonly number[], bound: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
