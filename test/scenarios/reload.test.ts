import { afterAll, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { blame } from '../../src/judge/audit/blame.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { caseFor, runScenario } from '../../src/scenario/scenario-run.ts';
import { deep } from '../effort.ts';

const pool = new Steppers();
afterAll(() => pool.end());

test.runIf(deep)('each orphan of a reloaded worker is blamed on the worker that had it in hand', async () => {
  const scenario = findScenario('reload');
  const { trace } = await runScenario(pool, scenario, await caseFor(scenario, 'naive'), { trials: false });
  const lost = blame(trace).leaked.map(({ slot, cut, letGo }) => ({
    slot,
    takenBy: cut?.thread,
    hand: cut?.hand,
    forgottenBy: `T${letGo?.thread} ${letGo?.label}`,
  }));
  expect(lost).toEqual([
    { slot: 3, takenBy: 2, hand: 3, forgottenBy: 'T3 J5' },
    { slot: 4, takenBy: 3, hand: 4, forgottenBy: 'T4 J5' },
    { slot: 5, takenBy: 4, hand: 5, forgottenBy: 'T5 J5' },
  ]);
});
