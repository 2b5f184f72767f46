import { knownSteps, stepOf, stepsWith } from '../laboratory/labels.ts';
import { chooseScheme, claimsOf, type SchemeChoice, survives, unsafeUnder } from '../laboratory/registry.ts';
import { structureNamed } from '../laboratory/participant.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { cardOfStructure, structureById, usualStructure } from '../laboratory/structures.ts';
import { listed } from '../counted.ts';
import { InternalError, UsageError } from '../errors.ts';
import type { Owners } from '../judge/audit/audit.ts';
import { stress } from '../stress/stress.ts';
import { mayMake, stepIn } from '../threads/gated-memory.ts';
import type { Conditions } from './contender.ts';
import { boundFor, schemeContender } from './scheme-contender.ts';
import { WorkerSession } from './session.ts';
import { slope } from './statistics.ts';
import type { Workload } from './workloads.ts';

/** What is to be stalled, and where. */
export interface StallOptions {
  /** A scheme's spec. */
  readonly scheme: string;
  /** The structure, by its id or the URL of its module. Default: the queue. */
  readonly structure?: string;
  readonly threads: number;
  /** How many of the threads stop for good: fewer than all. */
  readonly stalled: number;
  /** The label of the step before which they stop. */
  readonly step: string;
  readonly seed: number;
  /** Values in the structure at the start. Default: none. */
  readonly prefill?: number;
}

/** What stalled threads do to the garbage. */
export interface Stall {
  readonly engine: string;
  readonly scheme: string;
  readonly threads: number;
  readonly stalled: number;
  readonly step: string;
  /** Values in the structure at the start; left out where there are none. */
  readonly prefill?: number;
  /** Unreclaimed slots after this many operations since the last thread has stopped. */
  readonly points: readonly (readonly [operations: number, unreclaimed: number])[];
  /** By how many the unreclaimed slots grow with 1000 operations. */
  readonly slopePerThousand: number;
  readonly peak: number;
  /** The bound that the scheme promises, or null. */
  readonly bound: number | null;
  readonly seen: 'bounded' | 'unbounded';
  readonly claimed: 'bounded' | 'unbounded';
  readonly verdict: 'as-claimed' | 'broken';
}

/** Room enough that the slab is not used up before the slope is seen. */
const CAPACITY = 40_000;
const ROUNDS = 12;
const OPERATIONS = 2000;
const ROUND_MS = 5000;
/**
 * A scheme that frees nothing grows by 500 slots with 1000 operations, half of which retire one. What is bounded comes and goes by a
 * threshold over the whole experiment, which is far less than a tenth of that.
 */
const UNBOUNDED_SLOPE = 50;

/**
 * The step before which a thread stops in the middle of its work, with all that it protects in use: the last read that the step
 * validates which takes a slot out of the structure.
 */
export function stallStep(structure: StructureClass = usualStructure): string {
  const steps = stepsWith(structure).filter(({ card }) => card?.ofChains !== true);
  const takers = steps.filter(({ card }) => card?.moves?.from === 'structure');
  // A step that several structures share validates reads of each of them; and one that repeats a read is made in some operations alone.
  const reads = takers.map(({ card }) =>
    card?.validates?.findLast((read) => steps.some(({ label }) => label === read)),
  );
  const step = reads.find((read) => read !== undefined) ?? takers[0]?.label;
  if (step === undefined)
    throw new InternalError('No card says which step takes a slot out of the structure.');
  return step;
}

/**
 * The steps before which a thread stops that protects something: the reads that a later step validates, but for those of an operation that
 * puts nothing in and takes nothing out.
 */
export function protectingSteps(structure: StructureClass = usualStructure): readonly string[] {
  const steps = stepsWith(structure).filter(
    ({ part, card }) => part === 'structure' && card?.ofChains !== true,
  );
  const asks = new Set(
    cardOfStructure(structure).operations.flatMap(({ name, does }) => (does === 'ask' ? [name] : [])),
  );
  const answersOnly = (validating: string): boolean => {
    const answered = steps.flatMap(({ card }) =>
      card?.linearizes?.validatedBy === validating ? [card.linearizes.operation] : [],
    );
    return answered.length > 0 && answered.every((operation) => asks.has(operation));
  };
  const read = new Set(
    steps.flatMap(({ label, card }) => (answersOnly(label) ? [] : (card?.validates ?? []))),
  );
  return steps.flatMap(({ label }) => (read.has(label) ? [label] : []));
}

/**
 * An experiment for each of the schemes, each number of stalled threads and each step that they stop before, with one thread that goes on. A scheme that promises nothing has
 * none: its structure is corrupted before its garbage could be counted.
 */
function stallsOf(
  choices: readonly SchemeChoice[],
  stalled: readonly number[],
  {
    structure,
    seed,
    prefill,
    steps = [stallStep(structureById(structure))],
  }: Pick<StallOptions, 'structure' | 'seed' | 'prefill'> & { readonly steps?: readonly string[] },
): StallOptions[] {
  const on = {
    ...(structure !== undefined && { structure }),
    ...(prefill !== undefined && { prefill }),
  };
  return choices
    .filter(
      (choice) =>
        claimsOf(choice.scheme).abaSafe !== 'no' && unsafeUnder(structureById(structure), choice) === null,
    )
    .flatMap((choice) =>
      steps
        .filter((step) => comesTo(step, choice, structureById(structure)))
        .flatMap((step) =>
          stalled.map((count) => ({
            scheme: choice.name,
            ...on,
            threads: count + 1,
            stalled: count,
            step,
            seed,
          })),
        ),
    );
}

/** True of a step that there is, and that a thread may make under a scheme. */
function comesTo(step: string, choice: SchemeChoice, structure: StructureClass): boolean {
  return knownSteps().some((each) => each.label === step && mayMake(each, { choice, structure }));
}

/** Which schemes cannot have a thread that stops before a step, as sentences; none of `every`, which are steps of the structure. */
export function stallsLeftOut(
  choices: readonly SchemeChoice[],
  structure: StructureClass,
  steps: readonly string[],
): string[] {
  return steps
    .filter((step) => step !== 'every')
    .flatMap((step) => {
      const others = choices.filter((choice) => !comesTo(step, choice, structure)).map(({ name }) => name);
      return others.length === 0
        ? []
        : [`No thread is stalled at ${step} under ${listed(others)}, where none comes to it.`];
    });
}

/** Values in the structure when a thread stalls, where what it holds back is measured against them. */
const LENGTHS = [16, 128, 1024, 8192];

/** Keys that are as many again: an operation on a list walks through half of what is inside, and would take too long. */
const MOST_IN_A_SET = 1024;

/** The experiments with stalled threads of a run: at each of the steps, labels or `every`, and with values inside. */
export function plannedStalls(
  choices: readonly SchemeChoice[],
  isQuick: boolean,
  structure: StructureClass,
  { steps, ...on }: Pick<StallOptions, 'structure' | 'seed'> & { readonly steps: readonly string[] },
): StallOptions[] {
  const at = steps.flatMap((step) => (step === 'every' ? protectingSteps(structure) : [step]));
  // What none of the schemes has cannot have been meant.
  for (const step of at)
    if (!choices.some((choice) => comesTo(step, choice, structure)))
      stepIn(step, { choice: choices[0], structure });
  const all = stallsOf(choices, isQuick ? [1] : [1, 3], { ...on, ...(at.length > 0 && { steps: at }) });
  if (isQuick) return all;
  const { keys = Infinity, order } = cardOfStructure(structure);
  const most = order === 'SET' ? Math.min(MOST_IN_A_SET, keys / 2) : Infinity;
  const lengths = LENGTHS.filter((length) => length <= most);
  return [...all, ...lengths.flatMap((prefill) => stallsOf(choices, [1], { ...on, prefill }))];
}

/** What the threads do: in a set they put in and take out half the keys, or half of twice what is inside at the start. */
function conditionsOn(
  structure: StructureClass,
  prefill: number,
): Pick<Conditions, 'workload' | 'prefill' | 'keys'> {
  if (cardOfStructure(structure).order !== 'SET') return { workload: 'pairs', prefill };
  return prefill === 0
    ? { workload: 'contains-0', prefill: STALL_KEYS >> 1, keys: STALL_KEYS }
    : { workload: 'contains-0', prefill, keys: 2 * prefill };
}

/** Keys of a set that is to be short. */
const STALL_KEYS = 16;

/**
 * Threads do pairs; some stop before a step, and the unreclaimed slots are counted while the others go on.
 *
 * @throws the reason of the signal, once it is aborted
 */
export async function stall(
  { scheme, structure: id, threads, stalled, step, seed, prefill = 0 }: StallOptions,
  signal?: AbortSignal,
): Promise<Stall> {
  if (!(stalled >= 1 && stalled < threads)) {
    throw new UsageError(
      `${stalled} of ${threads} threads cannot be stalled: leave at least one that goes on.`,
    );
  }
  const choice = await chooseScheme(scheme);
  const structure = await structureNamed(id);
  const contender = schemeContender(choice, 'atomics', structure);
  // The threads that go on have the low numbers. The passing is a late one, so that all threads are at work by then.
  const point = { step: stepOf(step), passing: 100, after: false };
  const points = new Map(Array.from({ length: stalled }, (_, i) => [threads - i, point] as const));
  const session = await WorkerSession.open(
    { ...contender, exhausts: false },
    { ...conditionsOn(structure, prefill), threads, think: false, capacity: CAPACITY, seed, points },
  );
  try {
    const going = threads - stalled;
    for (let tries = 0; session.present().length > going; tries++) {
      signal?.throwIfAborted();
      if (tries === 100) {
        throw new UsageError(
          `A thread was to stop before ${step}, and did not come there in ${100 * OPERATIONS} operations: take a step that is made whenever values go in and out, as ${stallStep(structure)}.`,
        );
      }
      await session.round(ROUND_MS, { quota: OPERATIONS });
    }
    let operations = 0;
    const seen: [number, number][] = [[0, session.unreclaimed()]];
    for (let round = 0; round < ROUNDS; round++) {
      signal?.throwIfAborted();
      operations += (await session.round(ROUND_MS, { quota: OPERATIONS / going })).operations;
      seen.push([operations, session.unreclaimed()]);
    }
    const bound = boundFor(choice, { threads, capacity: CAPACITY }, structure);
    const peak = Math.max(...seen.map(([, unreclaimed]) => unreclaimed));
    // What was inside when the thread stalled may be held back, once others take it out: growth is what comes after that.
    const slopePerThousand = 1000 * slope(seen.filter(([made]) => made >= 2 * prefill));
    const isBounded = slopePerThousand < UNBOUNDED_SLOPE && (bound === null || peak <= bound);
    const claimed = choice.scheme.RECLAIMS && survives(choice).stall ? 'bounded' : 'unbounded';
    const found = isBounded ? 'bounded' : 'unbounded';
    // In a set there may be a bound that nobody promises: what holds the node behind it does so in the order of the keys.
    const isLessHeldBack = found === 'bounded' && cardOfStructure(structure).order === 'SET';
    return {
      engine: contender.engine,
      scheme: contender.scheme,
      threads,
      stalled,
      step,
      ...(prefill > 0 && { prefill }),
      points: seen,
      slopePerThousand,
      peak,
      bound,
      seen: found,
      claimed,
      verdict: found === claimed || isLessHeldBack ? 'as-claimed' : 'broken',
    };
  } finally {
    await session.end();
  }
}

/** A scheme without a promise, to be run freely with more than one thread: it has a verdict there, and no throughput. */
export interface CorruptionTrial {
  readonly engine: string;
  /** The scheme's name, and its spec. */
  readonly scheme: string;
  readonly spec: string;
  /** The structure that it is run on, by its id or the URL of its module. Default: the queue. */
  readonly on?: string;
  /** The same where a result has several. */
  readonly structure?: string;
  readonly workload: Workload;
  readonly threads: number;
  /** Of a set: how many keys are drawn from. */
  readonly keys?: number;
  readonly seed: number;
}

/** What came of a trial. */
export interface Corruption {
  readonly engine: string;
  readonly scheme: string;
  readonly workload: Workload;
  readonly threads: number;
  readonly keys?: number;
  /** The structure, where a result has several. */
  readonly structure?: string;
  readonly verdict: 'corrupted' | 'no damage seen';
  /** The first damage and its sentence; null if there was none. */
  readonly kind: string | null;
  readonly note: string | null;
  /** The slab at that moment, by owners. */
  readonly audit: Owners;
  readonly operations: number;
  readonly seconds: number;
  /** The command that runs the same again. */
  readonly again: string;
}

/** The mix of a stress run that is nearest to a workload, where none has its name. */
const MIXES: Readonly<Record<string, string>> = {
  'fifty-fifty': 'random',
  'ping-pong': 'pairs',
  'owner-thieves': 'producers-consumers',
  churn: 'pairs',
  'long-readers': 'contains-50',
};

/**
 * Runs the scheme freely until the stress run's own judges see damage, or for this many seconds.
 *
 * @throws the reason of the signal, if it was aborted before there was any damage
 */
export async function corrupt(
  trial: CorruptionTrial,
  seconds: number,
  signal?: AbortSignal,
): Promise<Corruption> {
  const { scheme, spec, on, structure, workload, threads, keys, seed } = trial;
  const mix = MIXES[workload as string] ?? workload;
  const engine = trial.engine === 'atomics' ? 'atomics' : 'wasm';
  const run = await stress({
    scheme: spec,
    ...(on !== undefined && { structure: on }),
    engine,
    mix,
    threads,
    ...(keys !== undefined && { keys }),
    seconds,
    seed,
    ...(signal !== undefined && { signal }),
  });
  const [first] = run.findings;
  if (first === undefined) signal?.throwIfAborted();
  const { slots, reachable, inHand, retired, parked, free, cached, leaked, surplus } = run.audit;
  return {
    engine: trial.engine,
    scheme,
    workload,
    threads,
    ...(keys !== undefined && { keys }),
    ...(structure !== undefined && { structure }),
    verdict: first === undefined ? 'no damage seen' : 'corrupted',
    kind: first?.kind ?? null,
    note: first?.note ?? null,
    audit: { slots, reachable, inHand, retired, parked, free, cached, leaked, surplus },
    operations: run.operations,
    seconds: run.seconds,
    again: run.again,
  };
}
