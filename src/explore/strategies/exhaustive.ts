import { Dpor } from '../dpor.ts';
import type { Strategy } from '../strategy.ts';

/** Everything that can happen: see `../dpor.ts`. */
export const exhaustive: Strategy = {
  id: 'exhaustive',
  about: 'One execution of each class of those that differ only in the order of independent steps.',
  exhausts: true,
  chance: false,
  units: () => [null],
  run: ({ model, dependence }, _unit, visit, options) => new Dpor(model, dependence, visit, options).run(),
};
