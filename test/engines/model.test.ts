import { afterAll, describe, expect, test } from 'vitest';
import { ModelEngine, NotDeterministic } from '../../src/engines/model.ts';
import { parseProgram } from '../../src/engines/program.ts';
import { chooseScheme } from '../../src/engines/registry.ts';
import { createBuffer } from '../../src/engines/shared.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { Recorder } from '../../src/observe/recorder.ts';

const pool = new Steppers();
afterAll(() => pool.end());

/** A small generator of numbers, so that every run of the test draws the same schedules. */
function* draws(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 16;
  }
}

const program = parseProgram('[A B] d e i | d e d d e d');
const RUNS = 200;

describe.each(['naive', 'no-reclaim', 'tagged', 'hazard-pointers:threshold=1', 'epochs:period=1'])(
  'under %s',
  (spec) => {
    test(`model and stepped make the same trace, event for event, under ${RUNS} random schedules`, async () => {
      const choice = await chooseScheme(spec);
      const laboratory = (): SharedArrayBuffer =>
        createBuffer({ slots: 7, threads: 2, initial: program.initial }, choice);
      const draw = draws(RUNS);
      const next = (below: number): number => draw.next().value % below;
      const lengths = new Set<number>();
      for (let run = 0; run < RUNS; run++) {
        const setup = { scheme: choice.spec, variant: null, programs: program.threads };
        const model = await ModelEngine.begin({ ...setup, buffer: laboratory() });
        const modelled = new Recorder(model);
        const moves: number[] = [];
        while (moves.length < 400) {
          const able = [1, 2].filter((thread) => model.state(thread) === 'waiting');
          if (able.length === 0) break;
          const thread = able[next(able.length)]!;
          for (let left = 1 + next(8); left > 0 && model.state(thread) === 'waiting'; left--) {
            modelled.step(thread);
            moves.push(thread);
          }
        }
        modelled.finish();
        const stepped = await pool.begin({ ...setup, buffer: laboratory() });
        const real = new Recorder(stepped);
        for (const thread of moves) real.step(thread);
        real.finish();
        expect(real.events).toEqual(modelled.events);
        expect(stepped.words).toEqual(model.words);
        lengths.add(moves.length);
      }
      // The schedules were really different.
      expect(lengths.size).toBeGreaterThan(10);
    });
  },
);

describe('code that is not as it should be', () => {
  const variant = new URL('variants/unruly.mjs', import.meta.url).href;

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
      `it asks for Q1 at word ${second}, and before it asked for Q1 at word ${first}`,
    );
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
