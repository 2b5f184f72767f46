import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { claimedCase } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

test('a thread that is killed after others have moved is the one that is killed when the schedule is tried elsewhere', async () => {
  const scenario = {
    ...findScenario('aba-dequeue'),
    program: `${findScenario('aba-dequeue').program} | d`,
    schedule: '3x2,1x5,2x36,3x0!,1x4',
    until: 'end' as const,
  };
  const { findings, trials } = await runScenario(model, scenario, await claimedCase('naive'));
  expect(findings.map(({ kind }) => kind)).toContain('ABA');
  expect(trials.length).toBeGreaterThan(5);
  for (const { performed, spec } of trials) {
    const killed = performed.trace.events.flatMap((event) =>
      event.kind === 'stop' && event.reason === 'killed' ? [event.thread] : [],
    );
    expect(killed, spec).toEqual([3]);
  }
});
