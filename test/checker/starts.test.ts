import { describe, expect, expectTypeOf, test } from 'vitest';
import { check, type Shared, type Thread } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

const words = { x: 0, y: 0 };
type Words = Shared<typeof words>;

const doubles = ({ x }: Words): number => (x.value *= 2);
const held = { code: doubles, waitsForStart: true } as const;
const forks = ({ x }: Words, thread: Thread<number>): number => {
  x.value = 3;
  thread.start(2);
  thread.join(2);
  return x.value;
};

const early = ({ x }: Words, thread: Thread<number>): number => {
  thread.start(2);
  return x.value;
};

const joins = ({ x }: Words, thread: Thread<number>): number => {
  thread.join(2);
  return x.load();
};

describe('a thread that another one starts', () => {
  test('does what it does after the start and before the join: plain accesses do not race', () => {
    const passed = check({
      words,
      threads: [forks, held],
      finally: (_, [first, second]) => {
        expectTypeOf(second).toEqualTypeOf<number | undefined>();
        return first === 6 && second === 6;
      },
    });
    expect(passed).toMatchObject({ executions: 1, complete: true });
  });

  test('races with what comes after the start, and before the join', () => {
    expect(failureOf(() => check({ words, threads: [early, held] })).kind).toBe('race');
  });

  test('is told in the story', () => {
    const failure = failureOf(() => check({ words, threads: [forks, held], finally: ({ x }) => x === 5 }));
    expect(failure.trace).toMatch(/1 {2}start\(2\)[^]*2 {2} +begins[^]*3 {2} +ends[^]*4 {2}join\(2\)/);
    expect(failure.replay).toBe('1,2x2,1');
  });

  test('need not be started: then it has no result, and nothing is wrong', () => {
    const seen = new Set<unknown>();
    const passed = check({
      words,
      threads: [
        ({ y }, thread) => void (y.load() === 1 && thread.start(3)),
        ({ y }) => y.store(1),
        { code: ({ y }) => y.load(), waitsForStart: true },
      ],
      finally: (_, [, , third]) => void seen.add(third),
      lockFree: true,
    });
    expect(passed.complete).toBe(true);
    expect(seen).toEqual(new Set([undefined, 1]));
  });

  test('is waited for in vain where nobody starts it, or it does not end', () => {
    const failure = failureOf(() => check({ words, threads: [joins, held] }));
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toContain('T1 sleeps in join(2).\n');
    const sleeps = { code: ({ y }: Words) => y.wait(0), waitsForStart: true } as const;
    const asleep = failureOf(() => check({ words, threads: [forks, sleeps] }));
    expect(asleep.message).toContain('T1 sleeps in join(2).\n  T2 sleeps in y.wait.');
  });

  test('may start others', () => {
    const passed = check({
      words,
      threads: [
        forks,
        {
          waitsForStart: true,
          code: ({ x }, thread) => {
            thread.start(3);
            thread.join(3);
            x.value++;
          },
        },
        { code: doubles, waitsForStart: true },
      ],
      finally: ({ x }) => x === 7,
    });
    expect(passed).toMatchObject({ executions: 1, complete: true });
  });

  test.each([
    [
      'twice',
      (_: Words, thread: Thread<number>) => [thread.start(2), thread.start(2)],
      /T1 starts T2, which was started before/,
    ],
    [
      'that begins by itself',
      (_: Words, thread: Thread<number>) => thread.start(1),
      /T1 starts T1, which begins by itself: let it wait for its start/,
    ],
    [
      'that is none',
      (_: Words, thread: Thread<number>) => thread.join(3),
      /T1 joins the thread 3, and the check has the threads 1 to 2/,
    ],
  ])('is refused if it is one %s', (_, code, why) => {
    expect(() => check({ words, threads: [code, held] })).toThrow(why);
  });

  test('is refused where the option is misspelt', () => {
    const misspelt = { code: doubles, waitForStart: true };
    expect(() => check({ words, threads: [misspelt] } as never)).toThrow(/did you mean "waitsForStart"/);
    expect(() =>
      check({ words, threads: [forks, { ...held, code: () => {} }], finally: () => true }),
    ).not.toThrow();
  });
});
