import { type Cell, type Sample, type Turns, turnsByKind } from '../../src/bench/cell.ts';
import type { Contender, NativeContender, WorkerContender } from '../../src/bench/contender.ts';
import type { Block } from '../../src/bench/measure.ts';
import type { RepetitionKind } from '../../src/bench/repetition-kind.ts';
import { type BenchEngine, schemeContender } from '../../src/bench/scheme-contender.ts';
import { median, ratioInterval } from '../../src/bench/statistics.ts';
import { type Workload, WORKLOADS } from '../../src/bench/workloads.ts';
import { HazardPointers, LINGER_ON } from '../../src/kernel/schemes/hazard-pointers.ts';
import { type SchemeChoice, schemesOf } from '../../src/laboratory/registry.ts';
import { structureById } from '../../src/laboratory/structures.ts';

/** What identifies a contender in a block. */
export type ContenderName = Pick<Contender, 'engine' | 'scheme' | 'structure'>;

/** How fast one contender is to be, measured by another one in the same run. */
export interface Target {
  readonly contender: ContenderName;
  readonly rival: ContenderName;
  readonly workload: Workload;
  readonly threads: number;
  /** The least ratio of the contender's rate to the rival's that meets the target; for `ahead` it must be more. */
  readonly least: number;
  /** The same where the cores are far apart: another ratio, or null where nothing is asked then; left out: the same. */
  readonly leastFar?: number | null;
  readonly ahead: boolean;
  /** All successful operations, or the values that arrive. */
  readonly counts: 'operations' | 'messages';
}

/** A target and what was measured of it. */
export interface JudgedTarget extends Target {
  /** Millions a second, medians. */
  readonly mops: number;
  readonly rivalMops: number;
  readonly ratio: number;
  /** The 95 % confidence interval of the ratio. */
  readonly interval: readonly [low: number, high: number];
  /** The kind of the repetitions that were compared, and how many there are of each contender. */
  readonly kind: RepetitionKind;
  readonly repetitions: number;
  readonly isMet: boolean;
  /** True if the whole interval says the same, and the repetitions were undisturbed. */
  readonly isSure: boolean;
}

/** Contenders that take turns, and what is asked of them. */
export interface TargetBlock {
  readonly block: Block;
  readonly targets: readonly Target[];
}

/** What the lab is measured by: programs and peers, as far as they are there. */
export interface Rivals {
  /** The plain reference in C++, with the order of operations of batches or of single ones. */
  reference(choice: SchemeChoice, batched: boolean): Promise<NativeContender | null>;
  /** The queues of libraries with the same scheme. */
  libraries(choice: SchemeChoice): Promise<readonly NativeContender[]>;
  readonly mutex: WorkerContender;
  /** The same, which takes its lock once for many operations. */
  readonly batchedMutex: WorkerContender;
  readonly messages: WorkerContender;
  readonly ring: WorkerContender;
}

/** What a run is to cover. */
export interface TargetOptions {
  readonly choices: readonly SchemeChoice[];
  readonly workloads: readonly Workload[];
  readonly threads: readonly number[];
  readonly capacity: number;
  readonly seed: number;
}

/** Workloads and threads in which the compiled kernel is held against native code. */
const NATIVE_WORKLOADS: readonly Workload[] = ['pairs', 'producers-consumers'];
const NATIVE_THREADS = [1, 2, 4];
const OF_REFERENCE = 0.9;
/**
 * With one thread, by the scheme, for a call for each operation and for 16 a call. The call from JavaScript is a part of an operation, and the larger
 * one the shorter that is.
 */
const OF_REFERENCE_ALONE: Readonly<Record<string, readonly [single: number, many: number]>> = {
  tagged: [0.65, 0.8],
  epochs: [0.8, 0.9],
  'hazard-pointers': [0.85, 0.9],
};
const OF_MESSAGES = 8;
/** Of the library's hazard pointers, for those of the lab that linger. */
const OF_LIBRARY_LINGERING: Partial<Readonly<Record<Workload, number>>> = {
  pairs: 0.95,
  'producers-consumers': 1.2,
};

/** Of the queue under tags, for the ring whose cells have sequences; and of the mutex queue. */
const RING = structureById('vyukov-ring');
const RING_OF_TAGGED: Partial<Readonly<Record<Workload, number>>> = { pairs: 1.2, 'producers-consumers': 3 };
const RING_OF_MUTEX = 1.5;
const RING_THREADS = 2;

/**
 * Of the same operations with a step each, for those that one step makes many of: with a thread alone, and with more, near and far; and on JavaScript's atomics. And by scheme the workloads
 * in which they are to be ahead of the mutex queue that takes its lock once for as many, near.
 */
const CHAINS_ALONE = 2;
const CHAINS_NEAR = 2.5;
const CHAINS_FAR = 1.5;
const CHAINS_ON_ATOMICS = 2.5;
const CHAINS_AHEAD: Readonly<Record<string, readonly Workload[]>> = {
  tagged: ['pairs', 'producers-consumers'],
  epochs: ['pairs'],
};
const CHAIN_THREADS = [1, 2];

const named = ({ engine, scheme, structure }: ContenderName): ContenderName => ({
  engine,
  scheme,
  ...(structure !== undefined && { structure }),
});

/** A block of contenders that share their conditions, to which targets are added one by one. */
class BlockPlan {
  readonly #contenders: (WorkerContender | NativeContender)[] = [];
  readonly #targets: Target[] = [];
  readonly #workload: Workload;
  readonly #threads: number;

  constructor(workload: Workload, threads: number) {
    this.#workload = workload;
    this.#threads = threads;
  }

  /** Nothing if one of them is not there, or cannot take part. */
  add(
    contender: WorkerContender,
    rival: WorkerContender | NativeContender | null,
    least: number,
    more: Partial<Target> = {},
  ): void {
    const [workload, threads] = [this.#workload, this.#threads];
    if (rival === null || [contender, rival].some((each) => each.refusal(workload, threads) !== null)) return;
    for (const each of [contender, rival]) {
      if (!this.#contenders.some((known) => isSame(known, each))) this.#contenders.push(each);
    }
    this.#targets.push({
      contender: named(contender),
      rival: named(rival),
      workload,
      threads,
      least,
      ahead: false,
      counts: 'operations',
      ...more,
    });
  }

  /** An empty list if there is nothing to be compared. */
  done({ capacity, seed }: TargetOptions): TargetBlock[] {
    if (this.#targets.length === 0) return [];
    const [workload, threads] = [this.#workload, this.#threads];
    const { prefill } = WORKLOADS[workload];
    const conditions = { workload, threads, think: false, prefill, capacity, seed };
    return [{ block: { conditions, contenders: this.#contenders }, targets: this.#targets }];
  }
}

/** True of two names of one contender. */
export function isSame(one: ContenderName, other: ContenderName): boolean {
  return one.engine === other.engine && one.scheme === other.scheme && one.structure === other.structure;
}

/** The comparisons that can be made: first with native code, scheme by scheme, then with what a JavaScript user would pick. */
export async function planTargets(options: TargetOptions, rivals: Rivals): Promise<TargetBlock[]> {
  const { choices, workloads, threads } = options;
  const blocks: TargetBlock[] = [];
  for (const workload of workloads.filter((each) => NATIVE_WORKLOADS.includes(each))) {
    for (const count of threads.filter((each) => NATIVE_THREADS.includes(each))) {
      if (count < WORKLOADS[workload].leastThreads) continue;
      for (const choice of choices)
        blocks.push(...(await nativeBlock(workload, count, choice, rivals, options)));
    }
  }
  for (const workload of workloads) {
    for (const count of threads.filter((each) => each >= WORKLOADS[workload].leastThreads)) {
      blocks.push(...userBlock(workload, count, rivals, options));
      for (const choice of choices) blocks.push(...chainBlock(workload, count, choice, rivals, options));
    }
  }
  return blocks;
}

function lingers({ scheme, param1 }: SchemeChoice): boolean {
  return scheme.ID === HazardPointers.ID && param1 === LINGER_ON;
}

async function nativeBlock(
  workload: Workload,
  threads: number,
  choice: SchemeChoice,
  rivals: Rivals,
  options: TargetOptions,
): Promise<TargetBlock[]> {
  const plan = new BlockPlan(workload, threads);
  const wasm = schemeContender(choice, 'wasm');
  if (lingers(choice)) {
    // The reference makes the steps of hazards that are taken back.
    const plain = options.choices.find((other) => other.scheme === choice.scheme && !lingers(other));
    if (plain !== undefined) plan.add(wasm, schemeContender(plain, 'wasm'), 1, { ahead: true });
    const least = OF_LIBRARY_LINGERING[workload];
    if (threads > 1 && least !== undefined)
      for (const rival of await rivals.libraries(choice)) plan.add(wasm, rival, least);
    return plan.done(options);
  }
  const [single, many] = OF_REFERENCE_ALONE[choice.scheme.ID] ?? [OF_REFERENCE, OF_REFERENCE];
  plan.add(wasm, await rivals.reference(choice, false), threads === 1 ? single : OF_REFERENCE);
  if (threads === 1)
    plan.add(schemeContender(choice, 'wasm-batched'), await rivals.reference(choice, true), many);
  else for (const rival of await rivals.libraries(choice)) plan.add(wasm, rival, 1, { ahead: true });
  return plan.done(options);
}

function userBlock(
  workload: Workload,
  threads: number,
  rivals: Rivals,
  options: TargetOptions,
): TargetBlock[] {
  const { mutex, messages, ring } = rivals;
  const plan = new BlockPlan(workload, threads);
  const ahead = { ahead: true };
  const contendersOn = (engine: BenchEngine): WorkerContender[] =>
    options.choices.map((choice) => schemeContender(choice, engine));
  if (NATIVE_WORKLOADS.includes(workload)) {
    for (const contender of contendersOn('wasm')) {
      plan.add(contender, mutex, 1, ahead);
      if (workload === 'producers-consumers') {
        plan.add(contender, messages, OF_MESSAGES, { counts: 'messages' });
        plan.add(contender, ring, 1, ahead);
      }
    }
  }
  ringTargets(plan, workload, threads, rivals, options);
  for (const contender of contendersOn('atomics')) {
    plan.add(contender, mutex, 1, ahead);
    plan.add(contender, messages, 1, ahead);
  }
  return plan.done(options);
}

/** What makes many operations by one step is held against as many steps a call, and against the mutex queue. */
function chainBlock(
  workload: Workload,
  threads: number,
  choice: SchemeChoice,
  { batchedMutex }: Rivals,
  options: TargetOptions,
): TargetBlock[] {
  const plan = new BlockPlan(workload, threads);
  if (!NATIVE_WORKLOADS.includes(workload) || !CHAIN_THREADS.includes(threads)) return [];
  const on = (engine: BenchEngine): WorkerContender => schemeContender(choice, engine);
  if (threads === 1) plan.add(on('wasm-chained'), on('wasm-batched'), CHAINS_ALONE);
  else plan.add(on('wasm-chained'), on('wasm-batched'), CHAINS_NEAR, { leastFar: CHAINS_FAR });
  plan.add(on('atomics-chained'), on('atomics-batched'), CHAINS_ON_ATOMICS);
  if (threads > 1 && CHAINS_AHEAD[choice.spec]?.includes(workload) === true)
    plan.add(on('wasm-chained'), batchedMutex, 1, { ahead: true, leastFar: null });
  return plan.done(options);
}

/** The ring is held against the queue under tags, if that is measured, and against the mutex queue, one operation a call and many: near. */
function ringTargets(
  plan: BlockPlan,
  workload: Workload,
  threads: number,
  { mutex, batchedMutex }: Rivals,
  { choices }: TargetOptions,
): void {
  const tagged = choices.find(({ scheme }) => schemesOf(RING).includes(scheme));
  const least = RING_OF_TAGGED[workload];
  if (tagged === undefined || least === undefined || threads !== RING_THREADS) return;
  const ringOn = (engine: BenchEngine): WorkerContender => schemeContender(tagged, engine, RING, {}, true);
  const near = { leastFar: null };
  plan.add(ringOn('wasm'), schemeContender(tagged, 'wasm'), least, near);
  plan.add(ringOn('wasm'), mutex, RING_OF_MUTEX, near);
  plan.add(ringOn('wasm-batched'), batchedMutex, 1, { ahead: true, ...near });
}

/** What was measured of a contender. */
export type Measured = Pick<Cell, 'engine' | 'scheme' | 'structure' | 'samples'>;

/** False where the cores were disturbed in too many repetitions. */
export function isDecided({ kind }: Pick<JudgedTarget, 'kind'>): boolean {
  return kind !== 'disturbed';
}

/** Judges the targets of a block by its cells, whose repetitions took turns: with near cores and with far ones apart. */
export function judgeBlock(
  targets: readonly Target[],
  cells: readonly Measured[],
  seed: number,
): JudgedTarget[] {
  return targets.flatMap((target) => turnsFor(target, cells).map((each) => judgeTurns(target, each, seed)));
}

/** The turns that a target is judged by, of each kind that is asked for: the n-th repetitions of the one and of the other, if both are of one kind. None if one of the two was not measured. */
export function turnsFor(target: Target, cells: readonly Measured[]): Turns[] {
  const [contender, rival] = [target.contender, target.rival].map((name) =>
    cells.find((cell) => isSame(cell, name)),
  );
  if (contender === undefined || rival === undefined) return [];
  return turnsByKind(contender.samples, rival.samples).filter(
    ({ kind }) => kind !== 'far' || target.leastFar !== null,
  );
}

function judgeTurns(target: Target, { kind, turns }: Turns, seed: number): JudgedTarget {
  const mops = turns.map(([contender]) => rateOf(contender, target));
  const rivalMops = turns.map(([, rival]) => rateOf(rival, target));
  const ratio = median(mops) / median(rivalMops);
  const interval = ratioInterval(rivalMops, mops, seed);
  const least = kind === 'far' ? (target.leastFar ?? target.least) : target.least;
  const suffices = (of: number): boolean => (target.ahead ? of > least : of >= least);
  const isMet = suffices(ratio);
  const { leastFar: _, ...asked } = target;
  return {
    ...asked,
    least,
    mops: median(mops),
    rivalMops: median(rivalMops),
    ratio,
    interval,
    kind,
    repetitions: turns.length,
    isMet,
    isSure: kind !== 'disturbed' && interval.every((end) => suffices(end) === isMet),
  };
}

/** Messages are counted where they arrive: threads with even numbers take out. */
function rateOf({ mops, perThread }: Sample, { counts }: Target): number {
  if (counts === 'operations') return mops;
  return perThread.reduce((sum, each, i) => ((i + 1) % 2 === 0 ? sum + each : sum), 0);
}
