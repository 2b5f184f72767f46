import { availableParallelism, cpus, release, type as platform } from 'node:os';
import { UsageError } from '../errors.ts';
import type { Cell } from './cell.ts';
import type { Corruption } from './corruption.ts';
import type { Effort } from './measure.ts';
import type { Stall } from './stall.ts';

/** The schema of result files. Names are added within a version, and neither change nor go. */
export const BENCH_SCHEMA = 1;

/** Where a result comes from. */
export interface Machine {
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
  readonly seed: number;
  readonly machine: Machine;
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
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

export function printBench(result: BenchResult): string {
  return `${JSON.stringify(result, null, 1)}\n`;
}

/**
 * Reads a result file.
 *
 * @param name what the file is called in complaints
 * @throws UsageError if it is none
 */
export function parseBench(text: string, name: string): BenchResult {
  let found: Partial<BenchResult> | null;
  try {
    found = JSON.parse(text) as Partial<BenchResult> | null;
  } catch (error) {
    throw notAResult(name, 'it is no JSON', error);
  }
  if (found?.kind !== 'bench') throw notAResult(name, 'it does not say that it is one');
  if (found.schemaVersion !== BENCH_SCHEMA) {
    throw notAResult(
      name,
      `its schema version is ${found.schemaVersion} and this release reads ${BENCH_SCHEMA}`,
    );
  }
  for (const list of ['cells', 'peers', 'sweep', 'stalls'] as const) {
    if (!Array.isArray(found[list])) throw notAResult(name, `it has no list of ${list}`);
  }
  for (const cell of [...(found.cells ?? []), ...(found.peers ?? []), ...(found.sweep ?? [])]) {
    if (!isCell(cell)) throw notAResult(name, 'one of its cells lacks its figures');
  }
  if (
    typeof found.seed !== 'number' ||
    typeof found.machine !== 'object' ||
    typeof found.effort !== 'object'
  ) {
    throw notAResult(name, 'its seed, machine or effort is missing');
  }
  return found as BenchResult;
}

function isCell(cell: Partial<Cell> | null): boolean {
  return (
    typeof cell?.engine === 'string' &&
    typeof cell.scheme === 'string' &&
    typeof cell.workload === 'string' &&
    typeof cell.threads === 'number' &&
    typeof cell.mopsMedian === 'number' &&
    Array.isArray(cell.samples)
  );
}

function notAResult(name: string, why: string, cause?: unknown): UsageError {
  return new UsageError(
    `The file ${name} is no result of lockfree-lab bench (${why}): make one with lockfree-lab bench --out ${name}.`,
    { cause },
  );
}

/** A sentence about why a run cannot go on in a result file; null if it can. */
export function obstacle(
  before: BenchResult,
  machine: Machine,
  effort: Effort,
  seed: number | null,
): string | null {
  const differs = (Object.keys(machine) as (keyof Machine)[]).find(
    (name) => machine[name] !== before.machine[name],
  );
  if (differs) return `its ${differs} was ${before.machine[differs]} and is ${machine[differs]} now`;
  const other = (Object.keys(effort) as (keyof Effort)[]).find(
    (name) => effort[name] !== before.effort[name],
  );
  if (other) return `its ${other} was ${before.effort[other]} and is ${effort[other]} now`;
  if (seed !== null && seed !== before.seed) return `its seed is ${before.seed}`;
  return null;
}
