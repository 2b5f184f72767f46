import { BoundedSearch } from '../search/strategies/bounded.ts';
import { Dpor } from '../search/dpor.ts';
import { strategyOf } from '../search/strategies/all.ts';
import { guaranteeOfPct, stepsOfRun } from '../search/strategies/pct.ts';
import { exhaustive, split } from '../search/strategies/exhaustive.ts';
import { symmetryOf } from '../model/symmetry.ts';
import type { Dependence } from '../model/dependence.ts';
import { type Machine, type Model, STEP_LIMIT } from '../model/machine.ts';
import { waysOf } from '../model/request.ts';
import { rangesOfRuns, type RunRange } from '../search/random-runs.ts';
import type { SearchSpace } from '../search/strategy.ts';
import type { Ending, Searched, SearchOptions, Visit } from '../search/search.ts';
import type { AnyCheck } from './any-check.ts';
import type { Chance, StrategyName } from './types.ts';

/** How executions are chosen, and for how long. */
export interface SearchStage {
  readonly strategy: StrategyName;
  /** How often a thread may be interrupted that could go on: for `bounded`. */
  readonly preemptions: number;
  /** Of chance. */
  readonly seed: number;
  /** How many orders of two steps it takes to show what is looked for: for `pct`. */
  readonly depth: number;
  readonly maxExecutions: number;
  /** A time of `performance.now()`. */
  readonly deadline: number;
}

/** What a stage came to, beside what was found. */
export interface StageEnd {
  readonly endedBy: Ending | null;
  /** All executions with up to this many preemptions were explored; null if that is not known of any number. */
  readonly proved: number | null;
  /** Executions that chance has chosen; null if it had no part. */
  readonly chance: Chance | null;
  readonly symmetric: readonly (readonly number[])[];
}

/** As on the command line. */
const SEED = 1;
const DEPTH = 2;
/** Executions that chance chooses if nothing else is said. */
export const RUNS = 10_000;

/** The stage of a check that is explored in one way. */
export function onlyStage(
  { preemptions, seed = SEED, depth = DEPTH }: AnyCheck,
  deadline: number,
): SearchStage {
  const strategy = preemptions === undefined ? 'exhaustive' : 'bounded';
  return { strategy, preemptions: preemptions ?? Infinity, seed, depth, maxExecutions: Infinity, deadline };
}

export const byChance: ReadonlySet<StrategyName> = new Set(['pct', 'pos', 'random-walk']);

/** Rows of 50 bytes or so that a bounded search remembers at most. */
const MOST_ROWS = 2_000_000;
/** Runs between two looks at how long they are. */
const RUNS_AT_ONCE = 256;

type Limits = SearchOptions & { readonly stepLimit: number };

/** Searches a model for one stage, up to the numbers of threads that are equal. */
export function searchBy(
  stage: SearchStage,
  symmetric: readonly (readonly number[])[],
  model: Model,
  given: Dependence,
  visit: Visit,
  options: Limits,
): Pick<Searched, 'executions' | 'complete'> & StageEnd {
  if (byChance.has(stage.strategy)) return chosenByChance(stage, model, given, visit, options);
  const { model: reduced, dependence } = upToNumbers(symmetric, model, given);
  if (stage.strategy === 'exhaustive') {
    const searched = new Dpor(reduced, dependence, visit, options).run();
    return { ...searched, proved: null, chance: null, symmetric };
  }
  const bounded = new BoundedSearch(reduced, dependence, visit, { ...options, maxRows: MOST_ROWS });
  const searched = bounded.runUpTo(stage.preemptions);
  const { complete, more, preemptions } = searched;
  // The last bound is the one that it was at.
  const proved = (preemptions ?? 0) - (complete ? 0 : 1);
  return { ...searched, proved: (complete && !more) || proved < 0 ? null : proved, chance: null, symmetric };
}

/** A model of which only those executions are explored in which threads that are equal begin in the order of their numbers. */
function upToNumbers(
  symmetric: readonly (readonly number[])[],
  model: Model,
  given: Dependence,
): { readonly model: Model; readonly dependence: Dependence } {
  const { symmetry, dependence } = symmetryOf(model.threads.length, symmetric, given);
  return { model: symmetric.length === 0 ? model : { ...model, symmetry }, dependence };
}

/** What a strategy is given. */
function spaceOf(
  { seed, depth, maxExecutions: runs }: SearchStage,
  model: Model,
  dependence: Dependence,
): SearchSpace {
  return { model, dependence, seed, depth, preemptions: Infinity, runs, schedule: '' };
}

/** A part of a search: the moves with which its executions begin, or numbers of runs. */
export type SearchPart = readonly number[] | RunRange;

/** A search that is made in parts: in all ways, or as chance chooses, but for PCT, in which what was run decides about the next runs. */
export class PreparedSearch {
  readonly #stage: SearchStage;
  readonly #equals: readonly (readonly number[])[];
  readonly #stepLimit: number;
  readonly #space: SearchSpace;

  constructor(
    stage: SearchStage,
    equals: readonly (readonly number[])[],
    model: Model,
    given: Dependence,
    stepLimit: number,
  ) {
    const reduced = upToNumbers(equals, model, given);
    this.#space = spaceOf(stage, reduced.model, reduced.dependence);
    this.#stage = stage;
    this.#equals = equals;
    this.#stepLimit = stepLimit;
  }

  parts(wanted: number): readonly SearchPart[] {
    const { strategy } = this.#stage;
    if (byChance.has(strategy)) return rangesOfRuns(this.#space, wanted);
    // A part begins with moves that are made in any case.
    if (this.#stepLimit < STEP_LIMIT) return [[]];
    return split(this.#space.model, this.#space.dependence, wanted);
  }

  run(part: SearchPart, visit: Visit, options: Limits): Pick<Searched, 'executions' | 'complete'> & StageEnd {
    const limits = { ...options, maxExecutions: Infinity, stepLimit: this.#stepLimit };
    const strategy = byChance.has(this.#stage.strategy) ? strategyOf(this.#stage.strategy) : exhaustive;
    const searched = strategy.run(this.#space, part as never, visit, limits);
    return { ...searched, proved: null, chance: null, symmetric: this.#equals };
  }
}

/**
 * Runs that chance chooses. What PCT promises holds for runs of up to k steps, between which it chooses; so if one was longer, k grows, and
 * what was run before does not count.
 */
function chosenByChance(
  stage: SearchStage,
  model: Model,
  dependence: Dependence,
  visit: Visit,
  options: Limits,
): Pick<Searched, 'executions' | 'complete'> & StageEnd {
  const { strategy, seed, depth, maxExecutions } = stage;
  const space = spaceOf(stage, model, dependence);
  let steps = strategy === 'pct' ? stepsOfRun(space, stage.deadline) : 0;
  let hasChoice = false;
  let runs = 0;
  let counting = 0;
  let endedBy: Ending | null = null;
  while (endedBy === null && runs < maxExecutions) {
    let longest = 0;
    const watching = (machine: Machine): boolean | void => {
      longest = Math.max(longest, machine.happened.length);
      return visit(machine);
    };
    const onStep = (machine: Machine): boolean | void => {
      const { from } = machine.happened[machine.happened.length - 1];
      hasChoice ||= waysOf(from.next) > 1;
      return options.onStep?.(machine);
    };
    // Of the three only PCT is told how many steps a run takes.
    const unit = { from: runs, to: Math.min(maxExecutions, runs + RUNS_AT_ONCE), steps };
    const limits = { ...options, maxExecutions: Infinity, onStep };
    const searched = strategyOf(strategy).run(space, unit, watching, limits);
    ({ endedBy } = searched);
    runs += searched.executions;
    counting += searched.executions;
    if (longest <= steps || strategy !== 'pct') continue;
    steps = longest;
    counting = 0;
  }
  const guarantee =
    strategy === 'pct' && !hasChoice ? guaranteeOfPct(model.threads.length, steps, depth) : null;
  const { rate, formula } = guarantee ?? { rate: null, formula: null };
  const missed = rate === null ? null : (1 - rate) ** counting;
  const chance = { strategy, seed, runs, depth, rate, formula, missed };
  return {
    executions: runs,
    complete: false,
    endedBy: endedBy ?? 'executions',
    proved: null,
    chance,
    symmetric: [],
  };
}
