import { describe, expect, test } from 'vitest';
import { deep, runs } from '../effort.ts';
import { Random } from '../../src/random.ts';
import { type Dependence, memoryDependence } from '../../src/model/dependence.ts';
import { withCalls } from './with-calls.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { split } from '../../src/search/strategies/exhaustive.ts';
import { canonicalHistory } from './histories.ts';
import type { Machine, Model } from '../../src/model/machine.ts';
import { type PlainBody, bodyCode } from './plain-body.ts';
import { client } from './michael-scott-client.ts';
import { randomModel, type RandomOptions, randomProgram } from './random-programs.ts';

/** All that can be told at the end of an execution, and how often it was seen. */
type Outcomes = ReadonlyMap<string, number>;

function outcome(machine: Machine): string {
  const threads = machine.at.map(({ next, result }) => (next === null ? String(result) : 'waits'));
  return `${machine.words.join()} / ${threads.join(' / ')} / ${canonicalHistory(machine)}`;
}

interface Sum {
  readonly executions: number;
  readonly deadlocks: number;
  readonly cut: number;
  readonly outcomes: Outcomes;
}

/** What the search of each path has seen, added up. */
function sumOf(model: Model, dependence: Dependence, paths: readonly (readonly number[])[]): Sum {
  const outcomes = new Map<string, number>();
  const sum = { executions: 0, deadlocks: 0, cut: 0 };
  for (const path of paths) {
    const visit = (machine: Machine): void => {
      const seen = outcome(machine);
      outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1);
      expect(machine.path().slice(0, path.length)).toEqual(path);
    };
    const searched = new Dpor(model, dependence, visit, { stepLimit: 60 }).run(path);
    expect(searched.complete).toBe(true);
    sum.executions += searched.executions;
    sum.deadlocks += searched.deadlocks;
    sum.cut += searched.cut;
  }
  return { ...sum, outcomes };
}

/** The parts, in an order that has nothing to do with the one in which they were made. */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function expectSame(model: Model, dependence: Dependence, wanted: readonly number[], random: Random): number {
  const whole = sumOf(model, dependence, [[]]);
  let most = 0;
  for (const each of wanted) {
    const paths = split(model, dependence, each);
    expect(split(model, memoryless(dependence), each)).toEqual(paths);
    expect(sumOf(model, dependence, shuffled(paths, random))).toEqual(whole);
    most = Math.max(most, paths.length);
  }
  return most;
}

/** The same, with nothing that was remembered of an earlier search. */
function memoryless(dependence: Dependence): Dependence {
  return { ...dependence };
}

const model = (words: number, ...bodies: PlainBody[]): Model => ({
  words: new Int32Array(words),
  threads: bodies.map((body) => bodyCode(body)),
});

const goesRound: PlainBody = (words) => {
  while (words.load(0) === 0);
};

describe('the parts of a search are the whole of it, in any order and at any size', () => {
  const programs = [
    ['e | d', 4],
    ['e e | d d', 24],
    ['e d | e d', 222],
    ['e | e | d', 188],
    ['e | e | d | d', 11_198],
  ] as const;
  test.each(programs.filter(([, executions]) => deep || executions < 1000))('%s', (program, executions) => {
    const queue = client(program);
    const dependence = memoryDependence(queue.words.length);
    const parts = expectSame(queue, dependence, executions > 1000 ? [300] : [2, 60, 300], new Random(1));
    expect(parts).toBeGreaterThan(Math.min(executions / 2, 250));
    expect(sumOf(queue, dependence, split(queue, dependence, 20)).executions).toBe(executions);
  });

  const shapes: readonly (RandomOptions & { readonly name: string })[] = [
    { name: '2 threads', threads: 2, accesses: 4, words: 2, awaits: false },
    { name: '4 threads', threads: 4, accesses: 2, words: 2, awaits: false },
    { name: '3 threads that wait', threads: 3, accesses: 3, words: 2, awaits: true },
    { name: '3 threads that wait for one word', threads: 3, accesses: 3, words: 1, awaits: true },
    { name: '3 threads that go round', threads: 3, accesses: 2, words: 2, awaits: true, spins: true },
    { name: '3 threads with plain accesses', threads: 3, accesses: 3, words: 2, awaits: true, plain: true },
    { name: '3 threads with operations', threads: 3, accesses: 3, words: 2, awaits: true, operations: true },
  ];

  test.each(shapes)('random programs of $name', (options) => {
    const dependenceOf = options.operations === true ? withCalls : memoryDependence;
    const random = new Random(3);
    for (let program = 0; program < runs(40, 20); program++) {
      const some = randomModel(randomProgram(random, options), options);
      expectSame(some, dependenceOf(some.words.length), [2, 7, 40], random);
    }
  });

  test('what sleeps since above a part covers nothing in which something comes first that it depends on', () => {
    // Below the path of the second thread the first one sleeps, and its read depends on no step of the race that is met there.
    const some = model(
      2,
      (words) => words.load(0),
      (words) => {
        words.load(1);
        words.store(0, 1);
      },
      (words) => words.load(0),
    );
    const dependence = memoryDependence(2);
    expect(sumOf(some, dependence, [[]]).executions).toBe(4);
    expect(sumOf(some, dependence, [[1]]).outcomes).toEqual(
      new Map([
        ['1,0 / 1 / undefined / 1 / ', 1],
        ['1,0 / 1 / undefined / 0 / ', 1],
      ]),
    );
    expectSame(some, dependence, [2], new Random(1));
  });

  test('threads that go round forever are cut in a part, too', () => {
    const forEver = model(1, goesRound, (words) => words.store(0, 1));
    const dependence = memoryDependence(1);
    expect(sumOf(forEver, dependence, [[]]).cut).toBe(1);
    expectSame(forEver, dependence, [2, 10], new Random(1));
  });

  test('a part that is left out is missed', () => {
    const queue = client('e d | e d');
    const dependence = memoryDependence(queue.words.length);
    const paths = split(queue, dependence, 20);
    expect(sumOf(queue, dependence, paths.slice(1)).executions).toBeLessThan(222);
  });
});
