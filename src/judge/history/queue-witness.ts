import { puts, takes } from '../../laboratory/structures.ts';
import { type HistoryOperation, type Stay } from './history.ts';
import { countBelow } from './queue-occupied.ts';

/** An answer that says that the queue was empty, and the instant at which the queue was empty. */
export interface EmptyAnswer {
  readonly empty: HistoryOperation;
  readonly instant: number;
}

/**
 * A stay with the intervals in which its two ends take effect, narrowed to begin within its segment, and the dequeue's to begin no
 * sooner than the enqueue's. The enqueue's interval ends with its return.
 */
interface Window {
  readonly stay: Stay;
  readonly enqueueFrom: number;
  readonly dequeueFrom: number;
  readonly dequeueTo: number;
}

interface Placed {
  readonly operation: HistoryOperation;
  readonly at: number;
}

/** When a dequeue ends that never returned: before "never", which is when the values that stay inside are dequeued. */
const LATEST = Number.MAX_VALUE;

/**
 * A linearization of a history of distinct values that shows none of the bad patterns, which proves that there is one.
 *
 * Preconditions: no dequeue precedes its enqueue; no two values are out of order (those without a dequeue come out last of all);
 * at none of the given instants, which ascend, is a value surely inside.
 *
 * It has the queue empty as seldom as its order allows, so that as many calls of isEmpty as can be may answer no, which are put in where
 * they fit.
 *
 * 1. The instants cut time into segments, and both ends of a stay fit into the one that contains x or ends with it, x being
 *    the later of its two invocations. If its calls overlap, both contain x. If not, x is the dequeue's invocation, and no instant
 *    lies between the enqueue's return and x. So the segments are ordered one by one, and between them the queue is empty.
 * 2. Within a segment, `fifoOrder` finds an order of the values that respects the order of the enqueues and of the dequeues.
 * 3. Each enqueue takes effect as early as those before it in that order allow, at the greatest `enqueueFrom` so far. That is within
 *    the call: were it later than the return, the call would precede one that the order puts before it. It is within the segment, for
 *    no invocation is later than its end. Each dequeue takes effect as late as those after it allow, at the least `dequeueTo` of those
 *    to come, or at the end of the segment: within the call for the same reason, and within the segment. And no enqueue comes later
 *    than its dequeue: its time is some `enqueueFrom` up to the value's place in the order, which is at most the `dequeueFrom` of the
 *    same value, which is at most every `dequeueTo` from the value's place on, since the order is one of the dequeues too.
 *
 * @returns null if a call of isEmpty that answered no finds no place in it; there may be another linearization in which it does
 */
export function linearization(
  stays: readonly Stay[],
  answers: readonly EmptyAnswer[],
  fulls: readonly HistoryOperation[],
  occupied: readonly HistoryOperation[] = [],
): HistoryOperation[] | null {
  const instants = [...new Set(answers.map(({ instant }) => instant))];
  const segments = cut(stays, instants);
  const placed: Placed[] = [];
  let answer = 0;
  for (const [i, segment] of segments.entries()) {
    placeSegment(fifoOrder(segment), instants[i] ?? Infinity, placed);
    for (; answer < answers.length && answers[answer].instant === instants[i]; answer++) {
      placed.push({ operation: answers[answer].empty, at: instants[i] });
    }
  }
  // "Full" changes nothing and may stand anywhere within its call. The sort is stable, so it only merges.
  for (const full of fulls) placed.push({ operation: full, at: full.invoked });
  const inOrder = placed.toSorted((a, b) => a.at - b.at);
  const whole = occupied.length === 0 ? inOrder : withOccupied(inOrder, occupied);
  return whole?.map(({ operation }) => operation) ?? null;
}

/**
 * Puts each call of isEmpty that answered no between two operations, at a time within the call, where something is inside. Between the
 * k-th operation and the next one that is any time from the one's to the other's, both included, for neither has to come first there.
 */
function withOccupied(inOrder: readonly Placed[], occupied: readonly HistoryOperation[]): Placed[] | null {
  const gaps: { readonly after: number; readonly from: number; readonly to: number }[] = [];
  let inside = 0;
  for (const [after, { operation, at }] of inOrder.entries()) {
    if (puts(operation.kind) && operation.outcome !== 'full') inside++;
    if (takes(operation.kind) && operation.outcome !== 'empty') inside--;
    if (inside > 0) gaps.push({ after, from: at, to: inOrder[after + 1]?.at ?? Infinity });
  }
  const ends = gaps.map(({ to }) => to);
  const added = new Map<number, Placed[]>();
  for (const operation of occupied) {
    const gap = gaps[countBelow(ends, operation.invoked)];
    if (gap === undefined || gap.from > operation.returned) return null;
    const before = added.get(gap.after) ?? [];
    before.push({ operation, at: Math.max(gap.from, operation.invoked) });
    added.set(gap.after, before);
  }
  return inOrder.flatMap((each, k) => [each, ...(added.get(k) ?? []).toSorted((a, b) => a.at - b.at)]);
}

function cut(stays: readonly Stay[], instants: readonly number[]): Window[][] {
  const segments: Window[][] = Array.from({ length: instants.length + 1 }, () => []);
  for (const stay of stays) {
    const { enqueue, dequeue } = stay;
    const dequeueInvoked = dequeue?.invoked ?? Infinity;
    const i = countBelow(instants, Math.max(enqueue.invoked, dequeueInvoked));
    const start = instants[i - 1] ?? -Infinity;
    const enqueueFrom = Math.max(enqueue.invoked, start);
    segments[i].push({
      stay,
      enqueueFrom,
      dequeueFrom: Math.max(dequeueInvoked, enqueueFrom),
      dequeueTo: dequeue === null ? Infinity : Math.min(dequeue.returned, LATEST),
    });
  }
  return segments;
}

/**
 * Sorts the values so that none comes before one whose enqueue, or whose dequeue, precedes its own.
 *
 * There is always a next one. Each of the two orders is an interval order, which has no a < b, c < d without a < d or c < b. A
 * shortest cycle in their union alternates between the two orders, since each is transitive. Were it longer than two, take its
 * steps a < b and c < d of the first order, with b < c of the second between them: either a < d makes it shorter, or c < b makes
 * a cycle of two. A cycle of two is a pair of values out of order, which the caller has excluded. (That the windows begin late
 * adds no such pair: every call of a segment reaches into it, and a dequeue that precedes an enqueue precedes its dequeue.)
 */
function fifoOrder(windows: readonly Window[]): Window[] {
  const placed = new Set<Window>();
  const orders = [
    new IntervalOrder(
      windows,
      placed,
      ({ enqueueFrom }) => enqueueFrom,
      ({ stay }) => stay.enqueue.returned,
    ),
    new IntervalOrder(
      windows,
      placed,
      ({ dequeueFrom }) => dequeueFrom,
      ({ dequeueTo }) => dequeueTo,
    ),
  ];
  const firstInOneOrder = new Set<Window>();
  const ready: Window[] = [];
  while (placed.size < windows.length) {
    for (const each of orders) {
      for (const window of each.newlyFirst()) {
        if (firstInOneOrder.has(window)) ready.push(window);
        else firstInOneOrder.add(window);
      }
    }
    const window = ready.pop();
    if (window === undefined) throw new Error('Two values are out of order, which the caller must exclude.');
    placed.add(window);
  }
  return [...placed];
}

/** One of the two orders: it releases every window that no window still to be placed precedes. */
class IntervalOrder {
  readonly #byFrom: readonly Window[];
  readonly #byTo: readonly Window[];
  readonly #placed: ReadonlySet<Window>;
  readonly #from: (window: Window) => number;
  readonly #to: (window: Window) => number;
  #released = 0;
  #earliest = 0;

  constructor(
    windows: readonly Window[],
    placed: ReadonlySet<Window>,
    from: (window: Window) => number,
    to: (window: Window) => number,
  ) {
    // Two infinities differ by NaN, which sorting takes for "equal".
    this.#byFrom = windows.toSorted((a, b) => from(a) - from(b));
    this.#byTo = windows.toSorted((a, b) => to(a) - to(b));
    this.#placed = placed;
    this.#from = from;
    this.#to = to;
  }

  *newlyFirst(): Generator<Window> {
    while (this.#placed.has(this.#byTo[this.#earliest])) this.#earliest++;
    const earliest = this.#to(this.#byTo[this.#earliest]);
    while (this.#released < this.#byFrom.length && this.#from(this.#byFrom[this.#released]) <= earliest) {
      yield this.#byFrom[this.#released++];
    }
  }
}

/** Merges the enqueues and dequeues of the segment by the times of step 3; at equal times the enqueue goes first. */
function placeSegment(order: readonly Window[], end: number, placed: Placed[]): void {
  const dequeues: Placed[] = [];
  let at = Math.min(end, LATEST);
  for (const { stay, dequeueTo } of order.toReversed()) {
    at = Math.min(at, dequeueTo);
    if (stay.dequeue !== null) dequeues.push({ operation: stay.dequeue, at });
  }
  dequeues.reverse();
  let next = 0;
  at = -Infinity;
  for (const { stay, enqueueFrom } of order) {
    at = Math.max(at, enqueueFrom);
    while (next < dequeues.length && dequeues[next].at < at) placed.push(dequeues[next++]);
    placed.push({ operation: stay.enqueue, at });
  }
  for (; next < dequeues.length; next++) placed.push(dequeues[next]);
}
