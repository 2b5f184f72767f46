import type { Conditions, NativeContender, WorkerContender } from './contender.ts';
import type { CorruptionTrial, StallOptions } from './experiments.ts';
import type { Block } from './measure.ts';
import { isOfSets, USUAL_ROLES, type Workload, WORKLOADS } from './workloads.ts';

/** A part of a suite: blocks whose cells go to one list of the result. */
export interface SuitePart {
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
  /** Values inside at the start, each in its turn; null for what the workload says. */
  readonly prefill: readonly (number | null)[];
  /** Producers and consumers of that workload, each in its turn, as in `1:3`. Default: `1:1`. */
  readonly roles?: readonly string[];
  /** Bytes that come with each value, each in its turn. Default: none. */
  readonly payload?: readonly number[];
  /** From how many keys threads draw in the workloads of sets, each in its turn. */
  readonly keys: readonly number[];
  readonly capacity: number;
  readonly seed: number;
  /** The structure of the contenders, by its id or the URL of its module; left out for the queue. */
  readonly structure?: string;
  readonly stalls: readonly StallOptions[];
  /** Schemes that are measured under all conditions, with what has no scheme, before the others begin. Default: all take turns. */
  readonly foremost?: readonly string[];
}

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
  for (const some of inOrder(contenders, options.foremost))
    for (const conditions of conditionsIn(options))
      for (const group of turnsOf(some)) add('cells', group, conditions);
  const changes = options.keys.length === 0 ? 'pairs' : 'contains-0';
  const most = Math.min(2, Math.max(...threads));
  if (sweep.length > 0)
    add(
      'sweep',
      sweep,
      conditionsOf(options, { workload: changes, threads: most, think: false, keys: options.keys[0] }),
    );
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

/** All contenders; or first those of the foremost schemes and what has no scheme, and then the others. */
function inOrder(
  contenders: SuiteOptions['contenders'],
  foremost?: readonly string[],
): SuiteOptions['contenders'][] {
  if (foremost === undefined) return [contenders];
  const isFirst = ({ engine, scheme }: WorkerContender | NativeContender): boolean =>
    foremost.includes(scheme) || engine === 'peer';
  return [contenders.filter(isFirst), contenders.filter((each) => !isFirst(each))];
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
  const { workloads, prefill, roles = [USUAL_ROLES], payload = [0] } = options;
  return workloads.flatMap((workload) =>
    (isOfSets(workload) ? options.keys : [undefined]).flatMap((keys) =>
      options.threads
        .filter((threads) => threads >= WORKLOADS[workload].leastThreads)
        .flatMap((threads) => options.think.map((think) => ({ workload, threads, think, keys })))
        .flatMap((one) => prefill.map((inside) => ({ ...one, inside })))
        .flatMap((one) => rolesIn(workload, one.threads, roles).map((of) => ({ ...one, roles: of })))
        .flatMap((one) => (keys === undefined ? payload : [0]).map((bytes) => ({ ...one, payload: bytes })))
        .map((one) => conditionsOf(options, one)),
    ),
  );
}

/** The roles that threads can have in a workload: those with which some put in and some take out. */
function rolesIn(workload: Workload, threads: number, roles: readonly string[]): (string | undefined)[] {
  if (workload !== 'producers-consumers') return [undefined];
  return roles.filter((each) => threads > Number(each.split(':')[0]));
}

function conditionsOf(
  { capacity, seed }: SuiteOptions,
  {
    workload,
    threads,
    think,
    keys,
    inside: prefill = null,
    roles = USUAL_ROLES,
    payload = 0,
  }: Pick<Conditions, 'workload' | 'threads' | 'think'> & {
    readonly keys: number | undefined;
    readonly inside?: number | null;
    readonly roles?: string | undefined;
    readonly payload?: number;
  },
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
    ...(roles !== USUAL_ROLES && { roles }),
    ...(payload > 0 && { payload }),
  };
}

const OF_TRIAL = ['engine', 'scheme', 'structure', 'workload', 'threads', 'keys'] as const;

/** True if they are of the same contender under the same conditions. */
export function sameTrial(
  one: Pick<CorruptionTrial, (typeof OF_TRIAL)[number]>,
  other: CorruptionTrial,
): boolean {
  return OF_TRIAL.every((name) => one[name] === other[name]);
}
