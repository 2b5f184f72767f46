import type { FreeList } from '../../laboratory/edge.ts';
import type { Variant } from '../../laboratory/variant.ts';
import { judgedDependence, kernelModel, type KernelModel } from '../kernel-model.ts';
import { STEP_LIMIT } from '../../model/machine.ts';
import { strategyOf } from '../../search/strategies/all.ts';
import type { SearchSpace, Strategy, Unit } from '../../search/strategy.ts';

/** What an exploration asks for. */
export interface ExploreOptions {
  readonly slots: number;
  /** Free slots in a magazine of a thread's cache. Default 0, no caches. */
  readonly cache?: number;
  /** The free list: a stack, or a ring. Default `stack`. */
  readonly freeList?: FreeList;
  readonly variant?: Variant;
  /** See `KernelModelOptions`. */
  readonly mayThrow?: boolean;
  /** Which executions are made. Default: every class of them, or those with few preemptions if these are bounded. */
  readonly strategy?: string;
  /** Of the strategy `bounded`: explores executions with up to this many preemptions. Default: with any number. */
  readonly preemptions?: number;
  /** Of strategies that choose by chance. Default 1. */
  readonly seed?: number;
  /** Of the strategy `pct`. Default 2: one preemption. */
  readonly depth?: number;
  /** How many executions a strategy makes that chooses by chance. Default 10,000. */
  readonly runs?: number;
  /** Of the strategy `replay`. */
  readonly schedule?: string;
  /** Into about how many units the search is split, where it can be. Default 1. */
  readonly units?: number;
  /** Find out as well what takes a little longer: see `Facts`. Default: false. */
  readonly facts?: boolean;
  /** End at the first finding. Default: false. */
  readonly firstOnly?: boolean;
  readonly maxExecutions?: number;
  readonly maxSeconds?: number;
  /** Steps that one thread may make before the execution is cut. Default 1000. */
  readonly stepLimit?: number;
}

/** A search, split into units: any of them can be searched at any time and anywhere, and what they show adds up to the whole. */
export interface Campaign {
  readonly model: KernelModel;
  readonly slots: number;
  readonly cache: number;
  readonly freeList: FreeList;
  readonly strategy: Strategy;
  readonly space: SearchSpace;
  readonly wanted: number;
  readonly units: readonly Unit[];
  readonly stepLimit: number;
  readonly firstOnly: boolean;
}

/** Plans the exploration of a program on the kernel under a scheme. The same plan, with the same units, whenever and wherever it is made. */
export async function campaignOf(
  program: string,
  scheme: string,
  options: ExploreOptions,
): Promise<Campaign> {
  const { slots, cache = 0, freeList = 'stack', variant, mayThrow = false } = options;
  const own = { slots, cache, freeList, mayThrow, ...(variant && { variant }) };
  const model = await kernelModel(program, scheme, own);
  return campaignOn(model, options);
}

/** The same of a program that has been put on the kernel. */
export function campaignOn(model: KernelModel, options: ExploreOptions): Campaign {
  const {
    slots,
    cache = 0,
    freeList = 'stack',
    preemptions = Infinity,
    seed = 1,
    depth = 2,
    runs = 10_000,
    schedule = '',
  } = options;
  const strategy = strategyOf(
    options.strategy ?? (options.preemptions === undefined ? 'exhaustive' : 'bounded'),
  );
  const dependence = judgedDependence(model);
  const space: SearchSpace = { model, dependence, preemptions, seed, depth, runs, schedule };
  const wanted = strategy.splits ? (options.units ?? 1) : 1;
  return {
    model,
    slots,
    cache,
    freeList,
    strategy,
    space,
    wanted,
    units: strategy.units(space, wanted),
    stepLimit: options.stepLimit ?? STEP_LIMIT,
    firstOnly: options.firstOnly === true,
  };
}
