import { describe, expect, test } from 'vitest';
import { stress } from '../../dist/src/stress/stress.js';
import type { StressOptions } from '../../dist/src/stress/options.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { moduleUrl } from './variants/modules.ts';
import { deep, pairs, runs, some } from '../effort.ts';

/** Several rounds, as long as they may take: in the first one the thread stops, in another one it stands from the start. */
const ROUNDS = { threads: 2, ops: runs(100_000) } as const;
const POINTS = ['T2@D12', 'T2@D13', 'T2@E9'];

/** What is seen of the garbage while a thread stands in the middle of an operation. */
const SEEN = {
  naive: 'bounded',
  'no-reclaim': 'unbounded',
  tagged: 'bounded',
  'hazard-pointers': 'bounded',
  epochs: 'unbounded',
  // Each slot that is taken out of the structure behind the one that is held is held by the one before it.
  'reference-counting': 'unbounded',
} as const;

describe.each(
  some(pairs(Object.entries(SEEN), POINTS), 3).map(
    ([[scheme, seen], point], i) => [scheme, seen, point, i] as const,
  ),
)('%s', (scheme, seen, point, i) => {
  // In the short form every other one is stalled, and the rest are killed.
  test.runIf(deep || i % 2 === 0)(
    `with a thread stalled at ${point}: garbage is ${seen}, as claimed`,
    async () => {
      const stall = point;
      const result = await stress({ scheme, stall, ...ROUNDS });
      expect(result.stops).toMatchObject([
        { thread: 2, reason: 'stalled', label: stall.slice(3), point: stall },
      ]);
      expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], failures: [], missed: [] });
      expect(result.garbage.seen).toBe(seen);
    },
  );

  test.runIf(deep || i % 2 === 1)(
    `with a thread killed at ${point}: garbage is ${seen}, as claimed`,
    async () => {
      const kill = point;
      const result = await stress({ scheme, kill, ...ROUNDS });
      expect(result.stops).toMatchObject([
        { thread: 2, reason: 'killed', label: kill.slice(3), point: kill },
      ]);
      expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], failures: [], missed: [] });
      expect(result.garbage.seen).toBe(seen);
    },
  );
});

/** How many operations T2 had begun when it stopped. */
async function operationsUntil(stall: string): Promise<number> {
  const { audit } = await stress({ scheme: 'tagged', stall, ...ROUNDS });
  return audit.threads[1].operations;
}

/**
 * Runs until T2 has stopped with as many slots in hand as are asked for. Right after a compare-and-swap it has the slot only if that did not
 * fail, which is up to the other thread; so every run has so many or none, and one of a few has them.
 */
async function killedWith(inHand: number, options: StressOptions): Promise<StressResult> {
  for (let n = 0; n < 20; n++) {
    const result = await stress(options);
    expect([0, inHand]).toContain(result.audit.inHand);
    if (result.audit.inHand === inHand) return result;
  }
  throw new Error(`in 20 runs no thread stopped with ${inHand} slots in hand`);
}

/** Slots in hand after the only thread was killed: nobody disturbs it, so each of its steps succeeds. */
async function inHandAfter(kill: string): Promise<number> {
  const { audit } = await stress({ scheme: 'tagged', ...ROUNDS, threads: 1, kill });
  return audit.inHand;
}

describe('under no-reclaim a thread that is killed', () => {
  const slots = runs(4096);
  /** T1 goes on until every slot has been used: all but the dummy node are leaked, and what T2 really had in hand. */
  const cases = [
    { kill: 'T2@A3', inHand: 0 },
    { kill: 'T2@A3+', inHand: 1 },
    { kill: 'T2@E9', inHand: 1 },
    { kill: 'T2@E9+', inHand: 0 },
    { kill: 'T2@D13', inHand: 0 },
    { kill: 'T2@D13+', inHand: 1 },
  ].filter(({ kill }) => deep || kill === 'T2@D13');

  test.each(cases)('at $kill: an intent hides no leak (slots in hand: $inHand)', async ({ kill, inHand }) => {
    const result = await killedWith(inHand, {
      scheme: 'no-reclaim',
      slots,
      threads: 2,
      kill,
      ops: 5 * slots,
    });
    const { reachable, leaked, retiredLost, free, totals, inHand: had } = result.audit;
    expect(result.stops).toMatchObject([{ thread: 2, reason: 'killed' }]);
    expect({ reachable, had, free, leaked }).toEqual({
      reachable: 1,
      had: inHand,
      free: 0,
      leaked: slots - 1 - inHand,
    });
    expect({ retiredLost, counted: totals.unreclaimedCounted }).toEqual({
      retiredLost: leaked,
      counted: leaked,
    });
    expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], failures: [] });
  });
});

describe('the place', () => {
  test('a slot that a dead thread took is in its hand, and not leaked', async () => {
    const { audit, deliveredSince } = await killedWith(1, { scheme: 'tagged', kill: 'T2@D13#7+', ...ROUNDS });
    expect(audit.leaked).toBe(0);
    expect(audit.slotsInHand().map(({ thread }) => thread)).toEqual([2]);
    expect(deliveredSince).toBeGreaterThan(0);
  });

  test('is before the step, or right after it', async () => {
    expect(await inHandAfter('T1@D13')).toBe(0);
    expect(await inHandAfter('T1@D13+')).toBe(1);
  });

  test.runIf(deep)('outside of its pin a stalled thread does not hold epochs back', async () => {
    const { garbage } = await stress({ scheme: 'epochs', stall: 'T2@A3', ...ROUNDS });
    expect(garbage).toMatchObject({ bound: null, seen: 'bounded' });
  });

  test.runIf(deep)('a later passing is a later operation', async () => {
    expect(await operationsUntil('T2@D13')).toBeLessThanOrEqual(2);
    expect(await operationsUntil('T2@D13#5000')).toBeGreaterThan(1000);
  });

  test.runIf(deep)('one thread may be stalled and another one killed', async () => {
    const result = await stress({
      scheme: 'hazard-pointers',
      ...ROUNDS,
      threads: 4,
      stall: 'T2@D12',
      kill: 'T3@E9',
    });
    expect(result.stops.map(({ thread, reason }) => `T${thread} ${reason}`).toSorted()).toEqual([
      'T2 stalled',
      'T3 killed',
    ]);
    expect(result).toMatchObject({ verdict: 'as-claimed', garbage: { seen: 'bounded' } });
    expect(result.deliveredSince).toBeGreaterThan(0);
  });

  test.runIf(deep)('a step to which no thread comes is said', async () => {
    const result = await stress({ scheme: 'tagged', stall: 'T2@D12#999999999', seconds: 0.1 });
    expect(result).toMatchObject({ stops: [], missed: ['T2@D12#999999999'], deliveredSince: null });
  });

  test.runIf(deep)('with the only thread stopped the run ends', async () => {
    const result = await stress({ scheme: 'tagged', threads: 1, kill: 'T1@D12', seconds: 3600 });
    expect(result.stops).toHaveLength(1);
  });
});

test('a scheme that claims to survive and does not is broken: beyond its bound, and nobody goes on', async () => {
  const scheme = moduleUrl('boastful.mjs', { scheme: 'epochs' });
  const result = await stress({ scheme, slots: 64, stall: 'T2@D12', ...ROUNDS });
  expect(result).toMatchObject({
    verdict: 'broken',
    findings: [],
    garbage: { bound: 48, seen: 'unbounded' },
  });
  expect(result.failures).toEqual([
    expect.stringMatching(/^The scheme promises at most 48 unreclaimed slots, and there were \d+\.$/),
    'The others came to a halt after T2 had stopped: no value was delivered any more.',
  ]);
});

test('where the others wait for a thread that stopped, it is said what they do over and over, and where', async () => {
  const { halt, stops } = await stress({
    structure: 'vyukov-ring',
    threads: 2,
    ops: 5000,
    stall: 'T1@VR4',
  });
  expect(stops).toHaveLength(1);
  expect(halt).toMatch(
    /^The others came to a halt after T1 had stopped, and no value was delivered any more: of the last \d+ operations of T2 .*dequeue answered empty \(\d+ times\).*, the last one at VR\d+\. The card of vyukov-ring claims no more: /,
  );
});
