import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type as platform } from 'node:os';
import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { isPath } from '../laboratory/program.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { nameOfStructure, structures, usualStructure } from '../laboratory/structures.ts';
import { count, misfit } from '../observe/members.ts';
import { sealed, unsealed } from '../observe/seal.ts';
import { shellWord, visible } from '../visible.ts';
import type { Cell } from './cell.ts';
import type { Corruption, Stall } from './experiments.ts';
import { differingIn, type Effort } from './effort.ts';

/** The schema of result files. Names are added within a version, and neither change nor go. */
export const BENCH_SCHEMA = 1;

/** Where a result comes from. */
export interface HostMachine {
  readonly cpu: string;
  /** Threads that can run at a time. */
  readonly cores: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
}

/** A result file: what was measured so far, and all that is needed to measure more of it. */
export interface BenchResult {
  readonly schemaVersion: number;
  readonly kind: 'bench';
  readonly command: string;
  /** The id of the structure, or the URL of the module of one of the user's own; left out for the queue. */
  readonly structure?: string;
  /** Those that are side by side, where there are several: then each cell says which one it is of, and `structure` is left out. */
  readonly structures?: readonly string[];
  readonly seed: number;
  readonly machine: HostMachine;
  readonly effort: Effort;
  /** When it was begun, in ISO 8601. */
  readonly begun: string;
  /** False while cells are missing: the run was interrupted, or goes on. */
  readonly complete: boolean;
  readonly cells: readonly Cell[];
  readonly peers: readonly Cell[];
  /** The same scheme with its parameters one by one. */
  readonly sweep: readonly Cell[];
  readonly stalls: readonly Stall[];
  /** What became of schemes that promise nothing, in place of a throughput. Files of earlier releases have none. */
  readonly corruptions?: readonly Corruption[];
}

/** The machine that this process runs on. */
export function thisMachine(): HostMachine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

/** A result in which nothing is measured yet. */
export function newResult(
  of: Pick<BenchResult, 'command' | 'structure' | 'structures' | 'seed' | 'machine' | 'effort'>,
): BenchResult {
  const { command, structure, structures: several, seed, machine, effort } = of;
  return {
    schemaVersion: BENCH_SCHEMA,
    kind: 'bench',
    command,
    ...(structure === undefined ? {} : { structure }),
    ...(several === undefined ? {} : { structures: several }),
    seed,
    machine,
    effort,
    begun: new Date().toISOString(),
    complete: false,
    cells: [],
    peers: [],
    sweep: [],
    stalls: [],
  };
}

export function printBench(result: BenchResult): string {
  const text = JSON.stringify(sealed(result), null, 1);
  // A line for each number would be most of the file. No string has a line's end in it.
  return `${text.replaceAll(/\[\n\s+([-\d.e+]+(?:,\n\s+[-\d.e+]+)*)\n\s*\]/g, numbersIn)}\n`;
}

function numbersIn(_: string, numbers: string): string {
  return `[${numbers.replaceAll(/\s+/g, '')}]`;
}

/**
 * Reads a result file.
 *
 * @param name what the file is called in complaints
 * @throws UsageError if it is no result, or not whole and as it was written
 */
export function parseBench(text: string, name: string): BenchResult {
  let found: Record<string, unknown> | null;
  try {
    found = JSON.parse(text) as Record<string, unknown> | null;
  } catch (error) {
    throw notAResult(name, 'it is no JSON', error);
  }
  if (found?.['kind'] !== 'bench') throw notAResult(name, 'it does not say that it is one');
  const version = found['schemaVersion'];
  if (version !== BENCH_SCHEMA) {
    const said = (JSON.stringify(version) ?? 'missing').slice(0, 40);
    throw notAResult(name, `its schema version is ${visible(said)} and this release reads ${BENCH_SCHEMA}`);
  }
  const opened = unsealed(found);
  if ('fault' in opened) throw notAResult(name, opened.fault);
  const member = misfit(RESULT, opened.content);
  if (member !== null) throw notAResult(name, `it has no proper "${visible(member)}"`);
  return opened.content as unknown as BenchResult;
}

/** The result in a file. Throws a UsageError if there is none, or it is not whole and as it was written. */
export function readBench(file: string): BenchResult {
  let contents: string;
  try {
    contents = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The result ${file} cannot be read (${code ?? message}): give a file that bench --out has written.`,
      { cause: error },
    );
  }
  return parseBench(contents, file);
}

function notAResult(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError(
    `The file ${visible(name)} is no result of lockfree-lab bench (${why}): make one with lockfree-lab bench --out ${shellWord(name)}.`,
    { cause },
  );
}

/**
 * The structures that are to be measured, as a result names them: one not at all if it is the usual one, and those of the user's own by the
 * URLs of their modules.
 */
export function structureMember(
  asked: readonly StructureClass[],
): Pick<BenchResult, 'structure' | 'structures'> {
  if (asked.length > 1) return { structures: asked.map(nameOfStructure) };
  return asked[0] === usualStructure ? {} : { structure: nameOfStructure(asked[0]) };
}

/** The names of the structures of a result. */
export function structuresOf(result: Pick<BenchResult, 'structure' | 'structures'>): readonly string[] {
  return result.structures ?? [result.structure ?? usualStructure.ID];
}

/** In what of their members two machines differ. */
export function machinesDiffer(one: HostMachine, other: HostMachine): (keyof HostMachine)[] {
  return (Object.keys(one) as (keyof HostMachine)[]).filter((name) => one[name] !== other[name]);
}

/** A sentence about why a run cannot go on in a result file; null if it can. */
export function obstacle(
  before: BenchResult,
  machine: HostMachine,
  effort: Effort,
  { seed, ...on }: { readonly seed: number | null } & Pick<BenchResult, 'structure' | 'structures'>,
): string | null {
  const [was, is] = [before, on].map((each) => structuresOf(each).join(' and '));
  if (was !== is) return `its structure is ${visible(was)}, and ${is} is to be measured`;
  const [differs] = machinesDiffer(machine, before.machine);
  if (differs) return `its ${differs} was ${before.machine[differs]} and is ${machine[differs]} now`;
  const [other] = differingIn(effort, before.effort);
  if (other) return `its ${other} was ${before.effort[other]} and is ${effort[other]} now`;
  if (seed !== null && seed !== before.seed) return `its seed is ${before.seed}`;
  return null;
}

const figure = v.pipe(v.number(), v.finite());
const place = {
  engine: v.string(),
  scheme: v.string(),
  workload: v.string(),
  threads: v.pipe(count, v.minValue(1)),
};

const structure = v.pipe(
  v.string(),
  // One of the user's own is named by the URL of its module. Nothing loads it for that.
  v.check((name) => isPath(name) || structures.some(({ ID }) => ID === name)),
);

const tail = v.optional(v.array(v.tuple([figure, figure])));
const buckets = tail;

const CELL = v.looseObject({
  ...place,
  think: v.boolean(),
  prefill: count,
  cache: v.optional(count),
  stride: v.optional(count),
  freeList: v.optional(v.literal('ring')),
  keys: v.optional(count),
  roles: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d*:[1-9]\d*$/))),
  payload: v.optional(count),
  structure: v.optional(structure),
  mopsMedian: figure,
  mopsMin: figure,
  mopsMax: figure,
  kind: v.picklist(['alone', 'near', 'far', 'disturbed']),
  // Of one repetition it is infinite, and of no operations there is no rate: neither is a number in JSON.
  coefficientOfVariation: v.nullable(figure),
  outliers: v.array(figure),
  fairness: figure,
  failuresPerThousand: v.record(v.string(), figure),
  clockMovesPerThousand: v.nullish(figure),
  allocationsPerOperation: v.nullable(figure),
  heapBytesPerOperation: v.nullable(figure),
  refused: figure,
  sharedBytes: v.nullish(count),
  touchedBytes: v.nullish(count),
  processBytes: v.optional(count),
  latencyNs: v.nullable(
    v.looseObject({ p50: figure, p99: figure, p999: figure, max: figure, clock: figure, tail, buckets }),
  ),
  unreclaimedPeak: v.nullable(figure),
  unreclaimed: v.nullable(
    v.looseObject({
      mean: figure,
      p99: figure,
      peak: figure,
      bound: v.nullable(figure),
      formula: v.optional(v.string()),
      ageNs: v.nullable(figure),
      age: v.nullish(v.looseObject({ p50: figure, p99: figure, max: figure, slots: figure, tail, buckets })),
      frees: v.nullish(
        v.looseObject({
          mean: figure,
          max: figure,
          calls: figure,
          restarts: v.optional(figure),
          scans: v.optional(figure),
          advances: v.optional(figure),
          tail: v.array(v.tuple([figure, figure])),
          buckets,
        }),
      ),
      collections: v.nullish(
        v.looseObject({ p50: figure, p99: figure, max: figure, times: figure, operations: figure }),
      ),
      series: v.array(figure),
    }),
  ),
  samples: v.pipe(
    v.array(
      v.looseObject({
        mops: figure,
        perThread: v.array(figure),
        roundTripNs: v.tuple([v.nullable(figure), v.nullable(figure)]),
        cpuShare: figure,
        kind: v.picklist(['alone', 'near', 'far', 'disturbed']),
      }),
    ),
    v.minLength(1),
  ),
});

const bound = v.picklist(['bounded', 'unbounded']);

const STALL = v.looseObject({
  engine: v.string(),
  scheme: v.string(),
  threads: count,
  stalled: count,
  step: v.string(),
  prefill: v.optional(count),
  points: v.array(v.tuple([figure, figure])),
  slopePerThousand: figure,
  peak: figure,
  bound: v.nullable(figure),
  seen: bound,
  claimed: bound,
  verdict: v.picklist(['as-claimed', 'broken']),
});

const CORRUPTION = v.looseObject({
  ...place,
  keys: v.optional(count),
  structure: v.optional(structure),
  verdict: v.picklist(['corrupted', 'no damage seen']),
  kind: v.nullable(v.string()),
  note: v.nullable(v.string()),
  audit: v.record(v.string(), figure),
  operations: figure,
  seconds: figure,
  again: v.string(),
});

/** The members of a result file. */
const RESULT = v.looseObject({
  command: v.string(),
  structure: v.optional(structure),
  structures: v.optional(v.pipe(v.array(structure), v.minLength(2))),
  seed: count,
  machine: v.looseObject({
    cpu: v.string(),
    cores: count,
    system: v.string(),
    node: v.string(),
    v8: v.string(),
  }),
  effort: v.looseObject({
    roundMs: figure,
    warmUps: figure,
    leastRepetitions: figure,
    mostRepetitions: figure,
    variation: figure,
    seconds: v.optional(figure),
  }),
  begun: v.string(),
  complete: v.boolean(),
  cells: v.array(CELL),
  peers: v.array(CELL),
  sweep: v.array(CELL),
  stalls: v.array(STALL),
  corruptions: v.optional(v.array(CORRUPTION)),
});
