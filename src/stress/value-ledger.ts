import { conservation } from '../judge/history/conservation.ts';
import { type HistoryFinding, type HistoryOperation, operationName } from '../judge/history/history.ts';
import { kindOf, nameOfCall, operationThat } from '../laboratory/structures.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { type Journals, J_DELIVERED, J_MOST, J_PENDING, J_SEQUENCE, PUT, TAKE } from './journals.ts';
import { type Passage, ValueOrder } from './value-order.ts';
import { ahead, producerOf, SEQUENCE_MASK, showProduced, valueOf } from './values.ts';

/** What is wrong with the values of a round. */
export interface RoundFindings {
  /** Values that are lost, twice, or from nowhere. */
  readonly values: readonly HistoryFinding[];
  /**
   * That the values which are neither were not delivered in one order; null if they were, there are others, or the structure keeps no
   * order of all values.
   */
  readonly order: HistoryFinding | null;
  /** Values that may have gone with a thread that stopped in its operation. */
  readonly gone: readonly number[];
  /** Values that are inside or came out although the operations that put them in never returned. */
  readonly early: number;
}

const NOTHING: RoundFindings = { values: [], order: null, gone: [], early: 0 };

/**
 * The ledger of a stress run: what went in and what came out, exactly and value by value, round by round.
 *
 * Every thread numbers its values, so what it put in during a round is a range. If all ranges and all logs fit into one order of a queue,
 * without a value left, all is well. If not, and for other structures, a byte for each value counts where it turned up: in a log, or
 * inside at the end of the round. The values for which that does not come out are made into a history and put to `conservation`, which has
 * the last word.
 */
export class ValueLedger {
  readonly #journals: Journals;
  readonly #card: StructureCard;
  /** The values inside at the start of the round. */
  #carried: readonly number[] = [];
  /** For each thread the sequence number of its first value of the round. */
  first: readonly number[];
  /** Values that all threads together have put in and been given, in all closed rounds. */
  enqueued = 0;
  delivered = 0;

  /** @param card of the structure */
  constructor(journals: Journals, card: StructureCard) {
    this.#journals = journals;
    this.#card = card;
    this.first = this.#sequences();
  }

  /** The structure is empty again and what was in it is forgotten: the slab was made anew. */
  forget(): void {
    this.#carried = [];
  }

  /**
   * Closes the round and opens the next one.
   *
   * @param remaining the values inside, in the order in which they would come out
   * @param whole false if the structure is damaged, so that what remains in it cannot be told; then nothing counts as lost
   * @param present the threads that took part in the round; the others have stopped in an earlier one
   */
  close(remaining: readonly number[], whole: boolean, present: readonly number[]): RoundFindings {
    const round = new RoundLedger(this.#journals, this.#card, this.first, this.#carried, present);
    const findings = round.isWhole(remaining) ? NOTHING : round.findings(remaining, whole);
    this.enqueued += round.enqueued();
    this.delivered += round.delivered();
    this.#carried = remaining;
    this.first = this.#sequences();
    return findings;
  }

  #sequences(): number[] {
    const journals = this.#journals;
    return Array.from({ length: journals.threads }, (_, i) => journals.read(i + 1, J_SEQUENCE));
  }
}

class RoundLedger {
  readonly #journals: Journals;
  readonly #card: StructureCard;
  readonly #put: string;
  readonly #first: readonly number[];
  readonly #carriedInOrder: readonly number[];
  readonly #carried: ReadonlySet<number>;
  readonly #present: readonly number[];
  /**
   * For each thread how often each value of its range turned up. Its last are those that an operation that never returned may have put
   * in.
   */
  #seen: readonly Uint8Array[] = [];
  readonly #seenCarried = new Map<number, number>();
  readonly #suspects = new Set<number>();

  constructor(
    journals: Journals,
    card: StructureCard,
    first: readonly number[],
    carried: readonly number[],
    present: readonly number[],
  ) {
    this.#journals = journals;
    this.#card = card;
    this.#put = operationThat(card, 'put');
    this.#first = first;
    this.#carriedInOrder = carried;
    this.#carried = new Set(carried);
    this.#present = present;
  }

  /** True if nothing can be wrong, as far as a glance shows. */
  isWhole(remaining: readonly number[]): boolean {
    return this.#keepsOrder && new ValueOrder(this.#passage(remaining)).isWhole();
  }

  /** True if all values come out in the order in which they went in. */
  get #keepsOrder(): boolean {
    return this.#card.order === 'FIFO';
  }

  #passage(remaining: readonly number[]): Passage {
    return {
      carried: this.#carriedInOrder,
      remaining,
      logs: this.#present.map((thread) => ({ thread, values: this.#delivered(thread) })),
      first: this.#first,
      enqueued: this.#first.map((_, i) => this.#enqueued(i + 1)),
      isMissing: (value) => this.#isMissing(value),
    };
  }

  #isMissing(value: number): boolean {
    const producer = producerOf(value) - 1;
    const at = ahead(value, this.#first[producer]);
    return at < 0 ? !this.#seenCarried.has(value) : this.#seen[producer][at] === 0;
  }

  /** How many values a thread has put in during the round. */
  #enqueued(thread: number): number {
    return (this.#journals.read(thread, J_SEQUENCE) - this.#first[thread - 1]) | 0;
  }

  /** How many values an operation of a thread that never returned may have put in, or taken out. */
  #pending(thread: number, operation: number): number {
    const pends = this.#present.includes(thread) && this.#journals.read(thread, J_PENDING) === operation;
    return pends ? this.#journals.read(thread, J_MOST) : 0;
  }

  #delivered(thread: number): Int32Array {
    return this.#journals.log(thread).subarray(0, this.#journals.read(thread, J_DELIVERED));
  }

  enqueued(): number {
    return this.#present.reduce((sum, thread) => sum + this.#enqueued(thread), 0);
  }

  delivered(): number {
    return this.#present.reduce((sum, thread) => sum + this.#journals.read(thread, J_DELIVERED), 0);
  }

  #count(remaining: readonly number[]): void {
    this.#seen = this.#first.map((_, i) => new Uint8Array(this.#enqueued(i + 1) + this.#pending(i + 1, PUT)));
    for (const thread of this.#present) for (const value of this.#delivered(thread)) this.#turnsUp(value);
    for (const value of remaining) this.#turnsUp(value);
  }

  #turnsUp(value: number): void {
    const producer = producerOf(value) - 1;
    const seen = this.#seen[producer];
    const at = seen === undefined ? -1 : ahead(value, this.#first[producer]);
    if (at >= 0 && at < seen.length) {
      if (++seen[at] > 1) this.#suspects.add(value);
      return;
    }
    const times = (this.#seenCarried.get(value) ?? 0) + 1;
    this.#seenCarried.set(value, times);
    if (times > 1 || !this.#carried.has(value)) this.#suspects.add(value);
  }

  findings(remaining: readonly number[], whole: boolean): RoundFindings {
    this.#count(remaining);
    const missing = whole ? this.#missing() : [];
    for (const value of missing) this.#suspects.add(value);
    const values = this.#suspects.size === 0 ? [] : this.#unconserved(remaining, whole);
    const early = this.#early();
    if (!whole || values.length > 0) return { values, order: null, gone: [], early };
    const order = this.#keepsOrder ? new ValueOrder(this.#passage(remaining)).finding() : null;
    return { values, order, gone: missing, early };
  }

  #early(): number {
    const early = (seen: Uint8Array, i: number): number =>
      seen.subarray(this.#enqueued(i + 1)).filter((times) => times > 0).length;
    return this.#seen.reduce((sum, seen, i) => sum + early(seen, i), 0);
  }

  #unconserved(remaining: readonly number[], whole: boolean): HistoryFinding[] {
    const found = conservation(
      this.#history(),
      remaining.filter((value) => this.#suspects.has(value)),
      showProduced,
      this.#card,
    );
    return (whole ? found : found.filter(({ kind }) => kind !== 'lost value')).map((each) =>
      this.#known(each),
    );
  }

  /** A value that did not go in during this round may have been in an earlier one; it is a duplicate then. */
  #known(found: HistoryFinding): HistoryFinding {
    const value = found.operations.at(-1)?.value ?? null;
    if (found.kind !== 'value from nowhere' || value === null) return found;
    const first = this.#first[producerOf(value) - 1] ?? 0;
    const before = first - Math.max(0, -ahead(value, first));
    if (before < 1 || before === first) return found;
    const where = found.operations.map(operationName).join(', ');
    const note = `${showProduced(value)} came up again (${where}), long after it had left the ${kindOf(this.#card)}: it is from an earlier round.`;
    return { ...found, kind: 'duplicate value', note };
  }

  #missing(): number[] {
    const missing = [...this.#carried].filter((value) => !this.#seenCarried.has(value));
    for (const [i, seen] of this.#seen.entries()) {
      const count = this.#enqueued(i + 1);
      for (let at = seen.indexOf(0); at >= 0 && at < count; at = seen.indexOf(0, at + 1)) {
        missing.push(valueOf(i + 1, this.#first[i] + at));
      }
    }
    return missing;
  }

  /**
   * All operations of the round on the suspicious values, and those that take and never returned. Free-running threads keep no common
   * time: only the order within a thread is true. Operations are numbered by kind: one that puts by its sequence number, one that takes by
   * its place among those of the thread that delivered a value in this round.
   */
  #history(): HistoryOperation[] {
    const operations: HistoryOperation[] = [];
    for (const value of this.#suspects) {
      const put = this.#putOf(value);
      if (put !== null) operations.push(put);
    }
    for (const thread of this.#present) {
      for (const [i, value] of this.#delivered(thread).entries()) {
        if (!this.#suspects.has(value)) continue;
        operations.push({
          thread,
          kind: nameOfCall(this.#card, 'take', thread),
          number: i + 1,
          value,
          outcome: 'value',
          invoked: 2 * i,
          returned: 2 * i + 1,
        });
      }
      for (let n = 1; n <= this.#pending(thread, TAKE); n++) {
        const number = this.#journals.read(thread, J_DELIVERED) + n;
        operations.push({
          thread,
          kind: nameOfCall(this.#card, 'take', thread),
          number,
          value: null,
          outcome: 'pending',
          invoked: 2 * number,
          returned: Infinity,
        });
      }
    }
    return operations;
  }

  #putOf(value: number): HistoryOperation | null {
    const thread = producerOf(value);
    const seen = this.#seen[thread - 1];
    const at = seen === undefined ? -1 : ahead(value, this.#first[thread - 1]);
    const inRange = at >= 0 && at < seen.length;
    if (!inRange && !this.#carried.has(value)) return null;
    const pending = inRange && at >= this.#enqueued(thread);
    return {
      thread,
      kind: this.#put,
      number: value & SEQUENCE_MASK,
      value,
      outcome: pending ? 'pending' : 'ok',
      invoked: 2 * at,
      returned: pending ? Infinity : 2 * at + 1,
    };
  }
}
