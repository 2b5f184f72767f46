import { describe, expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import {
  isSettled,
  parseTargets,
  printTargets,
  targetsBefore,
  withoutAnswer,
} from '../../bench/targets/measure.ts';
import { thisMachine } from '../../src/bench/result-file.ts';
import { schemeContender } from '../../src/bench/scheme-contender.ts';
import { mutexQueue } from '../../bench/peers/mutex-queue.ts';
import { judgeBlock, type JudgedTarget, type Target } from '../../bench/targets/targets.ts';
import { countAccesses } from '../../src/bench/passes.ts';
import { targetsText } from '../../bench/targets/text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import type { RepetitionKind } from '../../src/bench/repetition-kind.ts';
import type { Sample } from '../../src/bench/cell.ts';
import { cell, sample } from './results.ts';

const TARGET: Target = {
  contender: { engine: 'wasm', scheme: 'tagged' },
  rival: { engine: 'peer', scheme: 'other' },
  workload: 'pairs',
  threads: 2,
  least: 0.9,
  ahead: false,
  counts: 'operations',
};

const near = (...mops: readonly number[]): Sample[] => mops.map((each) => sample(each));

const of = (kinds: readonly RepetitionKind[], mops: (kind: RepetitionKind) => number): Sample[] =>
  kinds.map((kind) => sample(mops(kind), kind));

const disturbed = (mops: number): Sample[] => of(['disturbed', 'disturbed', 'disturbed'], () => mops);

/** A repetition near, with this round trip. */
const at = (ns: number, mops: number): Sample => ({ ...sample(mops), roundTripNs: [ns, ns + 5] });

/** A repetition in which the first thread put so many in and the second took so many out. */
const uneven = (put: number, taken: number): Sample => ({ ...sample(put + taken), perThread: [put, taken] });

function judged(
  contender: readonly Sample[],
  rival: readonly Sample[],
  more: Partial<Target> = {},
): JudgedTarget {
  const cells = [cell(contender, TARGET.contender), cell(rival, TARGET.rival)];
  const [only, ...others] = judgeBlock([{ ...TARGET, ...more }], cells, 1);
  expect(others).toEqual([]);
  return only!;
}

describe('a target', () => {
  test.each([
    [
      'is met if the ratio suffices and the whole interval does',
      near(20, 20.1, 20.2, 19.9, 20),
      20,
      true,
      true,
    ],
    ['is met at the very ratio', near(18, 18, 18, 18), 20, true, true],
    ['is missed below it', near(10, 10.1, 9.9, 10, 10.2), 20, false, true],
    ['is met, and not surely, if the interval says both', near(10, 30, 10, 30, 25), 25, true, false],
  ] as const)('%s', (_, contender, rival, isMet, isSure) => {
    const found = judged(contender, near(...contender.map(() => rival)));
    expect(found).toMatchObject({ isMet, isSure, kind: 'near', repetitions: contender.length });
    expect(found.interval[0]).toBeLessThanOrEqual(found.ratio);
    expect(found.interval[1]).toBeGreaterThanOrEqual(found.ratio);
  });

  test('of being ahead is not met by being equal', () => {
    const equal = [near(5, 5, 5, 5), near(5, 5, 5, 5)] as const;
    expect(judged(...equal, { least: 1, ahead: true }).isMet).toBe(false);
    expect(judged(...equal, { least: 1 }).isMet).toBe(true);
  });

  test('compares repetitions of one kind, pair by pair', () => {
    const contender = of(['near', 'near', 'far', 'far', 'far', 'far', 'near'], (kind) =>
      kind === 'near' ? 30 : 10,
    );
    const rival = of(['near', 'far', 'near', 'far', 'far', 'far', 'near'], (kind) =>
      kind === 'near' ? 15 : 20,
    );
    // Two pairs are near and three are far; the second and the third pair are of two kinds each.
    expect(judged(contender, rival)).toMatchObject({
      kind: 'far',
      repetitions: 3,
      mops: 10,
      rivalMops: 20,
      ratio: 0.5,
    });
  });

  test('does not compare two threads of one core with two cores', () => {
    const contender = [at(65, 60), at(65, 60), at(110, 30), at(110, 30), at(110, 30)];
    const rival = [at(110, 20), at(110, 20), at(110, 15), at(120, 15), at(105, 15)];
    expect(judged(contender, rival)).toMatchObject({ kind: 'near', repetitions: 3, ratio: 2 });
  });

  test('is judged with near cores and with far ones apart, where there are enough of both', () => {
    const kinds = ['near', 'far', 'near', 'far', 'near', 'far', 'disturbed'] as const;
    const contender = of(kinds, (kind) => (kind === 'near' ? 30 : 10));
    const rival = of(kinds, (kind) => (kind === 'near' ? 20 : 40));
    const cells = [cell(contender, TARGET.contender), cell(rival, TARGET.rival)];
    expect(judgeBlock([TARGET], cells, 1)).toMatchObject([
      { kind: 'near', repetitions: 3, ratio: 1.5, isMet: true },
      { kind: 'far', repetitions: 3, ratio: 0.25, isMet: false },
    ]);
    // Where less is asked of far cores, and where nothing is.
    const far = (leastFar: number | null): unknown[] =>
      judgeBlock([{ ...TARGET, leastFar }], cells, 1).slice(1);
    expect(far(0.2)).toMatchObject([{ kind: 'far', least: 0.2, isMet: true }]);
    expect(far(null)).toEqual([]);
  });

  test('is never sure of disturbed repetitions, and takes all of them', () => {
    const mixed = [sample(20, 'near'), sample(20, 'far'), sample(20, 'disturbed'), sample(20, 'near')];
    expect(judged(mixed, near(10, 10, 10, 10))).toMatchObject({
      kind: 'disturbed',
      repetitions: 4,
      isMet: true,
      isSure: false,
    });
  });

  test('of messages counts what arrives', () => {
    const contender = Array.from({ length: 4 }, () => uneven(30, 16));
    const rival = Array.from({ length: 4 }, () => uneven(9, 2));
    expect(judged(contender, rival, { counts: 'messages', least: 8 })).toMatchObject({
      mops: 16,
      rivalMops: 2,
      ratio: 8,
      isMet: true,
    });
  });

  test('is not judged if one of the two was not measured', () => {
    expect(judgeBlock([TARGET], [cell(near(1), TARGET.contender)], 1)).toEqual([]);
  });

  test('is shown with its verdict and its doubt', () => {
    const text = targetsText(
      [
        judged(near(20, 20, 20), near(20, 20, 20)),
        judged(near(10, 30, 10, 30, 24), near(30, 30, 30, 30, 30)),
      ],
      plainStyle({ columns: 120 }),
    );
    expect(text).toContain('pairs, 2 threads\n');
    expect(text).toMatch(/tagged \(wasm\) \/ other +20\.00 +20\.00 +1\.00 +1\.00…1\.00 +≥ 0\.9 met \[3\]/);
    expect(text).toMatch(/0\.80 .* missed\? \[5\]/);
    expect(text).toContain('1 of 2 targets are met, 1 is missed; 1 of these answers is not sure');
  });
});

test('what was disturbed is undecided, and neither met nor missed', () => {
  const text = targetsText(
    [
      judged(near(20, 20, 20), near(20, 20, 20)),
      judged(disturbed(30), disturbed(20)),
      judged(disturbed(10), disturbed(20)),
    ],
    plainStyle({ columns: 120 }),
  );
  expect(text.match(/undecided \[~, 3\]/g)).toHaveLength(2);
  expect(text).toContain('1 of 1 target is met, 0 are missed; 0 of these answers are not sure (?).');
  expect(text).toContain('2 more are undecided');
  const none = targetsText([judged(disturbed(30), disturbed(20))], plainStyle({ columns: 120 }));
  expect(none).not.toContain(' met');
  expect(none).toContain('\n1 target is undecided: too few');
});

test('a document of targets is read as it was printed, and another one is refused with the member that is wrong', () => {
  const target = judged(near(1, 1, 1), near(2, 2, 2));
  const document: unknown = JSON.parse(
    JSON.stringify({ schemaVersion: 1, kind: 'targets', seed: 7, notes: [], targets: [target] }),
  );
  expect(parseTargets(document, 'targets.json').targets).toEqual([target]);
  expect(() =>
    parseTargets({ ...(document as object), targets: [{ ...target, ratio: '2' }] }, 'targets.json'),
  ).toThrow(
    'The file targets.json is no result of bench --targets (it has no proper "targets.0.ratio"): make one with lockfree-lab bench --targets --json.',
  );
});

test('a block is measured again while its repetitions are disturbed, three times at most', async () => {
  const conditions = {
    workload: 'pairs',
    threads: 2,
    think: false,
    prefill: 0,
    capacity: 9,
    seed: 1,
  } as const;
  const block = { block: { conditions, contenders: [] }, targets: [TARGET] };
  const measured = (kind: RepetitionKind, tries: number): Parameters<typeof isSettled>[1] => {
    const samples = [1, 2, 3].map((mops) => sample(mops, kind));
    return { key: '', tries, cells: [TARGET.contender, TARGET.rival].map((each) => ({ ...each, samples })) };
  };
  expect(isSettled(block, undefined)).toBe(false);
  expect(isSettled(block, measured('disturbed', 2))).toBe(false);
  expect(isSettled(block, measured('disturbed', 3))).toBe(true);
  expect(isSettled(block, measured('near', 1))).toBe(true);
});

test('what is asked of near cores alone is measured again where they were far, and said if they stay so', () => {
  const conditions = {
    workload: 'pairs',
    threads: 2,
    think: false,
    prefill: 0,
    capacity: 64,
    seed: 1,
  } as const;
  const asked = { ...TARGET, leastFar: null };
  const block = { block: { conditions, contenders: [] }, targets: [TARGET, asked] };
  const measured = (kind: RepetitionKind, tries: number): NonNullable<Parameters<typeof isSettled>[1]> => {
    const samples = [1, 2, 3].map((mops) => sample(mops, kind));
    return { key: '', tries, cells: [TARGET.contender, TARGET.rival].map((each) => ({ ...each, samples })) };
  };
  expect([1, 2, 3].map((tries) => isSettled(block, measured('far', tries)))).toEqual([false, false, true]);
  expect(isSettled(block, measured('near', 1))).toBe(true);
  expect(withoutAnswer(block, measured('near', 1))).toEqual([]);
  expect(withoutAnswer(block, undefined)).toEqual([]);
  expect(withoutAnswer(block, measured('far', 3))).toEqual([
    'tagged (wasm) has no answer beside other in pairs with 2 threads: that is asked of near cores, and these were far.',
  ]);
});

test('a lock makes four atomic writes for a value that goes in and out, and each scheme as many or more', async () => {
  expect(await countAccesses(mutexQueue, 256)).toEqual({ loads: 0, writes: 4 });
  const [tags, hazards] = await Promise.all(
    ['tagged', 'hazard-pointers'].map(async (spec) => schemeContender(await chooseScheme(spec), 'atomics')),
  );
  const { writes } = await countAccesses(tags!, 256);
  expect(writes).toBeGreaterThanOrEqual(4);
  expect((await countAccesses(hazards!, 256)).writes).toBeGreaterThan(writes);
  // What counted is gone again.
  expect(Atomics.load.name).toBe('load');
});

test('a run of targets goes on from its file, on the same machine and with the same effort, and from no other file', () => {
  const effort = { roundMs: 10, warmUps: 1, leastRepetitions: 3, mostRepetitions: 5, variation: 0.1 };
  const samples = [1, 2, 3].map((mops) => sample(mops));
  const blocks = [{ key: 'a', tries: 2, cells: [{ engine: 'wasm', scheme: 'tagged', samples }] }];
  const text = printTargets({
    schemaVersion: 1,
    kind: 'targets',
    seed: 7,
    machine: thisMachine(),
    effort,
    notes: [],
    complete: false,
    targets: [],
    blocks,
  });
  expect(targetsBefore(text, 'a.json', { ...effort, seconds: 9 })).toEqual({ seed: 7, blocks });
  expect(() => targetsBefore(text, 'a.json', { ...effort, roundMs: 9 })).toThrow('made with --quick');
  expect(() => targetsBefore(text.replace('"seed":7', '"seed":8'), 'a.json', effort)).toThrow(
    'it is not as it was written',
  );
  expect(() => targetsBefore('{}', 'a.json', effort)).toThrow(
    'The run cannot go on in a.json (it is no result of bench --targets): give another file to --out.',
  );
});
