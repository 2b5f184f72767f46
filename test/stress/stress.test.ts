import { describe, expect, test } from 'vitest';
import { isMixOfSets, MIX_NAMES } from '../../dist/src/stress/mixes.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { stress } from '../../dist/src/stress/stress.js';
import { moduleUrl } from './variants/modules.ts';
import { deep, pairs, runs, some } from '../effort.ts';

/** Time enough for naive reuse on a machine that has other things to do as well. */
const PLENTY = 30;

function isAccounted({ audit, slots }: StressResult): boolean {
  const { reachable, inHand, retired, parked, free, leaked, surplus } = audit;
  return reachable + inHand + retired + parked + free + leaked - surplus === slots;
}

describe('naive reuse', () => {
  test('is caught, which is as it claims, and every slot is accounted for', async () => {
    const result = await stress({ scheme: 'naive', slots: 16, seconds: PLENTY });
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result).toMatchObject({ verdict: 'as-claimed', damageAllowed: true, perturb: true, slots: 16 });
    expect(isAccounted(result)).toBe(true);
    expect(result.flight.length).toBeGreaterThan(0);
    expect(result.snapshot).toEqual(result.audit.words);
    expect(result.again).toMatch(/^npx lockfree-lab stress --scheme naive .*--perturb on .*--seed \d+$/);
  });

  test.runIf(deep)('is caught without pauses too, and with more threads than cores', async () => {
    const result = await stress({ scheme: 'naive', threads: 8, slots: 16, seconds: PLENTY, perturb: false });
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result.perturb).toBe(false);
  });

  test('breaks its claim when it claims to be safe', async () => {
    const scheme = moduleUrl('boastful.mjs', { scheme: 'naive' });
    const result = await stress({ scheme, slots: 16, seconds: PLENTY, perturb: true });
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result).toMatchObject({ verdict: 'broken', damageAllowed: false });
  });

  test.runIf(deep)(
    'does nothing wrong on one thread, and that is said to be as claimed as well',
    async () => {
      const result = await stress({ scheme: 'naive', threads: 1, ops: 20_000 });
      expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], flight: [], snapshot: null });
    },
  );
});

test.runIf(deep)('a tag of 2 bits wraps within a pause, as claimed; one of 16 bits does not', async () => {
  const narrow = await stress({ scheme: 'tagged:bits=2', slots: 16, seconds: PLENTY });
  expect(narrow.findings.length).toBeGreaterThan(0);
  expect(narrow).toMatchObject({ verdict: 'as-claimed', damageAllowed: true, tagBits: 2 });
  const wide = await stress({ scheme: 'tagged:bits=16', slots: 16, ops: runs(200_000), perturb: true });
  expect(wide).toMatchObject({ verdict: 'as-claimed', damageAllowed: false, findings: [] });
});

const OPS = runs(100_000, 10);
const SAFE = [
  'no-reclaim',
  'tagged',
  'hazard-pointers',
  'epochs',
  'hazard-eras',
  'interval',
  'pass-the-pointer',
];

describe.each(
  some(
    pairs(
      SAFE,
      MIX_NAMES.filter((mix) => !isMixOfSets(mix)),
    ),
    1,
  ),
)('%s', (scheme, mix) => {
  test(`has no finding under the mix ${mix}`, async () => {
    const result = await stress({ scheme, mix, threads: 4, ops: OPS, perturb: mix === 'pairs' });
    expect(result.findings).toEqual([]);
    expect(result.failures).toEqual([]);
    expect(result).toMatchObject({ verdict: 'as-claimed', history: { conserved: true, ordered: true } });
    expect(result.operations).toBeGreaterThanOrEqual(OPS);
    expect(result.history.delivered).toBeGreaterThan(0);
    expect(isAccounted(result)).toBe(true);
  });
});

describe('the numbers', () => {
  test.runIf(deep)('what went in came out, is in the queue, or was refused', async () => {
    const { history, operations } = await stress({ scheme: 'tagged', mix: 'random', ops: runs(100_000) });
    const { enqueued, delivered, remaining, full, empty } = history;
    expect(enqueued).toBe(delivered + remaining);
    expect(enqueued + delivered + full + empty).toBe(operations);
  });

  test.runIf(deep)(
    'no-reclaim leaks what it retired and nothing else, on a fresh slab in each round',
    async () => {
      const { audit, history, rounds } = await stress({ scheme: 'no-reclaim', slots: 1000, ops: 20_000 });
      expect(rounds).toBeGreaterThan(5);
      expect(audit.leaked).toBe(audit.totals.retiredEver);
      expect(history.delivered).toBeGreaterThan(3000);
    },
  );

  test.runIf(deep)('hazard pointers keep within their bound', async () => {
    const { garbage } = await stress({ scheme: 'hazard-pointers', threads: 4, ops: runs(100_000) });
    expect(garbage.seen).toBe('bounded');
    expect(garbage.peak).toBeGreaterThan(0);
    expect(garbage.peak).toBeLessThanOrEqual(garbage.bound ?? 0);
  });

  test.runIf(deep)('progress is told while it goes on', async () => {
    const told: number[] = [];
    await stress({ scheme: 'tagged', ops: runs(300_000), onProgress: (operations) => told.push(operations) });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBeGreaterThanOrEqual(runs(300_000));
  });
});
