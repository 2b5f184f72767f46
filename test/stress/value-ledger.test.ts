import { describe, expect, test } from 'vitest';
import { CARD } from '../../src/kernel/structures/michael-scott.ts';
import {
  Journals,
  J_DELIVERED,
  J_MOST,
  J_PENDING,
  J_SEQUENCE,
  PUT,
  TAKE,
} from '../../src/stress/journals.ts';
import { ValueLedger } from '../../src/stress/value-ledger.ts';
import { SEQUENCE_MASK, valueOf } from '../../src/stress/values.ts';

/** Journals in which a test writes as threads would. */
class Written {
  readonly journals: Journals = Journals.create(2);
  readonly ledger: ValueLedger = new ValueLedger(this.journals, CARD);
  /** Values of the last round that may have gone with a thread. */
  gone = 0;
  /** Values of operations that never returned. */
  early = 0;

  enqueues(thread: number, count: number): this {
    this.journals.words[this.journals.of(thread) + J_SEQUENCE] += count;
    return this;
  }

  delivers(thread: number, ...values: number[]): this {
    this.journals.log(thread).set(values);
    this.journals.words[this.journals.of(thread) + J_DELIVERED] = values.length;
    return this;
  }

  pends(thread: number, operation: number, most = 1): this {
    this.journals.words[this.journals.of(thread) + J_PENDING] = operation;
    this.journals.words[this.journals.of(thread) + J_MOST] = most;
    return this;
  }

  close(remaining: readonly number[] = [], whole = true, present: readonly number[] = [1, 2]): string[] {
    const closed = this.ledger.close(remaining, whole, present);
    this.gone = closed.gone.length;
    this.early = closed.early;
    const findings = [...closed.values, ...(closed.order === null ? [] : [closed.order])].map(
      ({ kind, note }) => `${kind}: ${note}`,
    );
    for (const thread of [1, 2]) this.delivers(thread).pends(thread, 0);
    return findings;
  }
}

const [a, b, c] = [1, 2, 3].map((sequence) => valueOf(1, sequence));

describe('a round', () => {
  test('in which everything came out or is still there has no finding', () => {
    expect(new Written().enqueues(1, 3).delivers(2, a, b).close([c])).toEqual([]);
  });

  test('shows a value that is nowhere', () => {
    expect(new Written().enqueues(1, 3).delivers(2, a, c).close()).toEqual([
      'lost value: T1:2 was lost: enqueued by T1 enqueue#2, but neither delivered nor in the queue at the end.',
    ]);
  });

  test('excuses as many values as a chain has that never returned, and no more', () => {
    const put = new Written().pends(1, PUT, 2).delivers(2, a);
    expect(put.close([b])).toEqual([]);
    expect(put.early).toBe(2);
    expect(new Written().pends(1, PUT, 2).delivers(2, a, b).close([c])).toEqual([
      'value from nowhere: T1:3 is in the queue at the end, but was never enqueued.',
    ]);
    const taken = new Written().enqueues(1, 3).delivers(2, a).pends(2, TAKE, 2);
    expect(taken.close()).toEqual([]);
    expect(taken.gone).toBe(2);
    expect(new Written().enqueues(1, 3).pends(2, TAKE, 2).close()).toHaveLength(1);
  });

  test('shows a value that came twice, and one that came and is still there', () => {
    expect(new Written().enqueues(1, 2).delivers(1, a).delivers(2, a, b).close([b])).toEqual([
      'duplicate value: T1:1 was delivered twice: T1 dequeue#1 and T2 dequeue#1.',
      'duplicate value: T1:2 was delivered by T2 dequeue#2, and is still in the queue at the end.',
    ]);
  });

  test('shows a value that nobody has enqueued yet, and one of a thread that there is not', () => {
    expect(new Written().enqueues(1, 1).delivers(2, a, c).close()).toEqual([
      'value from nowhere: T1:3 was delivered by T2 dequeue#2, but was never enqueued.',
    ]);
    expect(new Written().delivers(2, valueOf(64, 1)).close()).toEqual([
      'value from nowhere: T64:1 was delivered by T2 dequeue#1, but was never enqueued.',
    ]);
    expect(new Written().delivers(2, 0).close()).toEqual([
      'value from nowhere: T1:0 was delivered by T2 dequeue#1, but was never enqueued.',
    ]);
  });

  test('counts nothing as lost in a queue that is damaged, but still what came twice', () => {
    expect(new Written().enqueues(1, 3).delivers(2, a, a).close([], false)).toEqual([
      'duplicate value: T1:1 was delivered twice: T2 dequeue#1 and T2 dequeue#2.',
    ]);
  });
});

describe('the order of a round', () => {
  const [d, e] = [1, 2].map((sequence) => valueOf(2, sequence));

  test('may be any in which the values of each thread go in by their numbers', () => {
    expect(new Written().enqueues(1, 2).enqueues(2, 2).delivers(1, a, d).delivers(2, b, e).close()).toEqual(
      [],
    );
    expect(new Written().enqueues(1, 2).enqueues(2, 2).delivers(1, d, a).close([e, b])).toEqual([]);
  });

  test('is broken if the orders of producers and of consumers go round in a circle', () => {
    expect(new Written().enqueues(1, 2).enqueues(2, 2).delivers(1, b, d).delivers(2, e, a).close()).toEqual([
      'order broken: No queue delivers so: T1 was given T1:2 before T2:1 and T2 was given T2:2 before T1:1, ' +
        'but T1:1 went in before T1:2 and T2:1 went in before T2:2.',
    ]);
    expect(new Written().enqueues(1, 2).delivers(2, b).close([a])).toEqual([
      'order broken: T2 was given T1:2, but T1:1, which went in before it, is still in the queue.',
    ]);
    expect(new Written().enqueues(1, 2).close([b, a])).toEqual([
      'order broken: The queue holds T1:2 before T1:1, which went in first.',
    ]);
  });

  test('begins with what was in the queue at the start', () => {
    const written = new Written();
    expect(written.enqueues(1, 2).close([a, b])).toEqual([]);
    expect(written.enqueues(2, 1).delivers(1, d).delivers(2, a, b).close()).toEqual([]);
    const other = new Written();
    other.enqueues(1, 2).close([a, b]);
    expect(other.enqueues(2, 1).delivers(1, d, b).close([a])).toHaveLength(1);
  });

  test('leaves out what may have gone with a thread', () => {
    const written = new Written();
    written.enqueues(1, 2).enqueues(2, 2).pends(2, TAKE).delivers(1, d, b, e);
    expect(written.close()).toEqual([]);
    expect(written.gone).toBe(1);
  });
});

describe('from round to round', () => {
  test('values in the queue are carried over', () => {
    const written = new Written();
    expect(written.enqueues(1, 3).delivers(2, a).close([b, c])).toEqual([]);
    expect(written.delivers(1, b).delivers(2, c).close()).toEqual([]);
    expect([written.ledger.enqueued, written.ledger.delivered]).toEqual([3, 3]);
  });

  test('a value that was carried over and is gone is lost', () => {
    const written = new Written();
    written.enqueues(1, 2).delivers(2, a).close([b]);
    expect(written.close()[0]).toMatch(/^lost value: T1:2 was lost/);
  });

  test('a value of an earlier round that comes up again is a duplicate', () => {
    const written = new Written();
    written.enqueues(1, 2).delivers(2, a, b).close();
    expect(written.enqueues(1, 1).delivers(2, a, c).close()).toEqual([
      'duplicate value: T1:1 came up again (T2 dequeue#1), long after it had left the queue: it is from an earlier round.',
    ]);
  });

  test('a slab made anew forgets what was in the queue', () => {
    const written = new Written();
    written.enqueues(1, 2).delivers(2, a).close([b]);
    written.ledger.forget();
    expect(written.enqueues(1, 1).delivers(2, c).close()).toEqual([]);
  });

  test('sequence numbers may come round', () => {
    const written = new Written();
    written.enqueues(1, SEQUENCE_MASK - 1).close([], false);
    const values = [-1, 0, 1].map((over) => valueOf(1, SEQUENCE_MASK + 1 + over));
    expect(
      written
        .enqueues(1, 3)
        .delivers(2, ...values)
        .close(),
    ).toEqual([]);
    expect(written.enqueues(1, 1).close()[0]).toMatch(/^lost value: T1:2 was lost/);
  });
});

describe('an operation that never returned', () => {
  test('may have put its value in, or not', () => {
    expect(new Written().enqueues(1, 1).pends(1, PUT).delivers(2, a).close()).toEqual([]);
    expect(new Written().enqueues(1, 1).pends(1, PUT).delivers(2, a, b).close()).toEqual([]);
    expect(new Written().enqueues(1, 1).pends(1, PUT).delivers(2, a, b, b).close()).toHaveLength(1);
  });

  test('may have taken one value, and no more', () => {
    expect(new Written().enqueues(1, 2).pends(2, TAKE).delivers(1, b).close()).toEqual([]);
    expect(new Written().enqueues(1, 2).pends(2, TAKE).close()[0]).toMatch(
      /^lost value: T1:1 and T1:2 are gone/,
    );
  });

  test('excuses nothing in a later round', () => {
    const written = new Written();
    written.enqueues(1, 2).pends(2, TAKE).close([b]);
    written.pends(2, TAKE);
    expect(written.close([], true, [1])[0]).toMatch(/^lost value: T1:2 was lost/);
    // The second thread stopped in an enqueue, too early to have put its value in: it cannot do that any more.
    const other = new Written();
    other.pends(2, PUT).close();
    other.pends(2, PUT).delivers(1, valueOf(2, 1));
    expect(other.close([], true, [1])[0]).toMatch(/^value from nowhere: T2:1/);
  });
});
