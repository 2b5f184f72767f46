import { expect, test } from 'vitest';
import { Random, shuffled } from '../../src/engines/random.ts';
import { campaignOf } from '../../src/explore/campaign.ts';
import { Board } from '../../src/explore/board.ts';
import { estimateOf } from '../../src/explore/estimate.ts';
import { Sum } from '../../src/explore/part.ts';
import { UnitSearch } from '../../src/explore/unit-search.ts';

test('some units tell how many executions there are, and the error says how far off that may be', async () => {
  const campaign = await campaignOf('e d | e', 'tagged', { slots: 8, units: 60 });
  const units = [...campaign.units.keys()];
  const search = new UnitSearch(campaign, new Board(Infinity), Infinity);
  const parts = units.map((unit) => search.run(unit).part);
  const all = parts.reduce((sum, { executions }) => sum + executions, 0);
  const tries = 400;
  let sum = 0;
  let within = 0;
  for (let seed = 1; seed <= tries; seed++) {
    const some = shuffled(units, new Random(seed)).slice(0, 20);
    const part = new Sum();
    for (const unit of some) part.add(parts[unit]);
    const { executions, error } = estimateOf(part.part(), some.length, units.length)!;
    sum += executions;
    if (Math.abs(executions - all) <= 2 * error) within++;
  }
  // On average it is right, and mostly within twice its error.
  expect(Math.abs(sum / tries - all)).toBeLessThan(all / 10);
  expect(within).toBeGreaterThan(0.8 * tries);
});

test('a few units tell nothing, and all of them leave nothing to tell', () => {
  const part = { executions: 100, squares: 1300 };
  expect(estimateOf(part, 7, 20)).toBeNull();
  expect(estimateOf(part, 20, 20)).toBeNull();
  expect(estimateOf(part, 10, 20)?.executions).toBe(200);
});
