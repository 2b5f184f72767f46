import type { HistoryFinding, Operation } from '../check/history.ts';
import { linearizable } from '../check/linearizability.ts';
import { InternalError } from '../errors.ts';
import {
  ahead,
  B_PENDING,
  B_SEQUENCE,
  B_TIMED,
  DEQUEUE,
  type Desk,
  OPERATIONS,
  OUTCOMES,
  OUTCOME_BITS,
  producerOf,
  showValue,
  TIME,
  TIMED,
  T_INVOKED,
  T_RETIRED,
  T_RETURNED,
  T_VALUE,
  T_WHAT,
  WINDOW,
} from './desk.ts';

const [, , FULL, VALUE, EMPTY, YES, NO] = OUTCOMES.keys();

/** What is known of the slab when a round begins, and of the round. */
export interface Opening {
  /** The values in the queue, head first. */
  readonly carried: readonly number[];
  /** For each thread the sequence number of its first value of the round. */
  readonly first: readonly number[];
  /** Slots on the lists of each record, by the thread that has it; and on those of records that nobody has. */
  readonly retired: readonly number[];
  readonly retiredOfNobody: number;
  /** Slots that nobody can allocate in this round: lost, or in the hands of threads that have stopped. */
  readonly lost: number;
  /** Slots in the caches of all threads, at most. */
  readonly cached: number;
  readonly slots: number;
  /** False if slots go where nobody can tell, as under a scheme that frees nothing. */
  readonly tellsFull: boolean;
}

/** What the operations with times have shown. */
export interface WindowFindings {
  readonly findings: readonly HistoryFinding[];
  /** Operations that were judged, and those of them that answered empty and full. */
  readonly operations: number;
  readonly empty: number;
  readonly full: number;
  /** Those that asked whether the queue is empty. */
  readonly asked: number;
}

/** An operation with its times, in units that tell returns from invocations: see `Window`. */
interface Entry {
  readonly thread: number;
  readonly kind: Operation['kind'];
  readonly outcome: number;
  readonly value: number;
  readonly invoked: number;
  readonly returned: number;
}

const NEVER = 0x7fffffff;
/** So many answers of full are looked at in a round: under a full queue there are many, and each takes a while. */
const MOST_FULL = 200;

/**
 * The first operations of a round, with times that all threads share. The time is a counter of returns: an operation adds to it when it
 * has returned, and reads it before it is invoked. Both are sequentially consistent, so if the invocation of one read at least the count
 * that the return of another made, that one had returned before. Nothing else is said of times: a return at count r is at 2r, an
 * invocation that read i at 2i + 1.
 *
 * A thread writes down so many operations and no more. What is judged is the history up to the first moment at which one of them had no
 * more room: operations invoked later are left out, and those that had not returned by then are taken for pending. Every history of a
 * queue begins with one of a queue.
 *
 * Three sweeps, linear in its length, look for what can be wrong with it, given that no value was lost, doubled or made up: an answer of
 * "empty" while a value was surely inside, one of "not empty" while there was surely none, and two values out of order. What they find is told in the words of the judge of histories,
 * which decides it once more.
 */
export class Window {
  readonly #desk: Desk;
  readonly #opening: Opening;
  readonly #took: readonly number[];
  readonly #entries: Entry[] = [];
  /** The last moment of the history, as a count of returns. */
  readonly #until: number;
  /** True if a dequeue never returned: nobody knows what it took. */
  readonly #open: boolean;
  /** By value, carried ones first: when it was enqueued and dequeued. */
  readonly #index = new Map<number, number>();
  readonly #starts: readonly number[];
  readonly #enqueueInvoked: Int32Array;
  readonly #enqueueReturned: Int32Array;
  readonly #dequeueInvoked: Int32Array;
  readonly #dequeueReturned: Int32Array;

  /**
   * @param took the threads that took part in the round, which is over
   * @param before the last moment that counts, as a count of returns
   */
  constructor(desk: Desk, opening: Opening, took: readonly number[], before: number = Infinity) {
    this.#desk = desk;
    this.#opening = opening;
    this.#took = took;
    let until = Math.min(desk.words[TIME], before);
    let open = false;
    for (const thread of took) {
      const timed = desk.read(thread, B_TIMED);
      const log = desk.window(thread);
      if (timed >= desk.words[WINDOW]) until = Math.min(until, log[TIMED * (timed - 1) + T_RETURNED]);
      else if (desk.read(thread, B_PENDING) === DEQUEUE) open = true;
    }
    this.#until = until;
    this.#open = open;
    for (const thread of took) this.#gather(thread);
    for (const value of opening.carried) this.#index.set(value, this.#index.size);
    let size = opening.carried.length;
    this.#starts = opening.first.map((first, i) => {
      const start = size;
      // What is enqueued after the window is dequeued after it.
      size += Math.min((desk.read(i + 1, B_SEQUENCE) - first) | 0, desk.words[WINDOW]) + 1;
      return start;
    });
    const times = (): Int32Array => new Int32Array(size).fill(NEVER);
    [this.#enqueueInvoked, this.#enqueueReturned] = [times(), times()];
    [this.#dequeueInvoked, this.#dequeueReturned] = [times(), times()];
    this.#fill();
  }

  #gather(thread: number): void {
    const log = this.#desk.window(thread);
    const timed = this.#desk.read(thread, B_TIMED);
    const pends = timed < this.#desk.words[WINDOW] && this.#desk.read(thread, B_PENDING) !== 0;
    for (let n = 0; n < timed + (pends ? 1 : 0); n++) {
      const at = TIMED * n;
      const what = log[at + T_WHAT];
      this.#entries.push({
        thread,
        kind: OPERATIONS[what >> OUTCOME_BITS] ?? 'enqueue',
        outcome: what & ((1 << OUTCOME_BITS) - 1),
        value: log[at + T_VALUE],
        invoked: log[at + T_INVOKED],
        returned: n < timed ? log[at + T_RETURNED] : NEVER,
      });
    }
  }

  #fill(): void {
    const carried = this.#opening.carried.length;
    this.#enqueueInvoked.fill(0, 0, carried);
    this.#enqueueReturned.fill(0, 0, carried);
    for (const { kind, outcome, value, invoked, returned } of this.#entries) {
      const i = kind === 'isEmpty' || outcome === FULL || outcome === EMPTY ? -1 : this.#indexOf(value);
      if (i < 0) continue;
      if (kind === 'enqueue') {
        this.#enqueueInvoked[i] = invoked;
        this.#enqueueReturned[i] = returned;
      } else if (outcome === VALUE) {
        this.#dequeueInvoked[i] = invoked;
        this.#dequeueReturned[i] = returned;
      }
    }
  }

  /** The place of a value; -1 of one that nobody can have enqueued in this round or the ones before. */
  #indexOf(value: number): number {
    const producer = producerOf(value) - 1;
    const at = producer < this.#starts.length ? ahead(value, this.#opening.first[producer]) : -1;
    if (at < 0) return this.#index.get(value) ?? -1;
    const end = this.#starts[producer + 1] ?? this.#enqueueInvoked.length;
    return this.#starts[producer] + at < end ? this.#starts[producer] + at : -1;
  }

  /** What is wrong with it. The values of the round are known to be neither lost nor doubled. */
  judge(): WindowFindings {
    const within = this.#entries.filter(({ returned }) => returned <= this.#until);
    const empties = within.filter(({ outcome }) => outcome === EMPTY || outcome === YES);
    const occupied = within.filter(({ outcome }) => outcome === NO);
    const { tellsFull } = this.#opening;
    const fulls = tellsFull ? within.filter(({ outcome }) => outcome === FULL).slice(0, MOST_FULL) : [];
    const empty = within.filter(({ outcome }) => outcome === EMPTY).length;
    const asked = empties.length - empty + occupied.length;
    const [operations, full] = [within.length, fulls.length];
    if (this.#open) return { findings: [], operations: 0, empty: 0, full: 0, asked: 0 };
    const wrong = this.#isFalseEmpty(empties) || this.#isFalseOccupied(occupied) || this.#isOutOfOrder();
    const findings = [...(wrong ? [this.#decided()] : []), ...this.#falseFulls(fulls)];
    return { findings, operations, empty, full, asked };
  }

  /**
   * True if at each moment of one of these calls a value was surely inside: after its enqueue had returned, and before its dequeue was
   * invoked. A dequeue that is not written down was invoked after the last moment.
   */
  #isFalseEmpty(empties: readonly Entry[]): boolean {
    if (empties.length === 0) return false;
    const end = 2 * this.#until + 2;
    const changes = new Int32Array(end + 2);
    for (const [i, returned] of this.#enqueueReturned.entries()) {
      if (returned > this.#until) continue;
      const out = Math.min(end, 2 * Math.min(this.#dequeueInvoked[i], this.#until) + 1);
      if (out <= 2 * returned + 1) continue;
      changes[2 * returned + 1]++;
      changes[out]--;
    }
    const bare = nextMoments(changes, end, (inside) => inside === 0);
    return empties.some(({ invoked, returned }) => bare[2 * invoked + 1] > 2 * returned);
  }

  /**
   * True if at each moment of one of these calls nothing could be inside: each value before its enqueue was invoked, or after its dequeue
   * had returned.
   */
  #isFalseOccupied(occupied: readonly Entry[]): boolean {
    if (occupied.length === 0) return false;
    const end = 2 * this.#until + 2;
    const changes = new Int32Array(end + 2);
    for (const [i, invoked] of this.#enqueueInvoked.entries()) {
      if (invoked > this.#until) continue;
      changes[i < this.#opening.carried.length ? 0 : 2 * invoked + 1]++;
      changes[Math.min(end, 2 * Math.min(this.#dequeueReturned[i], this.#until + 1)) + 1]--;
    }
    const filled = nextMoments(changes, end, (inside) => inside > 0);
    return occupied.some(({ invoked, returned }) => filled[2 * invoked + 1] > 2 * returned);
  }

  /** True if of two values the one that was surely enqueued first was surely dequeued later, or not yet. */
  #isOutOfOrder(): boolean {
    const latest = new Int32Array(this.#until + 1).fill(-1);
    for (const [i, returned] of this.#enqueueReturned.entries()) {
      if (returned <= this.#until) latest[returned] = Math.max(latest[returned], this.#dequeueInvoked[i]);
    }
    for (let t = 1; t <= this.#until; t++) latest[t] = Math.max(latest[t], latest[t - 1]);
    const carried = this.#opening.carried.length;
    return this.#dequeueReturned.some((returned, i) => {
      if (i < carried || returned > this.#until || this.#enqueueInvoked[i] === NEVER) return false;
      return returned <= latest[Math.min(this.#enqueueInvoked[i], this.#until)];
    });
  }

  #decided(): HistoryFinding {
    const verdict = linearizable(this.#history(), this.#opening.carried, showValue);
    if (verdict.linearizable === false) return verdict.finding;
    throw new InternalError('The quick look at the answers of a round contradicts the judge of histories.');
  }

  #history(): Operation[] {
    const counts = new Map<string, number>();
    return this.#entries
      .filter(({ invoked }) => invoked < this.#until)
      .map(({ thread, kind, outcome, value, invoked, returned }) => {
        const key = `${thread} ${kind}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        const answered = returned <= this.#until;
        const known = answered ? OUTCOMES[outcome] : 'pending';
        return {
          thread,
          kind,
          number: counts.get(key) as number,
          value: kind === 'enqueue' || known === 'value' ? value : null,
          outcome: known,
          invoked: 2 * invoked + 1,
          returned: answered ? 2 * returned : Infinity,
        };
      });
  }

  /**
   * The answers of "full" during which a slot was on the free list at each moment. In use are at most: the dummy; a slot for each value
   * that had gone in, or was on its way, and had not surely come out; what is on retired lists, of each thread as much as it had before
   * or after its operations of that time, and one more; one slot in the hand of each thread that frees it; and what nobody can allocate.
   */
  #falseFulls(fulls: readonly Entry[]): HistoryFinding[] {
    if (fulls.length === 0) return [];
    const end = 2 * this.#until + 2;
    const inside = new Int32Array(end + 1);
    inside[0] = this.#opening.carried.length;
    for (const { kind, outcome, invoked, returned } of this.#entries) {
      if (kind === 'enqueue' && outcome !== FULL && 2 * invoked + 1 <= end) inside[2 * invoked + 1]++;
      if (outcome === VALUE && 2 * returned + 1 <= end) inside[2 * returned + 1]--;
    }
    for (let t = 1; t <= end; t++) inside[t] += inside[t - 1];
    const { slots, lost, cached, retiredOfNobody, first } = this.#opening;
    const others = 1 + first.length + lost + cached + retiredOfNobody;
    return fulls.flatMap((full) => {
      let most = 0;
      for (let t = 2 * full.invoked + 1; t <= 2 * full.returned; t++) most = Math.max(most, inside[t]);
      const retired = this.#retiredDuring(full);
      const free = slots - most - retired - others;
      if (free <= 0) return [];
      const note = `T${full.thread} was answered "full", although at least ${free} of ${slots} slots were on the free list all the time: at most ${most} held values or were about to, ${retired} were retired, and ${others} were the dummy, in a thread's hand or out of reach.`;
      return [{ kind: 'false full', note, operations: [] }];
    });
  }

  #retiredDuring({ invoked, returned }: Entry): number {
    let sum = 0;
    for (const [i, before] of this.#opening.retired.entries()) {
      const log = this.#desk.window(i + 1);
      // What a thread wrote that took no part is of another round.
      const timed = this.#took.includes(i + 1) ? this.#desk.read(i + 1, B_TIMED) : 0;
      let n = 0;
      // The operations of a thread come one after the other: the last one that had returned, and all that were under way.
      while (n < timed && log[TIMED * n + T_RETURNED] <= invoked) n++;
      let most = n === 0 ? before : log[TIMED * (n - 1) + T_RETIRED];
      for (; n < timed && log[TIMED * n + T_INVOKED] < returned; n++)
        most = Math.max(most, log[TIMED * n + T_RETIRED]);
      sum += most + 1;
    }
    return sum;
  }
}

/**
 * For each moment the next one at which as many values were inside as asked for; NEVER if there is none.
 *
 * @param changes by moment how many came in, less those that went out
 */
function nextMoments(changes: Int32Array, end: number, isAsked: (inside: number) => boolean): Int32Array {
  const inside = changes.slice();
  for (let t = 1; t <= end; t++) inside[t] += inside[t - 1];
  const next = new Int32Array(end + 2).fill(NEVER);
  for (let t = end; t >= 0; t--) next[t] = isAsked(inside[t]) ? t : next[t + 1];
  return next;
}
