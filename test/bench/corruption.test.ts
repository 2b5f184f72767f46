import { expect, test } from 'vitest';
import { corrupt } from '../../dist/src/bench/experiments.js';
import type { CorruptionTrial } from '../../src/bench/experiments.ts';

const trial: CorruptionTrial = {
  engine: 'atomics',
  scheme: 'naive',
  spec: 'naive',
  workload: 'pairs',
  threads: 2,
  seed: 1,
};

test('what promises nothing is corrupted, in the words of the judges, and has no throughput', async () => {
  const found = await corrupt(trial, 20);
  expect(found).toMatchObject({ scheme: 'naive', threads: 2, verdict: 'corrupted' });
  expect(found.kind).not.toBeNull();
  expect(found.note).toMatch(/\.$/);
  const { slots, reachable, inHand, retired, parked = 0, free, leaked, surplus } = found.audit;
  expect(reachable + inHand + retired + parked + free + leaked - surplus).toBe(slots);
  expect(found.again).toContain('npx lockfree-lab stress --scheme naive');
});

test('what is sound is not: nothing was seen, which is all that is said', async () => {
  const found = await corrupt({ ...trial, scheme: 'tagged', spec: 'tagged' }, 0.1);
  expect(found).toMatchObject({ verdict: 'no damage seen', kind: null, note: null });
});
