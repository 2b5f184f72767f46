import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { parseProgram } from '../../src/laboratory/program.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { Recorder } from '../../src/observe/recorder.ts';
import { caseFor, runScenario } from '../../src/scenario/scenario-run.ts';
import { runSchedule } from '../../src/schedule/run.ts';
import {
  CountedSchedule,
  parseSchedule,
  printSchedule,
  type Move,
  type Schedule,
} from '../../src/schedule/schedule.ts';
import { usageOf } from '../engines/usage.ts';
import { deep, runs } from '../effort.ts';

const counted = fc.record({ kind: fc.constant('count' as const), steps: fc.nat(1000) });
const anchored = fc.record({
  kind: fc.constant('label' as const),
  label: fc.stringMatching(/^[A-Z]{1,2}\d{1,2}$/),
  nth: fc.option(fc.integer({ min: 1, max: 99 })),
  after: fc.boolean(),
});
const end = fc.constant({ kind: 'end' as const });

const move = (until: fc.Arbitrary<Move['until']>): fc.Arbitrary<Move> =>
  fc.record({ thread: fc.integer({ min: 1, max: 64 }), until, kill: fc.boolean() });
const schedule = (until: fc.Arbitrary<Move['until']>): fc.Arbitrary<Schedule> =>
  fc.array(move(until), { minLength: 1, maxLength: 12 });

describe('the text of a schedule', () => {
  test.each([
    ['by counts', schedule(counted)],
    ['by anchors', schedule(fc.oneof(anchored, end))],
    ['of both kinds', schedule(fc.oneof(counted, anchored, end))],
  ])('%s parses to what was printed', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (moves) => {
        const text = printSchedule(moves);
        expect(parseSchedule(text)).toEqual(moves);
        expect(printSchedule(parseSchedule(text))).toBe(text);
      }),
    );
  });

  test.each([
    ['1', [{ thread: 1, until: { kind: 'count', steps: 1 }, kill: false }]],
    ['12x30!', [{ thread: 12, until: { kind: 'count', steps: 30 }, kill: true }]],
    ['T2@end', [{ thread: 2, until: { kind: 'end' }, kill: false }]],
    ['T1@D13', [{ thread: 1, until: { kind: 'label', label: 'D13', nth: null, after: false }, kill: false }]],
    ['T1@D13#2+!', [{ thread: 1, until: { kind: 'label', label: 'D13', nth: 2, after: true }, kill: true }]],
  ])('%s says one move', (text, moves) => {
    expect(parseSchedule(text)).toEqual(moves);
  });

  test('may have its moves on lines, apart by commas or semicolons, with one too many at the end', () => {
    expect(printSchedule(parseSchedule(' 1x5 ,\n2 ;T1@end;\n'))).toBe('1x5; 2; T1@end');
    expect(printSchedule(parseSchedule('1x5,2,'))).toBe('1x5,2');
  });

  test.each(['', ' ; ', ','])('%j is empty', async (text) => {
    expect(await usageOf(() => parseSchedule(text))).toMatch(
      /^The schedule ".*" is empty; write for example/s,
    );
  });

  test.each([
    '0',
    '0x3',
    'T0@end',
    'x3',
    '1x',
    '1y3',
    '-1',
    '1.5',
    'T1',
    'T1@',
    '@D13',
    'T1@D13#',
    'T1@D13!+',
    'T1@end+',
    'T1@end#2',
    'T1 @end',
    '1!!',
  ])('%j is no move', async (part) => {
    expect(await usageOf(() => parseSchedule(`1x5; ${part}`))).toBe(
      `"${part}" is no move of a schedule; write 1x5 (thread 1, five steps), T1@D13 (until before D13), T1@D13+ (until after it), T1@end, and ! to kill.`,
    );
  });
});

describe('a schedule that is written down by counts', () => {
  test('is no empty text where nobody has moved', () => {
    const text = printSchedule(new CountedSchedule().schedule());
    expect(parseSchedule(text)).toEqual([{ thread: 1, until: { kind: 'count', steps: 0 }, kill: false }]);
  });

  test('joins the steps of a thread up to where it is killed', () => {
    const book = new CountedSchedule();
    for (const thread of [1, 1, 2]) book.step(thread);
    book.kill(2);
    book.step(1);
    book.kill(3);
    expect(printSchedule(book.schedule())).toBe('1x2,2!,1,3x0!');
  });
});

describe('a point', () => {
  const pool = new Steppers();
  afterAll(() => pool.end());
  const labels = async (text: string): Promise<string[]> => {
    const choice = await chooseScheme('naive');
    const { threads, initial } = parseProgram('[A B] d d');
    const buffer = createBuffer({ slots: 6, threads: 1, initial }, choice);
    const engine = await pool.begin({ buffer, scheme: 'naive', variant: null, programs: threads });
    const recorder = new Recorder(engine);
    runSchedule(recorder, parseSchedule(text));
    return recorder.events.flatMap((event) => (event.kind === 'step' ? [event.label] : []));
  };
  const once = ['D2', 'D3', 'D4', 'D5', 'D12', 'D13', 'F1', 'F2', 'F3'];

  test.each([
    ['T1@D13', once.slice(0, 5)],
    ['T1@D13+', once.slice(0, 6)],
    ['T1@D13; T1@D13', once.slice(0, 5)],
    ['T1@D13+; T1@D13', [...once, ...once.slice(0, 5)]],
    ['T1@D13#2', [...once, ...once.slice(0, 5)]],
    ['T1@D13#1+; T1@D13#2+', [...once, ...once.slice(0, 6)]],
    ['1x6; T1@D13#2', [...once, ...once.slice(0, 5)]],
    ['T1@end', [...once, ...once]],
    ['T1@D13; 1x0', once.slice(0, 5)],
  ])('%s is where it says', async (text, expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  test('that was passed is refused', async () => {
    expect(await usageOf(() => labels('T1@D13#2; T1@D13#1'))).toBe(
      'T1 has passed D13#1 already: it cannot stop there any more.',
    );
  });
});

describe('the counts of a run replay it, event for event', () => {
  const pool = new Steppers();
  afterAll(() => pool.end());
  const { threads, initial } = parseProgram('[A] e d i | d e d | e collect d');

  const begin = async (spec: string): Promise<Recorder> => {
    const choice = await chooseScheme(spec);
    const buffer = createBuffer({ slots: 16, threads: threads.length, initial }, choice);
    return new Recorder(await pool.begin({ buffer, scheme: spec, variant: null, programs: threads }));
  };
  const turn = fc.record({
    thread: fc.integer({ min: 1, max: threads.length }),
    steps: fc.integer({ min: 1, max: 12 }),
  });

  test.each(['naive', 'no-reclaim', 'tagged:bits=2', 'hazard-pointers:threshold=1', 'epochs:period=1'])(
    'under %s',
    async (spec) => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { maxLength: 30 }), async (turns) => {
          const first = await begin(spec);
          const book = new CountedSchedule();
          const rest = threads.map((_, i) => ({ thread: i + 1, steps: 500 }));
          for (const { thread, steps } of [...turns, ...rest]) {
            for (let i = 0; i < steps && first.engine.state(thread) === 'waiting'; i++) {
              first.step(thread);
              book.step(thread);
            }
          }
          first.finish();
          const words = first.engine.words.slice();
          const text = printSchedule(book.schedule());

          const second = await begin(spec);
          const run = runSchedule(second, parseSchedule(text));
          expect(run).toEqual({ counted: text, stopped: null });
          expect(second.initial).toEqual(first.initial);
          expect(second.events).toEqual(first.events);
          expect(second.engine.words).toEqual(words);
        }),
        { numRuns: runs(40) },
      );
    },
  );

  test.runIf(deep)('where workers are killed and started again', async () => {
    const scenario = findScenario('reload');
    for (const key of ['naive', 'epochs-adopting']) {
      const each = await caseFor(scenario, key);
      const first = await runScenario(pool, scenario, each, { trials: false });
      expect(first.counted).toMatch(/!,.*!,.*!,/);
      const second = await runScenario(pool, scenario, each, {
        schedule: first.counted,
        trials: false,
      });
      expect(second.trace).toEqual(first.trace);
      expect(second.findings).toEqual(first.findings);
    }
  });
});
