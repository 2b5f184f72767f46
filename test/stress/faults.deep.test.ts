import { describe, expect, test } from 'vitest';
import type { StressOptions } from '../../dist/src/stress/options.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { stress } from '../../dist/src/stress/stress.js';
import { stressText } from '../../dist/src/report/text/stress-text.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { moduleUrl } from './variants/modules.ts';
import { deep } from '../effort.ts';

const WATCHDOG_MS = 400;

/** A sound scheme under a queue with a fault: all that is found is the fault's. */
async function faulty(fault: string, options: StressOptions = { scheme: 'tagged' }): Promise<StressResult> {
  const variant = moduleUrl('faulty.mjs', { fault });
  // So much time that only the fault can end the run; the tests would fail by their time limit.
  return stress({ ...options, variant, seconds: 600, watchdogMs: WATCHDOG_MS });
}

const kinds = ({ findings }: StressResult): string[] => findings.map(({ kind }) => kind);

describe('a queue that never comes back', () => {
  test('is reported as a cycle with its slots, if it has one', async () => {
    const result = await faulty('cycle');
    expect(result.verdict).toBe('broken');
    expect(kinds(result)[0]).toBe('cycle');
    const [slot] = result.audit.slotsOf('cyclic');
    expect(result.findings[0]).toMatchObject({
      slot,
      note: expect.stringContaining(`slot ${slot} on a cycle`),
    });
    expect(result.findings).toContainEqual(
      expect.objectContaining({ kind: 'livelock', label: expect.stringMatching(/^E\d+$/) }),
    );
    const ended = result.stops.find(({ hung }) => hung?.because === 'damage');
    expect(ended).toMatchObject({ operation: 'enqueue' });
  });

  test('is reported as a livelock with its place, if the slab is sound', async () => {
    const result = await faulty('spin');
    expect(result.verdict).toBe('broken');
    expect(new Set(kinds(result))).toEqual(new Set(['livelock']));
    expect(result.findings[0]).toMatchObject({ label: 'D2', step: null });
    expect(result.findings[0].note).toMatch(
      /^T\d has been in one enqueue for \d+ ms .*last at D2; Head is \d+, Tail is \d+\.$/,
    );
    const { thread } = result.findings[0];
    const last = result.flight.findLast((entry) => entry.thread === thread);
    expect(last).toMatchObject({ operation: 'enqueue', outcome: 'pending' });
  });
});

describe('values', () => {
  test('that are lost are named', async () => {
    const result = await faulty('loses');
    expect(result).toMatchObject({ verdict: 'broken', history: { conserved: false, ordered: true } });
    expect(kinds(result)).toEqual(['lost value']);
    expect(result.findings[0].note).toMatch(/^T\d:\d+ was lost: enqueued by T\d enqueue#\d+/);
  });

  test('that come twice are named', async () => {
    const result = await faulty('doubles');
    expect(result).toMatchObject({ verdict: 'broken', history: { conserved: false } });
    expect(kinds(result)).toEqual(['duplicate value']);
    expect(result.findings[0].note).toMatch(/^T\d:\d+ was delivered /);
  });

  test('that come in the wrong order are named, though none is missing', async () => {
    // One thread, which is given all there is: two threads could be given one of the two values each.
    const result = await faulty('swaps', { scheme: 'tagged', threads: 1 });
    expect(result).toMatchObject({ verdict: 'broken', history: { conserved: true, ordered: false } });
    expect(new Set(kinds(result))).toEqual(new Set(['order broken']));
    expect(result.findings[0].note).toMatch(/^T\d was given (T\d):1000 after \1:1001/);
  });
});

test('slots that are not retired are orphaned', async () => {
  const result = await faulty('forgets');
  expect(result.verdict).toBe('broken');
  expect(kinds(result)).toEqual(['orphaned slot']);
  expect(result.audit.leaked).toBeGreaterThan(0);
});

// One thread, so that nothing else goes wrong first.
test('of a slab whose damage is allowed no bound of the garbage is asked: what is off there follows from it', async () => {
  const result = await faulty('drops', {
    scheme: 'naive',
    threads: 1,
  });
  expect(result.findings.length).toBeGreaterThan(0);
  expect(result).toMatchObject({
    damageAllowed: true,
    failures: [],
    garbage: { seen: 'unbounded', isExcused: true },
  });
  expect(stressText(result, plainStyle())).toMatch(
    /garbage .*beyond the bound of 0, which is not asked of a damaged slab/,
  );
});

describe('a worker that crashes', () => {
  test('over an index that names no slot is reported as a wild index', async () => {
    // On a busy machine a thread that stands where it will crash may be ended for the damage before it has: then no step is named.
    for (let tries = 0; tries < 20; tries++) {
      const result = await faulty('wild');
      expect(result.verdict).toBe('broken');
      expect(result.findings[0].kind).toBe('wild index');
      expect(result.failures).toEqual([]);
      if (!result.stops.some(({ reason }) => reason === 'crashed')) continue;
      expect(result.findings[0].label).toMatch(/^[A-Z]\d+$/);
      return;
    }
    expect.unreachable('no thread came to its crash');
  });

  test('over an exception breaks the claim, whatever the scheme', async () => {
    // One thread, so that nothing else goes wrong first.
    const result = await faulty('throws', { scheme: 'naive', threads: 1 });
    expect(result.verdict).toBe('broken');
    expect(result.failures[0]).toMatch(/^T\d crashed in its dequeue, last at D12: Error: boom\.$/);
    expect(result.stops[0]).toMatchObject({ reason: 'crashed', operation: 'dequeue', label: 'D12' });
  });

  test.runIf(deep)('by leaving breaks it too', async () => {
    const result = await faulty('exits');
    expect(result.verdict).toBe('broken');
    expect(result.failures[0]).toMatch(/^T\d crashed in its enqueue, .*exited with code 3\.$/);
  });
});

test('a variant that cannot be loaded is bad input', async () => {
  await expect(stress({ variant: moduleUrl('missing.mjs', {}) })).rejects.toThrow(
    /^The variant .*missing\.mjs cannot be used .*give the URL of a JavaScript module/,
  );
});
