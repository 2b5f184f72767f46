import { describe, expect, test } from 'vitest';
import { runs } from '../effort.ts';
import { Random } from '../../src/random.ts';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { StateSearch } from '../../src/search/states.ts';
import type { Machine } from '../../src/model/machine.ts';
import type { AnyCheck } from '../../src/checker/any-check.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import { bodyOf, type Code, enumerate, outcome, randomChoices, WORDS } from './choices.ts';

/** What the searches see of a program, to be held against an enumeration. */
function seenOf(codes: readonly Code[]) {
  const program = new CheckedProgram({
    words: { w: new Int32Array(WORDS) },
    threads: codes.map(bodyOf),
  } as unknown as AnyCheck);
  const model = program.model(new Set());
  const dependence = program.dependence();
  const outcomes = { classes: new Set<string>(), bounded: new Set<string>(), states: new Set<string>() };
  const into =
    (name: keyof typeof outcomes) =>
    ({ words, at }: Machine): void =>
      void outcomes[name].add(
        outcome(
          [...words.subarray(0, WORDS)],
          at.map(({ result }) => result as string),
        ),
      );
  const classes = new Dpor(model, dependence, into('classes')).run();
  const bounded = new BoundedSearch(model, dependence, into('bounded')).runUpTo(Infinity);
  const states = new StateSearch(model, into('states')).run();
  return { outcomes, classes, bounded, states };
}

describe.each([
  ['2 threads', 2, 5, false, runs(240)],
  ['2 threads with plain accesses', 2, 6, true, runs(240)],
  ['3 threads', 3, 3, false, runs(100)],
  ['3 threads with plain accesses', 3, 3, true, runs(100)],
] as const)('random choices of %s', (_, threads, longest, plain, programs) => {
  test('are all tried, each class of executions once, as an enumeration of all interleavings says', () => {
    const random = new Random(5);
    let compared = 0;
    for (let i = 0; i < programs; i++) {
      const codes = randomChoices(random, threads, longest, plain);
      const all = enumerate(codes, 3000);
      if (all === null) continue;
      compared++;
      const { outcomes, classes, bounded, states } = withModelled(() => seenOf(codes));
      const expected = [...all.outcomes].toSorted();
      for (const seen of Object.values(outcomes))
        expect({ codes, seen: [...seen].toSorted() }).toEqual({ codes, seen: expected });
      expect({ codes, executions: classes.executions }).toEqual({ codes, executions: all.classes.size });
      expect({ codes, executions: bounded.executions }).toEqual({ codes, executions: all.classes.size });
      expect({ codes, interleavings: states.interleavings }).toEqual({
        codes,
        interleavings: BigInt(all.interleavings),
      });
    }

    expect(compared).toBeGreaterThan(0.6 * programs);
  });
});
