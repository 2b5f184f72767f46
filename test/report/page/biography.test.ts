import { expect, test } from 'vitest';
import { findScenario } from '../../../scenarios/index.ts';
import { model } from '../../../src/model/engine.ts';
import { slotBiography, wordBiography } from '../../../src/report/page/biography.ts';
import { Moments, type RunView } from '../../../src/report/page/run-view.ts';
import { viewOfRun } from '../../../src/report/page/view-of-run.ts';
import { caseFor, runScenario } from '../../../src/scenario/scenario-run.ts';
import { deep } from '../../effort.ts';

async function viewed(id: string, scheme: string): Promise<RunView> {
  const scenario = findScenario(id);
  return viewOfRun(await runScenario(model, scenario, await caseFor(scenario, scheme), { trials: false }));
}

const slotAt = (view: RunView, step: number, slot: number): string =>
  slotBiography(view, new Moments(view).at(step), step, slot);

test('a slot tells its lives, the step that changed it last, and what became of its value', async () => {
  const view = await viewed('aba-dequeue', 'naive');
  expect(slotAt(view, 0, 2)).toBe(
    'Slot 2, life 2ᵃ: reachable, holds A, next is 3. A: inside at the start. So far: at the start 2ᵃ reachable.',
  );
  expect(slotAt(view, 23, 1)).toBe(
    'Slot 1, life 1ᵇ: reachable, holds C. Changed last with step 22: T2 E9. C: put in by T2, which began at step 15. ' +
      'So far: at the start 1ᵃ reachable · step 11 1ᵃ in hand of T2 · step 14 1ᵃ free · step 17 1ᵇ in hand of T2 · step 22 1ᵇ reachable.',
  );
  expect(slotAt(view, 45, 2)).toContain(
    'A: inside at the start · taken out by T2 at step 14 · taken out by T1 at step 45.',
  );
});

test.runIf(deep)('a slot that is held back tells by whom, and since when', async () => {
  const view = await viewed('stalled-reader', 'hazard-pointers');
  const moments = new Moments(view);
  const last = view.changes.length;
  const steps = Array.from({ length: last }, (_, i) => i + 1);
  const held = steps.find((step) => moments.at(step).slots.some((slot) => slot.held !== ''))!;
  const slot = moments.at(held).slots.findIndex((each) => each.held !== '') + 1;
  const by = moments.at(held).slots[slot - 1]!.held;
  expect(slotAt(view, held + 20, slot)).toContain(`Held back by ${by} since step ${held}.`);
  expect(slotAt(view, held - 1, slot)).not.toContain('Held back');
});

test('a word tells what it holds, which step wrote it, and what it held', async () => {
  const view = await viewed('aba-dequeue', 'naive');
  const head = view.words.findIndex(({ name }) => name === 'Head');
  expect(wordBiography(view, 0, head)).toBe('Head = 1ᵃ since the start. So far: at the start 1ᵃ.');
  expect(wordBiography(view, 40, head)).toBe(
    'Head = 1ᵇ since step 38, written by T2 (D13). So far: at the start 1ᵃ · step 11 2ᵃ · step 29 3ᵃ · step 38 1ᵇ.',
  );
});
