import { describe, expect, test } from 'vitest';
import { stride } from '../effort.ts';
import { stall } from '../../dist/src/bench/experiments.js';

describe('the stall experiment', () => {
  const cases = [
    ['tagged', 'bounded'],
    ['hazard-pointers:threshold=8', 'bounded'],
    ['epochs', 'unbounded'],
    ['no-reclaim', 'unbounded'],
  ] as const;
  test.each(cases.filter((_, i) => i % stride(2) === 0))(
    '%s: garbage is %s with a thread stalled at D12, as claimed',
    async (scheme, seen) => {
      const result = await stall({ scheme, threads: 2, stalled: 1, step: 'D12', seed: 1 });
      expect(result).toMatchObject({ scheme, seen, claimed: seen, verdict: 'as-claimed', stalled: 1 });
      // Every second operation retires a slot, and none of these is ever freed; those before the thread stopped may be.
      const [operations, unreclaimed] = result.points.at(-1)!;
      if (seen === 'unbounded') expect(unreclaimed).toBeGreaterThanOrEqual(operations / 2);
      else expect(result.peak).toBeLessThanOrEqual(result.bound!);
    },
  );

  test('a thread that stops outside of its pin holds nothing back, against what is claimed of one inside', async () => {
    const result = await stall({ scheme: 'epochs', threads: 2, stalled: 1, step: 'E3', seed: 1 });
    expect(result).toMatchObject({ seen: 'bounded', claimed: 'unbounded', verdict: 'broken' });
  });

  test('two of three', async () => {
    const result = await stall({ scheme: 'hazard-pointers', threads: 3, stalled: 2, step: 'E9', seed: 1 });
    expect(result).toMatchObject({ seen: 'bounded', verdict: 'as-claimed' });
  });

  test('what was inside when a thread stalled may be held back under a scheme whose bound grows with it', async () => {
    const options = { threads: 2, stalled: 1, step: 'D12', seed: 1, prefill: 500 };
    const intervals = await stall({ scheme: 'interval', ...options });
    expect(intervals).toMatchObject({ prefill: 500, seen: 'bounded', verdict: 'as-claimed' });
    expect(intervals.peak).toBeGreaterThan(450);
    const hazards = await stall({ scheme: 'hazard-pointers:threshold=8', ...options });
    expect(hazards).toMatchObject({ seen: 'bounded', verdict: 'as-claimed' });
    expect(hazards.peak).toBeLessThan(50);
  });

  test('needs somebody who goes on, and a step that there is', async () => {
    const options = { scheme: 'tagged', threads: 2, stalled: 2, step: 'D12', seed: 1 };
    await expect(stall(options)).rejects.toThrow('leave at least one that goes on');
    await expect(stall({ ...options, stalled: 1, step: 'D99' })).rejects.toThrow('There is no step "D99"');
  });
});
