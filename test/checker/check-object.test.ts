import { describe, expect, expectTypeOf, test } from 'vitest';
import { runs } from '../effort.ts';
import { Random } from '../../src/random.ts';
import { CheckFailure, checkObject, type PassedObject, type Shared } from '../../src/checker/index.ts';
import { programsOf } from '../../src/checker/programs.ts';
import {
  type Calls,
  isLinearizable,
  type Operation,
  operationOf,
  randomCalls,
  randomOperations,
} from './objects.ts';

const words = { n: 0 };
type Words = Shared<typeof words>;

const get = ({ n }: Words): number => n.load();
const inc = ({ n }: Words): number => n.add(1);
const loses = ({ n }: Words): void => void n.store(n.load() + 1);
const acquire = ({ n }: Words): void => {
  for (let had = false; !had;) {
    const free = n.load();
    if (free === 0) n.wait(0);
    else had = n.compareExchange(free, free - 1) === free;
  }
};
const release = ({ n }: Words): void => void [n.add(1), n.notify(1)];
/** Wakes nobody, the first time. */
const silent = ({ n }: Words): void => void (n.add(1) === 1 && n.notify(1));
const apply = (n: number, name: string): readonly [number, number] => [name === 'inc' ? n + 1 : n, n];

class Register {
  readonly #word = new Int32Array(new SharedArrayBuffer(4));
  set(value: number): void {
    Atomics.store(this.#word, 0, value);
  }
  get(): number {
    return Atomics.load(this.#word, 0);
  }
}

function failureOf(run: () => PassedObject): CheckFailure {
  try {
    run();
  } catch (error) {
    if (error instanceof CheckFailure) return error;
    throw error;
  }
  throw new Error('Nothing was wrong.');
}

/** Random programs that show what is easily missed: the order of a call and a return, and a step that is made again at another place. */
const hard: { readonly operations: readonly Operation[]; readonly calls: Calls }[] = [
  {
    operations: [
      [
        { does: 'add', word: 0, value: 1 },
        { does: 'load', word: 1 },
      ],
      [
        { does: 'load', word: 1 },
        { does: 'load', word: 0 },
      ],
      [
        { does: 'put', word: 0 },
        { does: 'load', word: 1 },
        { does: 'store', word: 0, value: 2 },
      ],
    ],
    calls: [[1], [0, 2]],
  },
  {
    operations: [
      [
        { does: 'store', word: 1, value: 2 },
        { does: 'load', word: 0 },
      ],
      [
        { does: 'load', word: 1 },
        { does: 'load', word: 1 },
        { does: 'await', word: 1 },
      ],
    ],
    calls: [[0], [1]],
  },
];

describe('programs of an object', () => {
  test('are made smallest first, each once but for the numbers of its threads', () => {
    const letters = [['a'], ['b']] as const;
    const made = [...programsOf(letters, { threads: 3, calls: 4, least: 2 })].map((threads) =>
      threads.map((calls) => calls.join('')).join('|'),
    );
    expect(made.slice(0, 11)).toEqual('a|a a|b b|b aa|a aa|b ab|a ab|b ba|a ba|b bb|a bb|b'.split(' '));
    const sorted = made.map((program) => program.split('|').toSorted().join('|'));
    expect(new Set(sorted).size).toBe(made.length);
    // All words of up to four letters, in up to three threads.
    expect(made).toHaveLength(3 + 8 + 4 + 16 + 10 + 12);
  });

  test('are all explored if nothing is wrong, and judged by the object itself', () => {
    const passed = checkObject({ words, operations: { inc, get } });
    expectTypeOf(passed).toEqualTypeOf<PassedObject>();
    expect(passed).toMatchObject({ programs: 53, calls: 4, complete: true });
    expect(checkObject({ words, operations: { inc, get }, threads: 2, calls: 3 })).toMatchObject({
      programs: 11,
      calls: 3,
    });
  });

  test('fail by the smallest that does, which is told with what runs it alone', () => {
    const object = { words, operations: { inc: loses, get } };
    const failure = failureOf(() => checkObject(object));
    expect(failure.kind).toBe('not linearizable');
    expect(failure.message).toContain(
      'No order of the 3 operations is one of the object by one call at a time',
    );
    expect(failure.message).toContain("  threads: [[['inc'], ['get']], [['inc']]],\n  replay: '1,2x2,1x2'");
    const threads = [[['inc'], ['get']], [['inc']]] as const;
    const again = failureOf(() => checkObject({ ...object, threads, replay: failure.replay }));
    expect(again.trace).toBe(failure.trace);
    expect(failureOf(() => checkObject({ ...object, threads })).kind).toBe('not linearizable');
  });

  test('may block where the object does by one call at a time, and nowhere else', () => {
    expect(checkObject({ words, operations: { acquire, release }, calls: 3 })).toMatchObject({
      complete: true,
    });
    const failure = failureOf(() => checkObject({ words, operations: { acquire, release: silent } }));
    expect(failure.kind).toBe('deadlock');
    expect(failure.message).toContain("threads: [[['acquire']], [['release']]]");
  });

  test('are judged by a model, from a thread alone on', () => {
    const operations = { inc, get };
    expect(checkObject({ words, operations, model: { initial: 0, apply } }).programs).toBe(83);
    const failure = failureOf(() => checkObject({ words, operations, model: { initial: 1, apply } }));
    expect(failure.message).toContain('No order of the 1 operation is one of the sequential model');
    expect(failure.message).toContain("threads: [[['inc']]]");
  });

  test('may call what takes an argument, of objects that are made', () => {
    const passed = checkObject({
      make: () => new Register(),
      operations: { set: (register, value) => register.set(value), get: (register) => register.get() },
      arguments: { set: [1, 2] },
      calls: 3,
    });
    expect(passed).toMatchObject({ programs: 6 + 27 + 10, complete: true });
  });

  test('are explored as long as there is time', () => {
    const passed = checkObject({ words, operations: { inc, get }, maxSeconds: 0.000_001 });
    expect(passed).toMatchObject({ programs: 1, complete: false });
  });

  test.each([
    [undefined, /checkObject is given nothing/],
    [{ words }, /"operations" is missing in checkObject/],
    [{ words, operations: {} }, /no operations/],
    [{ words, operation: {} }, /There is no "operation" in checkObject \(did you mean "operations"\?\)/],
    [
      { words, operations: { set: (_: Words, v: number) => v } },
      /"set" takes an argument: give some to try, as in arguments: \{ set: \[1, 2\] \}/,
    ],
    [{ words, operations: { get }, arguments: { gte: [1] } }, /no operation "gte" \(did you mean "get"\?\)/],
    [{ words, operations: { get }, arguments: { get: [] } }, /The arguments of "get" are \[\]/],
    [{ words, operations: { get }, threads: 0 }, /"threads" of checkObject is 0/],
    [{ words, operations: { get }, replay: '1' }, /a replay line alone/],
    [
      {
        words,
        operations: { get, may: (_: Words, __: number, t: { choose(n: number): number }) => t.choose(2) },
        arguments: { may: [0] },
      },
      /give a model/,
    ],
  ])('are refused where they cannot be made: %#', (object, why) => {
    expect(() => checkObject(object as never)).toThrow(why);
  });

  test('of random operations are judged as an enumeration of all interleavings judges them', () => {
    const random = new Random(3);
    const programs = runs(1200, 48);
    const made = Array.from({ length: programs }, () => ({
      operations: randomOperations(random, 3),
      calls: randomCalls(random, 3),
    }));
    let wrong = 0;
    for (const { operations, calls } of [...hard, ...made]) {
      const isRight = isLinearizable(operations, calls);
      if (!isRight) wrong++;
      const said = (): PassedObject =>
        checkObject({
          words: { w: new Int32Array(2) },
          operations: Object.fromEntries(operations.map((steps, nth) => [`op${nth}`, operationOf(steps)])),
          threads: calls.map((list) => list.map((nth) => [`op${nth}`] as const)),
        });
      let came: string | null = null;
      try {
        expect(said().complete).toBe(true);
      } catch (error) {
        if (!(error instanceof CheckFailure)) throw error;
        came = error.kind;
      }
      expect({ operations, calls, isRight: came === null }).toEqual({ operations, calls, isRight });
    }
    expect(wrong).toBeGreaterThan(0.1 * programs);
    expect(wrong).toBeLessThan(0.9 * programs);
  });
});
