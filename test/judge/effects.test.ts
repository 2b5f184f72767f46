import { expect, test } from 'vitest';
import { geometryOf } from '../../src/judge/audit/mark.ts';
import { effectsIn } from '../../src/judge/damage/effects.ts';
import { model } from '../../src/model/engine.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

/** The labels of the steps at which operations of a program took effect, each with its thread, in order. */
async function effects(program: string, schedule: string): Promise<string[]> {
  const run = await runScenario(
    model,
    programScenario(program, 8, schedule),
    await claimedCase('no-reclaim'),
  );
  const found = effectsIn(run.trace.events, geometryOf(run.words));
  return run.trace.events.flatMap((event) =>
    event.kind === 'step' && found.has(event) ? [`T${event.thread} ${event.label} ${event.step}`] : [],
  );
}

test.each([
  ['[A] d d i', 'T1@end', ['T1 D13 6', 'T1 D4 9', 'T1 Q2 12']],
  ['e d', 'T1@end', ['T1 E9 8', 'T1 D13 15']],
  // Head has not moved when T1 looks again, so it has found the queue empty at its read.
  ['d | e', 'T1@D5; T2@end; T1@end', ['T1 D4 3', 'T2 E9 11']],
  // Here it has, and the read that counts is that of the next round.
  ['d | e d', 'T1@D5; T2@end; T1@end', ['T2 E9 11', 'T2 D13 18', 'T1 D4 22']],
  // One that has not answered has taken effect where its compare-and-swap succeeded.
  ['[A] d | e', 'T1@D13+; T2@E17', ['T1 D13 6', 'T2 E9 14']],
  ['e2 d2', 'T1@end', ['T1 E9 8', 'T1 E9 17', 'T1 D13 24', 'T1 D13 30']],
  ['treiber-stack:[A] pop push pop', 'T1@end', ['T1 S6 3', 'T1 S3 9', 'T1 S6 12']],
])('of %s under %s operations take effect at %j', async (program, schedule, expected) => {
  expect(await effects(program, schedule)).toEqual(expected);
});
