import { describe, expect, test } from 'vitest';
import { runs } from '../effort.ts';
import { Random } from '../../src/random.ts';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { Dpor } from '../../src/search/dpor.ts';
import type { Machine } from '../../src/model/machine.ts';
import { StateSearch } from '../../src/search/states.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import type { AnyCheck } from '../../src/checker/any-check.ts';
import { judgeUnended } from '../../src/checker/unended.ts';
import { expectAgreement, servedAgreement } from './fair-loops-agree.ts';
import { bodyOf, type Code, everyState, outcome, randomLoops, WORDS } from './fair-loops.ts';

/** What a search sees of a program. */
interface Seen {
  readonly ends: ReadonlySet<string>;
  /** True if it was told of threads that go round. */
  readonly isStuck: boolean;
  /** True if every execution was followed to its end, and none was left out. */
  readonly isDecided: boolean;
}

function seenBy(codes: readonly Code[], by: 'classes' | 'states' | 'bounded'): Seen {
  const program = new CheckedProgram({
    words: { w: new Int32Array(WORDS) },
    threads: codes.map(bodyOf),
    stepLimit: 40,
  } as unknown as AnyCheck);
  const ends = new Set<string>();
  let isStuck = false;
  let cut = 0;
  const judged = new Map<string, ReturnType<typeof judgeUnended>>();
  const judge = (machine: Machine): ReturnType<typeof judgeUnended> => {
    const state = `${machine.at.map(({ id }) => id).join()} ${machine.words.join()}`;
    const verdict = judged.get(state) ?? judgeUnended(program, machine);
    judged.set(state, verdict);
    return verdict;
  };
  const visit = (machine: Machine): void => {
    if (machine.hasEnded) {
      const kept = machine.at.map(({ result }) => result as number);
      ends.add(outcome([...machine.words.subarray(0, WORDS)], kept));
      return;
    }
    const verdict = judge(machine);
    if ('kind' in verdict) isStuck = true;
    else if (!verdict.isUnfair) cut++;
  };
  const options = { stepLimit: 40, maxExecutions: 400, maxRows: 20_000 };
  const model = program.model(new Set());
  const dependence = program.dependence();
  const search = {
    classes: () => new Dpor(model, dependence, visit, options).run(),
    states: () => new StateSearch(model, visit, options).run(),
    bounded: () => new BoundedSearch(model, dependence, visit, options).runUpTo(Infinity),
  }[by];
  const { complete } = withModelled(search);
  return { ends, isStuck, isDecided: complete && cut === 0 };
}

describe.each([
  ['loops that give back what they took, of two threads', 2, false, runs(80, 40)],
  ['loops that give back what they took, of three threads', 3, false, runs(24, 24)],
  ['loops that ask chance, of two threads', 2, true, runs(60, 30)],
  ['loops that ask chance, of three threads', 3, true, runs(8, 2)],
] as const)('%s', (_, threads, draws, programs) => {
  const random = new Random(11);
  /** The programs, and what a visit of all states finds: one of more than 5,000 states is left out. */
  const known = Array.from({ length: programs }, () => randomLoops(random, threads, draws)).flatMap(
    (codes) => {
      const all = everyState(codes, 5000);
      return all === null ? [] : [{ codes, all }];
    },
  );

  test.each(['classes', 'states', 'bounded'] as const)(
    'come to every end that a visit of all states finds, and to no other, by %s',
    (by) => {
      let decided = 0;
      for (const { codes, all } of known) {
        const seen = seenBy(codes, by);
        for (const end of seen.ends)
          expect({ codes, ends: all.ends }).toEqual({
            codes,
            ends: expect.toSatisfy((ends: Set<string>) => ends.has(end)),
          });
        if (!seen.isDecided) continue;
        decided++;
        expect({ codes, ends: [...seen.ends].toSorted() }).toEqual({ codes, ends: [...all.ends].toSorted() });
        expect({ codes, isStuck: seen.isStuck }).toEqual({ codes, isStuck: all.isStuck });
      }

      expect(decided).toBeGreaterThanOrEqual(0.5 * programs);
    },
  );
});

describe('loops that end under a fair scheduler', () => {
  test.each([
    ['two threads', 2, false, runs(8, 2)],
    ['three threads', 3, true, runs(4, 2)],
  ] as const)(
    'of %s are all decided as a visit of all states decides them',
    (_, threads, draws, programs) => {
      expectAgreement(threads, draws, 'check', programs, 3);
      expectAgreement(threads, draws, 'states', programs, 4);
      expect(servedAgreement(threads, draws, programs, 5)).toBe(1);
    },
  );
});
