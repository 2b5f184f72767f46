import { expect, test } from 'vitest';
import { runs } from '../effort.ts';
import { Random } from '../../src/random.ts';
import type { AnyCheck } from '../../src/checker/any-check.ts';
import { exploreStates } from '../../src/checker/by-states.ts';
import { exploreProgram } from '../../src/checker/exploration.ts';
import { withModelled } from '../../src/checker/globals.ts';
import { allPoints } from '../../src/checker/points.ts';
import { CheckedProgram } from '../../src/checker/checked-program.ts';

const SORTS = ['read', 'write', 'store', 'exchange', 'guard', 'guard'] as const;

/** Plain accesses to one word, and flags by which they may be ordered: a guard ends the thread if its flag is not up. */
interface Access {
  readonly does: (typeof SORTS)[number];
  readonly flag: number;
}

type Code = readonly Access[];

function randomCode(random: Random, threads: number): Code[] {
  return Array.from({ length: threads }, () =>
    Array.from({ length: 1 + random.below(4) }, () => ({
      does: SORTS[random.below(SORTS.length)]!,
      flag: random.below(2),
    })),
  );
}

function bodyOf(code: Code): (shared: { readonly flags: Int32Array; readonly data: Int32Array }) => number {
  return ({ flags, data }) => {
    let sum = 0;
    for (const { does, flag } of code) {
      if (does === 'read') sum += data[0]!;
      else if (does === 'write') data[0] = 1;
      else if (does === 'store') Atomics.store(flags, flag, 1);
      else if (does === 'exchange') sum += Atomics.exchange(flags, flag, 1);
      else if (Atomics.load(flags, flag) === 0) return -1;
    }
    return sum;
  };
}

const programOf = (codes: readonly Code[]): CheckedProgram =>
  new CheckedProgram({
    words: { flags: [0, 0], data: [0] },
    threads: codes.map(bodyOf),
  } as unknown as AnyCheck);

/** Whether a program has a race: by vector clocks along executions, and by two steps that stand beside each other in a state. */
function racesOf(codes: readonly Code[]): { byClocks: boolean; byStates: boolean } {
  return withModelled(() => {
    const program = programOf(codes);
    const budget = { deadline: Infinity, mostPlaces: Infinity };
    const byStates = exploreStates(program, allPoints(program), budget);
    return {
      byClocks: exploreProgram(programOf(codes), Infinity).race !== null,
      byStates: byStates?.race !== null,
    };
  });
}

test.each([
  ['two threads', 2, runs(1200, 24)],
  ['three threads', 3, runs(400, 25)],
] as const)(
  'a visit of states finds a race in %s where vector clocks do, and nowhere else',
  (_, threads, programs) => {
    const random = new Random(31);
    let ordered = 0;
    for (let i = 0; i < programs; i++) {
      const codes = randomCode(random, threads);
      const { byClocks, byStates } = racesOf(codes);
      expect({ codes, byStates }).toEqual({ codes, byStates: byClocks });
      const plain = codes.filter((code) => code.some(({ does }) => does === 'write' || does === 'read'));
      if (!byClocks && plain.length > 1) ordered++;
    }
    expect(ordered).toBeGreaterThan(0.1 * programs);
  },
);
