import { Dpor } from '../dpor.ts';
import type { Dependence } from '../../model/dependence.ts';
import { machineFor } from '../../model/machine-for.ts';
import type { Model } from '../../model/machine.ts';
import type { Strategy } from '../strategy.ts';

/** No part begins later than here: threads that hardly meet have few parts, however far one looks. */
const DEEPEST = 300;

/**
 * Splits the executions of a model into parts that can be explored apart, in any order: paths, each of the threads that move first, for
 * `Dpor.run`. Above the ends of the paths every thread that can move has a path, unless it sleeps, so together they are all, and no class
 * of executions is in two of them (Godefroid 1996). Which paths there are depends on the model alone. A search that reduced more there, as
 * `dpor.ts` does below, would have to know what was found in one part to know whether there is another.
 */
export function split(model: Model, dependence: Dependence, wanted: number): (readonly number[])[] {
  const search = new Dpor(model, dependence, () => false, {}, machineFor(model, dependence));
  let paths: (readonly number[])[] = [[]];
  for (let depth = 0; depth < DEEPEST && paths.length < wanted; depth++) {
    paths = paths.flatMap((path) => (path.length === depth ? search.branches(path) : [path]));
  }
  return paths;
}

/** Everything that can happen: see `../dpor.ts`. */
export const exhaustive: Strategy<readonly number[]> = {
  id: 'exhaustive',
  about: 'One execution of each class of those that differ only in the order of independent steps.',
  exhausts: true,
  chance: false,
  splits: true,
  units: ({ model, dependence }, wanted) => split(model, dependence, wanted),
  run: ({ model, dependence }, unit, visit, options) =>
    new Dpor(model, dependence, visit, options, machineFor(model, dependence, options.stepLimit)).run(unit),
};
