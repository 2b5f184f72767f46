import { describe, expect, test } from 'vitest';
import { memoryDependence } from '../../src/model/dependence.ts';
import type { Machine, Model } from '../../src/model/machine.ts';
import { renumberings, symmetryOf } from '../../src/model/symmetry.ts';
import { Random } from '../../src/random.ts';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { everyInterleaving } from './all-interleavings.ts';
import { runs } from '../effort.ts';
import { traceOf } from './brute-force.ts';
import { model as modelOf } from './literature.ts';
import { randomModel, type RandomOptions, randomProgram } from './random-programs.ts';

/** What a search sees at the ends, whichever of the equal threads is which; and how many executions of how many classes. */
function seenBy(
  model: Model,
  groups: readonly (readonly number[])[],
  search: (visit: (machine: Machine) => void) => { executions: number; complete: boolean },
) {
  const ends = new Set<string>();
  const classes = new Set<string>();
  const dependence = memoryDependence(model.words.length);
  const { executions, complete } = search((machine) => {
    const results = machine.at.map(({ next, result }) => (next === null ? String(result) : 'waits'));
    for (const numbers of renumberings(results.length, groups)) {
      const renumbered: string[] = [];
      for (const [thread, number] of numbers.entries()) renumbered[number] = results[thread]!;
      ends.add(`${machine.words.join()} / ${renumbered.join(' / ')}`);
    }
    classes.add(traceOf(machine, dependence));
  });
  expect(complete).toBe(true);
  return { ends: [...ends].toSorted(), executions, classes: classes.size };
}

interface Shape extends RandomOptions {
  readonly programs: number;
  /** Threads that run the same code. */
  readonly groups: readonly (readonly number[])[];
}

const shapes: readonly Shape[] = [
  { programs: 80, threads: 3, accesses: 3, words: 2, awaits: false, groups: [[0, 1, 2]] },
  { programs: 80, threads: 3, accesses: 3, words: 2, awaits: true, groups: [[0, 2]] },
  {
    programs: 80,
    threads: 4,
    accesses: 2,
    words: 2,
    awaits: true,
    groups: [
      [0, 2],
      [1, 3],
    ],
  },
  { programs: 40, threads: 3, accesses: 2, words: 2, awaits: true, spins: true, groups: [[0, 1]] },
];

describe.each(shapes)('of random programs of $threads threads, $groups being equal', (shape) => {
  test('all ends are seen up to the numbers of these, each class once and none half-way', () => {
    const random = new Random(5);
    const sum = { all: 0, reduced: 0 };
    for (let i = 0; i < runs(shape.programs); i++) {
      const program = randomProgram(random, shape);
      for (const [first, ...rest] of shape.groups) for (const each of rest) program[each] = program[first!]!;
      const model = randomModel(program, shape);
      const all = seenBy(model, shape.groups, (visit) => everyInterleaving(model, visit));
      const { symmetry, dependence } = symmetryOf(shape.threads, shape.groups, memoryDependence(shape.words));
      const reduced = { ...model, symmetry };
      const once = seenBy(model, shape.groups, (visit) => {
        const searched = new Dpor(reduced, dependence, visit).run();
        expect(searched.blocked).toBe(0);
        return searched;
      });
      expect({ program, ends: once.ends }).toEqual({ program, ends: all.ends });
      expect(once.executions).toBe(once.classes);
      const bounded = seenBy(model, shape.groups, (visit) =>
        new BoundedSearch(reduced, dependence, visit).runUpTo(Infinity),
      );
      expect({ program, ...bounded }).toEqual({ program, ...once });
      sum.all += all.classes;
      sum.reduced += once.executions;
    }
    expect(sum.reduced).toBeLessThan(sum.all);
  });
});

test('threads that add to one word come in one order', () => {
  const model = modelOf(
    1,
    ...Array.from({ length: 5 }, () => (words: { add(to: number, by: number): number }) => words.add(0, 1)),
  );
  const { symmetry, dependence } = symmetryOf(5, [[0, 1, 2, 3, 4]], memoryDependence(1));
  const { executions } = new Dpor({ ...model, symmetry }, dependence, () => false).run();
  expect(executions).toBe(1);
});
