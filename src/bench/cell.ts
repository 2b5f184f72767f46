import type { Buckets, Tail } from './histogram.ts';
import { median, outliers, quantile, variation } from './statistics.ts';
import { isSamePlace, type RepetitionKind } from './repetition-kind.ts';
import type { Workload } from './workloads.ts';

/** One repetition. */
export interface Sample {
  /** Millions of successful operations a second, of all threads together and of each. */
  readonly mops: number;
  readonly perThread: readonly number[];
  /** The cross-core round trip before and after, in nanoseconds; null where it was not to be had. */
  readonly roundTripNs: readonly [before: number | null, after: number | null];
  /** The processor time that the process had, as a share of what its threads could have had. */
  readonly cpuShare: number;
  readonly kind: RepetitionKind;
}

/** How long single operations took, in nanoseconds; `clock` is what reading the clock alone takes, which is in each of them. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly clock: number;
  /** The share of operations that took longer than so many nanoseconds; files of earlier releases have none. */
  readonly tail?: Tail;
  /** How many took so many nanoseconds, in buckets at most 1/64 wide; the same of them. */
  readonly buckets?: Buckets;
}

/** How long slots were retired before they were free, in nanoseconds, and how many there were. */
export interface Age {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly slots: number;
  /** The share of slots that took longer; files of earlier releases have none. */
  readonly tail?: Tail;
  /** How many slots took so many nanoseconds, as above. */
  readonly buckets?: Buckets;
}

/** How many slots single calls freed, of those that were made in a pass of its own. */
export interface Frees {
  readonly mean: number;
  readonly max: number;
  readonly calls: number;
  /** How often operations had to start over because the scheme said so; files of earlier releases have none. */
  readonly restarts?: number;
  /** How often a thread scanned what the others announce, and tried to move the clock on; left out where nobody counts it. */
  readonly scans?: number;
  readonly advances?: number;
  /** The share of calls that freed more than so many slots. */
  readonly tail: Tail;
  /** How many calls freed so many slots; files of earlier releases have none. */
  readonly buckets?: Buckets;
}

/** How long a thread that found nothing free was in the scheme's `collect`, in nanoseconds, how often, and in a pass of how many operations. */
export interface Collections {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly times: number;
  readonly operations: number;
}

/** The slots that were retired and not yet free, over all threads. */
export interface Unreclaimed {
  readonly mean: number;
  readonly p99: number;
  readonly peak: number;
  /** The most that there may be; null without a bound. */
  readonly bound: number | null;
  /** The scheme's own words for the bound: a formula, or why there is none. */
  readonly formula?: string;
  /** From retire to free on average, from Little's law: the mean count over the rate of retires. Null if nothing is freed. */
  readonly ageNs: number | null;
  /** The same measured, slot by slot, in a pass with two looks at the clock for each slot; null or missing where it cannot be. */
  readonly age?: Age | null;
  /** How many slots a call frees; null or missing where nobody can look. */
  readonly frees?: Frees | null;
  /** Null or missing where nothing was collected so, or nobody can look. */
  readonly collections?: Collections | null;
  /** Counts at equal distances in operations, for a drawing. */
  readonly series: readonly number[];
}

/** What identifies a cell among those of one result file. */
export interface CellKey {
  /** `atomics`, or `peer`. */
  readonly engine: string;
  readonly scheme: string;
  readonly workload: Workload;
  readonly threads: number;
  readonly think: boolean;
  readonly prefill: number;
  /** Free slots in a magazine of a thread, 0 for no caches; left out for the usual ones. */
  readonly cache?: number;
  /** Words of a slot; left out for the usual ones. */
  readonly stride?: number;
  /** The free list of the slab; left out where it is a stack. */
  readonly freeList?: 'ring';
  /** Of a set: how many keys were drawn from. */
  readonly keys?: number;
  /** The structure, by its id or the URL of its module, where a result has several; nothing of a peer. */
  readonly structure?: string;
  /** Producers and consumers, over and over, as in `1:3`; left out for `1:1`. */
  readonly roles?: string;
  /** Bytes that come with each value, in memory beside the structure; left out where there are none. */
  readonly payload?: number;
}

/** Those of a key's members that are not always there, but for those that are not. */
export function present({
  keys,
  roles,
  payload,
  structure,
  cache,
  stride,
  freeList,
}: { readonly [K in (typeof SOMETIMES)[number]]?: CellKey[K] | undefined }): Pick<
  CellKey,
  (typeof SOMETIMES)[number]
> {
  return {
    ...(keys !== undefined && { keys }),
    ...(roles !== undefined && { roles }),
    ...(payload !== undefined && { payload }),
    ...(structure !== undefined && { structure }),
    ...(cache !== undefined && { cache }),
    ...(stride !== undefined && { stride }),
    ...(freeList !== undefined && { freeList }),
  };
}

const SOMETIMES = ['cache', 'stride', 'freeList', 'keys', 'structure', 'roles', 'payload'] as const;

/** What was measured of one contender in one workload with this many threads. */
export interface Cell extends CellKey {
  /** Over the repetitions of `kind`. */
  readonly mopsMedian: number;
  readonly mopsMin: number;
  readonly mopsMax: number;
  /** The kind of repetitions that the figures are from. */
  readonly kind: RepetitionKind;
  readonly coefficientOfVariation: number;
  /** Repetitions of `kind` that lie far from the others. They are in the figures. */
  readonly outliers: readonly number[];
  /** The slowest thread's operations over the fastest one's, the median. 1 is fair. */
  readonly fairness: number;
  /** Failures of a compare-and-swap for every 1000 operations, by step. Empty where nobody counts them. */
  readonly failuresPerThousand: Readonly<Record<string, number>>;
  /** How often the clock of the scheme has moved for every 1000 operations; 0, null or missing where it has none. */
  readonly clockMovesPerThousand?: number | null;
  /** Slots allocated per operation; null where there are none. */
  readonly allocationsPerOperation: number | null;
  /** Bytes per operation by which JavaScript heaps have grown; about 0 if operations allocate nothing there. */
  readonly heapBytesPerOperation: number;
  /** The share of attempts that answered full or empty. */
  readonly refused: number;
  /** Bytes of the memory that the threads share, free slots and all; null or missing where nobody tells. */
  readonly sharedBytes?: number | null;
  /** Bytes of those that lie in pages of 4096 with a word that is not 0: at least so many are resident. Null or missing as above. */
  readonly touchedBytes?: number | null;
  /** Resident bytes of the whole process once the cell was measured, with V8 and all contenders that took turns; missing of a native program. */
  readonly processBytes?: number;
  readonly latencyNs: Latency | null;
  readonly unreclaimedPeak: number | null;
  readonly unreclaimed: Unreclaimed | null;
  /** All repetitions, in order. */
  readonly samples: readonly Sample[];
}

/** True of an engine with one step for many operations. */
export function isChained(engine: string): boolean {
  return engine.endsWith('-chained');
}

/** A text that two cells share if and only if they measure the same. */
export function keyOf(key: CellKey): string {
  const { engine, scheme, workload, threads, think, prefill } = key;
  const more = SOMETIMES.flatMap((name) => (key[name] === undefined ? [] : [`${name}=${key[name]}`]));
  return [engine, scheme, workload, threads, think ? 'think' : 'no-think', prefill, ...more].join(' ');
}

/** So many repetitions of one kind suffice to go by it. */
const ENOUGH = 3;

/** The kind that most undisturbed repetitions are of; `disturbed` if they are too few. */
export function prevailing(samples: readonly { readonly kind: RepetitionKind }[]): RepetitionKind {
  const kinds: readonly RepetitionKind[] = ['alone', 'near', 'far'];
  const counts = kinds.map((kind) => samples.filter((sample) => sample.kind === kind).length);
  const most = Math.max(...counts);
  return most >= ENOUGH ? kinds[counts.indexOf(most)] : 'disturbed';
}

/** The repetitions of a kind; for `disturbed` all of them, since none is better than another then. */
export function ofKind<S extends { readonly kind: RepetitionKind }>(
  samples: readonly S[],
  kind: RepetitionKind,
): readonly S[] {
  return kind === 'disturbed' ? samples : samples.filter((sample) => sample.kind === kind);
}

/** The figures of a cell that come from its repetitions. */
export function throughputOf(
  samples: readonly Sample[],
): Pick<
  Cell,
  'mopsMedian' | 'mopsMin' | 'mopsMax' | 'kind' | 'coefficientOfVariation' | 'outliers' | 'fairness'
> {
  const kind = prevailing(samples);
  const taken = ofKind(samples, kind);
  const mops = taken.map((sample) => sample.mops);
  const fairness = taken.map(
    ({ perThread }) => Math.min(...perThread) / Math.max(...perThread, Number.MIN_VALUE),
  );
  return {
    mopsMedian: median(mops),
    mopsMin: Math.min(...mops),
    mopsMax: Math.max(...mops),
    kind,
    coefficientOfVariation: variation(mops),
    outliers: outliers(mops),
    fairness: median(fairness),
  };
}

/** The 99th percentile of counts, which is one of them. */
export function p99(counts: readonly number[]): number {
  return Math.round(quantile(counts, 0.99));
}

/** Repetitions of two contenders that took turns: the n-th of each, of one kind. */
export interface Turns {
  readonly kind: RepetitionKind;
  readonly turns: readonly (readonly [one: Sample, other: Sample])[];
}

/** The n-th repetitions of both, of one kind each and in one place: others make a disturbed turn. */
function turnsOf(
  samples: readonly Sample[],
  others: readonly Sample[],
): { readonly kind: RepetitionKind; readonly turn: Turns['turns'][number] }[] {
  return samples.slice(0, others.length).map((one, i) => {
    const isOne = one.kind === others[i].kind && areInOnePlace(one.kind, [one], [others[i]]);
    const kind = isOne ? one.kind : 'disturbed';
    return { kind, turn: [one, others[i]] };
  });
}

/** True of repetitions of one kind whose round trips are about as long, as far as they are known: two threads of one core are near as well. Of one thread alone it does not matter where it is. */
export function areInOnePlace(
  kind: RepetitionKind,
  some: readonly Sample[],
  others: readonly Sample[],
): boolean {
  if (kind === 'alone' || kind === 'disturbed') return true;
  const [one, other] = [some, others].map((samples) => samples.flatMap(({ roundTripNs: [ns] }) => ns ?? []));
  return one.length === 0 || other.length === 0 || isSamePlace(median(one), median(other));
}

/** The turns of each kind that there are enough of; all of them as disturbed ones if there is no such kind. */
export function turnsByKind(samples: readonly Sample[], others: readonly Sample[]): Turns[] {
  const all = turnsOf(samples, others);
  const found = (['alone', 'near', 'far'] as const)
    .map((kind) => ({ kind, turns: ofKind(all, kind).map(({ turn }) => turn) }))
    .filter(({ turns }) => turns.length >= ENOUGH);
  return found.length > 0 ? found : [{ kind: 'disturbed', turns: all.map(({ turn }) => turn) }];
}

/** The turns of the prevailing kind. */
export function repetitionPairs(samples: readonly Sample[], others: readonly Sample[]): Turns {
  const all = turnsOf(samples, others);
  const kind = prevailing(all);
  return { kind, turns: ofKind(all, kind).map(({ turn }) => turn) };
}
