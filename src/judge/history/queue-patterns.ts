import { listed } from '../../counted.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';
import {
  type CompletedStay,
  type HistoryFinding,
  inversionFinding,
  inversions,
  isCompleted,
  isRefusal,
  listedNames,
  type HistoryOperation,
  operationName,
  origin,
  precedes,
  type ShowValue,
  type Stay,
} from './history.ts';
import { operationThat, puts, takes } from '../../laboratory/structures.ts';
import { Occupied } from './queue-occupied.ts';
import { type Overtaken, PendingDequeues } from './pending-dequeues.ts';
import { type EmptyAnswer, linearization } from './queue-witness.ts';

/** The values' stays, the operations without one, and the pending dequeues, which have one that we must guess. */
interface Parts {
  readonly delivered: CompletedStay[];
  readonly undelivered: Stay[];
  /** Enqueues that never returned, of values that nobody delivered. */
  readonly pending: Stay[];
  /** The answers that say that the queue was empty, and the calls of isEmpty that say that it was not. */
  readonly empties: HistoryOperation[];
  readonly occupied: HistoryOperation[];
  readonly fulls: HistoryOperation[];
  readonly takers: HistoryOperation[];
}

/**
 * Decides the linearizability of a queue history whose enqueued values are distinct, in O(n log n), or somewhat more when
 * very many dequeues are pending (a thread has at most one).
 *
 * Such a history is wrong exactly when it shows one of five patterns (Henzinger, Sezgin, Vafeiadis, "Aspect-oriented
 * linearizability proofs", 2013; Bouajjani, Emmi, Enea, Hamza, "On reducing linearizability to state reachability", 2015): a value
 * never enqueued, a value delivered twice, a value delivered before it was enqueued, two values out of order, and "empty"
 * while some value was surely inside. That each is wrong is plain; that nothing else is, `linearization` proves by
 * building the order. Those papers judge complete histories. Pending operations are completed as follows:
 *
 * - A pending enqueue took effect if its value was delivered. If not, leaving it out is sound: its value was either inside until
 *   the end, behind all that was ever delivered, or taken by a pending dequeue, which is then left out with it.
 * - What the pending dequeues took, if anything, is decided by `PendingDequeues`.
 *
 * A call of isEmpty that answers yes is judged as a dequeue that answers "empty" is. One that answers no is wrong if nothing can have been
 * inside at any instant of it, and right if it finds a place in the linearization of the others, which has the queue empty as seldom as
 * its order allows. In between, where several such calls have a say in the order of the others, the patterns do not decide: null.
 */
export function decideByPatterns(
  operations: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): HistoryOperation[] | HistoryFinding | null {
  const parts = takeApart(operations, show);
  if ('kind' in parts) return parts;
  const [inversion] = inversions(parts.delivered);
  if (inversion !== undefined) return inversionFinding(...inversion, show);

  const pending = new PendingDequeues(parts.takers, parts.undelivered, parts.delivered);
  const overtaken = pending.inexcusable();
  if (overtaken !== null) return overtakenFinding(overtaken, parts.takers, show);

  const covered = new Covered(parts.delivered);
  const answers: EmptyAnswer[] = [];
  for (const empty of parts.empties) {
    const instant = emptyInstant(empty, covered, pending);
    if (instant === null) return falseEmptyFinding(empty, parts, show, card);
    answers.push({ empty, instant });
  }
  answers.sort((a, b) => a.instant - b.instant);
  const occupied = new Occupied(parts);
  const nothing = parts.occupied.find((answer) => !occupied.mayBeWithin(answer));
  if (nothing !== undefined) return falseNonEmptyFinding(nothing);
  const taken = pending.assign(answers.at(-1)?.instant ?? null);
  const undelivered = parts.undelivered.map((stay) => ({ ...stay, dequeue: taken.get(stay) ?? null }));
  // A pending enqueue that took effect is of use to an answer of no, and does no harm behind all the others.
  const pendings = parts.occupied.length === 0 ? [] : parts.pending;
  const stays = [...parts.delivered, ...undelivered, ...pendings];
  return linearization(stays, answers, parts.fulls, parts.occupied);
}

/**
 * An answer about emptiness that is wrong in whichever order values come out: "empty" or yes while some value was surely inside, no while
 * nothing can have been. Null if there is none, or the values were not taken and put in as they should be. Values are distinct.
 */
export function falseAnswer(
  operations: readonly HistoryOperation[],
  show: ShowValue,
  card: StructureCard,
): HistoryFinding | null {
  const parts = takeApart(operations, show);
  if ('kind' in parts) return null;
  const pending = new PendingDequeues(parts.takers, parts.undelivered, parts.delivered);
  const covered = new Covered(parts.delivered);
  const empty = parts.empties.find((answer) => emptyInstant(answer, covered, pending) === null);
  if (empty !== undefined) return falseEmptyFinding(empty, parts, show, card);
  const stays = [...parts.delivered, ...parts.undelivered, ...parts.pending];
  const nothing = parts.occupied.find((answer) => !stays.some((stay) => mayBeInside(stay, answer)));
  return nothing === undefined ? null : falseNonEmptyFinding(nothing);
}

/** Whether the value of a stay can have been inside at an instant of a call. */
function mayBeInside({ enqueue, dequeue }: Stay, { invoked, returned }: HistoryOperation): boolean {
  return enqueue.invoked <= returned && (dequeue?.returned ?? Infinity) >= invoked;
}

function takeApart(operations: readonly HistoryOperation[], show: ShowValue): Parts | HistoryFinding {
  const enqueues = new Map<number | null, HistoryOperation>();
  const dequeues = new Map<number | null, HistoryOperation>();
  const [empties, occupied, fulls, takers]: HistoryOperation[][] = [[], [], [], []];
  for (const operation of operations) {
    if (isRefusal(operation)) fulls.push(operation);
    else if (puts(operation.kind)) enqueues.set(operation.value, operation);
  }
  for (const operation of operations) {
    if (isRefusal(operation)) continue;
    if (operation.outcome === 'empty' || operation.outcome === 'yes') empties.push(operation);
    else if (operation.outcome === 'no') occupied.push(operation);
    else if (!takes(operation.kind)) continue;
    else if (operation.outcome === 'pending') takers.push(operation);
    else {
      const wrong = deliveryFinding(operation, enqueues, dequeues, show);
      if (wrong !== null) return wrong;
      dequeues.set(operation.value, operation);
    }
  }
  const delivered: CompletedStay[] = [];
  const [undelivered, pending]: Stay[][] = [[], []];
  for (const enqueue of enqueues.values()) {
    const stay = { value: enqueue.value as number, enqueue, dequeue: dequeues.get(enqueue.value) ?? null };
    if (isCompleted(stay)) delivered.push(stay);
    else if (enqueue.outcome === 'ok') undelivered.push(stay);
    else pending.push(stay);
  }
  return { delivered, undelivered, pending, empties, occupied, fulls, takers };
}

function deliveryFinding(
  dequeue: HistoryOperation,
  enqueues: ReadonlyMap<number | null, HistoryOperation>,
  dequeues: ReadonlyMap<number | null, HistoryOperation>,
  show: ShowValue,
): HistoryFinding | null {
  const value = show(dequeue.value as number);
  const enqueue = enqueues.get(dequeue.value);
  const before = dequeues.get(dequeue.value);
  if (enqueue === undefined) {
    const note = `${value} was delivered by ${operationName(dequeue)}, but was never enqueued.`;
    return { kind: 'value from nowhere', note, operations: [dequeue] };
  }
  if (before !== undefined) {
    const note = `${value} was delivered twice: ${listedNames([before, dequeue])}.`;
    return { kind: 'duplicate value', note, operations: [enqueue, before, dequeue] };
  }
  if (precedes(dequeue, enqueue)) {
    const note = `${value} was delivered by ${operationName(dequeue)} before ${operationName(enqueue)} was invoked.`;
    return { kind: 'value from nowhere', note, operations: [dequeue, enqueue] };
  }
  return null;
}

function overtakenFinding(
  { stay, by }: Overtaken,
  takers: readonly HistoryOperation[],
  show: ShowValue,
): HistoryFinding {
  const { enqueue, dequeue, value } = by;
  const excuse =
    takers.length > 0 ? ', and too few pending dequeues were invoked in time to have taken it' : '';
  return {
    kind: 'order broken',
    note:
      `${show(stay.value)} went in before ${show(value)} (${operationName(stay.enqueue)}, then ` +
      `${operationName(enqueue)}), but ${operationName(dequeue)} delivered ${show(value)}, ` +
      `while ${show(stay.value)} was never delivered${excuse}.`,
    operations: [stay.enqueue, enqueue, dequeue],
  };
}

/**
 * The instants at which some delivered value was surely inside: after its enqueue returned and before its dequeue was invoked.
 * Both ends are outside, since an enqueue may take effect as late as at its return. The intervals are kept merged and sorted.
 */
class Covered {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(delivered: readonly CompletedStay[]) {
    const stays = delivered.toSorted((a, b) => a.enqueue.returned - b.enqueue.returned);
    for (const { enqueue, dequeue } of stays) {
      const last = this.#ends.length - 1;
      if (enqueue.returned >= dequeue.invoked) continue;
      if (last >= 0 && enqueue.returned < this.#ends[last]) {
        this.#ends[last] = Math.max(this.#ends[last], dequeue.invoked);
      } else {
        this.#starts.push(enqueue.returned);
        this.#ends.push(dequeue.invoked);
      }
    }
  }

  /** The first instant from `from` on that is not covered. */
  firstGap(from: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle] < from) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? Math.max(from, this.#ends[low - 1]) : from;
  }
}

/**
 * An instant within the call at which the queue can have been empty; null if there is none. From its invocation, and from each
 * invocation of a pending dequeue, the first gap is the only candidate: see `invocationsWithin`.
 */
function emptyInstant(empty: HistoryOperation, covered: Covered, pending: PendingDequeues): number | null {
  const { invoked, returned } = empty;
  for (const from of [invoked, ...pending.invocationsWithin(invoked, returned)]) {
    const instant = covered.firstGap(from);
    if (instant <= returned && pending.canBeEmptyAt(instant)) return instant;
  }
  return null;
}

function falseNonEmptyFinding(answer: HistoryOperation): HistoryFinding {
  const note = `${operationName(answer)} answered no, but nothing can have been inside at any instant of it.`;
  return { kind: 'false non-empty', note, operations: [answer] };
}

function falseEmptyFinding(
  empty: HistoryOperation,
  parts: Parts,
  show: ShowValue,
  card: StructureCard,
): HistoryFinding {
  const inside = coveringStays(empty, [...parts.delivered, ...parts.undelivered]);
  const undelivered = inside.some((stay) => !isCompleted(stay));
  const excuse =
    undelivered && parts.takers.length > 0
      ? `, whatever the pending ${operationThat(card, 'take')}s took`
      : '';
  const values = listed(inside.map(({ value }) => show(value)));
  const said = `${operationName(empty)} answered ${empty.outcome}`;
  const note =
    inside.length === 1
      ? `${said}, but ${values}, ${origin(inside[0].enqueue, card)}, was inside all the time${excuse}.`
      : `${said}, but at each instant of it one of ${values} was inside${excuse}.`;
  return { kind: 'false empty', note, operations: [empty, ...inside.map(({ enqueue }) => enqueue)] };
}

function end(stay: Stay): number {
  return stay.dequeue?.invoked ?? Infinity;
}

/** Stays that together cover the call: at each instant the one that goes on for longest, as few as possible. */
function coveringStays(empty: HistoryOperation, stays: readonly Stay[]): Stay[] {
  const byStart = stays.toSorted((a, b) => a.enqueue.returned - b.enqueue.returned);
  const chain: Stay[] = [];
  let longest: Stay | null = null;
  let next = 0;
  for (let instant = empty.invoked; instant <= empty.returned; instant = end(longest)) {
    for (; next < byStart.length && byStart[next].enqueue.returned < instant; next++) {
      if (longest === null || end(byStart[next]) > end(longest)) longest = byStart[next];
    }
    // Nothing covers this instant only if the caller's verdict was wrong; the finding then names what it has.
    if (longest === null || end(longest) <= instant) return chain;
    chain.push(longest);
  }
  return chain;
}
