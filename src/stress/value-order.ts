import { listed } from '../counted.ts';
import type { HistoryFinding } from '../judge/history/history.ts';
import { ahead, producerOf, showProduced, valueOf } from './values.ts';

/** The values of a round, as far as their order goes. */
export interface Passage {
  /** What was in the queue at the start, head first, and at the end. */
  readonly carried: readonly number[];
  readonly remaining: readonly number[];
  /** What each thread that took part was given, in its order. */
  readonly logs: readonly { readonly thread: number; readonly values: Int32Array }[];
  /** For each thread the sequence number of its first value of the round, and how many it put in. */
  readonly first: readonly number[];
  readonly enqueued: readonly number[];
  /** Whether a value is nowhere: no log has it, nor the queue at the end. */
  readonly isMissing: (value: number) => boolean;
}

/**
 * Puts the values of a round in one order, in which they can have gone through a queue. It needs no time: the values of a producer go in
 * by their numbers, after all that was in the queue; what a thread is given comes out in that order, before all that is still in the queue
 * at the end; and a queue delivers in the order in which it takes in. So the order of each producer and that of each consumer are parts
 * of one order of all values, if there is one: the next value of it is always the first that is left of some producer and of some
 * consumer, and it does not matter which is taken. If none is both, the values that are left wait for each other in a circle, and there
 * is no such order.
 */
export class ValueOrder {
  readonly #passage: Passage;
  readonly #first: Int32Array;
  readonly #enqueued: Int32Array;
  /** For each thread how many of its values have been put in order; and of those that were there at the start. */
  readonly #next: Int32Array;
  #carried = 0;
  /** For each log how many of its values have been put in order; the last is what is still in the queue. */
  readonly #logs: readonly (readonly number[] | Int32Array)[];
  readonly #cursors: Int32Array;

  constructor(passage: Passage) {
    this.#passage = passage;
    this.#first = Int32Array.from(passage.first);
    this.#enqueued = Int32Array.from(passage.enqueued);
    this.#next = new Int32Array(passage.first.length);
    this.#logs = [...passage.logs.map(({ values }) => values), passage.remaining];
    this.#cursors = new Int32Array(this.#logs.length);
  }

  /** True if every value that went in came out or is still inside, once, and all of it in one order. */
  isWhole(): boolean {
    this.#merge(false);
    return (
      this.#isMerged() &&
      this.#carried === this.#passage.carried.length &&
      this.#next.every((count, i) => count === this.#enqueued[i])
    );
  }

  /** Why there is no such order of the values that are somewhere; null if there is one. Each of them is there once. */
  finding(): HistoryFinding | null {
    this.#merge(true);
    return this.#isMerged() ? null : this.#circle();
  }

  #isMerged(): boolean {
    return this.#logs.every((log, k) => this.#cursors[k] === log.length);
  }

  #merge(leavesOut: boolean): void {
    const inside = this.#logs.length - 1;
    let moved = true;
    while (moved) {
      moved = false;
      let left = 0;
      for (let k = 0; k <= inside; k++) {
        if (k === inside && left > 0) break;
        const log = this.#logs[k];
        const from = this.#cursors[k];
        let at = from;
        while (at < log.length && this.#takes(log[at], leavesOut)) at++;
        this.#cursors[k] = at;
        left += log.length - at;
        if (at > from) moved = true;
      }
    }
  }

  /** Takes a value, if it is the next one to have gone in as far as its producer goes. */
  #takes(value: number, leavesOut: boolean): boolean {
    const { carried } = this.#passage;
    if (leavesOut) this.#leaveOut(value);
    if (this.#carried < carried.length) {
      if (carried[this.#carried] !== value) return false;
      this.#carried++;
      return true;
    }
    const producer = producerOf(value) - 1;
    if (producer >= this.#first.length || ahead(value, this.#first[producer]) !== this.#next[producer])
      return false;
    this.#next[producer]++;
    return true;
  }

  /** Passes over values that are nowhere. */
  #leaveOut(value: number): void {
    const { carried, isMissing } = this.#passage;
    while (this.#carried < carried.length && isMissing(carried[this.#carried])) this.#carried++;
    const producer = producerOf(value) - 1;
    while (this.#next[producer] < this.#enqueued[producer] && isMissing(this.#needs(value)))
      this.#next[producer]++;
  }

  /** The value that has to go in next before `value` can. */
  #needs(value: number): number {
    const { carried } = this.#passage;
    if (this.#carried < carried.length) return carried[this.#carried];
    const producer = producerOf(value) - 1;
    return valueOf(producer + 1, this.#first[producer] + this.#next[producer]);
  }

  /** Follows from each value that is first in its log what has to come before it, until it comes round. */
  #circle(): HistoryFinding {
    const path: { readonly log: number; readonly value: number; readonly needs: number }[] = [];
    const inside = this.#logs.length - 1;
    let log = this.#logs.findIndex((each, k) => this.#cursors[k] < each.length);
    while (log >= 0 && log < inside && !path.some((each) => each.log === log)) {
      const value = this.#logs[log][this.#cursors[log]];
      const needs = this.#needs(value);
      path.push({ log, value, needs });
      log = this.#logs.findIndex((each, k) => each.indexOf(needs, this.#cursors[k]) >= 0);
    }
    const last = path.at(-1);
    if (last === undefined) {
      const value = this.#logs[inside][this.#cursors[inside]];
      const note = `The queue holds ${showProduced(value)} before ${showProduced(this.#needs(value))}, which went in first.`;
      return { kind: 'order broken', note, operations: [] };
    }
    if (log === inside) {
      const note = `${this.#whose(last.log)} ${showProduced(last.value)}, but ${showProduced(last.needs)}, which went in before it, is still in the queue.`;
      return { kind: 'order broken', note, operations: [] };
    }
    const circle = path.slice(
      Math.max(
        0,
        path.findIndex((each) => each.log === log),
      ),
    );
    const given = circle.map(({ log: of, value }, i) => {
      const { needs } = circle[(i + circle.length - 1) % circle.length];
      return `${this.#whose(of)} ${showProduced(value)} before ${showProduced(needs)}`;
    });
    const went = circle.map(
      ({ value, needs }) => `${showProduced(needs)} went in before ${showProduced(value)}`,
    );
    const note = `No queue delivers so: ${listed(given)}, but ${listed(went)}.`;
    return { kind: 'order broken', note, operations: [] };
  }

  #whose(log: number): string {
    const { logs } = this.#passage;
    return log < logs.length ? `T${logs[log].thread} was given` : 'the queue still holds';
  }
}
