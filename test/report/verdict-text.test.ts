import { describe, expect, test } from 'vitest';
import { findScenario } from '../../dist/scenarios/index.js';
import { model } from '../../dist/src/model/engine.js';
import { runText, verdictOf, verdictText } from '../../dist/src/report/text/run-text.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { claimedCase, programScenario } from '../../dist/src/scenario/program-scenario.js';
import {
  caseFor,
  runScenario,
  type ScenarioRun,
  type ScenarioRunOptions,
} from '../../dist/src/scenario/scenario-run.js';
import { runJson } from '../../dist/src/report/run-documents.js';

const ABA = 'ABA, retire while reachable, duplicate value';
const ROUND = 'and the damage follows from step 42, where a word had come round';

async function scenario(spec: string, options: ScenarioRunOptions = {}): Promise<ScenarioRun> {
  const aba = findScenario('aba-dequeue');
  return runScenario(model, aba, await caseFor(aba, spec), { ...options, trials: false });
}

async function program(spec: string, queue: string | null = null): Promise<ScenarioRun> {
  const url = queue && new URL(`../stress/variants/broken.mjs?queue=${queue}`, import.meta.url).href;
  return runScenario(model, programScenario('[A] i', 6, 'T1@end', url), await claimedCase(spec), {
    trials: false,
  });
}

const ROWS: readonly (readonly [string, () => Promise<ScenarioRun>, string])[] = [
  [
    'the damage that a scenario is about',
    () => scenario('naive'),
    `as claimed   Under naive this ended with ${ABA}, as it was to.`,
  ],
  [
    'no damage, where there was to be none',
    () => scenario('tagged'),
    'as claimed   Under tagged this ended with no damage, as it was to.',
  ],
  [
    'damage under parameters of the user',
    () => scenario('tagged:bits=0'),
    `told     The scenario expects no end of this run. No claim of tagged:bits=0 is broken: it promises no safety once its tag has wrapped, ${ROUND}.`,
  ],
  [
    "no damage, under a schedule of the user's own",
    () => scenario('naive', { schedule: 'T1@end' }),
    'told     The scenario expects no end of this run. No claim of naive is broken.',
  ],
  ['a program', () => program('tagged'), 'as claimed   No claim of tagged is broken.'],
  [
    'a program under a queue that is broken',
    () => program('tagged:bits=16', 'blind'),
    'BROKEN   tagged:bits=16 promises that this cannot happen, and broken.mjs?queue=blind took the place of a part of the kernel: false empty.',
  ],
  [
    'the same where ABA is allowed',
    () => program('naive', 'blind'),
    'BROKEN   naive allows ABA and what follows from it, which this does not, and broken.mjs?queue=blind took the place of a part of the kernel: false empty.',
  ],
];

describe.each(ROWS)('%s', (_, make, line) => {
  test('has one verdict, the same in text and in JSON, and none in the story', async () => {
    const run = await make();
    expect(verdictText(verdictOf(run))).toBe(line);
    expect(runJson(run)).toMatchObject({
      verdict: line.startsWith('BROKEN') ? 'broken' : 'as-claimed',
      verdictText: line.replace(/^(?:as claimed|BROKEN|told) +/, ''),
    });
    expect(runText(run, plainStyle())).not.toMatch(/as claimed|BROKEN/);
  });
});

const ofRing = async (schedule: string): Promise<ScenarioRun> =>
  runScenario(model, programScenario('vyukov-ring:e | e d', 6, schedule, null), await claimedCase('tagged'), {
    trials: false,
  });

describe('a history of a ring', () => {
  test('in which a take answers empty early is linearizable to its model, which is named', async () => {
    // B is inside, and its enqueue has ended; A is not written.
    const run = await ofRing('1x3,2x6');
    expect(run.history.operations.map(({ outcome }) => outcome)).toContain('empty');
    const text = runText(run, plainStyle());
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'HISTORY linearizable to the model of the Vyukov ring: a FIFO queue that may also answer empty while',
    );
    expect(text).toContain('⇒ empty');
    expect(runJson(run)).toMatchObject({
      linearizable: true,
      model: expect.stringContaining('may also answer empty') as string,
    });
  });

  test('without such an answer is one of a strict queue', async () => {
    expect(runText(await ofRing('T1@end; T2@end'), plainStyle())).toMatch(/^HISTORY {2}linearizable$/m);
  });
});
