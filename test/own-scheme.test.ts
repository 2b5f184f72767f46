import { describe, expect, test } from 'vitest';
import { audit } from '../src/judge/audit/audit.ts';
import { Beliefs } from '../src/judge/damage/beliefs.ts';
import { blame } from '../src/judge/audit/blame.ts';
import { contradictions } from '../src/judge/damage/card-check.ts';
import { knownSteps } from '../src/laboratory/labels.ts';
import { model } from '../src/model/engine.ts';
import { showValue } from '../src/laboratory/program.ts';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { explore } from '../src/explore/explore.ts';
import { claimedCase, programScenario } from '../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../src/scenario/scenario-run.ts';
import { runText } from '../src/report/text/run-text.ts';
import { plainStyle } from '../src/report/text/style.ts';
import { saidOf } from '../src/report/words.ts';
import { failuresInCsv } from './bench/results.ts';
import { variantUrl } from './engines/staged.ts';
import { deep } from './effort.ts';

const url = variantUrl(import.meta.url, 'latched.mjs');
const plain = plainStyle();

async function run(program: string, schedule: string, parameters = ''): Promise<ScenarioRun> {
  const spec = `${url}${parameters}`;
  return runScenario(model, programScenario(program, 6, schedule), await claimedCase(spec));
}

/** T1 stands before its compare-and-swap while T2 has the latch; then T2 gives it back. */
const CONTENDED = 'T1@LA2; T2@LA3; T1@LA1#2; T2@end; T1@end';

describe("a scheme of a user's own, in one file with labels and cards of its own", () => {
  test('is told in stories, in its own words', async () => {
    const contended = await run('[A B] d | d', CONTENDED);
    const text = runText(contended, plain, { all: true });
    expect(text).toMatch(/LA2 take the latch ✗ 2\b/);
    expect(text).toMatch(/LA2 take the latch ✓/);
    const beliefs = new Beliefs(contended.trace);
    const wording = { geometry: contended.audit.geometry, style: plain, show: showValue };
    const said: string[] = [];
    for (let step = beliefs.advance(); step !== null; step = beliefs.advance()) {
      if (step.label.startsWith('LA')) said.push(`T${step.thread} ${saidOf(wording, step)}`);
      if (step.label !== 'LA2' || step.ok !== false) continue;
      expect(beliefs.outcome).toMatchObject({
        from: { label: 'LA1', thread: 1 },
        changes: [{ thread: 2, label: 'LA2' }],
      });
      expect(beliefs.of(1).at(-1)).toMatchObject({ variable: 'latch', bits: 'changed' });
    }
    expect(said.slice(0, 4)).toEqual([
      'T1 the latch is 0',
      'T2 the latch is 0',
      'T2 takes the latch',
      'T1 another thread took the latch',
    ]);
  });

  test('has a counter for its failures, which the buffer names', async () => {
    const { words } = await run('[A B] d | d', CONTENDED);
    const { totals } = audit(words);
    expect(totals.failures).toMatchObject({ D13: 0, LA2: 1 });
    expect(Object.keys(totals.failures)).toEqual(['A3', 'F3', 'E9', 'E13', 'E17', 'D10', 'D13', 'LA2']);
  });

  test('has a column in the benchmarks', async () => {
    expect(failuresInCsv(await chooseScheme(url))).toMatchObject({ A3: '1', LA2: '8' });
  });

  test.runIf(deep)(
    'spins are recognised: a thread that waits for the latch is blocked, and every execution ends',
    async () => {
      const explored = await explore('[A B] d | d', url, { slots: 6 });
      expect(explored).toMatchObject({ complete: true, cut: 0, deadlocks: 0 });
      // The loops of the queue are made again once at most: the others are the latch's.
      expect(explored.maxRetries).toBe(3);
      expect(explored.findings.map(({ kind }) => kind)).not.toContain('race');
    },
  );

  test('a plain access without the latch is a race', async () => {
    const { findings } = await explore('[A B] d | d', `${url}:careless=1`, { slots: 6 });
    expect(findings.map(({ kind }) => kind)).toContain('race');
  });

  test('a slot that it loses is blamed on it', async () => {
    const { trace } = await run('[A B] d | d', 'T1@end; T2@end', ':forgetful=1');
    const [first] = blame(trace).leaked;
    expect(first.letGo).toMatchObject({ thread: 1, label: 'LA3' });
    expect(first.note).toMatch(
      /^Slot 1 is leaked: T1's retire \(D19\) took it and put it on no list; T1's D13 .* changed Head from slot 1 to slot 2; after T1's LA3 .* no word named it\.$/,
    );
  });

  test('no run contradicts its cards, and a card that lies is caught', async () => {
    const { trace } = await run('[A B] d | d', CONTENDED);
    expect(contradictions(trace)).toEqual([]);
    const lying = knownSteps().map((step) =>
      step.label === 'LA2' && step.card ? { ...step, card: { ...step.card, expectedFrom: 'D12' } } : step,
    );
    expect(contradictions(trace, lying)).toEqual([
      expect.stringMatching(
        /^The card of LA2 says that D12 gave the expected word, and T2's LA2 at step \d+ expected/,
      ),
    ]);
  });
});
