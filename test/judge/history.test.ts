import { describe, expect, test } from 'vitest';
import { conservation, producerOrder } from '../../src/judge/history/conservation.ts';
import {
  type HistoryFinding,
  initialContent,
  type HistoryOperation,
  operationName,
} from '../../src/judge/history/history.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { dequeue, enqueue, full, letter } from './histories.ts';
import { deep } from '../effort.ts';

const [A, B, C] = [1, 2, 3];

function texts(findings: readonly HistoryFinding[]): string[] {
  return findings.map(({ kind, note }) => `${kind}: ${note}`);
}

function conserved(history: readonly HistoryOperation[], remaining: number[] = []): string[] {
  return texts(conservation(history, remaining, letter));
}

function ordered(history: readonly HistoryOperation[]): string[] {
  return texts(producerOrder(history, letter));
}

describe('conservation', () => {
  const enqueues = [enqueue('T1#1', A, 0, 1), enqueue('T1#2', B, 2, 3)];

  test('accepts what was delivered or remains', () => {
    expect(conserved([])).toEqual([]);
    expect(conserved([...enqueues, dequeue('T2#1', A, 4, 5)], [B])).toEqual([]);
    expect(conserved([...initialContent([C]), ...enqueues], [C, A, B])).toEqual([]);
    expect(conserved([full('T1#1', A, 0, 1), dequeue('T1#2', null, 2, 3)])).toEqual([]);
  });

  test('calls a structure what its card is of, whichever other one has operations of the same name', () => {
    const stack = cardOfStructure(structureById('treiber-stack'));
    expect(texts(conservation(initialContent([C], 0, 'enqueue'), [], letter, stack))).toEqual([
      'lost value: C was lost: in the stack at the start, but neither delivered nor in the stack at the end.',
    ]);
  });

  test('says of a key that is lost from a set that nobody removed it', () => {
    const list = cardOfStructure(structureById('michael-list'));
    expect(texts(conservation(initialContent([C], 0, 'insert'), [], letter, list))).toEqual([
      'lost value: C was lost: in the list at the start, but neither removed nor in the list at the end.',
    ]);
  });

  test('reports a lost value', () => {
    expect(conserved([...initialContent([C]), ...enqueues], [A])).toEqual([
      'lost value: C was lost: in the queue at the start, but neither delivered nor in the queue at the end.',
      'lost value: B was lost: enqueued by T1 enqueue#2, but neither delivered nor in the queue at the end.',
    ]);
  });

  test('reports a value delivered twice, or delivered and still inside, or inside twice', () => {
    const [first, second] = [dequeue('T2#1', A, 4, 6), dequeue('T1#3', A, 5, 7)];
    expect(conserved([...enqueues, first, second], [B])).toEqual([
      'duplicate value: A was delivered twice: T2 dequeue#1 and T1 dequeue#3.',
    ]);
    expect(conserved([...enqueues, first], [A, B])).toEqual([
      'duplicate value: A was delivered by T2 dequeue#1, and is still in the queue at the end.',
    ]);
    expect(conserved(enqueues, [A, A, B])).toEqual(['duplicate value: A is in the queue twice at the end.']);
    expect(conserved([...enqueues, first, second, dequeue('T3#1', A, 8, 9)], [A, A, B])).toEqual([
      'duplicate value: A was delivered 3 times: T2 dequeue#1, T1 dequeue#3 and T3 dequeue#1, ' +
        'and is in the queue twice at the end.',
    ]);
  });

  test('reports a value from nowhere', () => {
    expect(conserved([dequeue('T1#1', A, 0, 1)])).toEqual([
      'value from nowhere: A was delivered by T1 dequeue#1, but was never enqueued.',
    ]);
    expect(conserved([full('T1#1', A, 0, 1)], [A])).toEqual([
      'value from nowhere: A is in the queue at the end, although T1 enqueue#1 answered full.',
    ]);
  });

  test('a pending enqueue accounts for one value or none', () => {
    const pending = enqueue('T1#1', A, 0, Infinity);
    expect(conserved([pending])).toEqual([]);
    expect(conserved([pending], [A])).toEqual([]);
    expect(conserved([pending, dequeue('T2#1', A, 1, 2)])).toEqual([]);
    expect(conserved([pending, dequeue('T2#1', A, 1, 2)], [A])).toHaveLength(1);
  });

  test('a pending dequeue accounts for one missing value, and for no value too many', () => {
    const pending = dequeue('T2#1', null, 1, Infinity);
    expect(conserved([...enqueues, pending], [A])).toEqual([]);
    expect(conserved([...enqueues, pending], [A, B])).toEqual([]);
    expect(conserved([...enqueues, pending])).toEqual([
      'lost value: A and B are gone, but T2 dequeue#1, never having returned, can have taken only 1 of them.',
    ]);
    expect(conserved([...enqueues, pending], [A, A, B])).toHaveLength(1);
  });

  test('equal values are compared by number', () => {
    const twice = [enqueue('T1#1', A, 0, 1), enqueue('T2#1', A, 0, 1)];
    expect(conserved(twice, [A, A])).toEqual([]);
    expect(conserved(twice, [A])).toEqual([
      'lost value: A was lost: enqueued by T2 enqueue#1, but neither delivered nor in the queue at the end.',
    ]);
    expect(conserved(twice, [A, A, A])).toEqual([
      'duplicate value: A is in the queue 3 times at the end, but was enqueued only twice.',
    ]);
  });

  test.runIf(deep)('two hundred thousand lost values are no obstacle', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => enqueue(`T1#${i + 1}`, i, 2 * i, 2 * i + 1));
    expect(conservation(many, [])).toHaveLength(200_000);
  });
});

describe('the order of one producer', () => {
  const enqueues = [enqueue('T1#1', A, 0, 1), enqueue('T1#2', B, 2, 3), enqueue('T1#3', C, 4, 5)];

  test('is broken by dequeues that real time puts the other way round', () => {
    const wrong = [dequeue('T2#1', B, 6, 7), dequeue('T2#2', A, 8, 9), dequeue('T3#1', C, 8, 9)];
    expect(ordered([...enqueues, ...wrong])).toEqual([
      'order broken: A went in before B (T1 enqueue#1, then T1 enqueue#2) but came out after it (T2 dequeue#1, then T2 dequeue#2).',
    ]);
  });

  test('is kept by dequeues that overlap', () => {
    expect(ordered([...enqueues, dequeue('T2#1', B, 6, 8), dequeue('T3#1', A, 7, 9)])).toEqual([]);
    expect(ordered([...enqueues, dequeue('T2#1', B, 6, 7), dequeue('T3#1', A, 7, 9)])).toEqual([]);
  });

  test('says nothing about the values of two producers, nor about a value that was not delivered', () => {
    const other = enqueue('T4#1', 4, 6, 7);
    expect(ordered([...enqueues, other, dequeue('T2#1', 4, 8, 9), dequeue('T2#2', A, 10, 11)])).toEqual([]);
    expect(ordered([...enqueues, dequeue('T2#1', C, 8, 9)])).toEqual([]);
  });

  test('skips values whose stays cannot be told', () => {
    const twice = [dequeue('T2#1', B, 6, 7), dequeue('T2#2', A, 8, 9), dequeue('T2#3', A, 10, 11)];
    expect(ordered([...enqueues, ...twice])).toEqual([]);
  });

  test('each value that overtook is reported once, with the one it passed by most', () => {
    const wrong = [dequeue('T2#1', C, 6, 7), dequeue('T2#2', B, 8, 9), dequeue('T2#3', A, 10, 11)];
    const found = producerOrder([...enqueues, ...wrong]);
    expect(found.map(({ operations }) => operations.map(operationName))).toEqual([
      ['T1 enqueue#1', 'T1 enqueue#2', 'T2 dequeue#2', 'T2 dequeue#3'],
      ['T1 enqueue#1', 'T1 enqueue#3', 'T2 dequeue#1', 'T2 dequeue#3'],
    ]);
  });
});
