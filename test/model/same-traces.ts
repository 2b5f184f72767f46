import assert from 'node:assert/strict';
import { ModelEngine } from '../../src/model/engine.ts';
import { parseProgram } from '../../src/laboratory/program.ts';
import { Random } from '../../src/random.ts';
import { chooseScheme, eagerest, schemes } from '../../src/laboratory/registry.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import type { Steppers } from '../../src/engines/stepped.ts';
import { Recorder } from '../../src/observe/recorder.ts';

/** The schemes, those that reclaim late with parameters that make them reclaim in short programs. */
export const SPECS: readonly string[] = await Promise.all(
  schemes.map(async ({ ID }) => eagerest(await chooseScheme(ID)).spec),
);

const program = parseProgram('[A B] d e i | d e d d e d');

/**
 * Runs a program under random schedules on the model and on real threads, and holds the traces against each other, event for event.
 *
 * @returns the steps made, and how many different lengths the schedules had
 */
export async function sameTraces(
  pool: Steppers,
  spec: string,
  runs: number,
  seed: number,
  usual = 7,
): Promise<{ steps: number; lengths: number }> {
  const choice = await chooseScheme(spec);
  const slots = Math.max(usual, leastSlots(choice, 2));
  const laboratory = (): SharedArrayBuffer =>
    createBuffer({ slots, threads: 2, initial: program.initial }, choice);
  const random = new Random(seed);
  const lengths = new Set<number>();
  let steps = 0;
  for (let run = 0; run < runs; run++) {
    const setup = { scheme: choice.spec, variant: null, programs: program.threads };
    const model = await ModelEngine.begin({ ...setup, buffer: laboratory() });
    const modelled = new Recorder(model);
    const moves: number[] = [];
    while (moves.length < 400) {
      const able = [1, 2].filter((thread) => model.state(thread) === 'waiting');
      if (able.length === 0) break;
      const thread = able[random.below(able.length)]!;
      for (let left = 1 + random.below(8); left > 0 && model.state(thread) === 'waiting'; left--) {
        modelled.step(thread);
        moves.push(thread);
      }
    }
    modelled.finish();
    const stepped = await pool.begin({ ...setup, buffer: laboratory() });
    const real = new Recorder(stepped);
    for (const thread of moves) real.step(thread);
    real.finish();
    assert.deepEqual(real.events, modelled.events);
    assert.deepEqual(stepped.words, model.words);
    lengths.add(moves.length);
    steps += moves.length;
  }
  return { steps, lengths: lengths.size };
}
