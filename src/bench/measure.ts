import { availableParallelism } from 'node:os';
import { Bench } from 'tinybench';
import { isLabel } from '../laboratory/labels.ts';
import { InternalError } from '../errors.ts';
import { type Effort, HASTY_REPETITIONS } from './effort.ts';
import { type Cell, ofKind, present, prevailing, type Sample, throughputOf } from './cell.ts';
import { kindBetween, type RepetitionKind } from './repetition-kind.ts';
import type { RoundTrip } from './round-trip.ts';
import { type Passes, passesOf } from './passes.ts';
import { WorkerSession } from './session.ts';
import type { Conditions, NativeContender, RoundResult, Session, WorkerContender } from './contender.ts';
import { variation } from './statistics.ts';

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
  /** How many of so many contenders there is time for, which took so long to make so many repetitions; the others are left out. Default: all. */
  readonly fitting?: (contenders: number, repetitions: number, ms: number) => number;
}

/** A process that had less than this of the processor time that it could have had was disturbed. */
const LEAST_SHARE = 0.9;
/** So was a round that was shorter than this share of its time: its threads were woken late, and its rate is of a few operations, or of none. */
const LEAST_TIME = 0.9;
/** A thread that gives up its core by itself more often than that in a second waits for something: it has less by its own will. */
const WAITS_PER_SECOND = 200;

/**
 * Measures a block: warm-up, then repetitions of all contenders in turn (A B C A B C …) until each varies little enough or there were
 * enough; last a pass with the clock and one with the counts of unreclaimed slots, so that neither is in the throughput.
 *
 * @returns null if it was interrupted before anything was finished; otherwise what was
 */
export async function measure(
  { conditions, contenders }: Block,
  effort: Effort,
  roundTrip: RoundTrip,
  options: MeasureOptions = {},
): Promise<Cell[] | null> {
  const { signal, ratesOnly = false } = options;
  const began = performance.now();
  const series: Series[] = [];
  try {
    for (const contender of contenders) {
      const session = await ('open' in contender
        ? contender.open(conditions)
        : WorkerSession.open(contender, conditions));
      series.push({ session, rounds: [], samples: [] });
      if (signal?.aborted === true) return null;
    }
    const made = await repeat(series, effort, roundTrip, { ...options, began });
    const cells: Cell[] = [];
    for (const each of series.slice(0, made)) {
      const { session } = each;
      let passes: Passes = { latencyNs: null, unreclaimed: null };
      if (session instanceof WorkerSession && !ratesOnly)
        passes = await passesOf(session, each.rounds[0], effort.roundMs, signal);
      if (signal?.aborted === true) break;
      await session.settle();
      cells.push(cellOf(each, passes));
    }
    return cells.length === 0 ? null : cells;
  } finally {
    await Promise.all(series.map(({ session }) => session.end()));
  }
}

/** The repetitions, as tinybench tasks: a sample is a round. How many of the series have all of theirs: the first so many; none if interrupted. */
async function repeat(
  series: readonly Series[],
  effort: Effort,
  roundTrip: RoundTrip,
  { signal, until = Infinity, fitting, began }: MeasureOptions & { readonly began: number },
): Promise<number> {
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
        else samples.push(await gauge.after(rounds[rounds.length - 1], session, effort.roundMs));
      },
    });
  }
  for (const task of effort.warmUps > 0 ? bench.tasks : []) {
    if (signal?.aborted === true) return 0;
    await task.warmup();
  }
  let taken = series;
  // What the others take is gone: they are counted among those that took it.
  const fit = (repetitions: number): void => {
    const most = fitting?.(series.length, repetitions, performance.now() - began) ?? series.length;
    taken = taken.slice(0, most);
  };
  fit(0);
  for (let repetition = 1; repetition <= effort.mostRepetitions; repetition++) {
    if (repetition > HASTY_REPETITIONS && performance.now() > until) break;
    if (repetition > effort.leastRepetitions && taken.every((each) => isSteady(each, effort))) break;
    for (const task of bench.tasks.slice(0, taken.length)) {
      if (signal?.aborted === true) return 0;
      // A task runs once; its samples are kept in the turn.
      task.reset();
      await task.run();
      if (task.result.state !== 'completed') throw new InternalError(`A task ended ${task.result.state}.`);
    }
    fit(repetition);
  }
  return taken.length;
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

  async after(round: RoundResult, session: Session, roundMs: number): Promise<Sample> {
    const { seconds, operations, perThread } = round;
    const { threads } = session.conditions;
    const { cpuMicros, waits } = round.usage ?? usageBetween(this.#usage, process.resourceUsage());
    const rate = (count: number): number => (count === 0 ? 0 : count / seconds / 1e6);
    const cpuShare = cpuMicros / 1e6 / (seconds * Math.min(threads, availableParallelism()));
    // One thread alone has nobody to wait for: what else in the process gives up a core says nothing of it.
    const isWaiting = threads > 1 && waits >= WAITS_PER_SECOND * seconds * threads + 10 * threads;
    const isRobbed = cpuShare < LEAST_SHARE && !isWaiting;
    const before = threads > 1 ? this.#ns : NaN;
    const after = threads > 1 ? await this.#roundTrip.measure() : NaN;
    let kind: RepetitionKind = threads > 1 ? kindBetween(before, after) : 'alone';
    const isCut = seconds * 1000 < LEAST_TIME * roundMs && !isUsedUp(round, session);
    if (isRobbed || isCut) kind = 'disturbed';
    return {
      mops: rate(operations),
      perThread: perThread.map(rate),
      roundTripNs: [orNull(before), orNull(after)],
      cpuShare: Math.min(1, cpuShare),
      kind,
    };
  }
}

/** True if a round ended because no slot was left, under a scheme that frees none. */
function isUsedUp({ full }: RoundResult, { contender }: Session): boolean {
  return 'exhausts' in contender && contender.exhausts && full > 0;
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

function cellOf({ session, rounds, samples }: Series, { latencyNs, unreclaimed }: Passes): Cell {
  const { contender, conditions } = session;
  const { workload, threads, think, prefill, keys, roles, payload } = conditions;
  const { structure, cache, stride, freeList } = contender;
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
    ...present({ keys, roles, payload, structure, cache, stride, freeList }),
    ...throughputOf(samples),
    failuresPerThousand: Object.fromEntries(steps.map((step) => [step, (1000 * count(step)) / operations])),
    clockMovesPerThousand: 'clockMoves' in counts ? (1000 * count('clockMoves')) / operations : null,
    allocationsPerOperation: 'allocated' in counts ? count('allocated') / operations : null,
    heapBytesPerOperation: Math.max(0, sum(({ heapBytes }) => heapBytes) / operations),
    refused: refusals / (operations + refusals),
    sharedBytes: session instanceof WorkerSession ? session.bytes() : null,
    touchedBytes: session instanceof WorkerSession ? session.touched() : null,
    ...(session instanceof WorkerSession && { processBytes: process.memoryUsage.rss() }),
    latencyNs,
    unreclaimedPeak: unreclaimed === null ? null : unreclaimed.peak,
    unreclaimed,
    samples,
  };
}
