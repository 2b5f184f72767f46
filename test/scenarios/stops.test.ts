import { afterAll, describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { Geometry } from '../../src/index.ts';
import { DEAD, R_STATUS } from '../../src/kernel/layout.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import { wordsAt } from '../../src/observe/replay-words.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';

const pool = new Steppers();
afterAll(() => pool.end());

async function runBy(schedule: string): Promise<ScenarioRun> {
  const scenario = findScenario('aba-dequeue');
  return runScenario(pool, scenario, await caseFor(scenario, 'hazard-pointers'), { schedule, trials: false });
}

describe('a thread that stops for good', () => {
  test('is told in the story where it was terminated, and its record is marked in the replayed words too', async () => {
    const run = await runBy('T1@D13!; T2@end');
    const rows = runText(run, plainStyle()).split('\n');
    const killed = rows.findIndex((row) => row.includes('■ terminated before D13'));
    expect(killed).toBeGreaterThan(0);
    expect(rows[killed + 1]).toContain('└ T1 dies with nothing in hand; it only intended to take slot 1');
    const words = wordsAt(run.trace, Infinity);
    const status = new Geometry({ peek: (at: number) => words[at] } as Memory).record(1) + R_STATUS;
    expect(words[status]).toBe(DEAD);
    expect(words).toEqual(run.words);
  });

  test('is told at the end where it was left standing', async () => {
    const run = await runBy('T1@D13; T2@end');
    const text = runText(run, plainStyle());
    expect(text).toContain('■ stands before D13');
    expect(text).toContain("The schedule ends here; T1's next step would be D13.");
    expect(wordsAt(run.trace, Infinity)).toEqual(run.words);
  });

  test('before its first step is dead from the start of the recording on', async () => {
    const run = await runBy('T1@D2!; T2@end');
    const [stop] = run.trace.events;
    expect(stop).toMatchObject({ kind: 'stop', step: 0, before: 'D2' });
    expect(wordsAt(run.trace, Infinity)).toEqual(run.words);
  });
});
