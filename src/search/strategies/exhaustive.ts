import { Dpor } from '../dpor.ts';
import { machineFor } from '../../model/machine.ts';
import { split } from '../split.ts';
import type { Strategy } from '../strategy.ts';

/** Everything that can happen: see `../dpor.ts`. */
export const exhaustive: Strategy = {
  id: 'exhaustive',
  about: 'One execution of each class of those that differ only in the order of independent steps.',
  exhausts: true,
  chance: false,
  splits: true,
  units: ({ model, dependence }, wanted) => split(model, dependence, wanted),
  run: ({ model, dependence }, unit, visit, options) =>
    new Dpor(model, dependence, visit, options, machineFor(model, dependence, options.stepLimit)).run(
      unit as readonly number[],
    ),
};
