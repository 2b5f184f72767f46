import { describe, expect, test } from 'vitest';
import { audit, equation } from '../src/judge/audit/audit.ts';
import { Beliefs } from '../src/judge/damage/beliefs.ts';
import { blame } from '../src/judge/audit/blame.ts';
import * as layout from '../src/kernel/layout.ts';
import { wordPlace } from '../src/judge/damage/word-place.ts';
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
import { saidOf, schemeState } from '../src/report/words.ts';
import { stress } from '../src/stress/stress.ts';
import { failuresInCsv } from './bench/results.ts';
import { variantUrl } from './engines/staged.ts';
import { deep } from './effort.ts';

const url = variantUrl(import.meta.url, 'latched.mjs');
const plain = plainStyle();

async function run(program: string, schedule: string, parameters = '', of = url): Promise<ScenarioRun> {
  const spec = `${of}${parameters}`;
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

const tickets = variantUrl(import.meta.url, 'tickets.mjs');
/** T2 stands before its compare-and-swap with a ticket that is older than what T1 retires, twice: for the second there is no place. */
const WAITED_FOR = 'T2@D13; T1@TK7#2; T2@end; T1@end';

describe("a scheme of a user's own that announces in a way that no scheme of the lab does", () => {
  test('its words have names, and stories say in its own words what a thread announces', async () => {
    const contended = await run('[A B C] d d | d', WAITED_FOR, '', tickets);
    const text = runText(contended, plain, { all: true });
    expect(text).toMatch(/TK1 read Counter = 0\b/);
    expect(text).toMatch(/TK2 T2\.ticket \S+ ticket 0\b/);
    expect(text).toMatch(/T2 is stopped before D13 .*\s+.*It shows ticket 0\./);
    expect(text).toMatch(/T2's ticket held back 2 of others'/);
    const { audit: found } = await run('[A B C] d | d', 'T2@D13; T1@end', '', tickets);
    const state = schemeState(found, { geometry: found.geometry, style: plain, show: showValue });
    expect(state).toMatch(/^counter 1 \S T2 shows ticket 0 \S slot 1 is parked with T1$/);
  });

  test('the auditor knows what is parked in words of its own, and blame who holds it back since when', async () => {
    const { words, trace } = await run('[A B C] d | d', 'T2@D13; T1@end', '', tickets);
    const found = audit(words);
    expect(equation(found)).toMatch(/ retired 0 \S parked 1 \S free 2 \S leaked 0 /);
    expect(found.slotsOf('parked')).toEqual([1]);
    expect(found.handOvers()).toEqual([{ thread: 1, hazard: 0, slot: 1 }]);
    const word = found.geometry.record(1) + layout.R_OWN;
    expect(wordPlace(found.geometry, word)).toMatchObject({ kind: 'hand-over', thread: 1 });
    const [held] = blame(trace).retired;
    expect(held).toMatchObject({
      slot: 1,
      thread: 1,
      retiredAt: 18,
      holders: [{ thread: 2, name: 'ticket', of: 'number 0', since: 2 }],
      note: "Slot 1 waits in a place of T1 with stamp 1: T2's ticket 0 is older; retired at step 18; T2's ticket has been there since step 2.",
    });
    expect(blame(trace).leaked).toEqual([]);
  });

  test('a thread that waits for a ticket is seen to spin: every execution ends, and nothing is lost', async () => {
    const explored = await explore('[A B] d | d', `${tickets}:places=0`, { slots: 6 });
    expect(explored).toMatchObject({ complete: true, cut: 0, deadlocks: 0, findings: [], maxRetries: 2 });
  });

  test('a word of its own that nothing guards is a race, and what is freed too early is found', async () => {
    const { findings } = await explore('[A B] d | d', `${tickets}:places=0,careless=1`, { slots: 6 });
    const kinds = findings.map(({ kind }) => kind);
    expect(kinds).toContain('race');
    expect(kinds).toContain('use after free');
  });

  test('has a counter for its failures, and a column in the benchmarks; no run contradicts its cards', async () => {
    const { words, trace } = await run('[A B C] d | d', 'T2@TK5; T1@end; T2@end', '', tickets);
    expect(audit(words).totals.failures).toMatchObject({ D13: 0, TK5: 1 });
    expect(contradictions(trace)).toEqual([]);
    expect(failuresInCsv(await chooseScheme(tickets))).toMatchObject({ A3: '1', TK5: '8' });
  });

  test.runIf(deep)('free threads are judged by what it says of itself', async () => {
    const { verdict, audit: found } = await stress({ scheme: tickets, threads: 3, ops: 3000, seed: 5 });
    expect(verdict).toBe('as-claimed');
    expect(found).toMatchObject({ leaked: 0, surplus: 0, retired: 0 });
  });
});
