import { afterAll, describe, expect, test } from 'vitest';
import { ModelEngine } from '../../src/model/engine.ts';
import { NotDeterministic } from '../../src/model/thread-memory.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { Recorder } from '../../src/observe/recorder.ts';
import { runSchedule } from '../../src/schedule/run.ts';
import { parseSchedule } from '../../src/schedule/schedule.ts';
import { runs, some } from '../effort.ts';
import { sameTraces, SPECS } from './same-traces.ts';

const pool = new Steppers();
afterAll(() => pool.end());

describe.each(some(SPECS, 4))('under %s', (spec) => {
  test('model and stepped make the same trace, event for event, under random schedules', async () => {
    const { lengths } = await sameTraces(pool, spec, runs(200, 5), 200);
    // The schedules were really different.
    expect(lengths).toBeGreaterThan(5);
  });
});

describe('code that is not as it should be', () => {
  const variant = new URL('../engines/variants/unruly.mjs', import.meta.url).href;

  async function begin(operation: string): Promise<ModelEngine> {
    const choice = await chooseScheme('naive');
    return ModelEngine.begin({
      buffer: createBuffer({ slots: 4, threads: 1 }, choice),
      scheme: choice.spec,
      variant,
      programs: [[{ name: operation, argument: null }]],
    });
  }

  test('a thread that asks for another step when it is run again is reported with both steps', async () => {
    const engine = await begin('moody');
    const first = engine.pending(1).address;
    expect(() => engine.grant(1)).toThrow(NotDeterministic);
    const second = first === 128 ? 129 : 128;
    const again = await begin('moody');
    expect(again.pending(1).address).toBe(first);
    expect(() => again.grant(1)).toThrow(
      `it asks for Q1, load of word ${second}, and before it asked for Q1, load of word ${first}`,
    );
  });

  test.each([
    ['plods', '1x4', 'T1 came to no further step after Q1: it loops without making a step'],
    ['broods', 'T1@end', 'T1 came to no first step: it loops without making a step'],
  ])('a thread that %s in plain accesses hangs, and is left', async (operation, schedule, note) => {
    const { stopped } = runSchedule(new Recorder(await begin(operation)), parseSchedule(schedule));
    expect(stopped).toEqual({ kind: 'hung', thread: 1, note });
  });

  test('a thread that swallows what suspends it is reported', async () => {
    await expect(begin('greedy')).rejects.toThrow('The operation greedy caught what the model throws');
  });

  test('a finally block does no harm while the thread is being unwound, and its work when it is not', async () => {
    const engine = await begin('tidy');
    expect([engine.words[130], engine.words[131]]).toEqual([0, 0]);
    engine.grant(1);
    expect([engine.words[130], engine.words[131]]).toEqual([0, 0]);
    engine.grant(1);
    expect([engine.words[130], engine.words[131]]).toEqual([0, 1]);
    engine.grant(1);
    expect([engine.words[130], engine.words[131]]).toEqual([7, 1]);
    expect(engine.state(1)).toBe('finished');
  });
});
