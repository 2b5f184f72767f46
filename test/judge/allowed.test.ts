import { describe, expect, test } from 'vitest';
import { scenarios } from '../../dist/scenarios/index.js';
import { charged, chargedUnnumbered, mayShowAba } from '../../dist/src/judge/damage/allowed.js';
import { cameRound } from '../../dist/src/judge/damage/came-round.js';
import { loadVariant } from '../../dist/src/laboratory/participant.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { explore } from '../../dist/src/explore/explore.js';
import { model } from '../../dist/src/model/engine.js';
import type { DamageKind, Finding } from '../../dist/src/observe/trace.js';
import { explorationVerdict } from '../../dist/src/report/text/exploration-text.js';
import { claimedCase, programScenario } from '../../dist/src/scenario/program-scenario.js';
import { caseFor, runScenario, type ScenarioRun } from '../../dist/src/scenario/scenario-run.js';
import { stress } from '../../dist/src/stress/stress.js';
import { some } from '../effort.ts';

const at = (kind: DamageKind, step: number | null): Finding => ({
  kind,
  step,
  thread: null,
  label: null,
  note: '',
});
const found = (...kinds: DamageKind[]): Finding[] => kinds.map((kind) => at(kind, null));
const kindsOf = (findings: readonly Pick<Finding, 'kind'>[]): DamageKind[] =>
  findings.map(({ kind }) => kind);
const variant = (file: string, query: Readonly<Record<string, string>>): string => {
  const url = new URL(file, import.meta.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};
const faulty = (fault: string, base = 'naive'): string => variant('variants/allows-aba.mjs', { fault, base });

test('an ABA excuses what comes with it and after it, and not what the scheme does of itself', () => {
  const all = [
    at('race', 3),
    at('orphaned slot', 6),
    at('ABA', 7),
    at('cycle', 7),
    at('orphaned slot', 9),
    at('lost value', null),
    at('bound exceeded', 9),
    at('miscount', null),
  ];
  expect(kindsOf(charged(all, 7))).toEqual(['race', 'orphaned slot', 'bound exceeded', 'miscount']);
  expect(charged(all, null)).toEqual(all);
});

test('where ABA is not seen it takes two threads, and a stray write takes other damage', () => {
  expect(chargedUnnumbered(found('orphaned slot', 'cycle', 'stray write'), 2, null)).toEqual([]);
  expect(kindsOf(chargedUnnumbered(found('miscount'), 2, null))).toEqual(['miscount']);
  expect(kindsOf(chargedUnnumbered(found('stray write'), 2, null))).toEqual(['stray write']);
  expect(kindsOf(chargedUnnumbered(found('stray write', 'miscount'), 2, null))).toEqual([
    'stray write',
    'miscount',
  ]);
  expect(kindsOf(chargedUnnumbered(found('orphaned slot'), 1, null))).toEqual(['orphaned slot']);
});

test.each([
  ['no', 0, true],
  ['yes', 0, false],
  ['until the tag wraps', 0, true],
  ['until the tag wraps', 11, true],
  ['until the tag wraps', 12, false],
  ['until the tag wraps', null, false],
] as const)('safe from ABA: %s, with a tag of %s bits', (abaSafe, bits, may) => {
  expect(mayShowAba(abaSafe, bits)).toBe(may);
});

const scenario = (id: string): (typeof scenarios)[number] => scenarios.find((each) => each.id === id)!;
const runOf = async (id: string, spec: string): Promise<ScenarioRun> =>
  runScenario(model, scenario(id), await caseFor(scenario(id), spec), { trials: false });

const since = ({ trace, audit }: ScenarioRun): number | null =>
  cameRound(trace.events, audit.geometry, trace.header.tagBits);
const firstAba = ({ findings }: ScenarioRun): number | null =>
  findings.find(({ kind }) => kind === 'ABA')?.step ?? null;

describe('a word comes round', () => {
  test.each(['naive', 'tagged:bits=0', 'tagged:bits=1', 'tagged:bits=4', 'tagged', 'epochs'])(
    'in an ABA at Head under %s, at its compare-and-swap if at all',
    async (spec) => {
      const run = await runOf('aba-dequeue', spec);
      expect(since(run)).toBe(firstAba(run));
      expect(run.verdict).toBe('as-claimed');
    },
  );

  test('under tags at the change of which their width is a divisor', async () => {
    const run = await runOf('tag-wrap', 'tagged:bits=2');
    expect(firstAba(run)).not.toBeNull();
    expect(since(run)).toBe(firstAba(run));
  });
});

test('a word comes round by the width that is promised, not by the one that some code makes of it', async () => {
  const { trace, audit } = await runOf('tag-wrap', 'tagged:bits=2');
  expect(cameRound(trace.events, audit.geometry, 2)).not.toBeNull();
  expect(cameRound(trace.events, audit.geometry, 3)).toBeNull();
});

/** Faults that no ABA has part in: a queue, a slab or a scheme, what shows the fault, and the kind of damage that it is. */
const FAULTS: readonly (readonly [string, string, string, DamageKind, number])[] = [
  ['queue', 'blind', '[A] i', 'false empty', 0],
  ['queue', 'sure', 'i', 'false non-empty', 0],
  ['queue', 'dropping', '[A] d', 'lost value', 0],
  ['queue', 'racy', '[A] d | i', 'race', 0],
  ['slab', 'overcounting', '[A B] d d e e d d', 'stray write', 1],
  ['scheme', 'forgetful', '[A B] d d', 'orphaned slot', 0],
  ['scheme', 'hoarder', '[A B] d d', 'bound exceeded', 0],
  ['scheme', 'miscounting', '[A B] d d', 'miscount', 0],
];
const ALLOWING = ['naive', 'tagged:bits=0', 'tagged:bits=4', 'tagged:bits=1', 'tagged:bits=11'];

describe.each(FAULTS)('a %s that is %s', (part, fault, program, kind, cache) => {
  test.each(some(ALLOWING, 1))('breaks the claims of %s in a run and in a search', async (base) => {
    const url = part === 'scheme' ? null : variant('../stress/variants/broken.mjs', { [part]: fault });
    const bits = /:.*/.exec(base)?.[0] ?? '';
    const spec = part === 'scheme' ? `${faulty(fault, base.replace(bits, ''))}${bits}` : base;
    const schedule = program.includes('|') ? 'T2@end; T1@end' : 'T1@end';
    const told = { ...programScenario(program, 6, schedule, url), cache };
    const { verdict, broken } = await runScenario(model, told, await claimedCase(spec), { trials: false });
    expect({ verdict, kinds: kindsOf(broken.findings) }).toMatchObject({ verdict: 'broken' });
    expect(kindsOf(broken.findings)).toContain(kind);
    const own = url === null ? {} : { variant: await loadVariant(url) };
    const exploration = await explore(program, spec, { slots: 6, cache, ...own });
    expect(kindsOf(exploration.findings.filter((each) => each.charged === true))).toContain(kind);
    expect(explorationVerdict(exploration, await chooseScheme(spec), true)).toMatch(
      new RegExp(`^BROKEN .* allows ABA .* which this does not: .*${kind}`),
    );
  });
});

describe.each([
  ['naive', false],
  ['tagged:bits=0', true],
  ['tagged:bits=4', true],
  ['tagged', true],
  ['epochs:period=1', true],
])('a thread that cannot finish alone, as another one holds a lock, under %s', (spec, isBroken) => {
  const url = variant('../stress/variants/broken.mjs', { queue: 'locked' });
  const program = '[A] d | d';
  const slots = 34;

  test(`is ${isBroken ? '' : 'not '}charged in a run`, async () => {
    const told = programScenario(program, slots, '1x2; T2@end', url);
    const { findings, verdict, broken } = await runScenario(model, told, await claimedCase(spec), {
      trials: false,
    });
    expect(kindsOf(findings)).toEqual(['livelock']);
    expect(kindsOf(broken.findings)).toEqual(isBroken ? ['livelock'] : []);
    expect(verdict).toBe(isBroken ? 'broken' : 'as-claimed');
  });

  test(`is ${isBroken ? '' : 'not '}charged in a search`, async () => {
    const exploration = await explore(program, spec, {
      slots,
      facts: true,
      variant: await loadVariant(url),
    });
    const stuck = exploration.findings.find(({ kind }) => kind === 'livelock');
    expect(stuck?.note).toMatch(/^T\d cannot finish alone from here, while the others stand still/);
    expect(stuck?.charged === true).toBe(isBroken);
    const verdict = explorationVerdict(exploration, await chooseScheme(spec), isBroken);
    expect(verdict).toMatch(isBroken ? /^BROKEN .*livelock/ : /^as claimed/);
  });
});

test.each(['naive', 'tagged:bits=0', 'tagged:bits=1'])(
  'in a search under %s all damage follows from ABA, and is found as it was',
  async (spec) => {
    const exploration = await explore('[A] d | d e d', spec, { slots: 6 });
    expect(kindsOf(exploration.findings)).toContain('ABA');
    expect(exploration.findings.filter((each) => each.charged === true)).toEqual([]);
    expect(explorationVerdict(exploration, await chooseScheme(spec), false)).toMatch(
      /^as claimed {3}\S+ promises no safety.*: \d+ of \d+ executions are damaged\.$/,
    );
  },
);

test('a bound that free threads exceed is broken, with no other damage', async () => {
  const result = await stress({ scheme: faulty('hoarder'), threads: 2, ops: 60, perturb: false });
  expect(result).toMatchObject({ verdict: 'broken', damageAllowed: true });
  expect(result.failures.join(' ')).toMatch(/promises at most 0 unreclaimed slots/);
});
