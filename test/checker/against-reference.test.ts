import { describe, expect, test } from 'vitest';
import { runs } from '../effort.ts';
import { Random } from '../../src/random.ts';
import { StateSearch } from '../../src/search/states.ts';
import { Dpor } from '../../src/search/dpor.ts';
import type { Machine } from '../../src/model/machine.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { exploreProgram } from '../../src/checker/exploration.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import {
  bodyOf,
  declared,
  type RandomAccess,
  type RandomOptions,
  randomProgram,
  referenceOutcomes,
} from './reference.ts';

const shapes: readonly (RandomOptions & { readonly name: string; readonly programs: number })[] = [
  { name: '2 threads', programs: 60, threads: 2, accesses: 4, also: 'nothing' },
  { name: '3 threads', programs: 30, threads: 3, accesses: 3, also: 'nothing' },
  { name: '2 threads that wait and notify', programs: 100, threads: 2, accesses: 4, also: 'waiting' },
  { name: '3 threads that wait and notify', programs: 100, threads: 3, accesses: 3, also: 'waiting' },
  { name: '4 threads that wait and notify', programs: 40, threads: 4, accesses: 2, also: 'waiting' },
  { name: '2 threads with loops', programs: 70, threads: 2, accesses: 3, also: 'loops' },
  { name: '3 threads with loops', programs: 25, threads: 3, accesses: 2, also: 'loops' },
];

/** Programs that were missed once: what a wait or a notification touches was not all that it depends on. */
const hard: readonly (readonly RandomAccess[])[][] = [
  [
    [access('write', 'a', 1, -1), access('wait', 'b', 0, 0n)],
    [access('write', 'a', 1, 127), access('exchange', 'b', 0, 2n ** 40n)],
    [access('notify', 'b', 0, 0n)],
  ],
  [
    [access('load', 'c', 0, 0), access('read', 'c', 0, 0), access('notify', 'a', 0, 0)],
    [access('store', 'a', 1, 127), access('notify one', 'a', 0, 0), access('sub', 'c', 0, -1)],
  ],
];

function access(
  kind: RandomAccess['kind'],
  name: RandomAccess['name'],
  index: number,
  first: number | bigint,
): RandomAccess {
  return { kind, name, index, first, second: first };
}

/** Holds what the explorer sees of a program against what the interpreter finds. */
function compare(threads: readonly (readonly RandomAccess[])[]): void {
  const program = new CheckedProgram({
    words: declared,
    threads: threads.map(bodyOf) as never,
    races: 'allow',
  });
  const expected = [...referenceOutcomes(threads)].toSorted();
  withModelled(() => {
    const { points, found, complete } = exploreProgram(program, Infinity);
    // A thread that waits forever ends the exploration, perhaps before all races are known; everything else goes through.
    expect(found !== null).toBe(expected.some((outcome) => outcome.includes('waits')));
    expect(complete).toBe(found === null);
    const all = new Set(program.layout.words.keys());
    for (const steps of found === null ? [points, all] : [all]) {
      expect({ threads, seen: seenBy(program, steps, 'classes') }).toEqual({ threads, seen: expected });
      expect({ threads, seen: seenBy(program, steps, 'states') }).toEqual({ threads, seen: expected });
    }
  });
}

describe('the explorer sees every outcome that an interpreter of its own finds, and no other', () => {
  test.each(shapes)('of random programs of $name', ({ programs, ...options }) => {
    const random = new Random(7);
    for (let i = 0; i < runs(programs, 2); i++) compare(randomProgram(random, options));
  });

  test.each(hard.map((threads, i) => [i + 1, threads] as const))('of hard program %i', (_, threads) => {
    compare(threads);
  });
});

function seenBy(program: CheckedProgram, points: ReadonlySet<number>, by: 'classes' | 'states'): string[] {
  const seen = new Set<string>();
  const visit = (machine: Machine): void => void seen.add(outcomeOf(machine, program));
  const model = program.model(points);
  if (by === 'classes') new Dpor(model, program.dependence(), visit).run();
  else new StateSearch(model, visit).run();
  return [...seen].toSorted();
}

function outcomeOf(machine: Machine, { layout }: CheckedProgram): string {
  const words = Array.from({ length: layout.size }, (_, i) => String(layout.decode(i, machine.words[i]!)));
  const ends = machine.at.map(({ next, result }) => (next === null ? String(result) : 'waits'));
  return `${words.join()} / ${ends.join(' / ')}`;
}
