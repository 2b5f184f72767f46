import { describe, expect, test } from 'vitest';
import { Steppers } from '../src/engines/stepped.ts';
import { explore } from '../src/explore/explore.ts';
import { programScenario, claimedCase } from '../src/scenario/program-scenario.ts';
import { runScenario } from '../src/scenario/scenario-run.ts';
import { model } from '../src/model/engine.ts';
import { stress } from '../src/stress/stress.ts';
import { variantUrl } from './engines/staged.ts';
import { deep, runs } from './effort.ts';
import { sameTraces } from './model/same-traces.ts';

/**
 * A scheme of a user's own in one file that needs what most others do without: it has to know of every word that names a slot and of every
 * slot that owns such a word. `wrong` is the parameter that breaks the part that it needs.
 */
const own = [{ name: 'counting', wrong: 'careless=1' }].map((each) => ({
  ...each,
  url: variantUrl(import.meta.url, `${each.name}.mjs`),
}));

const STACK = 'treiber-stack:[A B] pop | pop pop push';

describe.each(own)('$name', ({ url, wrong }) => {
  test.each([
    '[A] d | e',
    'treiber-stack:[A] pop | push',
    ...(deep
      ? ['e | d', '[A] d | d', 'i | d e', 'treiber-stack:[A] pop | pop', 'treiber-stack:pop push | push']
      : []),
  ])('%s is searched to its end, and clean', async (program) => {
    const explored = await explore(program, url, { slots: 20 });
    expect(explored).toMatchObject({ complete: true, cut: 0, deadlocks: 0, findings: [] });
    expect(explored.executions).toBeGreaterThan(5);
  });

  test.runIf(deep)(
    'without the part of the interface that it needs a small program shows the damage',
    async () => {
      const options = { slots: 14, strategy: 'bounded', preemptions: 2 };
      const sound = await explore(STACK, url, options);
      expect(sound).toMatchObject({ complete: true, findings: [] });
      const broken = await explore(STACK, `${url}:${wrong}`, options);
      expect(broken.findings.map(({ kind }) => kind)).toContain('ABA');
    },
  );

  test.runIf(deep)('runs freely on threads, on both structures', async () => {
    for (const structure of ['michael-scott', 'treiber-stack']) {
      const run = await stress({
        scheme: url,
        structure,
        threads: 2,
        ops: runs(2_000_000, 400),
        slots: 64,
        seed: 7,
      });
      expect({ structure, findings: run.findings }).toEqual({ structure, findings: [] });
      expect(run.operations).toBeGreaterThanOrEqual(5_000);
    }
  });
});

test('a thread that is told to start over does so, and says so in its story', async () => {
  // T1 has read the first node when T2 takes it out and frees it.
  const { trace, findings } = await runScenario(
    model,
    programScenario('[A B] d | d', 16, 'T1@R3; T2@end; T1@end'),
    await claimedCase('neutralization:threshold=1'),
  );
  expect(findings).toEqual([]);
  const steps = trace.events.filter((event) => event.kind === 'step');
  const of = (thread: number, label: string) =>
    steps.filter((step) => step.thread === thread && step.label === label);
  expect(of(2, 'R8').map(({ ok }) => ok)).toEqual([true]);
  expect(of(1, 'R4').map(({ ok }) => ok)).toEqual([false, true]);
  expect(of(1, 'R1')).toHaveLength(2);
});

test.runIf(deep)('the model makes the same steps as real threads under each of them', async () => {
  await using pool = new Steppers();
  for (const { url } of own) expect((await sameTraces(pool, url, 20, 5, 14)).steps).toBeGreaterThan(500);
});
