import { expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import type { Audit } from '../../src/judge/audit/audit.ts';
import { GarbageRecord } from '../../src/stress/garbage.ts';
import type { StressPlan } from '../../src/stress/options.ts';

/** Two rounds under naive reuse, which promises that no slot is unreclaimed; the second one ends with damage. */
async function twoRounds(first: number, second: number): Promise<GarbageRecord> {
  const choice = await chooseScheme('naive');
  const plan = { choice, threads: 1, structure: usualStructure, slots: 8 } as unknown as StressPlan;
  const record = new GarbageRecord(plan);
  const made = { operations: 10, delivered: 5 };
  for (const [unreclaimed, isDamaged] of [
    [first, false],
    [second, true],
  ] as const)
    record.close({ totals: { freed: 5 }, unreclaimed } as unknown as Audit, made, false, isDamaged);
  return record;
}

test('what is beyond the bound in a damaged slab alone is excused where the claims allow damage, and nothing else is', async () => {
  const damaged = await twoRounds(0, 3);
  expect(damaged.result(true)).toMatchObject({ peak: 3, bound: 0, seen: 'unbounded', isExcused: true });
  expect(damaged.result(false)).toMatchObject({ seen: 'unbounded', isExcused: false });
  // The promise was broken before there was damage.
  expect((await twoRounds(1, 3)).result(true)).toMatchObject({ seen: 'unbounded', isExcused: false });
  expect((await twoRounds(0, 0)).result(true)).toMatchObject({ seen: 'bounded', isExcused: false });
});
