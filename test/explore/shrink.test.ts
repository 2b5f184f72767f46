import { afterAll, describe, expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { parseProgram } from '../../src/laboratory/program.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { explore } from '../../src/explore/explore.ts';
import { kernelModel, type KernelModel } from '../../src/explore/kernel-model.ts';
import { programText, shapeOf, shortShapes, smaller } from '../../src/explore/shrink/program-shape.ts';
import { type ShortestExecution, shortestExecution } from '../../src/explore/shrink/shortest.ts';
import { type Failure, shrink, type Shrunk } from '../../src/explore/shrink/shrink.ts';
import type { DamageKind } from '../../src/observe/trace.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { type ScenarioRun, runScenario } from '../../src/scenario/scenario-run.ts';
import { parseSchedule } from '../../src/schedule/schedule.ts';
import { deep } from '../effort.ts';

const shape = (text: string): ReturnType<typeof shapeOf> => shapeOf(parseProgram(text));

describe('a program without its values', () => {
  test.each(['[A B] d | d e d', 'e', 'i collect | e d', '[A] adopt leave', '[A] e2 d | d3'])(
    '%s is written as it was',
    (text) => {
      expect(programText(shape(text))).toBe(text);
    },
  );

  test('is smaller by a thread, an operation, an enqueue that was made before, a thread joined to another, or an item', () => {
    expect(smaller(shape('[A] d | e d')).map(programText)).toEqual([
      '[A] d',
      '[A] e d',
      '[A] d | d',
      '[A] d | e',
      '[A B] d | d',
      '[A] d e d',
      '[A] e d d',
      'd | e d',
    ]);
    expect(smaller(shape('d'))).toEqual([]);
    expect(smaller(shape('e2 d')).map(programText)).toEqual(['d', 'e1 d', 'e2', '[A] e1 d', 'e e d']);
    expect(smaller(shape('[A] d1')).map(programText)).toEqual(['[A] d', 'd1']);
  });

  test('comes once, whatever the order of its threads', () => {
    expect(shortShapes(2, 2, 1).map(programText)).toEqual(['[A] d | d', '[A] d | e', '[A] e | e']);
    // Words of 1 and 3 letters, and pairs of words of 2: 2 x 8 and 4 x 5 / 2.
    const four = shortShapes(4, 2, 0).map(programText);
    expect(four).toHaveLength(26);
    expect(new Set(four.map((text) => text.split(' | ').toSorted().join(' | '))).size).toBe(26);
  });
});

const classic: Failure = {
  program: '[A] d | d e d',
  scheme: 'naive',
  slots: 6,
  kind: 'ABA',
  schedule: '1x5,2x27,1x4',
  preemptions: 1,
};

/** No test is about the time. */
const PATIENT = { maxSeconds: 150 };

test('short programs come in every order of their threads where that matters, each once', () => {
  const letters = ['d', 'i'];
  expect(shortShapes(3, 2, 0, { letters })).toHaveLength(8);
  const inOrder = shortShapes(3, 2, 0, { letters, inOrder: true }).map(programText);
  expect(inOrder).toHaveLength(16);
  expect(inOrder).toEqual(expect.arrayContaining(['d | d i', 'd i | d', 'i | i i', 'i i | i']));
  expect(shortShapes(2, 2, 0, { inOrder: true }).map(programText)).toEqual([
    'd | d',
    'd | e',
    'e | d',
    'e | e',
  ]);
});

test('short programs of one thread have batches where they are asked for, each counted as its operations', () => {
  const options = { letters: ['d', 'e'], ofOneThread: ['d2', 'e2'] };
  expect(shortShapes(2, 1, 0, options).map(programText).toSorted()).toEqual([
    'd d',
    'd e',
    'd2',
    'e d',
    'e e',
    'e2',
  ]);
  // As many as a(n) = 2 a(n - 1) + 2 a(n - 2).
  expect(shortShapes(5, 1, 0, options)).toHaveLength(120);
  expect(shortShapes(2, 2, 0, options).map(programText)).toEqual(['d | d', 'd | e', 'e | e']);
});

describe('a failure that is made small', () => {
  let small: Shrunk;

  test('loses threads, operations and items that it can do without', async () => {
    const large = deep
      ? { program: '[A B] e d | d e d d | e', schedule: '1x8,2x40,3x9,1x15' }
      : { program: '[A] d | d e d | e', schedule: '1x5,2x27,1x4,3x9' };
    small = await shrink({ ...classic, ...large }, PATIENT);
    expect(small).toMatchObject({
      kind: 'ABA',
      preemptions: 1,
      from: deep ? { threads: 3, operations: 7, initial: 2 } : { threads: 3, operations: 5, initial: 1 },
      to: deep ? { threads: 2, operations: 3, initial: 0 } : { threads: 2, operations: 4, initial: 1 },
      smallest: 'whatever the preemptions',
    });
  });

  test('is such that every program that is smaller by one change is clean, under every interleaving', async () => {
    const candidates = smaller(shape(small.program));
    expect(candidates.length).toBeGreaterThan(5);
    for (const candidate of candidates) {
      const { findings, complete } = await explore(programText(candidate), 'naive', {
        slots: 6,
        ...PATIENT,
      });
      expect(complete).toBe(true);
      expect(findings.map(({ kind }) => kind)).not.toContain('ABA');
    }
  });

  test.runIf(deep)('keeps the kind of its damage, and has the fewest preemptions', async () => {
    const schedule = '1x2,2x10,1,2x17,1x6';
    const found = await shrink({ ...classic, kind: 'value from nowhere', schedule, preemptions: 3 }, PATIENT);
    expect(found).toMatchObject({
      program: '[A] d | d e d',
      kind: 'value from nowhere',
      preemptions: 1,
      schedule: '1x2,2x27,1x7',
      steps: 36,
    });
  });

  test('says so if there was no time to look', async () => {
    const found = await shrink(classic, { maxSeconds: 0 });
    expect(found).toMatchObject({
      program: classic.program,
      schedule: classic.schedule,
      smallest: 'unknown',
    });
  });

  describe('is the same run', () => {
    const pool = new Steppers();
    afterAll(() => pool.end());

    test.each([
      ['on the model', model],
      ['on real threads', pool],
    ])('%s', async (_, stage) => {
      const again: ScenarioRun = await runScenario(
        stage,
        programScenario(small.program, small.slots, small.schedule),
        await claimedCase('naive'),
        { trials: false },
      );
      expect(again.findings.map(({ kind }) => kind)).toContain('ABA');
      expect(again.counted).toBe(small.schedule);
    });
  });
});

function abaUnder(scheme: string): Promise<KernelModel> {
  return kernelModel('[A] d | d e d', scheme, { slots: 6 });
}

async function shortestOf(
  program: string,
  kind: DamageKind,
  schedule: string,
): Promise<ShortestExecution | null> {
  return shortestExecution(await kernelModel(program, 'naive', { slots: 6 }), kind, parseSchedule(schedule));
}

describe('the shortest execution', () => {
  test('ends when the operation that did the damage has answered', async () => {
    const schedule = '1x5,2x27,1x4';
    expect(await shortestOf('[A] d | d e d', 'ABA', schedule)).toEqual({
      schedule: parseSchedule(schedule),
      preemptions: 1,
      steps: 36,
      begun: [1, 3],
    });
  });

  test('leaves out what comes later, and does not say that it began', async () => {
    const found = await shortestOf('[A] d e d | d e d', 'ABA', '1x5,2x27,1x22');
    expect(found).toMatchObject({ steps: 36, begun: [1, 3] });
  });

  test('is none where the damage follows from an ABA that is allowed, and only damage that breaks a claim counts', async () => {
    const schedule = parseSchedule('1x5,2x27,1x4');
    for (const scheme of ['naive', 'tagged:bits=0']) {
      expect(shortestExecution(await abaUnder(scheme), 'duplicate value', schedule)).not.toBeNull();
      expect(shortestExecution(await abaUnder(scheme), 'duplicate value', schedule, true)).toBeNull();
    }
  });

  test.runIf(deep)(
    'and a failure that breaks a claim is not made smaller into one that is allowed',
    async () => {
      const failure = {
        program: '[A] d | d e d',
        scheme: 'naive',
        slots: 6,
        kind: 'duplicate value',
        schedule: '1x5,2x27,1x4',
        preemptions: 1,
      } as const;
      const { to } = await shrink({ ...failure, program: '[A] d e | d e d', charged: true }, PATIENT);
      expect(to.operations).toBe(5);
      expect((await shrink({ ...failure, program: '[A] d e | d e d' }, PATIENT)).to.operations).toBe(4);
    },
  );

  test('is none where the schedule does no such damage', async () => {
    expect(await shortestOf('[A] d | d e d', 'ABA', '1x9,2x10')).toBeNull();
    expect(await shortestOf('[A] d | d e d', 'cycle', '1x5,2x27,1x4')).toBeNull();
  });
});

test('the owner of a deque is the first thread of every program, and each is there once', () => {
  const inOrder = shortShapes(3, 2, 1, { structure: 'chase-lev', inOrder: true }).map(programText);
  expect(new Set(inOrder).size).toBe(inOrder.length);
  expect(inOrder).toContain('chase-lev:[A] pop push | steal');
  expect(inOrder).toContain('chase-lev:[A] pop | steal steal');
  expect(inOrder.filter((program) => /\|.*\b(?:push|pop)\b/.test(program))).toEqual([]);
  const smallerOnes = smaller(shapeOf(parseProgram('chase-lev:[A] push pop | steal | steal')), true);
  expect(smallerOnes.map(programText)).toContain('chase-lev:[A] push pop steal | steal');
  for (const each of smallerOnes) expect(() => parseProgram(programText(each))).not.toThrow();
});
