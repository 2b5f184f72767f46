import { Random, shuffled } from '../../random.ts';
import { Machine } from '../../model/machine.ts';
import { lowest } from '../../model/request.ts';
import {
  anyOf,
  highest,
  type Policy,
  randomRuns,
  rangesOfRuns,
  runBy,
  type RunRange,
} from '../random-runs.ts';
import { Tally } from '../search.ts';
import type { Guarantee, SearchSpace, Strategy } from '../strategy.ts';

/**
 * Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs", ASPLOS 2010. The thread with the highest priority moves. The n threads begin with the priorities d … d+n-1
 * in random order; d-1 times, after steps drawn from 1 … k, the thread that has just moved falls to a priority below all of these, the i-th time
 * to d-i.
 */
class Pct implements Policy {
  readonly #priorities: number[];
  readonly #changes: readonly number[];

  constructor(random: Random, threads: number, steps: number, depth: number) {
    this.#priorities = shuffled(
      Array.from({ length: threads }, (_, i) => depth + i),
      random,
    );
    this.#changes = Array.from({ length: depth - 1 }, () => 1 + random.below(steps));
  }

  choose(_machine: Machine, enabled: number): number {
    return highest(enabled, this.#priorities);
  }

  moved({ happened }: Machine, thread: number): void {
    for (let i = 0; i < this.#changes.length; i++) {
      if (this.#changes[i] === happened.length) this.#priorities[thread] = this.#changes.length - i;
    }
  }
}

const FIRST_RUNS = 16;

/**
 * How many steps a run takes: the most of a few first runs, in which the threads run one after the other, each of them being the first
 * once, or are chosen step by step at random, which makes for retries.
 */
export function stepsOfRun({ model, dependence, seed }: SearchSpace, deadline: number = Infinity): number {
  const machine = new Machine(model, dependence);
  let most = 1;
  const tally = new Tally(() => {}, { deadline });
  for (let run = 0; run < model.threads.length + FIRST_RUNS && !tally.stopped; run++) {
    // Streams that no run of the campaign has, as long as it has fewer than 2^31.
    const random = new Random(seed, -2 - run);
    const choose = (_machine: Machine, enabled: number): number =>
      run < model.threads.length ? inTurn(enabled, run) : anyOf(enabled, random);
    runBy(machine, { choose }, tally);
    most = Math.max(most, machine.happened.length);
    while (machine.happened.length > 0) machine.back();
  }
  return most;
}

/** The first of the threads, counted round from one of them. */
function inTurn(threads: number, from: number): number {
  const rest = threads & (-1 << from);
  return lowest(rest === 0 ? threads : rest);
}

/** At least so often one run hits whatever takes `depth` orders of two steps: 1/(n·k^(d-1)), as the paper proves. */
export function guaranteeOfPct(threads: number, steps: number, depth: number): Guarantee {
  const power = depth === 2 ? '' : `^${depth - 1}`;
  const formula = depth === 1 ? `1/${threads}` : `1/(${threads}·${steps}${power})`;
  return { rate: 1 / (threads * steps ** (depth - 1)), formula };
}

/** Runs, and how many steps one takes. */
type PctUnit = RunRange & { readonly steps: number };

export const pct: Strategy<PctUnit> = {
  id: 'pct',
  about:
    'The thread with the highest of random priorities; a few times, at random steps, it falls below all.',
  exhausts: false,
  chance: true,
  splits: true,
  units: (space, wanted) => {
    const steps = stepsOfRun(space);
    return rangesOfRuns(space, wanted).map((range) => ({ ...range, steps }));
  },
  run: (space, unit, visit, options) =>
    randomRuns(
      space,
      unit,
      (random, machine) => new Pct(random, machine.threads, unit.steps, space.depth),
      visit,
      options,
    ),
  guarantee: (space) => guaranteeOfPct(space.model.threads.length, stepsOfRun(space), space.depth),
};
