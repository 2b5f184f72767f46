import { availableParallelism } from 'node:os';
import { Bench } from 'tinybench';
import { isLabel } from '../laboratory/labels.ts';
import { InternalError } from '../errors.ts';
import {
  AGED,
  COLLECTED,
  F_RESTARTS,
  FREED,
  histogramOf,
  latencyOf,
  L_ENTRIES,
  L_LENGTH,
  L_PEAK,
  SAMPLED,
  TIMED,
} from './figures.ts';
import {
  type Age,
  type Cell,
  type Collections,
  type Frees,
  ofKind,
  p99,
  prevailing,
  type Sample,
  throughputOf,
  type Unreclaimed,
} from './cell.ts';
import { kindBetween, type RepetitionKind, type RoundTrip } from './round-trip.ts';
import { WorkerSession } from './session.ts';
import type { Histogram } from './histogram.ts';
import type { Conditions, NativeContender, RoundResult, Session, WorkerContender } from './contender.ts';
import { mean, variation } from './statistics.ts';

/** How long and how often is measured. */
export interface Effort {
  readonly roundMs: number;
  readonly warmUps: number;
  readonly leastRepetitions: number;
  /** The bound of the stopping rule. */
  readonly mostRepetitions: number;
  /** Repetitions go on until the coefficient of variation of each cell is at most that. */
  readonly variation: number;
  /** The time for all of it: a block whose share is used up makes fewer repetitions, and what has not begun by then is left out. */
  readonly seconds?: number;
}

/** Repetitions that are made of a block in any case: an interval needs some. */
const HASTY_REPETITIONS = 3;

/** Contenders that take series under the same conditions, so that what changes with time changes for all of them. */
export interface Block {
  readonly conditions: Conditions;
  readonly contenders: readonly (WorkerContender | NativeContender)[];
}

/** A contender at work, with its repetitions. */
interface Series {
  readonly session: Session;
  readonly rounds: RoundResult[];
  readonly samples: Sample[];
}

/** How a block is measured. */
interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** True to leave out the passes for latency and memory. */
  readonly ratesOnly?: boolean;
  /** The moment from which on no more repetitions are made than are needed, in the milliseconds of `performance.now()`. */
  readonly until?: number;
}

/** A process that had less than this of the processor time that it could have had was disturbed. */
const LEAST_SHARE = 0.9;
/** A thread that gives up its core by itself more often than that in a second waits for something: it has less by its own will. */
const WAITS_PER_SECOND = 200;

/**
 * Measures a block: warm-up, then repetitions of all contenders in turn (A B C A B C …) until each varies little enough or there were
 * enough; last a pass with the clock and one with the counts of unreclaimed slots, so that neither is in the throughput.
 *
 * @reseries null if it was interrupted: then nothing of the block counts
 */
export async function measure(
  { conditions, contenders }: Block,
  effort: Effort,
  roundTrip: RoundTrip,
  { signal, ratesOnly = false, until = Infinity }: MeasureOptions = {},
): Promise<Cell[] | null> {
  const series: Series[] = [];
  try {
    for (const contender of contenders) {
      const session = await ('open' in contender
        ? contender.open(conditions)
        : WorkerSession.open(contender, conditions));
      series.push({ session, rounds: [], samples: [] });
      if (signal?.aborted === true) return null;
    }
    if (!(await repeat(series, effort, roundTrip, { signal, until }))) return null;
    const cells: Cell[] = [];
    for (const each of series) {
      const { session } = each;
      let passes: Passes = { latencyNs: null, unreclaimed: null };
      if (session instanceof WorkerSession && !ratesOnly)
        passes = await passesOf(session, each, effort.roundMs);
      await session.settle();
      cells.push(cellOf(each, passes));
      if (signal?.aborted === true) return null;
    }
    return cells;
  } finally {
    await Promise.all(series.map(({ session }) => session.end()));
  }
}

/** What is measured in passes of their own. */
type Passes = Pick<Cell, 'latencyNs' | 'unreclaimed'>;

async function passesOf(session: WorkerSession, { rounds }: Series, ms: number): Promise<Passes> {
  const latencyNs = await seenIn(ms, async (span) => {
    await session.round(span, { mode: TIMED });
    return latencyOf(session.figures);
  });
  const reclaims = session.unreclaimed() > 0 || rounds[0].counts['retired'] !== undefined;
  const unreclaimed = reclaims ? await seenIn(ms, (span) => unreclaimedOf(session, span)) : null;
  return { latencyNs, unreclaimed };
}

/** A pass that has seen nothing is repeated with twice the time, up to this many times the first. */
const LONGEST = 16;

/** What a pass has seen. On a busy machine no thread may get to run in one round. */
export async function seenIn<T>(ms: number, pass: (span: number) => Promise<T | null>): Promise<T | null> {
  for (let span = ms; span <= LONGEST * ms; span *= 2) {
    const seen = await pass(span);
    if (seen !== null) return seen;
  }
  return null;
}

/** The repetitions, as tinybench tasks: a sample is a round. False if interrupted. */
async function repeat(
  series: readonly Series[],
  effort: Effort,
  roundTrip: RoundTrip,
  { signal, until = Infinity }: MeasureOptions,
): Promise<boolean> {
  const bench = new Bench({
    time: 0,
    iterations: 1,
    warmupTime: 0,
    warmupIterations: effort.warmUps,
    warmup: false,
    throws: true,
  });
  const gauge = new Gauge(roundTrip);
  for (const [i, { session, rounds, samples }] of series.entries()) {
    const { threads } = session.conditions;
    const run = async (): Promise<{ overriddenDuration: number; overriddenIterationCost: number }> => {
      const round = await session.round(effort.roundMs);
      rounds.push(round);
      const ms = round.seconds * 1000;
      return { overriddenDuration: ms / Math.max(1, round.operations), overriddenIterationCost: ms };
    };
    bench.add(String(i), run, {
      async: true,
      beforeAll: async () => await gauge.before(threads),
      afterAll: async (mode) => {
        if (mode === 'warmup') rounds.length = 0;
        else samples.push(await gauge.after(rounds[rounds.length - 1], threads));
      },
    });
  }
  for (const task of effort.warmUps > 0 ? bench.tasks : []) {
    if (signal?.aborted === true) return false;
    await task.warmup();
  }
  for (let repetition = 1; repetition <= effort.mostRepetitions; repetition++) {
    if (repetition > HASTY_REPETITIONS && performance.now() > until) break;
    if (repetition > effort.leastRepetitions && series.every((each) => isSteady(each, effort))) break;
    for (const task of bench.tasks) {
      if (signal?.aborted === true) return false;
      // A task runs once; its samples are kept in the turn.
      task.reset();
      await task.run();
      if (task.result.state !== 'completed') throw new InternalError(`A task ended ${task.result.state}.`);
    }
  }
  return true;
}

/** True if the undisturbed repetitions of the prevailing kind agree well enough. */
function isSteady({ samples }: Series, effort: Effort): boolean {
  const kind = prevailing(samples);
  return kind !== 'disturbed' && variation(ofKind(samples, kind).map(({ mops }) => mops)) <= effort.variation;
}

/** What is measured around a repetition. */
class Gauge {
  readonly #roundTrip: RoundTrip;
  #ns = NaN;
  #usage = process.resourceUsage();

  constructor(roundTrip: RoundTrip) {
    this.#roundTrip = roundTrip;
  }

  async before(threads: number): Promise<void> {
    if (threads > 1) this.#ns = await this.#roundTrip.measure();
    this.#usage = process.resourceUsage();
  }

  async after(round: RoundResult, threads: number): Promise<Sample> {
    const { seconds, operations, perThread } = round;
    const { cpuMicros, waits } = round.usage ?? usageBetween(this.#usage, process.resourceUsage());
    const cpuShare = cpuMicros / 1e6 / (seconds * Math.min(threads, availableParallelism()));
    const isRobbed = cpuShare < LEAST_SHARE && waits < WAITS_PER_SECOND * seconds * threads + 10 * threads;
    const before = threads > 1 ? this.#ns : NaN;
    const after = threads > 1 ? await this.#roundTrip.measure() : NaN;
    let kind: RepetitionKind = threads > 1 ? kindBetween(before, after) : 'alone';
    if (isRobbed) kind = 'disturbed';
    return {
      mops: operations / seconds / 1e6,
      perThread: perThread.map((each) => each / seconds / 1e6),
      roundTripNs: [orNull(before), orNull(after)],
      cpuShare: Math.min(1, cpuShare),
      kind,
    };
  }
}

function usageBetween(
  before: NodeJS.ResourceUsage,
  after: NodeJS.ResourceUsage,
): { readonly cpuMicros: number; readonly waits: number } {
  return {
    cpuMicros: after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime,
    waits: after.voluntaryContextSwitches - before.voluntaryContextSwitches,
  };
}

function orNull(ns: number): number | null {
  return Number.isFinite(ns) ? Math.round(ns) : null;
}

/** As many points as a drawing shows. */
const POINTS = 48;

/** Null if nobody has looked. */
async function unreclaimedOf(session: WorkerSession, ms: number): Promise<Unreclaimed | null> {
  const { contender, figures, conditions } = session;
  const { seconds, taken = 0 } = await session.round(ms, { mode: SAMPLED });
  const logs = Array.from({ length: figures.threads }, (_, i) => figures.log(i + 1));
  const entries = logs.flatMap((log) => [...log.subarray(L_ENTRIES, L_ENTRIES + log[L_LENGTH])]);
  if (entries.length === 0) return null;
  const longest = logs.reduce((best, log) => (log[L_LENGTH] > best[L_LENGTH] ? log : best));
  const line = [...longest.subarray(L_ENTRIES, L_ENTRIES + longest[L_LENGTH])];
  const average = mean(entries);
  // What takes a value out retires one slot.
  const retiresPerNs = taken / (seconds * 1e9);
  return {
    mean: average,
    p99: p99(entries),
    peak: Math.max(...logs.map((log) => log[L_PEAK])),
    bound: contender.bound(conditions),
    ...(contender.formula === undefined ? {} : { formula: contender.formula }),
    ageNs: contender.exhausts || retiresPerNs === 0 ? null : Math.round(average / retiresPerNs),
    age: contender.exhausts ? null : await ageOf(session, ms),
    frees: contender.exhausts ? null : await freesOf(session, ms),
    collections: contender.exhausts ? null : await collectionsOf(session, ms),
    series: Array.from(
      { length: Math.min(POINTS, line.length) },
      (_, i) => line[Math.floor((i * line.length) / Math.min(POINTS, line.length))],
    ),
  };
}

/** From retire to free, in a pass of its own; null if nothing was freed, or nobody can tell when. */
async function ageOf(session: WorkerSession, ms: number): Promise<Age | null> {
  // The first one is for warm-up.
  for (let round = 0; round < 2; round++) await session.round(ms, { mode: AGED });
  const all = histogramOf(session.figures);
  if (all.count === 0) return null;
  return {
    ...spreadOf(all),
    slots: all.count,
    tail: all.tail(),
  };
}

/** What half of all are within, and nearly all, and the largest. */
function spreadOf(all: Histogram): Pick<Age, 'p50' | 'p99' | 'max'> {
  return { p50: all.quantile(0.5), p99: all.quantile(0.99), max: all.max };
}

/** How many slots each call frees, in a pass of its own; null if nobody has looked. */
async function freesOf(session: WorkerSession, ms: number): Promise<Frees | null> {
  await session.round(ms, { mode: FREED });
  const all = histogramOf(session.figures);
  if (all.count === 0) return null;
  const { figures } = session;
  const threads = Array.from({ length: figures.threads }, (_, i) => figures.counts(i + 1)[F_RESTARTS]);
  const restarts = threads.reduce((sum, each) => sum + each, 0);
  // Of compiled code nobody can tell.
  const told = Number.isNaN(restarts) ? {} : { restarts };
  return { mean: all.mean, max: all.max, calls: all.count, ...told, tail: all.tail() };
}

/** How long threads collect that find nothing free, in a pass of its own; null if none did, or nobody has looked. */
async function collectionsOf(session: WorkerSession, ms: number): Promise<Collections | null> {
  const { operations } = await session.round(ms, { mode: COLLECTED });
  const all = histogramOf(session.figures);
  if (all.count === 0) return null;
  return {
    ...spreadOf(all),
    times: all.count,
    operations,
  };
}

function cellOf({ session, rounds, samples }: Series, { latencyNs, unreclaimed }: Passes): Cell {
  const { contender, conditions } = session;
  const { workload, threads, think, prefill, keys } = conditions;
  const sum = (of: (round: RoundResult) => number): number =>
    rounds.reduce((subtotal, round) => subtotal + of(round), 0);
  const operations = Math.max(
    1,
    sum((round) => round.operations),
  );
  const refusals = sum(({ full, empty }) => full + empty);
  const count = (name: string): number => sum(({ counts }) => counts[name] ?? 0);
  const counts = rounds[0].counts;
  const steps = Object.keys(counts).filter(isLabel);
  return {
    engine: contender.engine,
    scheme: contender.scheme,
    workload,
    threads,
    think,
    prefill,
    ...(keys !== undefined && { keys }),
    ...(contender.structure !== undefined && { structure: contender.structure }),
    ...(contender.cache === undefined ? {} : { cache: contender.cache }),
    ...throughputOf(samples),
    failuresPerThousand: Object.fromEntries(steps.map((step) => [step, (1000 * count(step)) / operations])),
    clockMovesPerThousand: 'clockMoves' in counts ? (1000 * count('clockMoves')) / operations : null,
    allocationsPerOperation: 'allocated' in counts ? count('allocated') / operations : null,
    heapBytesPerOperation: Math.max(0, sum(({ heapBytes }) => heapBytes) / operations),
    refused: refusals / (operations + refusals),
    sharedBytes: session instanceof WorkerSession ? session.bytes() : null,
    latencyNs,
    unreclaimedPeak: unreclaimed === null ? null : unreclaimed.peak,
    unreclaimed,
    samples,
  };
}
