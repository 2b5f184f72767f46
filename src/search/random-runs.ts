import { Random } from '../random.ts';
import { machineFor } from '../model/machine-for.ts';
import type { Machine } from '../model/machine.ts';
import { lowest, moveOf, waysOf } from '../model/request.ts';
import { type Searched, Tally, type Visit } from './search.ts';
import type { SearchSpace, StrategyOptions } from './strategy.ts';

/** Who moves in a run: asked before each step, it never makes one. */
export interface Policy {
  /** The next thread, one of those that can move. */
  choose(machine: Machine, enabled: number): number;
  /** That thread has made its step. */
  moved?(machine: Machine, thread: number): void;
}

/** The trees of answers are dropped when they have more places than this together, of up to 1 kB each. */
const MOST_PLACES = 100_000;

/** Runs of numbers `from` to `to` - 1. Each draws from a generator of its own, so any split makes the same runs. */
export type RunRange = { readonly from: number; readonly to: number };

/** All runs, in about as many ranges of numbers as are wanted. */
export function rangesOfRuns({ runs }: SearchSpace, wanted: number): readonly RunRange[] {
  const parts = Math.max(1, Math.min(wanted, runs));
  return Array.from({ length: parts }, (_, i) => ({
    from: Math.floor((runs * i) / parts),
    to: Math.floor((runs * (i + 1)) / parts),
  }));
}

/** Makes random runs, one after the other, each from the start. */
export function randomRuns(
  { model, dependence, seed }: SearchSpace,
  { from, to }: RunRange,
  policyOf: (random: Random, machine: Machine) => Policy,
  visit: Visit,
  options: StrategyOptions,
): Searched {
  const tally = new Tally(visit, options);
  let steps = 0;
  for (let run = from; run < to && !tally.stopped; run++) {
    const machine = machineFor(model, dependence, options.stepLimit, MOST_PLACES);
    const before = machine.steps;
    const random = new Random(seed, run);
    randomRun(machine, policyOf(random, machine), random, tally, options);
    steps += machine.steps - before;
  }
  return tally.searched(steps);
}

/** Makes one run, and takes it back. Where a thread chooses, each answer is as likely as the other. */
function randomRun(
  machine: Machine,
  policy: Policy,
  random: Random,
  tally: Tally,
  options: StrategyOptions,
): void {
  runBy(machine, policy, tally, options.onStep, (ways) => random.below(ways));
  while (machine.happened.length > 0) {
    options.onBack?.(machine);
    machine.back();
  }
}

/**
 * Makes one run, to its end or until the tally is stopped.
 *
 * @param answer where a thread chooses among so many ways, the number of the one that it takes; the first if nothing is given
 */
export function runBy(
  machine: Machine,
  policy: Policy,
  tally: Tally,
  onStep?: StrategyOptions['onStep'],
  answer: (ways: number) => number = () => 0,
): void {
  while (!tally.stopped) {
    const enabled = machine.enabled();
    if (enabled === 0) return tally.end(machine);
    const thread = policy.choose(machine, enabled);
    const ways = waysOf(machine.at[thread].next);
    machine.step(ways === 1 ? thread : moveOf(thread, answer(ways)));
    policy.moved?.(machine, thread);
    tally.step();
    if (onStep?.(machine) === true) tally.stop('visitor');
  }
}

/** One of a set of threads, each as likely as the other. */
export function anyOf(threads: number, random: Random): number {
  let count = 0;
  for (let left = threads; left !== 0; left &= left - 1) count++;
  let left = threads;
  for (let skip = random.below(count); skip > 0; skip--) left &= left - 1;
  return lowest(left);
}

/** The one of a set of threads with the highest priority; of equals the first. */
export function highest(threads: number, priorities: ArrayLike<number>): number {
  let best = -1;
  for (let left = threads; left !== 0; left &= left - 1) {
    const thread = lowest(left);
    if (best < 0 || priorities[thread] > priorities[best]) best = thread;
  }
  return best;
}
