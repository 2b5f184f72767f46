import { expect } from 'vitest';
import { Random } from '../../src/random.ts';
import { Dpor } from '../../src/search/dpor.ts';
import type { Machine } from '../../src/model/machine.ts';
import { StateSearch } from '../../src/search/states.ts';
import { exploreProgram, whileLaidOut } from '../../src/checker/exploration.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';
import {
  type MixedAccess,
  mixedBody,
  type MixedOptions,
  mixedOutcomes,
  mixedProgram,
  SIZE,
} from './mixed-sizes.ts';

export const shapes: readonly (MixedOptions & { readonly name: string })[] = [
  { name: '2 threads, atomic accesses', threads: 2, accesses: 3, plain: 0, waits: false },
  { name: '2 threads, some plain accesses', threads: 2, accesses: 3, plain: 40, waits: false },
  { name: '2 threads, plain accesses', threads: 2, accesses: 3, plain: 100, waits: false },
  { name: '3 threads', threads: 3, accesses: 2, plain: 30, waits: false },
  { name: '2 threads that wait', threads: 2, accesses: 4, plain: 10, waits: true },
  { name: '3 threads that wait', threads: 3, accesses: 2, plain: 10, waits: true },
];

/** What was seen in random programs of a shape: so that a test can say that it saw something. */
export interface Seen {
  races: number;
  deadlocks: number;
  clean: number;
}

/** Holds the explorer against the interpreter, in programs of a shape. */
export function mixedSizesAgree(options: MixedOptions, seed: number, programs: number): Seen {
  const random = new Random(seed);
  const seen: Seen = { races: 0, deadlocks: 0, clean: 0 };
  for (let i = 0; i < programs; i++) compare(mixedProgram(random, options), seen);
  return seen;
}

function compare(threads: readonly (readonly MixedAccess[])[], seen: Seen): void {
  const expected = mixedOutcomes(threads);
  const waits = [...expected.outcomes].some((outcome) => outcome.includes('waits'));
  const program = new CheckedProgram({
    words: { memory: new SharedArrayBuffer(SIZE) },
    threads: threads.map(mixedBody) as never,
  });
  withModelled(() => {
    const { found, race, points } = exploreProgram(program, Infinity);
    // A thread that waits forever ends the exploration, perhaps before a race is met.
    const kind = found?.kind === 'livelock' ? 'deadlock' : found?.kind;
    expect({ threads, kind }).toEqual({ threads, kind: waits ? 'deadlock' : undefined });
    if (!waits) expect({ threads, races: race !== null }).toEqual({ threads, races: expected.races });
    const clean = expected.races ? 'races' : 'clean';
    seen[waits ? 'deadlocks' : clean]++;
    const outcomes = [...expected.outcomes].toSorted();
    for (const all of !waits && !expected.races ? [false, true] : [true]) {
      for (const by of ['classes', 'states'] as const) {
        const came = whileLaidOut(program, points, (known) => {
          const steps = all ? new Set(program.layout.words.keys()) : known;
          return outcomesOf(program, steps, by);
        });
        expect({ threads, by, all, outcomes: came }).toEqual({ threads, by, all, outcomes });
      }
    }
  });
}

function outcomesOf(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  by: 'classes' | 'states',
): string[] {
  const outcomes = new Set<string>();
  const visit = ({ words, at }: Machine): void => {
    const bytes = program.layout.bytesOf(program.layout.regions[0]!, words);
    const ends = at.map(({ next, result }) => (next === null ? String(result) : 'waits'));
    outcomes.add(`${bytes.join()} / ${ends.join(' / ')}`);
  };
  const model = program.model(points);
  if (by === 'classes') new Dpor(model, program.dependence(), visit).run();
  else new StateSearch(model, visit).run();
  return [...outcomes].toSorted();
}
