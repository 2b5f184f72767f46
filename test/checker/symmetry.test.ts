import { describe, expect, test } from 'vitest';
import { check } from '../../src/checker/index.ts';
import * as ticketLock from './examples/ticket-lock.ts';
import { failureOf } from './failure-of.ts';

const words = { counter: 0 };

interface Words {
  readonly counter: { add(by: number): number; load(): number; store(value: number): number };
}

const takes = ({ counter }: Words): number => counter.add(1);

const byNumber = ({ counter }: Words, thread: { readonly number: number }): number =>
  counter.add(1) === 1 ? thread.number : 0;

const executionsOf = (last: number): number =>
  check({
    words,
    operations: { add: ({ counter }, by: number) => counter.add(by) },
    threads: [[['add', 1]], [['add', last]]],
  }).executions;

describe('threads that run the same function', () => {
  test('are explored up to their numbers, and it is said', () => {
    const { executions, symmetric, summary, complete } = check({
      words,
      threads: [takes, takes, takes, ({ counter }) => counter.load()],
    });
    expect({ executions, symmetric, complete }).toEqual({
      executions: 4,
      symmetric: [[1, 2, 3]],
      complete: true,
    });
    expect(summary).toBe(
      'Proved for this program: 4 executions were explored up to symmetry (T1, T2, T3 run the same code), and none was left out.',
    );
  });

  test('come to all results, in all orders of the threads', () => {
    const seen = new Set<string>();
    const finallySees = (_: unknown, results: readonly unknown[]): void => void seen.add(results.join());
    check({ words, threads: [takes, takes, takes], finally: finallySees });
    expect([...seen].toSorted()).toEqual(['0,1,2', '0,2,1', '1,0,2', '1,2,0', '2,0,1', '2,1,0']);
  });

  test('fail where one order of them fails, and that execution is told', () => {
    const lostOrder = {
      words,
      threads: [takes, takes] as const,
      finally: (_: unknown, [first, second]: readonly [number, number]) => first < second,
    };
    const failure = failureOf(() => check({ ...lostOrder }));
    expect(failure.message).toContain('T1 returns 1 · T2 returns 0');
    expect(failure.replay).toBe('2,1');
    expect(failureOf(() => check({ ...lostOrder, replay: failure.replay })).kind).toBe('property');
  });

  test('are told apart once one asks for its number', () => {
    const seen = new Set<string>();
    const { symmetric, executions } = check({
      words,
      threads: [byNumber, byNumber],
      finally: (_, results) => void seen.add(results.join()),
    });
    expect({ symmetric, executions, seen: [...seen].toSorted() }).toEqual({
      symmetric: [],
      executions: 2,
      seen: ['0,2', '1,0'],
    });
  });

  test('or lists of the same calls are equal, and others are not', () => {
    expect([executionsOf(1), executionsOf(2)]).toEqual([1, 2]);
  });

  test('are all explored if the check asks for it', () => {
    const { executions, symmetric } = ticketLock.sound(false);
    expect({ executions, symmetric }).toEqual({ executions: 48, symmetric: [] });
  });
});
