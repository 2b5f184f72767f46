import { anyOf, randomRuns, rangesOfRuns, type RunRange } from '../random-runs.ts';
import type { Strategy } from '../strategy.ts';

/**
 * What comes to mind first, kept to show why it fails: a thread that is to run long without interruption, as ABA wants it, is chosen
 * again and again with a probability that halves with each step.
 */
export const randomWalk: Strategy<RunRange> = {
  id: 'random-walk',
  about: 'Any thread that can move, each as likely as the other, at every step.',
  exhausts: false,
  chance: true,
  splits: true,
  units: rangesOfRuns,
  run: (space, unit, visit, options) =>
    randomRuns(
      space,
      unit,
      (random) => ({ choose: (_machine, enabled) => anyOf(enabled, random) }),
      visit,
      options,
    ),
};
