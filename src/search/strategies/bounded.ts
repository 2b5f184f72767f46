import { BoundedSearch } from '../bounded.ts';
import type { Strategy } from '../strategy.ts';

/**
 * Everything that can happen with few preemptions: see `../bounded.ts`. It is not split: two parts would meet the same states, and count
 * twice what they begin.
 */
export const bounded: Strategy = {
  id: 'bounded',
  about: 'Executions without a preemption first, then those with one, and so on to a bound; each class once.',
  exhausts: true,
  chance: false,
  splits: false,
  units: () => [null],
  run: ({ model, dependence, preemptions }, _unit, visit, options) =>
    new BoundedSearch(model, dependence, visit, options).runUpTo(preemptions),
};
