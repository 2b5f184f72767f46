import { describe, expect, test } from 'vitest';
import { R_STEP } from '../../dist/src/kernel/layout.js';
import { UsageError } from '../../dist/src/errors.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { stressText } from '../../dist/src/report/text/stress-text.js';
import { isMixOfSets, MIX_NAMES } from '../../dist/src/stress/mixes.js';
import type { StressOptions } from '../../dist/src/stress/options.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { stress } from '../../dist/src/stress/stress.js';
import { moduleUrl } from './variants/modules.ts';
import { deep, pairs, runs } from '../effort.ts';

const OPS = runs(200_000, 10);

/** Time enough for naive reuse on a machine that has other things to do as well. */
const PLENTY = 30;

function isAccounted({ audit, slots }: StressResult): boolean {
  const { reachable, inHand, retired, parked, free, leaked, surplus } = audit;
  return reachable + inHand + retired + parked + free + leaked - surplus === slots;
}

describe.each(['wasm', 'mixed'])('on the engine %s', (engine) => {
  const all = pairs(
    ['no-reclaim', 'tagged', 'hazard-pointers', 'epochs', 'hazard-eras', 'interval', 'pass-the-pointer'],
    MIX_NAMES.filter((mix) => !isMixOfSets(mix)),
  );
  // In the short form each pair is on one of the two engines.
  describe.each(all.filter((_, i) => deep || (i % 2 === 0) === (engine === 'wasm')))('%s', (scheme, mix) => {
    test(`has no finding under the mix ${mix}, and every value is accounted for`, async () => {
      const result = await stress({ scheme, mix, engine, threads: 4, ops: OPS });
      expect(result.findings).toEqual([]);
      expect(result.failures).toEqual([]);
      expect(result).toMatchObject({
        engine,
        verdict: 'as-claimed',
        history: { conserved: true, ordered: true },
      });
      const { enqueued, delivered, remaining, full, empty } = result.history;
      if (scheme !== 'no-reclaim') expect(enqueued).toBe(delivered + remaining);
      expect(enqueued + delivered + full + empty).toBe(result.operations);
      expect(result.operations).toBeGreaterThanOrEqual(OPS);
      expect(isAccounted(result)).toBe(true);
      // Everybody took part; a slab that is used up in no time may leave somebody out.
      const idle = result.audit.threads.filter(({ operations }) => operations === 0);
      if (scheme !== 'no-reclaim') expect(idle).toEqual([]);
    });
  });

  test('naive reuse is caught, and every slot is accounted for', async () => {
    const result = await stress({ scheme: 'naive', engine, slots: 16, seconds: PLENTY });
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result).toMatchObject({ engine, verdict: 'as-claimed', damageAllowed: true });
    expect(isAccounted(result)).toBe(true);
    expect(result.snapshot).toEqual(result.audit.words);
    expect(result.again).toContain(` --engine ${engine} `);
    expect(stressText(result, plainStyle({}))).toMatch(new RegExp(`^stress +naive on ${engine}, `));
  });

  test('hazard pointers keep within their bound', async () => {
    const { garbage } = await stress({ scheme: 'hazard-pointers', engine, threads: 4, ops: OPS });
    expect(garbage.seen).toBe('bounded');
    expect(garbage.peak).toBeGreaterThan(0);
  });
});

test.runIf(deep)('compiled threads that go round forever are ended, with a verdict', async () => {
  // Only some of the ways in which naive reuse breaks bend the queue into a ring.
  for (let tries = 0; tries < 60; tries++) {
    const result = await stress({
      scheme: 'naive',
      engine: 'wasm',
      slots: 16,
      seconds: PLENTY,
      watchdogMs: 200,
    });
    if (!result.findings.some(({ kind }) => kind === 'livelock')) continue;
    expect(result.stops).toContainEqual(expect.objectContaining({ reason: 'hung' }));
    expect(isAccounted(result)).toBe(true);
    return;
  }
  expect.unreachable('no queue was bent into a ring');
});

test('who runs compiled code leaves no label, and who does not, does', async () => {
  const { audit } = await stress({ scheme: 'tagged', engine: 'mixed', threads: 3, ops: 5000 });
  const labels = [1, 2, 3].map((thread) => audit.words[audit.geometry.record(thread) + R_STEP] !== 0);
  expect(labels).toEqual([true, false, true]);
});

/** Enough that some rounds begin after the thread has stopped, whatever else the machine does. */
const OPERATIONS = 400_000;

test.runIf(deep)(
  'on mixed, a thread on atomics may be stalled, and compiled ones go on if the scheme survives it',
  async () => {
    const stall = 'T1@D12';
    const stalled = await stress({
      scheme: 'hazard-pointers',
      engine: 'mixed',
      threads: 3,
      stall,
      ops: OPERATIONS,
    });
    expect(stalled).toMatchObject({ verdict: 'as-claimed', missed: [], garbage: { seen: 'bounded' } });
    expect(stalled.deliveredSince).toBeGreaterThan(0);
    const held = await stress({ scheme: 'epochs', engine: 'mixed', threads: 3, stall, ops: OPERATIONS });
    expect(held).toMatchObject({ verdict: 'as-claimed', missed: [], garbage: { seen: 'unbounded' } });
  },
);

test('on mixed, a thread on atomics may be killed', async () => {
  const result = await stress({ scheme: 'tagged', engine: 'mixed', kill: 'T1@D13+', seconds: 0.3 });
  expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], missed: [], audit: { leaked: 0 } });
  expect(result.audit.slotsInHand().map(({ thread }) => thread)).toEqual([1]);
});

const BAD: readonly (readonly [StressOptions, RegExp])[] = [
  [{ engine: 'wsam' }, /^There is no engine "wsam" \(did you mean "wasm"\?\)/],
  [{ engine: 'model' }, /^There is no engine "model" for a stress run/],
  [{ engine: 'mixed', threads: 1 }, /^One thread cannot be on both engines/],
  [
    { engine: 'wasm', stall: 'T2@D12' },
    /^T2 cannot be stopped at T2@D12: compiled steps .* take the engine atomics/,
  ],
  [{ engine: 'wasm', kill: 'T1@D12' }, /^T1 cannot be stopped at T1@D12/],
  [{ engine: 'mixed', kill: 'T2@D12' }, /^T2 cannot be stopped .* mixed with a point of T1, T3/],
  [{ engine: 'wasm', perturb: true }, /^Compiled steps cannot be perturbed/],
  [{ engine: 'wasm', variant: moduleUrl('faulty.mjs', { fault: 'loses' }) }, /^A variant is JavaScript/],
  [
    { engine: 'wasm', scheme: moduleUrl('boastful.mjs', { scheme: 'epochs' }) },
    /^The scheme \S+ is not compiled: the engine wasm has naive, /,
  ],
];

test.each(BAD)('%o is bad input', async (options, sentence) => {
  const refused = stress({ scheme: 'tagged', threads: 2, ...options });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});
