import { ControlBlock } from '../threads/control-block.ts';
import {
  type Age,
  type Cell,
  type Collections,
  type Frees,
  type Latency,
  p99,
  type Unreclaimed,
} from './cell.ts';
import type { RoundResult, WorkerContender } from './contender.ts';
import {
  AGED,
  COLLECTED,
  F_ADVANCES,
  F_RESTARTS,
  F_SCANS,
  FREED,
  histogramOf,
  latencyOf,
  L_ENTRIES,
  L_LENGTH,
  L_PEAK,
  SAMPLED,
  TIMED,
} from './figures.ts';
import type { HandleOpener } from './handle.ts';
import type { Histogram } from './histogram.ts';
import type { WorkerSession } from './session.ts';
import { mean } from './statistics.ts';

/** What is measured in passes of their own. */
export type Passes = Pick<Cell, 'latencyNs' | 'unreclaimed'>;

/**
 * Looks for latencies and for what waits to be freed.
 *
 * @param first a round that was made before
 */
export async function passesOf(
  session: WorkerSession,
  first: RoundResult,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<Passes> {
  const timed = async (span: number): Promise<Latency | null> => {
    await session.round(span, { mode: TIMED });
    return latencyOf(session.figures);
  };
  const latencyNs = await seenIn(ms, timed, signal);
  const reclaims = session.unreclaimed() > 0 || first.counts['retired'] !== undefined;
  const counted = (span: number): Promise<Unreclaimed | null> => unreclaimedOf(session, span, signal);
  const unreclaimed = reclaims ? await seenIn(ms, counted, signal) : null;
  return { latencyNs, unreclaimed };
}

/** A pass that has seen nothing is repeated with twice the time, up to this many times the first. */
const LONGEST = 16;

/** What a pass has seen. On a busy machine no thread may get to run in one round. */
export async function seenIn<T>(
  ms: number,
  pass: (span: number) => Promise<T | null>,
  signal?: AbortSignal,
): Promise<T | null> {
  for (let span = ms; span <= LONGEST * ms; span *= 2) {
    if (signal?.aborted === true) return null;
    const seen = await pass(span);
    if (seen !== null) return seen;
  }
  return null;
}

/** As many points as a drawing shows. */
const POINTS = 48;

/** Null if nobody has looked. Once the signal is aborted no further pass is made, and what it would have seen is null. */
async function unreclaimedOf(
  session: WorkerSession,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<Unreclaimed | null> {
  const { contender, figures, conditions } = session;
  const { seconds, taken = 0 } = await session.round(ms, { mode: SAMPLED });
  const logs = Array.from({ length: figures.threads }, (_, i) => figures.log(i + 1));
  const entries = logs.flatMap((log) => [...log.subarray(L_ENTRIES, L_ENTRIES + log[L_LENGTH])]);
  if (entries.length === 0) return null;
  const longest = logs.reduce((best, log) => (log[L_LENGTH] > best[L_LENGTH] ? log : best));
  const line = [...longest.subarray(L_ENTRIES, L_ENTRIES + longest[L_LENGTH])];
  const average = mean(entries);
  const pass = async <T>(of: (one: WorkerSession, span: number) => Promise<T | null>): Promise<T | null> =>
    contender.exhausts || signal?.aborted === true ? null : await of(session, ms);
  // What takes a value out retires one slot.
  const retiresPerNs = taken / (seconds * 1e9);
  return {
    mean: average,
    p99: p99(entries),
    peak: Math.max(...logs.map((log) => log[L_PEAK])),
    bound: contender.bound(conditions),
    ...(contender.formula === undefined ? {} : { formula: contender.formula }),
    ageNs: contender.exhausts || retiresPerNs === 0 ? null : Math.round(average / retiresPerNs),
    age: await pass(ageOf),
    frees: await pass(freesOf),
    collections: await pass(collectionsOf),
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
    buckets: all.buckets(),
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
  const sumOf = (word: number): number =>
    Array.from({ length: figures.threads }, (_, i) => figures.counts(i + 1)[word]).reduce(
      (sum, each) => sum + each,
      0,
    );
  // Of compiled code nobody can tell, nor of a scheme that has no such thing.
  const counted = { restarts: sumOf(F_RESTARTS), scans: sumOf(F_SCANS), advances: sumOf(F_ADVANCES) };
  const told = Object.fromEntries(Object.entries(counted).filter(([, count]) => !Number.isNaN(count)));
  return {
    mean: all.mean,
    max: all.max,
    calls: all.count,
    ...told,
    tail: all.tail(),
    buckets: all.buckets(),
  };
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

/** Atomic accesses for a value that is put in and taken out by a thread alone, on average, to a tenth. */
export interface Accesses {
  readonly loads: number;
  /** Stores, compare-and-swaps, exchanges and additions. */
  readonly writes: number;
}

const WRITES = ['store', 'compareExchange', 'exchange', 'add', 'sub', 'or', 'and'] as const;
const PAIRS = 1024;

function tenth(of: number): number {
  return Math.round(10 * of) / 10;
}

/** Counts them in this thread, after as many pairs for warm-up. */
export async function countAccesses(contender: WorkerContender, capacity: number): Promise<Accesses> {
  const setup = { workload: 'pairs', threads: 1, capacity, points: new Map() } as const;
  const { state } = contender.make(setup).partsFor(1);
  const { openHandle } = (await import(contender.module)) as { readonly openHandle: HandleOpener };
  const handle = await openHandle(state, 1, ControlBlock.create(1));
  const pairs = (): void => {
    for (let i = 0; i < PAIRS; i++) {
      handle.enqueue(i);
      handle.dequeue();
    }
  };
  pairs();
  const counts = { loads: 0, writes: 0 };
  const own = Object.fromEntries(
    ['load', ...WRITES].map((method) => [method, Reflect.get(Atomics, method) as unknown]),
  );
  const count =
    (method: unknown, sort: keyof Accesses): unknown =>
    (...given: unknown[]): unknown => {
      counts[sort]++;
      return Reflect.apply(method as () => unknown, Atomics, given);
    };
  try {
    for (const [key, method] of Object.entries(own))
      Reflect.set(Atomics, key, count(method, key === 'load' ? 'loads' : 'writes'));
    pairs();
  } finally {
    for (const [key, method] of Object.entries(own)) Reflect.set(Atomics, key, method);
  }
  return { loads: tenth(counts.loads / PAIRS), writes: tenth(counts.writes / PAIRS) };
}
