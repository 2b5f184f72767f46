import type { Dependence } from '../model/dependence.ts';
import type { Model } from '../model/machine.ts';
import type { SearchOptions, Searched, Visit } from './search.ts';

/** What a strategy searches. */
export interface SearchSpace {
  readonly model: Model;
  /** Executions that differ only in the order of steps that do not depend on each other are alike. */
  readonly dependence: Dependence;
  /** Of chance. */
  readonly seed: number;
  /** How often a thread may be interrupted that could go on; Infinity for as often as you like. */
  readonly preemptions: number;
  /** Of PCT: how many orders of two steps it takes to show what is looked for. */
  readonly depth: number;
  /** How many executions a strategy makes that chooses by chance. */
  readonly runs: number;
  /** What is to be replayed, by counts: `1x5,2x19,1`. */
  readonly schedule: string;
}

/** A part of a search, as plain JSON: it can be written to a file and run elsewhere. */
export type Unit = null | boolean | number | string | readonly Unit[] | { readonly [name: string]: Unit };

/** What is known beforehand of how often one run of a strategy shows what is looked for. */
export interface Guarantee {
  /** At least so often, for whatever takes `depth` orders of two steps. */
  readonly rate: number;
  /** Why, as a formula with its numbers. */
  readonly formula: string;
}

/**
 * One way to choose which executions are made, of all that there are. Has no state of its own.
 *
 * @typeParam U what a unit of it says
 */
export interface Strategy<U extends Unit = Unit> {
  readonly id: string;
  /** One sentence. */
  readonly about: string;
  /** True if a search that ends has seen an execution of every class within its bound. */
  readonly exhausts: boolean;
  /** True if it chooses by chance, so that the seed matters. */
  readonly chance: boolean;
  /** True if it can be run in parts. */
  readonly splits: boolean;
  /**
   * Parts of the search that can be run apart, in any order and anywhere, the same whenever they are asked for. Together they are the
   * whole, and no execution is in two of them. About `wanted` of them or more, if it can be.
   */
  units(space: SearchSpace, wanted: number): readonly U[];
  run(space: SearchSpace, unit: U, visit: Visit, options: StrategyOptions): Searched;
  guarantee?(space: SearchSpace): Guarantee;
}

/** Limits and listeners of a search, with the steps that one thread may make before an execution is cut. */
export type StrategyOptions = SearchOptions & { readonly stepLimit: number };
