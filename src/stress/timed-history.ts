import { type HistoryFinding, initialContent, type HistoryOperation } from '../judge/history/history.ts';
import { linearizable } from '../judge/history/linearizability.ts';
import { saysEarly } from '../judge/history/models.ts';
import { searchLinearization } from '../judge/history/value-search.ts';
import { isGivenValue, nameOfCall, operationThat } from '../laboratory/structures.ts';
import {
  excusesEmpty,
  NEVER,
  nextMoments,
  type Opening,
  saysNothingOfContent,
  type TimedFindings,
  type TimedOperation,
} from './moments.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import {
  type Journals,
  J_MOST,
  J_PENDING,
  J_SEQUENCE,
  J_TIMED,
  OPERATIONS,
  OUTCOME,
  JOURNAL_OUTCOMES,
  OUTCOME_BITS,
  TAKE,
  TIME,
  TIMED_WORDS,
  TIMED_QUOTA,
  T_INVOKED,
  T_RETIRED,
  T_RETURNED,
  T_VALUE,
  T_WHAT,
} from './journals.ts';
import { ahead, producerOf, showProduced } from './values.ts';

const { full: FULL, value: VALUE, empty: EMPTY, yes: YES, no: NO, abort: ABORTED } = OUTCOME;

/** What the order of operations has shown, and how many of them were looked at. */
type OrderFindings = Pick<TimedFindings, 'findings' | 'inOrder'>;

/** How many operations the search begins with; and at most how many states, multiplied by operations, it goes through: some 20 ms. */
const LEAST_SEARCHED = 32;
const SEARCH_WORK = 100_000;
/** A put in progress, among values that are counted: more than there can be. */
const IN_PROGRESS = 2 ** 20;
/** How many answers of full are looked at in a round at most: under a full structure there are many, and each takes a while. */
const MOST_FULL = 200;

/**
 * The first operations of a round, with times that all threads share. The time is a counter of returns: an operation adds to it when it
 * has returned, and reads it before it is invoked. Both are sequentially consistent, so if the invocation of one read at least the count
 * that the return of another made, that one had returned before. Nothing else is said of times: a return at count r is at 2r, an
 * invocation that read i at 2i + 1.
 *
 * A thread writes down this many operations and no more. What is judged is the history up to the first moment at which one of them had no
 * more room: operations invoked later are left out, and those that had not returned by then are taken for pending. What a structure
 * allows begins with what it allows.
 *
 * Sweeps, linear in its length, look for what can be wrong with it, given that no value was lost, doubled or made up: an answer of
 * "empty" while a value was surely inside, one of "not empty" while there was surely none, and in a queue two values out of order. For
 * another structure its beginning is searched for an order that it allows. What they find is told in the words of the judge of histories,
 * which decides it once more. The judge knows less: what a take took that returned after the last moment is known here, and the judge, for
 * whom it is pending, may take it for an excuse. What it excuses is not told.
 */
export class TimedHistory {
  readonly #journals: Journals;
  readonly #card: StructureCard;
  readonly #opening: Opening;
  readonly #took: readonly number[];
  #entries: TimedOperation[] = [];
  /** The last moment of the history, as a count of returns. */
  readonly #until: number;
  /** True if an operation that takes never returned: nobody knows what it took. */
  readonly #open: boolean;
  /** By value, carried ones first: when it was put in and taken out. */
  readonly #index = new Map<number, number>();
  readonly #starts: readonly number[];
  readonly #putInvoked: Int32Array;
  readonly #putReturned: Int32Array;
  readonly #takeInvoked: Int32Array;
  readonly #takeReturned: Int32Array;

  /**
   * @param took the threads that took part in the round, which is over
   * @param before the last moment that counts, as a count of returns
   */
  constructor(
    journals: Journals,
    card: StructureCard,
    opening: Opening,
    took: readonly number[],
    before: number = Infinity,
  ) {
    this.#journals = journals;
    this.#card = card;
    this.#opening = opening;
    this.#took = took;
    let until = Math.min(journals.words[TIME], before);
    let open = false;
    for (const thread of took) {
      const timed = journals.read(thread, J_TIMED);
      const log = journals.timed(thread);
      if (timed >= journals.words[TIMED_QUOTA])
        until = Math.min(until, log[TIMED_WORDS * (timed - 1) + T_RETURNED]);
      else if (journals.read(thread, J_PENDING) === TAKE) open = true;
    }
    [this.#until, this.#open] = [until, open];
    for (const thread of took) this.#gather(thread);
    if (excusesEmpty(journals, card, took)) this.#entries = this.#entries.filter(saysNothingOfContent);
    for (const value of opening.carried) this.#index.set(value, this.#index.size);
    let size = opening.carried.length;
    this.#starts = opening.first.map((first, i) => {
      const start = size;
      // What is put in after the last moment is taken out after it.
      const returned = Math.min((journals.read(i + 1, J_SEQUENCE) - first) | 0, journals.words[TIMED_QUOTA]);
      // And those that an operation which never returned may have put in.
      size += returned + Math.max(1, journals.read(i + 1, J_MOST));
      return start;
    });
    const times = (): Int32Array => new Int32Array(size).fill(NEVER);
    [this.#putInvoked, this.#putReturned] = [times(), times()];
    [this.#takeInvoked, this.#takeReturned] = [times(), times()];
    if (card.order !== 'SET') this.#fill();
  }

  #gather(thread: number): void {
    const log = this.#journals.timed(thread);
    const timed = this.#journals.read(thread, J_TIMED);
    const pends = timed < this.#journals.words[TIMED_QUOTA] && this.#journals.read(thread, J_PENDING) !== 0;
    const count = pends ? timed + this.#journals.read(thread, J_MOST) : timed;
    for (let n = 0; n < count; n++) {
      const at = TIMED_WORDS * n;
      const what = log[at + T_WHAT];
      this.#entries.push({
        thread,
        does: OPERATIONS[what >> OUTCOME_BITS] ?? 'put',
        outcome: what & ((1 << OUTCOME_BITS) - 1),
        value: log[at + T_VALUE],
        invoked: log[at + T_INVOKED],
        returned: n < timed ? log[at + T_RETURNED] : NEVER,
      });
    }
  }

  #fill(): void {
    const carried = this.#opening.carried.length;
    this.#putInvoked.fill(0, 0, carried);
    this.#putReturned.fill(0, 0, carried);
    for (const { does, outcome, value, invoked, returned } of this.#entries) {
      const movesNone = does === 'ask' || outcome === FULL || outcome === EMPTY || outcome === ABORTED;
      const i = movesNone ? -1 : this.#indexOf(value);
      if (i < 0) continue;
      if (does === 'put') {
        this.#putInvoked[i] = invoked;
        this.#putReturned[i] = returned;
      } else if (outcome === VALUE) {
        this.#takeInvoked[i] = invoked;
        this.#takeReturned[i] = returned;
      }
    }
  }

  /** The place of a value; -1 of one that nobody can have put in during this round or the ones before. */
  #indexOf(value: number): number {
    const producer = producerOf(value) - 1;
    const at = producer < this.#starts.length ? ahead(value, this.#opening.first[producer]) : -1;
    if (at < 0) return this.#index.get(value) ?? -1;
    const end = this.#starts[producer + 1] ?? this.#putInvoked.length;
    return this.#starts[producer] + at < end ? this.#starts[producer] + at : -1;
  }

  /** What is wrong with it. The values of the round are known to be neither lost nor doubled. */
  judge(): TimedFindings {
    if (this.#open) return { findings: [], inOrder: 0, empty: 0, full: 0, asked: 0 };
    const within = this.#entries.filter(({ returned }) => returned <= this.#until);
    if (this.#card.order === 'SET') return this.#ofKeys(within);
    const empties = within.filter(({ outcome }) => outcome === EMPTY || outcome === YES);
    const occupied = within.filter(({ outcome }) => outcome === NO);
    const fulls = this.#opening.tellsFull
      ? within.filter(({ outcome }) => outcome === FULL).slice(0, MOST_FULL)
      : [];
    const empty = within.filter(({ outcome }) => outcome === EMPTY).length;
    const asked = empties.length - empty + occupied.length;
    const wrong = this.#isFalseEmpty(empties) || this.#isFalseOccupied(occupied) ? this.#decided() : [];
    const order = wrong.length > 0 ? { findings: wrong, inOrder: 0 } : this.#order(within);
    const findings = [...order.findings, ...this.#falseFulls(fulls)];
    return { findings, inOrder: order.inOrder, empty, full: fulls.length, asked };
  }

  /** Whether the operations that had returned are in an order that the structure allows, and how many were looked at. */
  #order(within: readonly TimedOperation[]): OrderFindings {
    if (this.#card.order !== 'FIFO') return this.#searched(within);
    return { findings: this.#isOutOfOrder() ? this.#decided() : [], inOrder: within.length };
  }

  /** Of a set: whether the operations on each key are in an order that is one of a set. */
  #ofKeys(within: readonly TimedOperation[]): TimedFindings {
    const asked = within.filter(({ does }) => does === 'ask').length;
    const verdict = linearizable(this.#history(this.#until), this.#opening.carried, String, this.#card);
    const findings = verdict.linearizable === false ? [verdict.finding] : [];
    return {
      findings,
      inOrder: verdict.linearizable === 'undecided' ? 0 : within.length,
      empty: 0,
      full: 0,
      asked,
    };
  }

  /** Searches the first operations for such an order, and twice as many again and again, as long as that does not take long. */
  #searched(within: readonly TimedOperation[]): OrderFindings {
    const returns = within.map(({ returned }) => returned).toSorted((a, b) => a - b);
    let judged = 0;
    for (let size = LEAST_SEARCHED; judged < returns.length; size *= 2) {
      const count = Math.min(size, returns.length);
      const until = returns[count - 1];
      const operations = this.#history(until);
      const inside = this.#within(operations);
      const history = [...initialContent(inside, 0, operationThat(this.#card, 'put')), ...operations];
      const found = searchLinearization(history, Math.floor(SEARCH_WORK / history.length), this.#card);
      if (found === null) break;
      if ('kind' in found) return { findings: this.#decided(until), inOrder: count };
      judged = count;
    }
    return { findings: [], inOrder: judged };
  }

  /**
   * True if at each moment of one of these calls a value was surely inside: after its put had returned, and before its take was
   * invoked. A take that is not written down was invoked after the last moment. Of a structure that may say so early, such a moment is one at
   * which no put was in progress either.
   */
  #isFalseEmpty(empties: readonly TimedOperation[]): boolean {
    if (empties.length === 0) return false;
    const end = 2 * this.#until + 2;
    const changes = new Int32Array(end + 2);
    for (const [i, returned] of this.#putReturned.entries()) {
      if (returned > this.#until) continue;
      const out = Math.min(end, 2 * Math.min(this.#takeInvoked[i], this.#until) + 1);
      if (out <= 2 * returned + 1) continue;
      changes[2 * returned + 1]++;
      changes[out]--;
    }
    if (saysEarly(this.#card)) {
      for (const [i, invoked] of this.#putInvoked.entries()) {
        if (i < this.#opening.carried.length || invoked > this.#until) continue;
        changes[2 * invoked + 1] += IN_PROGRESS;
        changes[Math.min(end, 2 * Math.min(this.#putReturned[i], this.#until)) + 1] -= IN_PROGRESS;
      }
    }
    const bare = nextMoments(changes, end, (inside) => inside % IN_PROGRESS === 0 || inside >= IN_PROGRESS);
    return empties.some(({ invoked, returned }) => bare[2 * invoked + 1] > 2 * returned);
  }

  /**
   * True if at each moment of one of these calls nothing could be inside: each value before its put was invoked, or after its take
   * had returned.
   */
  #isFalseOccupied(occupied: readonly TimedOperation[]): boolean {
    if (occupied.length === 0) return false;
    const end = 2 * this.#until + 2;
    const changes = new Int32Array(end + 2);
    for (const [i, invoked] of this.#putInvoked.entries()) {
      if (invoked > this.#until) continue;
      changes[i < this.#opening.carried.length ? 0 : 2 * invoked + 1]++;
      changes[Math.min(end, 2 * Math.min(this.#takeReturned[i], this.#until + 1)) + 1]--;
    }
    const filled = nextMoments(changes, end, (inside) => inside > 0);
    return occupied.some(({ invoked, returned }) => filled[2 * invoked + 1] > 2 * returned);
  }

  /** True if of two values the one that surely went in first surely came out later, or not yet. */
  #isOutOfOrder(): boolean {
    const latest = new Int32Array(this.#until + 1).fill(-1);
    for (const [i, returned] of this.#putReturned.entries()) {
      if (returned <= this.#until) latest[returned] = Math.max(latest[returned], this.#takeInvoked[i]);
    }
    for (let t = 1; t <= this.#until; t++) latest[t] = Math.max(latest[t], latest[t - 1]);
    const carried = this.#opening.carried.length;
    return this.#takeReturned.some((returned, i) => {
      if (i < carried || returned > this.#until || this.#putInvoked[i] === NEVER) return false;
      return returned <= latest[Math.min(this.#putInvoked[i], this.#until)];
    });
  }

  /** What the judge of histories finds in it; nothing if it has an excuse, or leaves it undecided. */
  #decided(until: number = this.#until): readonly HistoryFinding[] {
    const history = this.#history(until);
    const verdict = linearizable(history, this.#within(history), showProduced, this.#card);
    return verdict.linearizable === false ? [verdict.finding] : [];
  }

  /**
   * What was inside at the start, in the order in which it was put in. Of what comes out last first, no more than can be reached: one
   * value more than there are operations that take.
   */
  #within(operations: readonly HistoryOperation[]): readonly number[] {
    const { carried } = this.#opening;
    // Values come out of a deque at both ends.
    if (this.#card.order === 'FIFO' || this.#card.order === 'DEQUE') return carried;
    const take = operationThat(this.#card, 'take');
    const reached = operations.filter(({ kind }) => kind === take).length + 1;
    return carried.slice(0, reached).toReversed();
  }

  /** The history up to a moment. */
  #history(until: number): HistoryOperation[] {
    const counts = new Map<string, number>();
    return this.#entries
      .filter(({ invoked }) => invoked < until)
      .toSorted((a, b) => a.returned - b.returned)
      .map(({ thread, does, outcome, value, invoked, returned }) => {
        const kind = nameOfCall(this.#card, does, thread);
        const key = `${thread} ${kind}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        const answered = returned <= until;
        const known = answered ? JOURNAL_OUTCOMES[outcome] : 'pending';
        return {
          thread,
          kind,
          number: counts.get(key) as number,
          value: isGivenValue(kind) || known === 'value' ? value : null,
          outcome: known,
          invoked: 2 * invoked + 1,
          returned: answered ? 2 * returned : Infinity,
        };
      });
  }

  /**
   * The answers of "full" during which a slot was on the free list at each moment. In use are at most: a dummy, or a first segment; a slot for each value
   * that had gone in, or was on its way, and had not surely come out; what is on retired lists, of each thread as much as it had before
   * or after its operations of that time, and one more; one slot in the hand of each thread that frees it; and what nobody can allocate.
   */
  #falseFulls(fulls: readonly TimedOperation[]): HistoryFinding[] {
    if (fulls.length === 0) return [];
    const end = 2 * this.#until + 2;
    const inside = new Int32Array(end + 1);
    inside[0] = this.#opening.carried.length;
    for (const { does, outcome, invoked, returned } of this.#entries) {
      if (does === 'put' && outcome !== FULL && 2 * invoked + 1 <= end) inside[2 * invoked + 1]++;
      if (outcome === VALUE && 2 * returned + 1 <= end) inside[2 * returned + 1]--;
    }
    for (let t = 1; t <= end; t++) inside[t] += inside[t - 1];
    const { slots, dummies, lost, cached, retiredOfNobody, first: sequences } = this.#opening;
    const first = this.#card.segments === undefined ? 'the dummy' : 'the first segment';
    const inUse = dummies === 0 ? '' : `${first}, `;
    const others = dummies + sequences.length + lost + cached + retiredOfNobody;
    return fulls.flatMap((full) => {
      let most = 0;
      for (let t = 2 * full.invoked + 1; t <= 2 * full.returned; t++) most = Math.max(most, inside[t]);
      const retired = this.#retiredDuring(full);
      const free = slots - most - retired - others;
      if (free <= 0) return [];
      const note = `T${full.thread} was answered "full", although at least ${free} of ${slots} slots were on the free list all the time: at most ${most} held values or were about to, ${retired} were retired, and ${others} were ${inUse}in a thread's hand or out of reach.`;
      return [{ kind: 'false full', note, operations: [] }];
    });
  }

  #retiredDuring({ invoked, returned }: TimedOperation): number {
    let sum = 0;
    for (const [i, before] of this.#opening.retired.entries()) {
      const log = this.#journals.timed(i + 1);
      // What a thread wrote that took no part is of another round.
      const timed = this.#took.includes(i + 1) ? this.#journals.read(i + 1, J_TIMED) : 0;
      let n = 0;
      // The operations of a thread come one after the other: the last one that had returned, and all that were under way.
      while (n < timed && log[TIMED_WORDS * n + T_RETURNED] <= invoked) n++;
      let most = n === 0 ? before : log[TIMED_WORDS * (n - 1) + T_RETIRED];
      for (; n < timed && log[TIMED_WORDS * n + T_INVOKED] < returned; n++)
        most = Math.max(most, log[TIMED_WORDS * n + T_RETIRED]);
      sum += most + 1;
    }
    return sum;
  }
}
