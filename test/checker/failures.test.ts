import { describe, expect, test } from 'vitest';
import { check, type Passed, type Shared, UsageError } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const increments = ({ counter }: Shared<{ counter: number }>): number => counter.store(counter.load() + 1);

const lostUpdate = (replay?: string): Passed =>
  check({
    words: { counter: 0 },
    threads: [increments, increments],
    finally: ({ counter }) => expect(counter).toBe(2),
    ...(replay !== undefined && { replay }),
  });

const flips = ({ x, y }: Shared<{ x: number; y: number }>): void => {
  while (true) {
    x.add(1);
    y.add(1);
  }
};

const moves = ({ a, b }: Shared<{ a: number; b: number }>): void => {
  a.value--;
  b.value++;
};

const locks = ({ lock }: Shared<{ lock: number }>): void => {
  while (lock.exchange(1) === 1);
  lock.store(0);
};

const addsOnce = ({ x }: Shared<{ x: number }>): number => x.add(1);

describe('a failure', () => {
  test('is told step by step, with what was overwritten and the line that replays it', () => {
    const { message } = failureOf(() => lostUpdate());
    expect(message.replaceAll(/failures\.test\.ts:\d+/g, 'here').split('\n')).toEqual([
      'What must hold at the end does not.',
      '  AssertionError: expected 1 to be 2 // Object.is equality',
      '',
      '  step  T1                        T2',
      '     1  counter.load() ⇒ 0                                  here',
      '     2                            counter.load() ⇒ 0        here',
      '     3                            counter.store(1)   0 → 1  here',
      '     4  counter.store(1)   1 → 1                            here',
      '          └ It overwrites what was written since T1 saw counter at step 1: by T2 at step 3.',
      '   end  counter 1 · T1 returns 1 · T2 returns 1',
      '',
      'Found after 2 executions; this one has 4 steps and 1 preemption, the fewest that show it. Run it alone with',
      "  replay: '1,2x2,1'",
    ]);
  });

  test('carries what the property threw, and facts for programs', () => {
    expect(failureOf(() => lostUpdate())).toMatchObject({
      kind: 'property',
      replay: '1,2x2,1',
      executions: 2,
      preemptions: 1,
      cause: { message: 'expected 1 to be 2 // Object.is equality' },
    });
  });

  test('is gone when the replayed execution is another one', () => {
    expect(lostUpdate('1x2,2x2')).toMatchObject({ executions: 1, complete: false });
  });

  test.each([
    ['1x3', 'at step 3 it moves T1, which has ended, after counter.store(1)'],
    ['1,3', 'moves T3, and the check has 2 threads'],
    ['T1@end', 'is not by counts'],
    ['1 @count', 'names the word "count", which the check does not declare'],
  ])('by a line that does not fit, %s, is refused', (line, why) => {
    expect(() => lostUpdate(line)).toThrow(UsageError);
    expect(() => lostUpdate(line)).toThrow(why);
  });

  test('of a thread that throws names the thread and marks its last step', () => {
    const error = new RangeError('as it was told to');
    const throws = ({ x }: Shared<{ x: number }>): void => {
      if (x.load() === 1) throw error;
    };
    const failure = failureOf(() => check({ words: { x: 0 }, threads: [({ x }) => x.store(1), throws] }));
    expect(failure).toMatchObject({ kind: 'error', cause: error });
    expect(failure.message).toContain('A thread throws.\n  T2 throws RangeError: as it was told to\n\n');
    expect(failure.trace).toMatch(/^! {4}2 {2}\s+x\.load\(\) ⇒ 1/m);
  });

  test('of a thread that does not end shows the loop', () => {
    const failure = failureOf(() => check({ words: { x: 0, y: 0 }, threads: [flips], stepLimit: 20 }));
    expect(failure.kind).toBe('endless');
    expect(failure.message).toContain(
      'T1 was still going after 20 steps, and after 200 more that it made alone; its last round was x.add(1) ⇒ 109, y.add(1) ⇒ 109.\n' +
        '  If it ends all the same, let it make more steps: stepLimit is 20.',
    );
  });

  test('of an invariant at the start has no steps', () => {
    const failure = failureOf(() =>
      check({ words: { x: 3 }, threads: [() => {}], always: ({ x }) => x < 3 }),
    );
    expect(failure).toMatchObject({ kind: 'invariant', replay: '', executions: 1 });
    expect(failure.message).toMatch(/\n\nIt is so before the first step, in every execution\.$/);
    expect(
      failureOf(() => check({ words: { x: 3 }, threads: [() => {}], always: ({ x }) => x < 3, replay: '' })),
    ).toMatchObject({ kind: 'invariant' });
  });

  test('of an invariant between two plain writes is seen', () => {
    const failure = failureOf(() =>
      check({ words: { a: 1, b: 0 }, threads: [moves], always: ({ a, b }) => a + b === 1 }),
    );
    expect(failure).toMatchObject({ kind: 'invariant', replay: '1x2' });
  });

  test('of lock freedom is a lock', () => {
    const failure = failureOf(() => check({ words: { lock: 0 }, threads: [locks, locks], lockFree: true }));
    expect(failure).toMatchObject({ kind: 'not lock-free', replay: '1' });
    expect(failure.message).toContain(
      'T2 does not finish alone from here, the others standing still: it was still going after 10000 steps, and its last round was lock.exchange(1) ⇒ 1.',
    );
    expect(check({ words: { x: 0 }, threads: [addsOnce, addsOnce], lockFree: true }).executions).toBe(1);
  });
});
