import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { Steppers } from '../../src/engines/stepped.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { Geometry, R_OWN } from '../../src/kernel/layout.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { Recorder } from '../../src/observe/recorder.ts';
import { runSchedule } from '../../src/schedule/run.ts';
import { parseSchedule } from '../../src/schedule/schedule.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { model } from '../../src/model/engine.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { staged, variantUrl } from './staged.ts';
import { usageOf } from './usage.ts';
import { deep } from '../effort.ts';

const odd = variantUrl(import.meta.url, 'odd.mjs');
const pool = new Steppers();
afterAll(() => pool.end());

function played(over: Pick<Scenario, 'program' | 'schedule'> & Partial<Scenario>): Promise<ScenarioRun> {
  const scenario = staged({ variant: odd, ...over });
  return runScenario(pool, scenario, scenario.cases[0]!, { trials: false });
}

/** The sentence with which a schedule is refused. */
function refusal(schedule: string): Promise<string> {
  return usageOf(() => played({ program: 'i | i', schedule }));
}

describe('a run on real threads', () => {
  test('makes one step at a time, and only those that are granted', async () => {
    const { trace } = await played({ program: '[A] d | d', schedule: '1x2,2x1,1x1' });
    const steps = trace.events.filter((event) => event.kind === 'step');
    expect(steps.map(({ thread, label }) => `T${thread} ${label}`)).toEqual([
      'T1 D2',
      'T1 D3',
      'T2 D2',
      'T1 D4',
    ]);
    expect(trace.events.filter(({ kind }) => kind === 'stop')).toMatchObject([
      { thread: 1, reason: 'stalled', before: 'D5' },
      { thread: 2, reason: 'stalled', before: 'D3' },
    ]);
  });

  test('goes on after an operation that throws, and says what was thrown', async () => {
    const { trace, complaints, stopped } = await played({ program: '[A] throws d', schedule: 'T1@end' });
    const answers = trace.events.filter((event) => event.kind === 'return');
    expect(answers.map(({ outcome }) => outcome)).toEqual(['threw', 'value']);
    expect(complaints).toEqual(['T1 throws#1 threw: RangeError: as it was told to']);
    expect(stopped).toBeNull();
  });

  test('refuses to move a thread that has ended, or that there is not', async () => {
    expect(await refusal('T1@end; 1')).toBe(
      'Step 4 cannot be made: "1" lets T1 make step 1 of 1 there, but T1 ended after Q3 at step 3; this schedule does not fit the program, the scheme, the slots, the free list or this version of the kernel.',
    );
    expect(await refusal('T1@D13')).toContain('"T1@D13" lets T1 go on to D13 there, but T1 ended after Q3');
    expect(await refusal('T1@D31')).toMatch(/^There is no step "D31"/);
    expect(await refusal('3x1')).toBe('The schedule moves T3, and there are 2 threads.');
    expect(await refusal('T1@Q2; T1@Q1#1')).toContain('"T1@Q1#1" lets T1 go on to Q1#1 there, but T1 ended');
    expect(await refusal('1!; 1x2')).toContain(
      '"1x2" lets T1 make step 1 of 2 there, but T1 was killed after Q1',
    );
  });
});

describe('a thread that is killed', () => {
  test('makes no step more, and has a new worker in the next run', async () => {
    const first = await played({ program: '[A B] d | d', schedule: 'T1@D13!; T2@end' });
    expect(first.trace.events.filter(({ kind }) => kind === 'stop')).toMatchObject([
      { thread: 1, reason: 'killed', before: 'D13' },
    ]);
    expect(first.audit.values()).toEqual([66]);
    const second = await played({ program: '[A B] d | d', schedule: 'T1@end; T2@end' });
    expect(second.audit.values()).toEqual([]);
    expect(second.trace.events.some(({ kind }) => kind === 'stop')).toBe(false);
  });

  test('may be followed by another one on the same record, which takes it up with its first step', async () => {
    const { trace, audit } = await played({
      program: '[A B] d | d | d',
      records: [1, 2, 2],
      schedule: 'T2@D13!; T3@end; T1@end',
    });
    expect(trace.header).toMatchObject({ threads: 2, records: [1, 2, 2] });
    const third = trace.events.filter((event) => event.kind === 'step' && event.thread === 3);
    expect(third[0]).toMatchObject({ label: 'J5', op: 0 });
    expect(audit.threads).toHaveLength(2);
    expect(audit.values()).toEqual([]);
  });

  test('is not followed by another one on the same record while it lives', async () => {
    const both = { program: '[A B] d | d', records: [1, 1] };
    expect(await usageOf(() => played({ ...both, schedule: 'T1@D13; T2@end' }))).toBe(
      'T2 comes after T1 on record 1, and T1 is still alive: let it end first, or kill it, as in T1@E9!.',
    );
    const { stopped, findings } = await played({ ...both, schedule: 'T1@end; T2@end' });
    expect(stopped).toBeNull();
    // Whoever starts T2 has seen T1 end, so their plain writes to the record are in order.
    expect(findings).toEqual([]);
  });
});

describe('a step that sets bits', () => {
  test('is one step, the same on both engines, and is told with the word before and after', async () => {
    const asked = { program: 'marks', schedule: 'T1@end' };
    const stepped = await played(asked);
    const steps = stepped.trace.events.flatMap((event) =>
      event.kind === 'step' ? [[event.label, event.access, event.before, event.after]] : [],
    );
    expect(steps).toEqual([
      ['Z1', 'or', 0, 6],
      ['Z2', 'or', 6, 7],
      ['Z3', 'load', 7, 7],
    ]);
    const scenario = staged({ variant: odd, ...asked });
    const [each] = scenario.cases;
    expect((await runScenario(model, scenario, each!)).trace.events).toEqual(stepped.trace.events);
    expect(runText(stepped, plainStyle(), { all: true })).toMatch(/Z2 {2}or T1\.\S+ 6→7/);
  });
});

describe('a run that is given up', () => {
  test('unwinds its threads, finally blocks included, and keeps their workers', async () => {
    const choice = await chooseScheme('naive');
    const buffer = createBuffer({ slots: 8, threads: 1 }, choice);
    const program = [{ name: 'cleansUp', argument: null }];
    const engine = await pool.begin({ buffer, scheme: 'naive', variant: odd, programs: [program] });
    runSchedule(new Recorder(engine), parseSchedule('1x5'));
    const marks = new Geometry(new AtomicsMemory(engine.words)).record(1) + R_OWN + 2;
    expect([...engine.words.subarray(marks, marks + 2)]).toEqual([0, 0]);
    await engine.release();
    // A step within a finally block unwinds further: nobody grants it.
    expect([...engine.words.subarray(marks, marks + 2)]).toEqual([1, 0]);
    expect(engine.complaints()).toEqual([]);
    expect((await played({ program: '[A] d', schedule: 'T1@end' })).audit.values()).toEqual([]);
  });
});

describe('a thread that never ends', () => {
  test('and makes steps is a livelock, with the place', async () => {
    const { findings, stopped } = await played({ program: 'i | spins', schedule: 'T1@end; T2@end' });
    expect(stopped).toMatchObject({ kind: 'livelock', thread: 2 });
    expect(findings).toEqual([
      {
        kind: 'livelock',
        step: 2003,
        thread: 2,
        label: null,
        note: 'T2 goes round: it has made the same step 20 times or more while nobody else moved, with the same answers each time (Z2).',
      },
    ]);
  });

  test('is no livelock if somebody else can still move it on', async () => {
    const { findings } = await played({ program: '[A] d | spins', schedule: '2x5; T1@end; T2@end' });
    expect(findings).toEqual([]);
  });

  test.runIf(deep)(
    'and makes no steps is reported as hung in time, and leaves no worker behind',
    async () => {
      // The process ends by itself once no worker is left.
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(import.meta.dirname, 'hung.mjs')],
        {
          timeout: 120_000,
        },
      );
      expect(JSON.parse(stdout)).toEqual({
        kind: 'hung',
        thread: 1,
        note: 'T1 came to no further step after Z1: it loops without making a step',
      });
    },
  );
});

describe('threads that wait for each other', () => {
  const locks = 'locksUp | locksDown';

  test('are a deadlock once nobody can move', async () => {
    const { findings } = await played({ program: locks, schedule: '1x1; 2x1; 1x1; 2x1; T1@end' });
    expect(findings).toEqual([
      {
        kind: 'deadlock',
        step: 4,
        thread: null,
        label: null,
        note: 'Every thread that has not ended waits for a word that nobody will write.',
      },
    ]);
  });

  test('are none if one after the other takes both locks in time', async () => {
    expect((await played({ program: locks, schedule: 'T1@end' })).findings).toEqual([]);
  });

  test('are not moved before somebody else has written the word', async () => {
    expect(await usageOf(() => played({ program: '[A] d | waits', schedule: 'T2@end' }))).toBe(
      'Step 2 cannot be made: T2 waits for another thread at Z3; let T1 move first.',
    );
    const { findings } = await played({ program: '[A] d | waits', schedule: '2x1; T1@end; T2@end' });
    expect(findings).toEqual([]);
  });
});
