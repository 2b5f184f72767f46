import { type CompletedStay, type HistoryOperation, precedes, type Stay } from './history.ts';

/** A value that nobody delivered although one that was enqueued later was. */
export interface Overtaken {
  readonly stay: Stay;
  /** Of the stays enqueued later, the one whose dequeue returned first. */
  readonly by: CompletedStay;
}

/**
 * Which values the pending dequeues must have taken.
 *
 * A pending dequeue p that took the undelivered value a does so at any time from its invocation on. That explains two things:
 *
 * - b, enqueued after a, was delivered. Then a was out before b, so p was invoked by the return of b's dequeue.
 * - A dequeue answered "empty" at instant t, after the enqueue of a returned. Then a was out by t, so p was invoked by t.
 *
 * Each sets a deadline on a: the earlier the enqueue of a returned, the more others follow it, so the earlier the deadline, and
 * the values with a deadline are the first ones by that return. Hence a choice exists exactly when the i-th of them, by return,
 * can have been taken by the i-th pending dequeue, by invocation (earliest deadline first). For the instant t that means: of
 * the values surely enqueued before it there are no more than dequeues invoked by it. Each instant can be judged by itself.
 *
 * To leave the other values inside is sound. They are behind the values taken, for a value enqueued before one with a deadline
 * has a deadline too; and taking them as well would explain nothing more.
 */
export class PendingDequeues {
  /** By invocation. */
  readonly #takers: readonly HistoryOperation[];
  /** By the return of the enqueue. */
  readonly #undelivered: readonly Stay[];
  /** The first of the undelivered, in the same order. */
  readonly #overtaken: readonly Overtaken[];

  constructor(
    takers: readonly HistoryOperation[],
    undelivered: readonly Stay[],
    delivered: readonly CompletedStay[],
  ) {
    this.#takers = takers.toSorted((a, b) => a.invoked - b.invoked);
    this.#undelivered = undelivered.toSorted((a, b) => a.enqueue.returned - b.enqueue.returned);
    this.#overtaken = overtakenAmong(this.#undelivered, delivered);
  }

  /** The first value that was overtaken although no pending dequeue can have taken it; null if there is none. */
  inexcusable(): Overtaken | null {
    return this.#overtaken.find(({ by }, i) => !this.#invokedBy(i, by.dequeue.returned)) ?? null;
  }

  /** Whether no undelivered value need have been inside at this instant. */
  canBeEmptyAt(instant: number): boolean {
    const enqueued = this.#enqueuedBefore(instant);
    return enqueued === 0 || this.#invokedBy(enqueued - 1, instant);
  }

  /**
   * The instants at which `canBeEmptyAt` may turn from false to true; from one to the next it can only turn from true to
   * false, since values come in and no pending dequeue is added.
   */
  invocationsWithin(from: number, to: number): number[] {
    return this.#takers.map(({ invoked }) => invoked).filter((time) => time > from && time <= to);
  }

  /** Who took what, given that the queue was empty at an instant, the last of those that were asked for (null if none). */
  assign(lastEmpty: number | null): Map<Stay, HistoryOperation> {
    const outwaited = lastEmpty === null ? 0 : this.#enqueuedBefore(lastEmpty);
    const taken = this.#undelivered.slice(0, Math.max(outwaited, this.#overtaken.length));
    return new Map(taken.map((stay, i) => [stay, this.#takers[i]]));
  }

  #invokedBy(position: number, time: number): boolean {
    return position < this.#takers.length && this.#takers[position].invoked <= time;
  }

  /** How many undelivered values were surely enqueued before the instant; counting beyond the pending dequeues is idle. */
  #enqueuedBefore(instant: number): number {
    const enough = this.#undelivered.slice(0, this.#takers.length + 1);
    return enough.filter(({ enqueue }) => enqueue.returned < instant).length;
  }
}

/** Walks the values backwards, past ever more stays that were enqueued later. */
function overtakenAmong(byReturn: readonly Stay[], delivered: readonly CompletedStay[]): Overtaken[] {
  const later = delivered.toSorted((a, b) => a.enqueue.invoked - b.enqueue.invoked);
  const found: Overtaken[] = [];
  let by: CompletedStay | null = null;
  for (const stay of byReturn.toReversed()) {
    for (
      let last = later.at(-1);
      last !== undefined && precedes(stay.enqueue, last.enqueue);
      last = later.at(-1)
    ) {
      if (by === null || last.dequeue.returned < by.dequeue.returned) by = last;
      later.pop();
    }
    if (by !== null) found.push({ stay, by });
  }
  return found.toReversed();
}
