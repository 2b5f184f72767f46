import { describe, expect, test } from 'vitest';
import { dequeue, enqueue, isEmpty } from './histories.ts';
import { expectLinearizable, findingOf } from './verdicts.ts';

const [A, B] = [1, 2];

describe('isEmpty', () => {
  test('may answer yes where a dequeue may answer empty, and nowhere else', () => {
    const inside = [enqueue('T1#1', A, 0, 1), dequeue('T1#2', A, 4, 5)];
    expectLinearizable([isEmpty('T2#1', true, 0, 1), ...inside]);
    expect(findingOf([...inside, isEmpty('T2#1', true, 2, 3)])).toEqual([
      'false empty',
      'T2 isEmpty#1 answered yes, but A, enqueued by T1 enqueue#1, was inside all the time.',
    ]);
    expect(findingOf([isEmpty('T1#1', true, 0, 1)], [A])).toEqual([
      'false empty',
      'T1 isEmpty#1 answered yes, but A, in the queue at the start, was inside all the time.',
    ]);
  });

  test('may answer no if something can have been inside', () => {
    expectLinearizable([isEmpty('T1#1', false, 0, 1), dequeue('T2#1', A, 0, 1)], [A]);
    expectLinearizable([enqueue('T1#1', A, 0, 9), isEmpty('T2#1', false, 1, 2), dequeue('T3#1', A, 3, 10)]);
    const note = 'T2 isEmpty#1 answered no, but nothing can have been inside at any instant of it.';
    expect(findingOf([isEmpty('T2#1', false, 0, 1), enqueue('T1#1', A, 2, 3)])).toEqual([
      'false non-empty',
      note,
    ]);
    expect(findingOf([dequeue('T1#1', A, 0, 1), isEmpty('T2#1', false, 2, 3)], [A])).toEqual([
      'false non-empty',
      note,
    ]);
  });

  test('a value went in after those that came out before it, so it was not inside before them', () => {
    const history = [
      enqueue('T1#1', A, 0, 100),
      isEmpty('T2#1', false, 10, 20),
      enqueue('T3#1', B, 50, 60),
      dequeue('T3#2', B, 70, 80),
      dequeue('T4#1', A, 200, 300),
    ];
    expect(findingOf(history)[0]).toBe('false non-empty');
    expectLinearizable(history.with(3, dequeue('T3#2', B, 70, 201)));
  });

  test('a pending enqueue may be what was inside, and a pending dequeue what emptied the queue', () => {
    expectLinearizable([enqueue('T1#1', A, 0, Infinity), isEmpty('T2#1', false, 1, 2)]);
    expect(findingOf([enqueue('T1#1', A, 3, Infinity), isEmpty('T2#1', false, 1, 2)])[0]).toBe(
      'false non-empty',
    );
    expectLinearizable([dequeue('T1#1', null, 0, Infinity), isEmpty('T2#1', true, 1, 2)], [A]);
    expectLinearizable([dequeue('T1#1', null, 0, Infinity), isEmpty('T2#1', false, 1, 2)], [A]);
    expectLinearizable([isEmpty('T1#1', null, 0, Infinity)]);
  });

  test('several answers that are possible one by one may be impossible together', () => {
    // A may have been inside before B or after it, but not both.
    const around = [
      enqueue('T1#1', A, 0, 100),
      dequeue('T2#1', A, 0, 100),
      enqueue('T3#1', B, 40, 41),
      dequeue('T3#2', B, 42, 43),
    ];
    const [before, after] = [isEmpty('T4#1', false, 10, 11), isEmpty('T4#2', false, 90, 91)];
    expectLinearizable([...around, before]);
    expectLinearizable([...around, after]);
    expect(findingOf([...around, before, after])).toEqual([
      'false non-empty',
      'No order of the 6 operations is one of a FIFO queue: at best 5 fit, and then T4 isEmpty#2 cannot follow.',
    ]);
  });
});
