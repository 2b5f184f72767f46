import type { FreeList } from '../laboratory/edge.ts';
import { unjudged } from '../judge/verdict.ts';
import { callsIn } from '../laboratory/operations.ts';
import { SearchControl } from './campaign/search-control.ts';
import { type Campaign, campaignOf, type ExploreOptions } from './campaign/campaign.ts';
import type { Estimate } from './campaign/estimate.ts';
import { type Facts, factsOf, NO_FACTS, stuckIn } from './facts.ts';
import { type ExploredFinding, type PartialResult, ResultTotal } from './campaign/partial-result.ts';
import type { Ending } from '../search/search.ts';
import type { Guarantee } from '../search/strategy.ts';
import { UnitSearch } from './campaign/unit-search.ts';

export type { ExploreOptions } from './campaign/campaign.ts';
export type { ExploredFinding } from './campaign/partial-result.ts';

/** What an exploration found. */
export interface Exploration extends Facts {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  /** Free slots in a magazine of a thread's cache; 0 is no caches. */
  readonly cache: number;
  /** The free list. */
  readonly freeList: FreeList;
  readonly strategy: string;
  /** Null where nothing was left to chance. */
  readonly seed: number | null;
  /** What the strategy promises of one execution, if it does. */
  readonly guarantee: Guarantee | null;
  /** Executions that were run and judged; each of another class, unless chance chose them. */
  readonly executions: number;
  /** Those among them in which something was found. */
  readonly bad: number;
  /** True if no class of executions within the bound was left out. */
  readonly complete: boolean;
  /** What ended the search before it was complete; null if nothing did. */
  readonly endedBy: Ending | null;
  /** Of which shard this is, as in `1/3`; null if of the whole search. */
  readonly shard: string | null;
  /** Units that were searched to their end, and how many there are of the shard or of the whole search. */
  readonly units: { readonly done: number; readonly all: number };
  /** How many executions there would be in all, if the search was ended early and enough units are done to say so. */
  readonly estimate: Estimate | null;
  /** Executions given up since their class had been seen. */
  readonly blocked: number;
  readonly deadlocks: number;
  /** Executions that were cut since a thread made too many steps; the first of them by its schedule. */
  readonly cut: number;
  readonly firstCut: string | null;
  /** With how many preemptions at most everything was tried; null if they were not counted. */
  readonly preemptions: number | null;
  /** True if there are executions with more preemptions, which were not looked at. */
  readonly more: boolean;
  /** Of each kind of damage the first with the fewest preemptions, and all kinds of the same execution beside it. */
  readonly findings: readonly ExploredFinding[];
  readonly histories: number;
  /** The operations of the program whose answers nobody judges, by name. */
  readonly notJudged: readonly string[];
  /** The most loops that one operation made again. */
  readonly maxRetries: number;
  readonly steps: number;
  readonly seconds: number;
}

/** How much of a campaign was searched. */
export interface Covered {
  readonly partial: PartialResult;
  readonly done: number;
  readonly endedBy: Ending | null;
  readonly estimate: Estimate | null;
  readonly seconds: number;
}

/** Explores a program on the kernel under a scheme: `explore('[A] d | d e d', 'naive', { slots: 6 })`. */
export async function explore(
  program: string,
  scheme: string,
  options: ExploreOptions,
): Promise<Exploration> {
  return exploreCampaign(await campaignOf(program, scheme, options), options);
}

/** The same of a search that is planned. */
export function exploreCampaign(campaign: Campaign, options: ExploreOptions): Exploration {
  const { maxExecutions = Infinity, maxSeconds = Infinity } = options;
  const began = performance.now();
  const search = new UnitSearch(campaign, new SearchControl(maxExecutions), began + 1000 * maxSeconds);
  const total = new ResultTotal();
  let done = 0;
  let endedBy: Ending | null = null;
  search.runQueue([...campaign.units.keys()], (result) => {
    total.add(result.partial);
    ({ endedBy } = result);
    if (endedBy === null) done++;
  });
  const seconds = (performance.now() - began) / 1000;
  const covered = { partial: total.result(), done, endedBy, estimate: null, seconds };
  const exploration = explorationOf(campaign, covered);
  return options.facts === true ? withFacts(exploration, factsOf(campaign, FACTS_SECONDS)) : exploration;
}

/** Facts take no longer than this; most take a moment. */
export const FACTS_SECONDS = 10;

/** True if a claim of the scheme does not hold: an execution contradicts it, or the loop of one thread beside another one that stands still. */
export function breaksClaims({ findings, memoryInLoop }: Exploration): boolean {
  return findings.some(({ charged }) => charged === true) || (memoryInLoop?.broken ?? null) !== null;
}

/** What was found, with facts beside it. */
export function withFacts(exploration: Exploration, facts: Facts): Exploration {
  const { findings, complete } = exploration;
  const stuck = findings.some(({ kind }) => kind === 'livelock') ? null : stuckIn(facts);
  return {
    ...exploration,
    ...facts,
    interleavings: complete ? facts.interleavings : null,
    findings: stuck ? [...findings, stuck] : findings,
  };
}

/**
 * What was found, with what was looked for.
 *
 * @param shard of which the covered part is, with the number of its units; null for the whole search
 */
export function explorationOf(
  { model, slots, cache, freeList, strategy, space, units }: Campaign,
  { partial, done, endedBy, estimate, seconds }: Covered,
  shard: { readonly name: string; readonly units: number } | null = null,
): Exploration {
  const { firstCut, findings, histories, squares: _squares, ...counts } = partial;

  return {
    program: model.program.text,
    scheme: model.choice.spec,
    slots,
    cache,
    freeList,
    strategy: strategy.id,
    seed: strategy.chance ? space.seed : null,
    guarantee: strategy.guarantee?.(space) ?? null,
    ...counts,
    complete: endedBy === null && done === units.length && strategy.exhausts,
    endedBy,
    shard: shard?.name ?? null,
    units: { done, all: shard?.units ?? units.length },
    firstCut: firstCut?.schedule ?? null,
    // What a unit that is not done has shown may say that those that are done are no fair sample.
    estimate: estimate && estimate.executions > partial.executions ? estimate : null,
    ...NO_FACTS,
    findings: findings.map(({ unit: _unit, execution: _execution, nth: _nth, ...finding }) => finding),
    histories: histories.length,
    notJudged: unjudged(
      model.program.threads.flatMap(callsIn).map(({ name }) => name),
      model.contracts,
    ),
    seconds,
  };
}
