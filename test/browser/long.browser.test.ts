import { afterAll, beforeAll, expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { BrowserStage } from './stage.ts';

const OPERATIONS = 345;

let stage: BrowserStage;
let steps = 0;

beforeAll(async () => {
  stage = await BrowserStage.begin();
  const turns = Array.from({ length: OPERATIONS * 6 }, (_, i) => `${1 + (i % 2)}x${3 + ((i * 7) % 5)}`);
  const program = `[A B] (e d)x${OPERATIONS} | (e d)x${OPERATIONS}`;
  const scenario = programScenario(program, 40, `${turns.join(',')}; T1@end; T2@end`);
  const run = await runScenario(model, scenario, await claimedCase('hazard-pointers:threshold=4'), {
    trials: false,
    pastMisfits: true,
  });
  steps = run.trace.events.filter(({ kind }) => kind === 'step').length;
  stage.add('long.html', runPage([run], 'npx lockfree-lab replay long.jsonl'));
});

afterAll(() => stage.end());

test('the page of twenty thousand steps opens, steps, slides and tells of a slot as if it were short', async () => {
  expect(steps).toBeGreaterThan(20_000);
  const began = performance.now();
  const { page, complaints } = await stage.open(stage.urlOf('long.html'));
  await page.locator('.bar-controls').waitFor();
  const opened = performance.now() - began;
  /* oxlint-disable unicorn/consistent-function-scoping -- the page is sent this function, and nothing around it */
  const times = await page.evaluate((last) => {
    const timed = (does: () => void): number => {
      const start = performance.now();
      does();
      return performance.now() - start;
    };
    const median = (all: number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
    const key = (name: string): void =>
      void document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
    const slider = document.querySelector<HTMLInputElement>('input[type=range]')!;
    const slide = (step: number): void => {
      slider.value = String(step);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const step = median(Array.from({ length: 41 }, () => timed(() => key('ArrowLeft'))));
    const far = median(Array.from({ length: 21 }, (_, i) => timed(() => slide((i * 7919) % last))));
    key('End');
    const slot = timed(() => document.querySelector<HTMLElement>('.live [data-slot="3"]')!.focus());
    return { step, far, slot };
  }, steps);
  /* oxlint-enable unicorn/consistent-function-scoping */
  console.log(`opened in ${Math.round(opened)} ms; ${JSON.stringify(times)}`);
  expect(await page.locator('.biography').innerText()).toMatch(/^Slot 3, life .* So far: /);
  // Of a machine that is three times as slow, and busy.
  expect(opened).toBeLessThan(9000);
  expect(times.step).toBeLessThan(3 * 16);
  expect(times.far).toBeLessThan(600);
  expect(times.slot).toBeLessThan(600);
  expect(complaints).toEqual([]);
});
