import { afterAll, describe, expect, test } from 'vitest';
import { ModelEngine } from '../../src/engines/model.ts';
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
