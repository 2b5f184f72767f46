import { describe, expect, test } from 'vitest';
import { stress } from '../dist/src/stress/stress.js';
import { model } from '../src/model/engine.ts';
import { explore } from '../src/explore/explore.ts';
import { claimedCase, programScenario } from '../src/scenario/program-scenario.ts';
import { runScenario } from '../src/scenario/scenario-run.ts';
import { runText, verdictOf, verdictText } from '../src/report/text/run-text.ts';
import { plainStyle } from '../src/report/text/style.ts';
import { withCommas } from '../src/counted.ts';
import { deep, runs } from './effort.ts';
import { variantUrl } from './engines/staged.ts';

/** A scheme that keeps up to so many slots of a thread, which it promises to free at once, and how it counts them. */
const hoarding = (keeps: number, counts: number): string =>
  `${variantUrl(import.meta.url, 'hoarding.mjs')}:keeps=${keeps},counts=${counts}`;

/** What a thread keeps in a free run, which is long enough for one of the threads at least to retire as many. */
const KEPT = runs(3000);
const FREE = { threads: 2, ops: 7 * KEPT } as const;

const HONEST = 1;
/** What is counted for one slot that is kept. */
const lies = [
  { says: 'none', counts: 0, each: 0 },
  { says: 'below zero', counts: 2, each: -1 },
];

const miscounted = (each: number) => ({
  kind: 'miscount',
  step: null,
  thread: null,
  label: null,
  note: `The scheme counts ${each} unreclaimed slots, and the slab has 1.`,
});
const exceeded = {
  kind: 'bound exceeded',
  step: 6,
  thread: 1,
  label: 'D13',
  note: "After T1's D13 1 slot was unreclaimed, and the scheme promises at most 0.",
};

describe('a scheme that hoards slots', () => {
  test.each(lies.filter(({ counts }) => deep || counts === 0))(
    'and counts $says is caught in a free run, by the slots themselves',
    async ({ counts, each }) => {
      const result = await stress({ scheme: hoarding(KEPT, counts), ...FREE });
      const kept = result.audit.unreclaimed;
      expect(kept).toBeGreaterThan(0);
      expect(result.findings).toEqual([
        expect.objectContaining({
          kind: 'miscount',
          note: `The scheme counts ${withCommas(each * kept)} unreclaimed slots, and the slab has ${withCommas(kept)}.`,
        }),
      ]);
      expect(result.failures).toEqual([
        `The scheme promises at most 0 unreclaimed slots, and there were ${result.garbage.peak}.`,
      ]);
      expect(result.garbage.peak).toBeGreaterThanOrEqual(kept);
      expect(result.verdict).toBe('broken');
    },
  );

  test('and counts each is caught by its bound in a free run, with all that each thread keeps', async () => {
    const result = await stress({ scheme: hoarding(KEPT, HONEST), ...FREE });
    expect(result.findings).toEqual([]);
    expect(result.failures).toEqual([
      `The scheme promises at most 0 unreclaimed slots, and there were ${result.garbage.peak}.`,
    ]);
    expect(result.audit.unreclaimed).toBeGreaterThanOrEqual(KEPT);
    expect(result.verdict).toBe('broken');
  });

  test.each(lies)('and counts $says is caught in a story and by the explorer', async ({ counts, each }) => {
    const spec = hoarding(1, counts);
    const played = await runScenario(model, programScenario('[A] d', 6, 'T1@end'), await claimedCase(spec));
    expect(played.findings).toEqual([exceeded, miscounted(each)]);
    expect(played.verdict).toBe('broken');
    const { findings, bad, executions } = await explore('[A] d | e', spec, { slots: 6 });
    expect(bad).toBe(executions);
    expect(findings.map(({ kind }) => kind)).toEqual(['miscount', 'bound exceeded']);
    expect(findings[0]!.note).toBe(miscounted(each).note);
  });

  test('and counts each is caught by its bound there, and no explorer calls it as claimed', async () => {
    const spec = hoarding(1, HONEST);
    const played = await runScenario(model, programScenario('[A] d', 6, 'T1@end'), await claimedCase(spec));
    expect(played.findings).toEqual([exceeded]);
    const text = runText(played, plainStyle());
    expect(text).toContain('FIRST DAMAGE   bound exceeded at step 6');
    expect(verdictText(verdictOf(played))).toBe(
      `BROKEN   ${played.choice.name} promises that this cannot happen: bound exceeded.`,
    );
    const { findings, bad, executions } = await explore('[A B] d d | e', spec, { slots: 6 });
    expect(bad).toBe(executions);
    expect(findings.map(({ kind }) => kind)).toEqual(['bound exceeded']);
  });

  test('up to the bound keeps it: nothing is said', async () => {
    const spec = hoarding(0, HONEST);
    const { findings, complete } = await explore('[A] d | e', spec, { slots: 6 });
    expect({ findings, complete }).toEqual({ findings: [], complete: true });
  });
});
