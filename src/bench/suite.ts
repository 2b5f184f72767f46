import { withCommas } from '../counted.ts';
import { type Cell, type CellKey, keyOf } from './cell.ts';
import { type Effort, TimeLimit } from './effort.ts';
import { type Block, measure } from './measure.ts';
import type { BenchResult } from './result-file.ts';
import { RoundTrip } from './round-trip.ts';
import type { Conditions } from './contender.ts';
import { corrupt, type CorruptionTrial } from './corruption.ts';
import type { NativeContender, WorkerContender } from './contender.ts';
import { stall, type StallOptions } from './stall.ts';
import { isOfSets, type Workload, WORKLOADS } from './workloads.ts';

/** A part of a suite: blocks whose cells go to one list of the result. */
interface SuitePart {
  readonly list: 'cells' | 'sweep';
  readonly block: Block;
}

/** Everything that a run is to measure. */
export interface Suite {
  readonly parts: readonly SuitePart[];
  readonly stalls: readonly StallOptions[];
  /** What has a verdict in place of a throughput. */
  readonly trials: readonly CorruptionTrial[];
  /** Why a contender is missing from a block, as sentences. */
  readonly refusals: readonly string[];
}

/** What a suite is made of. */
export interface SuiteOptions {
  readonly contenders: readonly (WorkerContender | NativeContender)[];
  /** Contenders that differ in one parameter of a scheme, to be measured in pairs. */
  readonly sweep: readonly WorkerContender[];
  readonly workloads: readonly Workload[];
  readonly threads: readonly number[];
  readonly think: readonly boolean[];
  /** Null for what the workload says. */
  readonly prefill: number | null;
  /** From how many keys threads draw in the workloads of sets, each in its turn. */
  readonly keys: readonly number[];
  readonly capacity: number;
  readonly seed: number;
  /** The structure of the contenders, by its id or the URL of its module; left out for the queue. */
  readonly structure?: string;
  readonly stalls: readonly StallOptions[];
}

/** A trial takes as long as this many repetitions, if nothing happens. */
const TRIAL_ROUNDS = 12;

/** Settles which contenders meet under which conditions. */
export function planSuite(options: SuiteOptions): Suite {
  const { contenders, sweep, threads, stalls, structure } = options;
  const parts: SuitePart[] = [];
  const refusals = new Set<string>();
  const trials: CorruptionTrial[] = [];
  const addTrial = (of: Trialled, conditions: Omit<CorruptionTrial, 'engine' | 'scheme' | 'spec'>): void => {
    const { engine, scheme, unsafe: spec, structure: one } = of;
    const on = one ?? structure;
    const where = { ...(on !== undefined && { on }), ...(one !== undefined && { structure: one }) };
    const trial = { engine, scheme, spec, ...where, ...conditions };
    if (!trials.some((each) => sameTrial(each, trial))) trials.push(trial);
  };
  const add = (list: SuitePart['list'], wanted: SuiteOptions['contenders'], conditions: Conditions): void => {
    const { workload, threads: count, keys, seed } = conditions;
    const taking = wanted.filter((contender) => {
      const refusal = contender.refusal(workload, count, conditions);
      if (refusal !== null && isTrialled(contender))
        addTrial(contender, { workload, threads: count, ...(keys !== undefined && { keys }), seed });
      else if (refusal !== null)
        refusals.add(`${nameOf(contender)} is left out where it cannot be used: ${refusal}.`);
      return refusal === null;
    });
    if (taking.length > 0) parts.push({ list, block: { conditions, contenders: taking } });
  };
  for (const conditions of conditionsIn(options))
    for (const group of turnsOf(contenders)) add('cells', group, conditions);
  const changes = options.keys.length === 0 ? 'pairs' : 'contains-0';
  const most = Math.min(2, Math.max(...threads));
  if (sweep.length > 0) add('sweep', sweep, conditionsOf(options, changes, most, false, options.keys[0]));
  // In the place of a stall experiment.
  for (const contender of contenders) {
    if (contender.engine !== 'atomics' || !isTrialled(contender)) continue;
    const keys = options.keys.length === 0 ? {} : { keys: options.keys[0] };
    for (const { threads: count, seed } of stalls)
      addTrial(contender, { workload: changes, threads: count, ...keys, seed });
  }
  return { parts, stalls, trials, refusals: [...refusals] };
}

/** A contender that has a verdict in place of a throughput. */
type Trialled = WorkerContender & { readonly unsafe: string };

function isTrialled(contender: WorkerContender | NativeContender): contender is Trialled {
  return 'unsafe' in contender && contender.unsafe !== undefined;
}

function nameOf({ scheme, structure }: WorkerContender | NativeContender): string {
  return structure === undefined ? scheme : `${structure} under ${scheme}`;
}

/**
 * The contenders that take turns: all of them; or, where several structures are side by side, those of each scheme, since the threads of
 * all of them would not fit into memory. What has no structure is with those of the first scheme.
 */
function turnsOf(contenders: SuiteOptions['contenders']): SuiteOptions['contenders'][] {
  const first = contenders.find(({ structure }) => structure !== undefined)?.scheme;
  if (first === undefined) return [contenders];
  const schemes = [
    ...new Set(contenders.map(({ scheme, structure }) => (structure === undefined ? first : scheme))),
  ];
  return schemes.map((name) =>
    contenders.filter(({ scheme, structure }) => (structure === undefined ? first : scheme) === name),
  );
}

/** All conditions, in the order in which they are measured. */
function conditionsIn(options: SuiteOptions): Conditions[] {
  const { workloads, threads, think, keys } = options;
  return workloads.flatMap((workload) =>
    (isOfSets(workload) ? keys : [undefined]).flatMap((drawn) =>
      threads
        .filter((count) => count >= WORKLOADS[workload].leastThreads)
        .flatMap((count) => think.map((thinks) => conditionsOf(options, workload, count, thinks, drawn))),
    ),
  );
}

function conditionsOf(
  { prefill, capacity, seed }: SuiteOptions,
  workload: Workload,
  threads: number,
  think: boolean,
  keys: number | undefined,
): Conditions {
  const usual = keys === undefined ? WORKLOADS[workload].prefill : Math.floor(keys / 2);
  // More slots than keys, as a queue has more than values: what is held back for a while is not to be missed.
  const most = Math.max(capacity, keys ?? 0);
  const inside = Math.min(keys ?? capacity, prefill ?? usual);
  return {
    workload,
    threads,
    think,
    prefill: inside,
    capacity: most,
    seed,
    ...(keys !== undefined && { keys }),
  };
}

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

/** Cells or experiments of one sort of a suite that a result lacks. */
export interface LeftOut {
  readonly list: 'cells' | 'sweep' | 'corruptions' | 'stalls';
  /** Of cells: what they were to be measured under. */
  readonly conditions?: Pick<Conditions, 'workload' | 'threads' | 'think' | 'prefill' | 'keys'>;
  readonly missing: readonly (Pick<CellKey, 'engine' | 'scheme' | 'structure' | 'cache'> &
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

/** What of a suite a result lacks, in the order in which it would be measured. */
export function leftOut({ parts, stalls, trials }: Suite, result: BenchResult): LeftOut[] {
  const ofParts = parts.map(({ list, block: { conditions, contenders } }): LeftOut => {
    const { workload, threads, think, prefill, keys } = conditions;
    return {
      list,
      conditions: { workload, threads, think, prefill, ...(keys !== undefined && { keys }) },
      missing: contenders.filter((each) => !hasCell(result, list, { ...conditions, ...each })).map(named),
      of: contenders.length,
    };
  });
  const { corruptions = [] } = result;
  const untried = trials.filter((trial) => !corruptions.some((each) => sameTrial(each, trial)));
  const unstalled = stalls.filter((options) => !result.stalls.some((each) => sameStall(each, options)));
  return [
    ...ofParts,
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

function named({
  engine,
  scheme,
  structure,
  cache,
}: Pick<CellKey, 'engine' | 'scheme' | 'structure' | 'cache'>): LeftOut['missing'][number] {
  return {
    engine,
    scheme,
    ...(structure !== undefined && { structure }),
    ...(cache !== undefined && { cache }),
  };
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

const OF_TRIAL = ['engine', 'scheme', 'structure', 'workload', 'threads', 'keys'] as const;

function sameTrial(one: Pick<CorruptionTrial, (typeof OF_TRIAL)[number]>, other: CorruptionTrial): boolean {
  return OF_TRIAL.every((name) => one[name] === other[name]);
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
