import { describe, expect, test } from 'vitest';
import type { HistoryOperation } from '../../src/judge/history/history.ts';
import { linearizable } from '../../src/judge/history/linearizability.ts';
import { CARD } from '../../src/kernel/structures/treiber-stack.ts';
import { patternsAgreeWithSearch, searchAgreesWithBruteForce } from './deciders.ts';
import { deep, runs } from '../effort.ts';
import { dequeue, enqueue, full, isEmpty, objection } from './histories.ts';
import { expectLinearizable, findingOf } from './verdicts.ts';

const [A, B, C] = [1, 2, 3];

describe('a linearizable history comes with an order that proves it', () => {
  test('the empty history', () => {
    expect(linearizable([])).toEqual({ linearizable: true, order: [] });
  });

  test('the order is the one in which overlapping operations took effect', () => {
    const history = [
      enqueue('T1#1', A, 0, 9),
      enqueue('T2#1', B, 1, 3),
      dequeue('T3#1', B, 4, 6),
      dequeue('T3#2', A, 7, 11),
    ];
    const verdict = linearizable(history);
    expect(verdict).toMatchObject({ linearizable: true });
    const order = verdict.linearizable === true ? verdict.order : [];
    expect(order.map(({ kind, value }) => [kind, value])).toEqual([
      ['enqueue', B],
      ['enqueue', A],
      ['dequeue', B],
      ['dequeue', A],
    ]);
    expect(objection(order, history)).toBeNull();
  });

  test('the initial content is dequeued in its order and stays out of the witness', () => {
    const history = [dequeue('T1#1', A, 0, 1), dequeue('T1#2', B, 2, 3), dequeue('T1#3', null, 4, 5)];
    expect(linearizable(history, [A, B])).toEqual({ linearizable: true, order: history });
    expect(findingOf([dequeue('T1#1', B, 0, 1)], [A, B])).toEqual([
      'order broken',
      'A went in before B (initial content#1, then initial content#2), but T1 dequeue#1 delivered B, while A was never delivered.',
    ]);
  });

  test('operations whose times touch count as concurrent', () => {
    expectLinearizable([dequeue('T1#1', A, 0, 3), enqueue('T2#1', A, 3, 5)]);
    expectLinearizable([enqueue('T1#1', A, 0, 3), dequeue('T2#1', null, 3, 5), dequeue('T3#1', A, 5, 6)]);
  });
});

describe('each bad pattern is found and explained', () => {
  test('a value from nowhere', () => {
    expect(findingOf([dequeue('T1#1', A, 0, 1)])).toEqual([
      'value from nowhere',
      'A was delivered by T1 dequeue#1, but was never enqueued.',
    ]);
  });

  test('a value delivered before it was enqueued', () => {
    expect(findingOf([dequeue('T1#1', A, 0, 1), enqueue('T2#1', A, 2, 3)])).toEqual([
      'value from nowhere',
      'A was delivered by T1 dequeue#1 before T2 enqueue#1 was invoked.',
    ]);
  });

  test('a value delivered twice', () => {
    const history = [enqueue('T1#1', A, 0, 1), dequeue('T2#1', A, 2, 4), dequeue('T1#2', A, 3, 5)];
    expect(findingOf(history)).toEqual([
      'duplicate value',
      'A was delivered twice: T2 dequeue#1 and T1 dequeue#2.',
    ]);
  });

  test('two values out of order', () => {
    const enqueues = [enqueue('T1#1', A, 0, 1), enqueue('T1#2', B, 2, 3)];
    expect(findingOf([...enqueues, dequeue('T2#1', B, 4, 5), dequeue('T2#2', A, 6, 7)])).toEqual([
      'order broken',
      'A went in before B (T1 enqueue#1, then T1 enqueue#2) but came out after it (T2 dequeue#1, then T2 dequeue#2).',
    ]);
    expectLinearizable([...enqueues, dequeue('T2#1', B, 4, 6), dequeue('T3#1', A, 5, 7)]);
  });

  test('a value that another overtook and nobody delivered', () => {
    const history = [enqueue('T1#1', A, 0, 1), enqueue('T1#2', B, 2, 3), dequeue('T2#1', B, 4, 5)];
    expect(findingOf(history)).toEqual([
      'order broken',
      'A went in before B (T1 enqueue#1, then T1 enqueue#2), but T2 dequeue#1 delivered B, while A was never delivered.',
    ]);
  });

  test('empty although one value was inside all the time', () => {
    const history = [enqueue('T1#1', A, 0, 1), dequeue('T2#1', null, 2, 3), dequeue('T1#2', A, 4, 5)];
    expect(findingOf(history)).toEqual([
      'false empty',
      'T2 dequeue#1 answered empty, but A, enqueued by T1 enqueue#1, was inside all the time.',
    ]);
  });

  test('empty although values took turns to be inside', () => {
    const history = [
      enqueue('T1#1', A, 0, 1),
      dequeue('T2#1', null, 2, 9),
      enqueue('T1#2', B, 3, 4),
      dequeue('T1#3', A, 5, 6),
      dequeue('T1#4', B, 10, 11),
    ];
    expect(findingOf(history)).toEqual([
      'false empty',
      'T2 dequeue#1 answered empty, but at each instant of it one of A and B was inside.',
    ]);
    // With the enqueue of B still going on when A leaves, there is a moment without either.
    expectLinearizable(history.with(2, enqueue('T3#1', B, 3, 5)));
  });

  test('full is a no-op and is refused only when the history says that it had no excuse', () => {
    expectLinearizable([full('T1#1', A, 0, 1), dequeue('T1#2', null, 2, 3)]);
    expectLinearizable([full('T1#1', A, 0, 1, true), enqueue('T1#2', A, 2, 3), dequeue('T1#3', A, 4, 5)]);
    expect(findingOf([full('T1#1', A, 0, 1, false)])).toEqual([
      'false full',
      'T1 enqueue#1 answered full, but the free list was never empty during the call.',
    ]);
    expect(findingOf([full('T1#1', A, 0, 1), dequeue('T2#1', A, 2, 3)])[0]).toBe('value from nowhere');
  });
});

describe('pending operations', () => {
  test('a pending enqueue took effect if its value was delivered, and need not have otherwise', () => {
    const pending = enqueue('T1#1', A, 0, Infinity);
    expectLinearizable([pending, dequeue('T2#1', null, 5, 6)]);
    expectLinearizable([pending, dequeue('T2#1', A, 5, 6)]);
    expectLinearizable([pending, dequeue('T2#1', null, 5, 6), dequeue('T2#2', A, 7, 8)]);
    expect(linearizable([pending])).toEqual({ linearizable: true, order: [] });
    expect(findingOf([pending, dequeue('T2#1', A, 5, 6), dequeue('T2#2', A, 7, 8)])[0]).toBe(
      'duplicate value',
    );
  });

  test('a pending dequeue may have taken the value that was overtaken, if it was invoked in time', () => {
    const overtaking = [enqueue('T1#1', A, 0, 1), enqueue('T1#2', B, 2, 3), dequeue('T2#1', B, 4, 5)];
    const taken = linearizable([...overtaking, dequeue('T3#1', null, 5, Infinity)]);
    expect(taken).toMatchObject({ linearizable: true, order: { length: 4 } });
    expect(findingOf([...overtaking, dequeue('T3#1', null, 6, Infinity)])).toEqual([
      'order broken',
      'A went in before B (T1 enqueue#1, then T1 enqueue#2), but T2 dequeue#1 delivered B, while A was never delivered, ' +
        'and too few pending dequeues were invoked in time to have taken it.',
    ]);
  });

  test('a pending dequeue explains one missing value, not two', () => {
    const history = [
      enqueue('T1#1', A, 0, 1),
      enqueue('T1#2', B, 2, 3),
      enqueue('T1#3', C, 4, 5),
      dequeue('T3#1', null, 6, Infinity),
      dequeue('T2#1', C, 7, 8),
    ];
    expect(findingOf(history)[0]).toBe('order broken');
    expectLinearizable([...history, dequeue('T4#1', null, 8, Infinity)]);
  });

  test('a pending dequeue may have emptied the queue, from its invocation on', () => {
    const history = [enqueue('T1#1', A, 0, 1), dequeue('T2#1', null, 2, 5)];
    expectLinearizable([...history, dequeue('T3#1', null, 4, Infinity)]);
    expect(findingOf([...history, dequeue('T3#1', null, 6, Infinity)])).toEqual([
      'false empty',
      'T2 dequeue#1 answered empty, but A, enqueued by T1 enqueue#1, was inside all the time, ' +
        'whatever the pending dequeues took.',
    ]);
  });

  test('the same pending dequeue cannot have taken a value for each of two empties', () => {
    const history = [
      dequeue('T3#1', null, 0, Infinity),
      enqueue('T1#1', A, 1, 2),
      dequeue('T2#1', null, 3, 4),
      enqueue('T1#2', B, 5, 6),
      dequeue('T2#2', null, 7, 8),
    ];
    expectLinearizable(history.slice(0, 4));
    expect(findingOf(history)[0]).toBe('false empty');
  });
});

describe('histories with equal values are searched', () => {
  test('and explained by how far the best order gets', () => {
    const history = [
      enqueue('T1#1', A, 0, 1),
      enqueue('T1#2', A, 2, 3),
      dequeue('T2#1', A, 4, 5),
      dequeue('T2#2', B, 6, 7),
    ];
    expectLinearizable(history.slice(0, 3));
    expect(findingOf(history)).toEqual([
      'not linearizable',
      'No order of the 4 operations is one of a FIFO queue: at best 3 fit, and then T2 dequeue#2 cannot follow.',
    ]);
  });

  test('where the first of it was there at the start, that is told apart from the operations', () => {
    const history = [dequeue('T2#1', A, 4, 5), dequeue('T2#2', B, 6, 7)];
    const verdict = linearizable(history, [A, A], (value) => `value ${value === A ? 'A' : 'B'}`);
    expect(verdict).toMatchObject({
      linearizable: false,
      finding: {
        note: 'No order of the 2 operations and the puts of value A and value A at the start is one of a FIFO queue: at best 3 of these 4 fit, and then T2 dequeue#2 cannot follow.',
      },
    });
  });

  test('a long one is undecided, and says so', () => {
    const long = Array.from({ length: 61 }, (_, i) => enqueue(`T1#${i + 1}`, A, 2 * i, 2 * i + 1));
    expect(linearizable(long)).toEqual({
      linearizable: 'undecided',
      note:
        'The history has 61 operations and enqueues some value more than once, which makes it too large to search; ' +
        'enqueue distinct values to have it decided.',
    });
    expect(linearizable(long.slice(1)).linearizable).toBe(true);
  });

  test.runIf(deep)('one whose search grows too large is undecided', () => {
    const wide = Array.from({ length: 30 }, (_, i) => enqueue(`T${i + 1}#1`, 1 + (i % 15), 0, 100));
    expect(linearizable([...wide, dequeue('T31#1', 99, 50, 51)]).linearizable).toBe('undecided');
  });
});

describe('three deciders agree', () => {
  test('patterns and search on distinct values', () => {
    expect(patternsAgreeWithSearch(9, runs(6_000, 16)).both).toBeGreaterThan(runs(5_000, 16));
    expect(patternsAgreeWithSearch(16, runs(600, 16)).both).toBeGreaterThan(runs(500, 16));
  });

  test('search and brute force on equal and on distinct values', () => {
    for (const good of [
      searchAgreesWithBruteForce(runs(3_000, 16), 2),
      searchAgreesWithBruteForce(runs(3_000, 16)),
    ]) {
      expect(good).toBeGreaterThan(runs(300, 16));
      expect(good).toBeLessThan(runs(2_900, 16));
    }
  });
});

/** So many values pass through the queue in overlapping calls; each call lasts for `spread` around the time of its effect. */
function longHistory(values: number, spread: number): HistoryOperation[] {
  return Array.from({ length: values }, (_, i) => {
    const [enqueued, dequeued] = [4 * i - ((i * 7919) % spread), 4 * i + 2 - ((i * 104_729) % spread)];
    return [
      enqueue(`T${2 * i + 1}#1`, i + 1, enqueued, enqueued + spread),
      dequeue(`T${2 * i + 2}#1`, i + 1, dequeued, dequeued + spread),
    ];
  }).flat();
}

describe('20,000 operations are decided', () => {
  const history = longHistory(10_000, 40);

  test('when nothing is wrong', () => {
    expectLinearizable(history);
    expectLinearizable(history.toReversed());
  });

  test.runIf(deep)('when isEmpty was asked, and answered rightly or wrongly', () => {
    const asks = [20_000, 20_100].map((time) => isEmpty(`T${time}#1`, false, time, time + 1));
    expectLinearizable([...history, ...asks]);
    expect(findingOf([...history, isEmpty('T99999#1', false, 90_000, 90_001)])[0]).toBe('false non-empty');
  });

  test.runIf(deep)('when one answer is wrong', () => {
    expect(findingOf([...history, dequeue('T99999#1', 9_999, 90_000, 90_001)])[0]).toBe('duplicate value');
    expect(findingOf([...history, enqueue('T99999#1', 0, -99, -98)])[0]).toBe('order broken');
    expect(findingOf([...history, dequeue('T99999#1', null, 20_000, 20_001)])[0]).toBe('linearizable');
    const slow = history.map((operation) =>
      operation.value === 5_000 && operation.kind === 'dequeue'
        ? { ...operation, invoked: operation.invoked + 200, returned: operation.returned + 200 }
        : operation,
    );
    expect(findingOf(slow)[0]).toBe('order broken');
  });
});

describe('a history that contradicts itself is refused', () => {
  const good = dequeue('T1#1', A, 3, 5);
  test.each<[Partial<HistoryOperation>, string]>([
    [{ outcome: 'ok' }, 'T1 dequeue#1 has the outcome "ok", which no dequeue has.'],
    [{ value: null }, 'T1 dequeue#1 has no value.'],
    [{ outcome: 'empty' }, 'T1 dequeue#1 has the value 1 although its outcome is "empty".'],
    [{ invoked: NaN }, 'T1 dequeue#1 was invoked at NaN, which is no time.'],
    [{ returned: 3 }, 'T1 dequeue#1 returned at 3, not after its invocation at 3.'],
    [
      { returned: Infinity },
      'T1 dequeue#1 has the outcome "value" but returned at Infinity (Infinity belongs to pending operations).',
    ],
  ])('%o', (change, message) => {
    expect(() => linearizable([{ ...good, ...change }])).toThrow(new RangeError(message));
  });
});

const push = (...of: Parameters<typeof enqueue>): HistoryOperation => ({ ...enqueue(...of), kind: 'push' });
const pop = (...of: Parameters<typeof dequeue>): HistoryOperation => ({ ...dequeue(...of), kind: 'pop' });
const findingIn = (...history: HistoryOperation[]): unknown => {
  const verdict = linearizable(history, [], String, CARD);
  return verdict.linearizable === false ? verdict.finding : verdict;
};

describe('of a stack', () => {
  test('an answer about emptiness that is wrong whatever the order is named, however long the history', () => {
    const long = Array.from({ length: 2000 }, (_, i) => push(`T1#${i + 2}`, 10 + i, 10 + 2 * i, 11 + 2 * i));
    expect(findingIn(push('T1#1', A, 0, 1), isEmpty('T2#1', true, 2, 3), ...long)).toMatchObject({
      kind: 'false empty',
      note: 'T2 isEmpty#1 answered yes, but 1, pushed by T1 push#1, was inside all the time.',
    });
    expect(findingIn(isEmpty('T2#1', false, 2, 3), ...long)).toMatchObject({
      kind: 'false non-empty',
      note: 'T2 isEmpty#1 answered no, but nothing can have been inside at any instant of it.',
    });
  });

  test('what the order alone shows is told by the answers without which there is one', () => {
    const wrong = [push('T1#1', A, 0, 1), push('T1#2', B, 2, 3), pop('T2#1', A, 4, 5), pop('T2#2', B, 6, 7)];
    expect(findingIn(...wrong)).toMatchObject({ kind: 'not linearizable' });
    const early = [
      push('T1#1', A, 0, 10),
      isEmpty('T4#1', false, 16, 17),
      pop('T3#1', A, 1, 12),
      push('T2#1', B, 13, 20),
      pop('T5#1', B, 14, 15),
    ];
    expect(findingIn(...early)).toMatchObject({ kind: 'false non-empty' });
  });
});
