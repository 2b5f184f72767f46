import { BoundedSearch } from '../bounded.ts';
import type { Strategy } from '../strategy.ts';

/** Everything that can happen with few preemptions: see `../bounded.ts`. */
export const bounded: Strategy = {
  id: 'bounded',
  about: 'Executions without a preemption first, then those with one, and so on to a bound; each class once.',
  exhausts: true,
  chance: false,
  units: () => [null],
  run: ({ model, dependence, preemptions }, _unit, visit, options) =>
    new BoundedSearch(model, dependence, visit, options).runUpTo(preemptions),
};
