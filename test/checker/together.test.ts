import { deep } from '../effort.ts';
import { describe, expect, test } from 'vitest';
import { check, type Shared } from '../../src/checker/index.ts';
import type { AnyCheck } from '../../src/checker/any-check.ts';
import { exploreStates } from '../../src/checker/by-states.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { allPoints } from '../../src/checker/points.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import type { CheckOutcome } from '../../src/checker/fault-finder.ts';
import { failureOf } from './failure-of.ts';

const words = { w: [0, 0, 0], n: 0, x: 0, y: 2 };
type Words = Shared<typeof words>;
type Body = (shared: Words) => unknown;

/** Says that it wants to, and steps aside as long as another one of the threads does. */
const aside =
  (me: number, threads: number, then: Body): Body =>
  (shared) => {
    const { w } = shared;
    const others = Array.from({ length: threads - 1 }, (_, i) => (me + i + 1) % threads);
    for (;;) {
      Atomics.store(w, me, 1);
      if (others.every((other) => Atomics.load(w, other) === 0)) break;
      Atomics.store(w, me, 0);
    }
    const result = then(shared);
    Atomics.store(w, me, 0);
    return result;
  };

const increments: Body = ({ n }) => n.value++;
const both = [aside(0, 2, increments), aside(1, 2, increments)];

/** Ends when `y` is 0, in one way or another by how often it has looked. */
const alternates: Body = ({ x, y }) => {
  for (let phase = 1; ; phase ^= 1) {
    x.load();
    if (y.load() === 0) return phase === 0 && x.store(7);
  }
};

const potato =
  (me: number): Body =>
  ({ x }) => {
    for (;;) {
      while (x.load() !== me);
      x.store(1 - me);
    }
  };

/** Puts nothing: a get that begins after it has answered is wrong, though the state is as if it had come before. */
const forgets = {
  words: { x: 0 },
  operations: {
    put: ({ x }: { x: { load(): number } }) => void x.load(),
    get: ({ x }: { x: { load(): number } }) => x.load(),
  },
  threads: [[['get']], [['put']]],
  model: { initial: 0, apply: (is: number, name: string) => (name === 'put' ? [1, undefined] : [is, is]) },
};

function byStates(what: object): CheckOutcome | null {
  const program = new CheckedProgram(what as AnyCheck);
  const budget = { deadline: Infinity, mostPlaces: 1000 };
  return withModelled(() => exploreStates(program, allPoints(program), budget));
}

describe('threads that go round together', () => {
  test('and may step aside forever are decided: that both do so at the same time does not count', () => {
    const asked = { words, threads: both, interleavings: true, maxSeconds: 150 };
    const passed = check({ ...asked, finally: ({ n }) => n === 2 });
    expect(passed).toMatchObject({ complete: true, cut: 0, races: [], interleavings: null });
    const three = [0, 1, 2].map((me) => aside(me, 3, increments));
    expect(check({ words, threads: three, finally: ({ n }) => n === 3, maxSeconds: 150 }).complete).toBe(
      true,
    );
  });

  test('are judged at every end and after every step', () => {
    const seen = new Set<unknown>();
    const threads = [aside(0, 2, increments), aside(1, 2, increments)];
    check({ words, threads, finally: (_, results) => void seen.add(results.join()), maxSeconds: 150 });
    expect([...seen].toSorted()).toEqual(['0,1', '1,0']);
    const wrong = failureOf(() => check({ words, threads, finally: (_, [first]) => first === 0 }));
    expect(wrong.kind).toBe('property');
    expect(
      failureOf(() => check({ words, threads, finally: (_, [a]) => a === 0, replay: wrong.replay })).kind,
    ).toBe('property');
    const always = failureOf(() =>
      check({ words, threads, always: ({ n, w }) => n !== 1 || w[0] === 0 || w[1] === 0 }),
    );
    expect(always.kind).toBe('invariant');
    expect(failureOf(() => check({ words, threads, lockFree: true })).kind).toBe('not lock-free');
  });

  test('are judged by the history of their operations', () => {
    const operations = { next: (shared: Words, me: number): unknown => aside(me, 2, increments)(shared) };
    const threads = [
      [
        ['next', 0],
        ['next', 0],
      ],
      [['next', 1]],
    ] as const;
    const model = { initial: 0, apply: (n: number): readonly [number, number] => [n + 1, n] };
    expect(check({ words, operations, threads, model, maxSeconds: 150 }).complete).toBe(true);
    const wrong = { initial: 0, apply: (n: number): readonly [number, number] => [n + 1, n === 2 ? 3 : n] };
    expect(failureOf(() => check({ words, operations, threads, model: wrong })).kind).toBe(
      'not linearizable',
    );
  });

  test('are judged by what came before what, though it came to the same state', () => {
    const explored = byStates(forgets);
    expect(explored?.found?.kind).toBe('not linearizable');
  });

  test('are told of with their races', () => {
    const careless = [0, 1].map((me) => (shared: Words): void => {
      aside(me, 2, increments)(shared);
      shared.x.value = me;
    });
    const failure = failureOf(() => check({ words, threads: careless }));
    expect(failure.kind).toBe('race');
    expect(failure.message).toMatch(/plainly wrote what T\d touches with a plain write/);
    expect(failureOf(() => check({ words, threads: careless, replay: failure.replay })).kind).toBe('race');
    const allowed = check({ words, threads: careless, races: 'allow', maxSeconds: 150 });
    expect(allowed).toMatchObject({ complete: true, races: ['x'] });
  });

  test('are not taken to have come back where they go on in another way if they are answered in another', () => {
    const seen = new Set<unknown>();
    const explored = byStates({
      words,
      threads: [alternates, ({ y }: Words) => y.store(0)],
      finally: ({ x }: { readonly x: number }) => void seen.add(x),
    });
    expect(explored).toMatchObject({ found: null, complete: true });
    expect(seen).toEqual(new Set([0, 7]));
  });

  test.runIf(deep)(
    'and have no way to an end are a livelock, also where each of them makes step after step',
    () => {
      const keeps = [0, 1].map((me) => (shared: Words): void => {
        aside(me, 2, increments)(shared);
        Atomics.store(shared.w, me, 1);
      });
      const failure = failureOf(() => check({ words, threads: keeps }));
      expect(failure.kind).toBe('livelock');
      expect(failure.message).toMatch(/Found in a visit of \d+ states; this one has \d+ steps/);
      expect(failureOf(() => check({ words, threads: keeps, replay: failure.replay })).kind).toBe('livelock');
      const forever = failureOf(() => check({ words, threads: [potato(0), potato(1)], stepLimit: 100 }));
      expect(forever.kind).toBe('livelock');
    },
  );

  test.runIf(deep)('and count their rounds in a word are not decided, and it is said', () => {
    const counting = [0, 1].map((me) => (shared: Words): void => {
      for (;;) {
        Atomics.store(shared.w, me, 1);
        if (Atomics.load(shared.w, 1 - me) === 0) break;
        shared.x.add(1);
        Atomics.store(shared.w, me, 0);
      }
      Atomics.store(shared.w, me, 0);
    });
    expect(() => check({ words, threads: counting, stepLimit: 8 })).toThrow(
      /^The check is not decided: \d+ of \d+ /,
    );
  });
});
