import { availableParallelism } from 'node:os';
import { peersBeside } from '../../bench/peers/index.ts';
import { programsFor } from '../../bench/peers/native/index.ts';
import { structureMember } from '../bench/result-file.ts';
import { BENCH_ENGINES, type BenchEngine, runAlike, schemeContender } from '../bench/scheme-contender.ts';
import { plannedStalls, stallsLeftOut } from '../bench/experiments.ts';
import { FULL_SWEEP, QUICK_SWEEP } from '../bench/effort.ts';
import { planSuite, type Suite } from '../bench/plan.ts';
import {
  isOfSets,
  POOL_WORKLOADS,
  SET_WORKLOADS,
  SPECIAL_WORKLOADS,
  tooFewThreads,
  WORKLOAD_NAMES,
  type Workload,
} from '../bench/workloads.ts';
import { UsageError } from '../errors.ts';
import { choiceOn, chooseScheme, type SchemeChoice, schemes, schemesOf } from '../laboratory/registry.ts';
import { checkStride } from '../laboratory/edge.ts';
import { MAX_CACHE, MAX_THREADS } from '../laboratory/shared.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import {
  cardOfStructure,
  mostInside,
  structures,
  urlOfStructure,
  usualStructure,
} from '../laboratory/structures.ts';
import { freeListsOf, structureAsked } from './arguments/module-url.ts';
import { closest } from '../suggest.ts';
import { type AmountsGiven, amountsOf, CAPACITY, checkAmounts, rolesLeftOut } from './bench-amounts.ts';

/** What of the options of `bench` says which workloads and how many threads. */
interface LoadsGiven {
  readonly workload: readonly string[];
  readonly threads: readonly string[];
  readonly quick: boolean;
}

/** What stands for all structures of a sort. */
const SORTS = ['pools', 'sets'] as const;

/**
 * The structures that were asked for, or the usual one: by their names, or all that are sets, or all that many values are put into and taken out
 * of. Throws a UsageError if there is none of a name, or they have no workload in common.
 */
export async function structuresAsked({
  structure,
}: {
  readonly structure: readonly string[];
}): Promise<readonly StructureClass[]> {
  if (structure.length === 0) return [usualStructure];
  const asked = await Promise.all(
    structure.map(async (name) => {
      const sort = SORTS.find((each) => each === name);
      return sort === undefined
        ? [await structureAsked(name)]
        : structures.filter((each) => (sort === 'sets' ? isSet(each) : isPool(each)));
    }),
  );
  const found = [...new Set(asked.flat())];
  const [set, other] = [found.find(isSet), found.find((each) => !isSet(each))];
  if (set === undefined || other === undefined) return found;
  throw new UsageError(
    `A set and what is no set have no workload in common, and ${set.ID} is a set and ${other.ID} is not: give them apart, or --structure pools, or --structure sets.`,
  );
}

/** True of what values are put into and taken out of, if there is the usual room in it: all that are measured side by side have no more than the smallest. */
function isPool(structure: StructureClass): boolean {
  return !isSet(structure) && mostInside(structure) >= CAPACITY;
}

/** True of a structure that holds keys. */
function isSet(structure: StructureClass): boolean {
  return cardOfStructure(structure).order === 'SET';
}

/** With --quick there may be no time for all schemes: these come first, with the peers. */
export const QUICK_SCHEMES: readonly string[] = ['tagged', 'hazard-pointers', 'epochs'];

/** What is measured of one structure with --quick, and of several side by side. */
const QUICK_POOLS: readonly Workload[] = ['pairs', 'producers-consumers'];
const QUICK_SETS: readonly Workload[] = ['contains-0', 'contains-90'];
const SIDE_BY_SIDE: readonly Workload[] = [...QUICK_POOLS, 'owner-thieves'];

/**
 * The workloads that were asked for, or those that suit the structures. Throws a UsageError if there is none of a name, or it does not go
 * with them.
 */
export function workloadsOf(
  { workload, quick }: LoadsGiven,
  measured: readonly StructureClass[] = [usualStructure],
): readonly Workload[] {
  const [first] = measured;
  const fitting = isSet(first) ? SET_WORKLOADS : POOL_WORKLOADS;
  if (workload.length === 0) {
    if (isSet(first))
      return quick ? QUICK_SETS : SET_WORKLOADS.filter((name) => !SPECIAL_WORKLOADS.includes(name));
    if (quick) return QUICK_POOLS;
    if (measured.length > 1) return SIDE_BY_SIDE;
    // Of the owner and its thieves only where there is an owner.
    return POOL_WORKLOADS.filter(
      (name) => !SPECIAL_WORKLOADS.includes(name) && (name !== 'owner-thieves' || hasOwner(first)),
    );
  }
  return workload.map((name) => {
    const found = WORKLOAD_NAMES.find((each) => each === name);
    if (found === undefined) {
      throw new UsageError(
        `There is no workload "${name}"${closest(name, fitting)}; the workloads are ${fitting.join(', ')}.`,
      );
    }
    if (!fitting.includes(found)) {
      throw new UsageError(
        isOfSets(found)
          ? `The workload ${found} is of sets, and ${first.ID} is no set: give another one, such as pairs, or --structure sets.`
          : `The workload ${found} puts values in and takes any out, and ${first.ID} is a set, from which a key is taken: give ${fitting.join(' or ')}.`,
      );
    }
    return found;
  });
}

function hasOwner(structure: StructureClass): boolean {
  return cardOfStructure(structure).operations.some(({ by }) => by === 'owner');
}

/** From few keys, for which threads meet, to a structure that is long. */
const KEYS: readonly number[] = [16, 256, 4096];
const QUICK_KEYS = 256;
/** No set is longer: an operation on a list walks through half of it. */
const MOST_KEYS = 65_536;

/**
 * How many keys are drawn from, each in its turn; none if the structures are no sets. Throws a UsageError for a number of keys that cannot be,
 * and for keys of what is no set.
 */
export function keysOf(
  { keys, quick }: { readonly keys: readonly string[]; readonly quick: boolean },
  measured: readonly StructureClass[],
): readonly number[] {
  const [first] = measured;
  if (!isSet(first)) {
    if (keys.length === 0) return [];
    throw new UsageError(
      `Keys are drawn on a set, and ${first.ID} is no set: leave --keys out, or give --structure sets.`,
    );
  }
  const most = Math.min(MOST_KEYS, ...measured.map((each) => cardOfStructure(each).keys ?? MOST_KEYS));
  const usual = (quick ? [QUICK_KEYS] : KEYS).map((count) => Math.min(count, most));
  if (keys.length === 0) return [...new Set(usual)];
  return [...new Set(keys)].map((given) => {
    const count = Number(given);
    if (!/^\d+$/.test(given) || count < 2 || count > most)
      throw new UsageError(`--keys cannot be "${given}": give a whole number from 2 to ${most}.`);
    return count;
  });
}

/** The numbers of threads that were asked for, or those that suit the machine. Throws a UsageError for a number of threads that cannot be. */
export function threadsOf({ threads, quick }: LoadsGiven): number[] {
  const cores = availableParallelism();
  if (threads.length === 0) {
    const counts = quick ? [1, 2] : [Math.max(1, Math.floor(cores / 2)), cores, 2 * cores, 4 * cores];
    return [...new Set(counts.map((count) => Math.min(count, MAX_THREADS)))];
  }
  return threads.map((given) => {
    const count = Number(given);
    if (!/^\d+$/.test(given) || count < 1 || count > MAX_THREADS) {
      throw new UsageError(`--threads cannot be "${given}": give a whole number from 1 to ${MAX_THREADS}.`);
    }
    return count;
  });
}

/** What was asked for and cannot be measured. Where neither workloads nor threads were named, nothing of that was asked for. */
export function tooFew(given: LoadsGiven, workloads: readonly Workload[]): string[] {
  const isAsked = given.workload.length > 0 || given.threads.length > 0;
  return isAsked ? tooFewThreads(workloads, threadsOf(given)) : [];
}

export const NOTHING_LEFT =
  'Nothing is left to measure: ask for other workloads, for other engines or for more threads.';

export function drawnSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

/** Numbers that were asked for, each once, and null for the usual one. */
function orUsual(given: readonly string[], read: (given: string) => number): (number | null)[] {
  if (given.length === 0) return [null];
  return [...new Set(given)].map((each) => (each === 'usual' ? null : read(each)));
}

/** Free slots in a magazine. Throws a UsageError for a number of slots that cannot be. */
function cacheOf(given: string): number {
  if (/^\d+$/.test(given) && Number(given) <= MAX_CACHE) return Number(given);
  throw new UsageError(
    `--cache is "${given}": give a number of free slots from 0, which is no caches, to ${MAX_CACHE}, or usual.`,
  );
}

/** Words of a slot. Throws a UsageError for a number of words that cannot be. */
function strideOf(given: string, structure: StructureClass): number {
  if (!/^\d+$/.test(given))
    throw new UsageError(`--stride cannot be "${given}": give a number of words, as in 16, or usual.`);
  checkStride(structure, Number(given));
  return Number(given);
}

/**
 * The engines that a structure under a scheme is measured on. What is the user's own is not compiled, so it runs on atomics unless another
 * engine is asked for. Throws a UsageError if there is none of a name.
 */
function enginesOf(
  { engine, 'free-list': free }: Pick<SuiteGiven, 'engine' | 'free-list'>,
  choice: SchemeChoice,
  structure: StructureClass,
): readonly BenchEngine[] {
  const isCompiled = schemesOf(structure).includes(choice.scheme) && urlOfStructure(structure) === null;
  if (engine.length === 0) return isCompiled && !free.includes('ring') ? ['atomics', 'wasm'] : ['atomics'];
  if (engine.includes('all')) return BENCH_ENGINES;
  return engine.map((name) => {
    const found = BENCH_ENGINES.find((each) => each === name);
    if (found === undefined) {
      throw new UsageError(
        `There is no engine "${name}"${closest(name, BENCH_ENGINES)} for a benchmark; the engines are ${BENCH_ENGINES.join(', ')}, or all.`,
      );
    }
    return found;
  });
}

/** What of the options of `bench` says what is measured, beside the structures. */
interface SuiteGiven extends LoadsGiven, AmountsGiven {
  readonly scheme: readonly string[];
  readonly engine: readonly string[];
  readonly cache: readonly string[];
  readonly stride: readonly string[];
  readonly 'free-list': readonly string[];
  readonly keys: readonly string[];
  readonly think: 'no' | 'yes' | 'both';
  readonly 'no-peers': boolean;
  readonly native: boolean;
  readonly 'no-memory': boolean;
  readonly 'stall-step': readonly string[];
}

/**
 * What the options of `bench` say is to be measured. Throws a UsageError for what cannot be.
 *
 * @param signal ends the compiler of native programs
 */
export async function suiteOf(
  given: SuiteGiven,
  measured: readonly StructureClass[],
  seed: number,
  signal: AbortSignal,
): Promise<Suite> {
  const { quick, think } = given;
  const [structure] = measured;
  const on = structureMember(measured);
  const isOne = measured.length === 1;
  const isAsked = given.scheme.length > 0;
  const all = schemes.filter((scheme) => measured.some((held) => schemesOf(held).includes(scheme)));
  const specs = isAsked ? given.scheme : all.map(({ ID }) => ID);
  const choices = await Promise.all(specs.map((spec) => chooseScheme(spec)));
  const contenders = choices.flatMap((each) =>
    measured
      .filter((held) => isAsked || schemesOf(held).includes(each.scheme))
      .flatMap((held) =>
        enginesOf(given, isOne ? each : choiceOn(held, each), held).flatMap((engine) =>
          orUsual(given.cache, cacheOf).flatMap((cache) =>
            orUsual(given.stride, (words) => strideOf(words, held)).flatMap((stride) =>
              freeListsOf(given['free-list'], engine === 'atomics').map((freeList) =>
                schemeContender(each, engine, held, { cache, stride, freeList }, !isOne),
              ),
            ),
          ),
        ),
      ),
  );
  const hasPeers = !given['no-peers'] && (isOne ? !('structure' in on) : !isSet(structure));
  const orders = measured.map((each) => cardOfStructure(each).order);
  const natives = given.native ? await programsFor(orders, choices, signal) : [];
  const programs = natives.flatMap((native) => ('program' in native ? [native.program] : []));
  const missing = natives.flatMap((native) => ('missing' in native ? [native.missing] : []));
  if (given.native && natives.length === 0)
    missing.push(`No native program is left: there is none that does what ${structure.ID} does.`);
  const knobs = quick ? QUICK_SWEEP : FULL_SWEEP;
  const swept =
    specs.length === schemes.length ? knobs : knobs.filter((knob) => specs.includes(knob.split(':')[0]));
  // What takes no slots holds none back.
  const noMemory = given['no-memory'] || !isOne || structure.ROOTS === 0;
  if (noMemory && given['stall-step'].length > 0) {
    throw new UsageError(
      `--stall-step ${given['stall-step'][0]} asks for threads that stop for good, and there is no such experiment with --no-memory, with several structures, or on one that takes no slots: leave one of them out.`,
    );
  }
  const sweep = noMemory ? [] : await Promise.all(swept.map((spec) => chooseScheme(spec)));
  const workloads = workloadsOf(given, measured);
  const amounts = amountsOf(given);
  checkAmounts(given, workloads);
  const planned = planSuite({
    ...('structure' in on && { structure: on.structure }),
    contenders: [...contenders, ...(hasPeers ? peersBeside(contenders) : []), ...programs],
    sweep: sweep.map((each) => schemeContender(each, 'atomics', structure)),
    workloads,
    threads: threadsOf(given),
    think: { no: [false], yes: [true], both: [false, true] }[think],
    ...amounts,
    keys: keysOf(given, measured),
    capacity: Math.min(CAPACITY, ...measured.map((each) => mostInside(each))),
    seed,
    ...(quick && !isAsked && { foremost: QUICK_SCHEMES }),
    stalls: noMemory
      ? []
      : plannedStalls(choices, quick, structure, {
          ...structureMember([structure]),
          seed,
          steps: given['stall-step'],
        }),
  });
  return {
    ...planned,
    refusals: [
      ...missing,
      ...(isOne ? [] : [...runAlike(measured, choices), ...smallestOf(measured)]),
      ...rolesLeftOut(given.roles, threadsOf(given)),
      ...planned.refusals,
      ...stallsLeftOut(choices, structure, given['stall-step']),
    ],
  };
}

/** What is said where one of several structures holds so little that none of them has the usual room. */
function smallestOf(measured: readonly StructureClass[]): readonly string[] {
  const capacity = Math.min(...measured.map((each) => mostInside(each)));
  if (capacity >= CAPACITY) return [];
  const names = measured.filter((each) => mostInside(each) === capacity).map(({ ID }) => ID);
  return [
    `${names.join(' and ')} has room for ${capacity} values, so all that is measured beside it has no more; without it they have room for ${CAPACITY}.`,
  ];
}
