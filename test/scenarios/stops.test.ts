import { afterAll, describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { Geometry } from '../../src/index.ts';
import { DEAD, R_STATUS } from '../../src/kernel/layout.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import { wordsAt } from '../../src/observe/replay-words.ts';
import { model } from '../../src/model/engine.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
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

// T2 walks on from a node that was cut off behind it and names itself: the cell of the matrix that is red by a livelock.
async function livelock(rounds: number): Promise<ScenarioRun> {
  const scenario = programScenario('harris-list:[1 2] -1 | -2', 6, `2x5,1x15,2x${rounds}`);
  return runScenario(model, scenario, await claimedCase('reference-counting:cut=on'), { trials: false });
}

describe('a thread that goes round', () => {
  test('is damage when its schedule ends, once it has shown that it does', async () => {
    const { findings } = await livelock(400);
    expect(findings.map(({ kind, thread }) => ({ kind, thread }))).toEqual([{ kind: 'livelock', thread: 2 }]);
    expect(findings[0]!.note).toMatch(
      /^T2 goes round: it has made the same \d+ steps 20 times or more while nobody else moved/,
    );
  });

  test('is not yet after a few rounds, nor where a thread makes its way', async () => {
    expect((await livelock(100)).findings).toEqual([]);
    expect((await runBy('T1@D13; T2@end')).findings).toEqual([]);
  });
});
