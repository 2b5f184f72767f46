import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { claimedCase } from '../../src/scenario/program-scenario.ts';
import { trialLines } from '../../src/report/text/trials-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseFor, runScenario } from '../../src/scenario/scenario-run.ts';

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

test('without a variant the first damage may be gone though another one of its kind is there, and operations of a variant stay', async () => {
  const style = plainStyle({ columns: 1000 });
  const cures = async (id: string): Promise<string> => {
    const run = await runScenario(model, findScenario(id), await caseFor(findScenario(id), 'tagged'));
    return trialLines(run, style)[0]!;
  };
  expect(await cures('collector')).toBe(
    "  would stop it   without the variant: not this one, but orphaned slot at step 20, by T3's J5",
  );
  expect(await cures('exit-frees-all')).toBe('  would stop it   without the variant: no damage');
});
