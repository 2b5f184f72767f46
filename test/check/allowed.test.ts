import { describe, expect, test } from 'vitest';
import { notFromAba, notFromUnseenAba } from '../../dist/src/check/allowed.js';
import { chooseScheme } from '../../dist/src/engines/registry.js';
import { explore } from '../../dist/src/explore/explore.js';
import { model } from '../../dist/src/model/engine.js';
import type { DamageKind, Finding } from '../../dist/src/observe/trace.js';
import { explorationVerdict } from '../../dist/src/report/exploration-text.js';
import { claimedCase, programScenario } from '../../dist/src/scenario/ad-hoc.js';
import { play } from '../../dist/src/scenario/play.js';
import { stress } from '../../dist/src/stress/stress.js';

const found = (...kinds: DamageKind[]): Finding[] =>
  kinds.map((kind) => ({ kind, step: null, thread: null, label: null, note: '' }));
const kindsOf = (findings: readonly Finding[]): DamageKind[] => findings.map(({ kind }) => kind);
const faulty = (fault: string): string =>
  new URL(`variants/allows-aba.mjs?fault=${fault}`, import.meta.url).href;

test('ABA excuses what comes after it, and not what the scheme does of itself', () => {
  const all = found(
    'race',
    'orphaned slot',
    'ABA',
    'orphaned slot',
    'lost value',
    'bound exceeded',
    'miscount',
  );
  expect(kindsOf(notFromAba(all))).toEqual(['race', 'orphaned slot', 'bound exceeded', 'miscount']);
  expect(notFromAba(found('wild index', 'cycle'))).toEqual([]);
  expect(notFromAba(found('false empty'))).toEqual([]);
});

test('with free threads ABA is not seen, and takes two', () => {
  expect(notFromUnseenAba(found('orphaned slot', 'cycle', 'stray write'), 2)).toEqual([]);
  expect(kindsOf(notFromUnseenAba(found('miscount'), 2))).toEqual(['miscount']);
  expect(kindsOf(notFromUnseenAba(found('stray write'), 2))).toEqual(['stray write']);
  expect(kindsOf(notFromUnseenAba(found('orphaned slot'), 1))).toEqual(['orphaned slot']);
});

describe.each([
  ['forgetful', 'orphaned slot'],
  ['hoarder', 'bound exceeded'],
  ['miscounting', 'miscount'],
])('a scheme that allows ABA and is %s breaks its claims', (fault, kind) => {
  const spec = faulty(fault);

  test('in a run', async () => {
    const each = await claimedCase(spec);
    const { verdict, broken } = await play(model, programScenario('[A B] d d', 6, 'T1@end'), each, {
      trials: false,
    });
    expect({ verdict, kinds: kindsOf(broken.findings) }).toEqual({ verdict: 'broken', kinds: [kind] });
  });

  test('in a search, which says so', async () => {
    const exploration = await explore('[A B] d d', spec, { slots: 6 });
    const charged = exploration.findings.filter((each) => each.charged === true);
    expect(kindsOf(charged)).toEqual([kind]);
    expect(explorationVerdict(exploration, await chooseScheme(spec), true)).toMatch(
      new RegExp(`^BROKEN .* allows ABA and what follows from it, which this does not: ${kind}\\.$`),
    );
  });
});

test('in a search under naive reuse all damage follows from ABA, and is found as it was', async () => {
  const { findings } = await explore('[A] d | d e d', 'naive', { slots: 6 });
  expect(kindsOf(findings)).toContain('wild index');
  expect(findings.filter(({ charged }) => charged === true)).toEqual([]);
});

test('a bound that free threads exceed is broken, with no other damage', async () => {
  const result = await stress({ scheme: faulty('hoarder'), threads: 2, ops: 60, perturb: false });
  expect(result).toMatchObject({ verdict: 'broken', damageAllowed: true });
  expect(result.failures.join(' ')).toMatch(/promises at most 0 unreclaimed slots/);
});
