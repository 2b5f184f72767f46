import { withCommas } from '../counted.ts';
import { type Cell, type CellKey, keyOf, present } from './cell.ts';
import type { Conditions } from './contender.ts';
import { type Effort, TimeLimit } from './effort.ts';
import { corrupt, stall, type StallOptions } from './experiments.ts';
import { type Block, measure } from './measure.ts';
import { sameTrial, type Suite, type SuitePart } from './plan.ts';
import type { BenchResult } from './result-file.ts';
import { RoundTrip } from './round-trip.ts';

/** A trial takes as long as this many repetitions, if nothing happens. */
const TRIAL_ROUNDS = 12;

/** How many cells and stall experiments a suite has. */
export function sizeOf({ parts, stalls, trials }: Suite): number {
  return parts.reduce((sum, { block }) => sum + block.contenders.length, stalls.length + trials.length);
}

/** How a run reports on its way, and what ends it. */
export interface SuiteProgress {
  /** The time that it has, and what interrupts it. Default: no limit. */
  readonly limit?: TimeLimit;
  /** A block was measured, or an experiment made: this is the result now. To be kept before the next one begins. */
  readonly onResult: (result: BenchResult) => void;
  /** What is measured next. */
  readonly onProgress: (done: number, what: string) => void;
}

/**
 * Measures what is missing from `before`, and returns all of it. If it is interrupted, or its time is over, what was finished is in the
 * result, and what was begun is not.
 */
export async function runSuite(
  suite: Suite,
  effort: Effort,
  before: BenchResult,
  { limit = new TimeLimit(Infinity, 0), onResult, onProgress }: SuiteProgress,
): Promise<BenchResult> {
  let result = before;
  const keep = (more: Partial<BenchResult>): void => {
    result = { ...result, ...more };
    onResult(result);
  };
  const { signal } = limit;
  const roundTrip = await RoundTrip.start();
  try {
    for (const { list, block } of suite.parts) {
      const { conditions } = block;
      const lacking = (): Block['contenders'] =>
        block.contenders.filter((contender) => !hasCell(result, list, { ...conditions, ...contender }));
      // At once, unless the time does not suffice for all of them.
      for (let missing = lacking(); missing.length > 0; missing = lacking()) {
        const room = limit.room(missing.length, conditions.threads, effort);
        if (limit.isOver || room === 0) return result;
        onProgress(doneOf(result), `${conditions.workload}, ${conditions.threads} threads`);
        const contenders = missing.slice(0, room);
        const found = await measureWithin(
          limit,
          sizeOf(suite) - doneOf(result),
          { conditions, contenders },
          effort,
          roundTrip,
        );
        if (found === null) return result;
        keep(merged(result, list, found));
      }
    }
    for (const trial of suite.trials) {
      const { corruptions = [] } = result;
      if (corruptions.some((each) => sameTrial(each, trial))) continue;
      if (limit.isOver) return result;
      onProgress(doneOf(result), `${trial.scheme} running freely, ${trial.threads} threads`);
      const found = await corrupt(trial, (TRIAL_ROUNDS * effort.roundMs) / 1000, signal);
      keep({ corruptions: [...corruptions, found] });
    }
    for (const options of suite.stalls) {
      if (result.stalls.some((each) => sameStall(each, options))) continue;
      if (limit.isOver) return result;
      const long = options.prefill === undefined ? '' : `, ${withCommas(options.prefill)} values inside`;
      onProgress(
        doneOf(result),
        `${options.scheme} with ${options.stalled} stalled at ${options.step}${long}`,
      );
      const found = await stall(options, signal);
      keep({ stalls: [...result.stalls, found] });
    }
    keep({ complete: true });
    return result;
  } catch (error) {
    // An experiment was given up.
    if (signal.aborted && error === signal.reason) return result;
    throw error;
  } finally {
    await roundTrip.end();
  }
}

/** What of a contender is in its name. */
type NameMembers = Pick<CellKey, 'engine' | 'scheme' | 'structure' | 'cache' | 'stride' | 'freeList'>;

/** Cells or experiments of one sort of a suite that a result lacks. */
export interface LeftOut {
  readonly list: 'cells' | 'sweep' | 'corruptions' | 'stalls';
  /** Of cells: what they were to be measured under. */
  readonly conditions?: Omit<Conditions, 'capacity' | 'seed' | 'points'>;
  readonly missing: readonly (NameMembers &
    Partial<Pick<StallOptions, 'threads' | 'stalled' | 'step' | 'prefill'>>)[];
  /** How many of the sort there are in the suite. */
  readonly of: number;
}

/** Measures as many contenders of a block as there is time for, of so many cells and experiments that are left. Null if it suffices for none, or the run was interrupted. */
async function measureWithin(
  limit: TimeLimit,
  left: number,
  block: Block,
  effort: Effort,
  roundTrip: RoundTrip,
): Promise<Cell[] | null> {
  const { threads } = block.conditions;
  const began = performance.now();
  const found = await measure(block, effort, roundTrip, {
    signal: limit.signal,
    until: limit.share(block.contenders.length, left, effort),
    fitting: (count, made, ms) => limit.fitting(count, threads, made, ms, effort),
  });
  const repetitions = found?.[0].samples.length ?? 0;
  if (found !== null) limit.took(performance.now() - began, found.length, threads, repetitions, effort);
  return found;
}

/** What of a suite a result lacks, in the order in which it would be measured. Blocks under the same conditions, as those of each scheme where there are several structures, are of one sort. */
export function leftOut({ parts, stalls, trials }: Suite, result: BenchResult): LeftOut[] {
  const sorts = new Map<string, LeftOut>();
  for (const { list, block } of parts) {
    const { capacity: _capacity, seed: _seed, points: _points, ...conditions } = block.conditions;
    const missing = block.contenders
      .filter((each) => !hasCell(result, list, { ...block.conditions, ...each }))
      .map(named);
    const key = JSON.stringify([list, conditions]);
    const others = sorts.get(key);
    sorts.set(key, {
      list,
      conditions,
      missing: [...(others?.missing ?? []), ...missing],
      of: (others?.of ?? 0) + block.contenders.length,
    });
  }
  const { corruptions = [] } = result;
  const untried = trials.filter((trial) => !corruptions.some((each) => sameTrial(each, trial)));
  const unstalled = stalls.filter((options) => !result.stalls.some((each) => sameStall(each, options)));
  return [
    ...sorts.values(),
    {
      list: 'corruptions',
      missing: untried.map((each) => ({ ...named(each), threads: each.threads })),
      of: trials.length,
    } as const,
    {
      list: 'stalls',
      missing: unstalled.map(({ scheme, threads, stalled, step, prefill }) => ({
        engine: 'atomics',
        scheme,
        threads,
        stalled,
        step,
        ...(prefill !== undefined && { prefill }),
      })),
      of: stalls.length,
    } as const,
  ].filter(({ missing }) => missing.length > 0);
}

function named({ engine, scheme, structure, cache, stride, freeList }: NameMembers): NameMembers {
  return { engine, scheme, ...present({ structure, cache, stride, freeList }) };
}

/** Cells and experiments that a result has. */
export function doneOf({ cells, peers, sweep, stalls, corruptions = [] }: BenchResult): number {
  return cells.length + peers.length + sweep.length + stalls.length + corruptions.length;
}

function hasCell(result: BenchResult, list: SuitePart['list'], key: Parameters<typeof keyOf>[0]): boolean {
  const known = list === 'sweep' ? result.sweep : [...result.cells, ...result.peers];
  return known.some((cell) => keyOf(cell) === keyOf(key));
}

function merged(result: BenchResult, list: SuitePart['list'], found: readonly Cell[]): Partial<BenchResult> {
  if (list === 'sweep') return { sweep: [...result.sweep, ...found] };
  return {
    cells: [...result.cells, ...found.filter(({ engine }) => engine !== 'peer')],
    peers: [...result.peers, ...found.filter(({ engine }) => engine === 'peer')],
  };
}

function sameStall(
  one: Pick<StallOptions, 'scheme' | 'threads' | 'stalled' | 'step' | 'prefill'>,
  other: StallOptions,
): boolean {
  return (
    one.scheme === other.scheme &&
    one.threads === other.threads &&
    one.stalled === other.stalled &&
    one.step === other.step &&
    (one.prefill ?? 0) === (other.prefill ?? 0)
  );
}
