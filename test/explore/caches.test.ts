import { describe, expect, test } from 'vitest';
import { deep } from '../effort.ts';
import { explore } from '../../src/explore/explore.ts';

// With magazines of 1 the second slot that is freed makes a spare one, and the third one puts a magazine on the free list: threads meet
// there in the same steps as without caches, and each keeps up to two slots for itself. More programs are in the campaign of proofs.
describe('with caches every execution of a small program is clean', () => {
  const cases = [
    ['tagged', '[A B C] d d d | e e', 1, 8],
    ['tagged', 'e e | d d', 2, 8],
    ['hazard-pointers:threshold=1', '[A B C] d d d | e e', 1, 8],
    ['epochs:period=1', '[A] d | d e d', 1, 8],
    ['no-reclaim', '[A B C] d d d | e e', 1, 8],
  ] as const;
  // In the short form without the two that take longest.
  test.each(cases.filter(([scheme]) => deep || !scheme.includes('=')))(
    '%s: %s, magazines of %i in %i slots',
    async (scheme, program, cache, slots) => {
      const explored = await explore(program, scheme, { slots, cache });
      expect(explored).toMatchObject({ complete: true, bad: 0, cut: 0, findings: [] });
      expect(explored.executions).toBeGreaterThan(50);
    },
  );

  test('and a cache does not keep naive reuse from ABA: its slots come back all the faster', async () => {
    const { findings } = await explore('[A] d | d e d', 'naive', { slots: 8, cache: 1, firstOnly: true });
    expect(findings[0]).toMatchObject({ kind: 'ABA', label: 'D13' });
  });
});
