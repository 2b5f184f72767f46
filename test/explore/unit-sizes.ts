import { Random, shuffled } from '../../src/random.ts';
import { SearchControl } from '../../src/explore/campaign/search-control.ts';
import { campaignOf } from '../../src/explore/campaign/campaign.ts';
import { estimateOf } from '../../src/explore/campaign/estimate.ts';
import { UnitSearch } from '../../src/explore/campaign/unit-search.ts';

/** How many executions each unit of a search has. */
export async function unitSizes(program: string, scheme: string, slots: number): Promise<number[]> {
  const campaign = await campaignOf(program, scheme, { slots, units: 256 });
  const search = new UnitSearch(campaign, new SearchControl(Infinity), Infinity);
  return [...campaign.units.keys()].map((unit) => search.run(unit).partial.executions);
}

/**
 * In which share of searches the number of all executions is in the range that the estimate says.
 *
 * @param done how many units are done: all of those drawn, or about as many as two workers end in the time of this number
 */
export function shareWithin(
  sizes: readonly number[],
  done: number,
  until: 'number' | 'time',
  tries: number,
): number {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let [within, asked] = [0, 0];
  for (let seed = 1; seed <= tries; seed++) {
    const order = shuffled(sizes, new Random(seed));
    const some = until === 'number' ? order.slice(0, done) : doneBy(order, (all * done) / sizes.length / 2);
    const executions = some.reduce((sum, size) => sum + size, 0);
    const squares = some.reduce((sum, size) => sum + size * size, 0);
    const estimate = estimateOf({ executions, squares }, some.length, sizes.length);
    if (estimate === null) continue;
    asked++;
    if (estimate.least <= all && all <= (estimate.most ?? Infinity)) within++;
  }
  return within / asked;
}

/** The units that two workers have done by a time, if an execution takes 1: what one of them is at then is not done. */
function doneBy(order: readonly number[], time: number): number[] {
  const at = [0, 0];
  const done: number[] = [];
  for (const size of order) {
    const worker = at[0]! <= at[1]! ? 0 : 1;
    if (at[worker]! >= time) break;
    at[worker]! += size;
    if (at[worker]! <= time) done.push(size);
  }
  return done;
}
