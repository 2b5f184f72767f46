import { memoryDependence } from '../../src/model/dependence.ts';
import { Machine, type Model } from '../../src/model/machine.ts';
import { type SearchOptions, type Searched, Tally, type Visit } from '../../src/search/search.ts';

/** Visits every interleaving, one by one: what the reductions are held against. */
export function everyInterleaving(
  model: Model,
  visit: Visit,
  options: SearchOptions & { stepLimit?: number } = {},
): Searched {
  const machine = new Machine(model, memoryDependence(model.words.length), options.stepLimit);
  const tally = new Tally(visit, options);
  const explore = (): void => {
    const enabled = machine.enabled();
    if (enabled === 0) tally.end(machine);
    for (let thread = 0; thread < machine.threads && !tally.stopped; thread++) {
      if (((enabled >> thread) & 1) === 0) continue;
      machine.step(thread);
      if (options.onStep?.(machine) === true) tally.stop('visitor');
      else explore();
      options.onBack?.(machine);
      machine.back();
    }
  };
  explore();
  return tally.searched(machine.steps);
}
