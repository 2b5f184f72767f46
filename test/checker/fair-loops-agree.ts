import { expect } from 'vitest';
import { Random } from '../../src/random.ts';
import type { AnyCheck } from '../../src/checker/any-check.ts';
import { exploreStates } from '../../src/checker/by-states.ts';
import { exploreProgram } from '../../src/checker/exploration.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { allPoints } from '../../src/checker/points.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import type { CheckOutcome } from '../../src/checker/fault-finder.ts';
import { bodyOf, type Code, everyState, outcome, randomLoops, WORDS } from './fair-loops.ts';

/** Missed once: the second thread goes a round before the first one moves, and then it is the third that must move before it. */
const HARD: readonly (readonly Code[])[] = [
  [
    [{ does: 'store', word: 1, value: 0 }],
    [
      { does: 'add', word: 2, value: 2 },
      { does: 'if', word: 1, value: 2, to: 4 },
      { does: 'add', word: 2, value: -2 },
      { does: 'jump', to: 0 },
    ],
    [
      { does: 'add', word: 1, value: 2 },
      { does: 'if', word: 1, value: 2, to: 4 },
      { does: 'add', word: 1, value: -2 },
      { does: 'jump', to: 0 },
    ],
  ],
];

/** How a program is decided: as a check is, or by a visit of all states alone. */
export type Way = 'check' | 'states';

/** What is said of a program; null if it is not decided. */
function said(codes: readonly Code[], way: Way): { ends: string[]; isStuck: boolean } | null {
  const ends = new Set<string>();
  const program = new CheckedProgram({
    words: { w: new Int32Array(WORDS) },
    threads: codes.map(bodyOf),
    stepLimit: 100,
    finally: ({ w }: { w: Int32Array }, results: readonly number[]) =>
      void ends.add(outcome([...w], results)),
  } as unknown as AnyCheck);
  const explore = (): CheckOutcome | null =>
    way === 'check'
      ? exploreProgram(program, Infinity)
      : exploreStates(program, allPoints(program), { deadline: Infinity, mostPlaces: 10_000 });
  const explored = withModelled(explore);
  if (explored === null || (explored.found === null && !explored.complete)) return null;
  return { ends: [...ends].toSorted(), isStuck: explored.found !== null };
}

/**
 * Holds what is said of random programs with loops against a visit of all states by other code. Where threads are stuck, not all ends need
 * have been seen when that is found.
 */
export function expectAgreement(
  threads: number,
  draws: boolean,
  way: Way,
  programs: number,
  seed: number,
): void {
  const random = new Random(seed);
  const made = Array.from({ length: programs }, () => randomLoops(random, threads, draws));
  for (const codes of [...HARD, ...made]) {
    const all = everyState(codes, 20_000);
    expect(all).not.toBeNull();
    const { ends, isStuck } = all!;
    const came = said(codes, way);
    expect({ codes, isStuck: came?.isStuck }).toEqual({ codes, isStuck });
    const seen = came!.ends;
    if (isStuck) expect({ codes, wrong: seen.filter((end) => !ends.has(end)) }).toEqual({ codes, wrong: [] });
    else expect({ codes, seen }).toEqual({ codes, seen: [...ends].toSorted() });
  }
}

/**
 * The same of programs whose last thread serves: what the others keep is compared, where it is decided, and how many of the programs that
 * is.
 */
export function servedAgreement(threads: number, draws: boolean, programs: number, seed: number): number {
  const random = new Random(seed);
  let decided = 0;
  for (let i = 0; i < programs; i++) {
    const codes = randomLoops(random, threads, draws);
    const all = everyState(codes, 20_000, true)!;
    const ends = new Set<string>();
    const program = new CheckedProgram({
      words: { w: new Int32Array(WORDS) },
      threads: codes.map((code, thread) => ({ code: bodyOf(code), serves: thread === threads - 1 })),
      stepLimit: 60,
      finally: (_: unknown, results: readonly number[]) => void ends.add(results.slice(0, -1).join()),
    } as unknown as AnyCheck);
    const { found, complete } = withModelled(() => exploreProgram(program, performance.now() + 2000));
    if (found === null && !complete) continue;
    decided++;
    expect({ codes, isStuck: found !== null }).toEqual({ codes, isStuck: all.isStuck });
    if (found === null)
      expect({ codes, ends: [...ends].toSorted() }).toEqual({ codes, ends: [...all.ends].toSorted() });
  }
  return decided / programs;
}
