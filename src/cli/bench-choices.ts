import { availableParallelism } from 'node:os';
import { BENCH_ENGINES, type BenchEngine } from '../bench/scheme-contender.ts';
import { WORKLOAD_NAMES, type Workload } from '../bench/workloads.ts';
import { UsageError } from '../errors.ts';
import { type SchemeChoice, schemes } from '../laboratory/registry.ts';
import { MAX_CACHE, MAX_THREADS } from '../laboratory/shared.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { urlOfStructure } from '../laboratory/structures.ts';
import { closest } from '../suggest.ts';

/** What of the options of `bench` says which workloads and how many threads. */
interface LoadsGiven {
  readonly workload: readonly string[];
  readonly threads: readonly string[];
  readonly quick: boolean;
}

/** The workloads that were asked for, or the usual ones. Throws a UsageError if there is none of a name. */
export function workloadsOf({ workload, quick }: LoadsGiven): Workload[] {
  if (workload.length === 0) return quick ? ['pairs', 'producers-consumers'] : [...WORKLOAD_NAMES];
  return workload.map((name) => {
    const found = WORKLOAD_NAMES.find((each) => each === name);
    if (found === undefined) {
      throw new UsageError(
        `There is no workload "${name}"${closest(name, WORKLOAD_NAMES)}; the workloads are ${WORKLOAD_NAMES.join(', ')}.`,
      );
    }
    return found;
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

/** The caches of free slots that were asked for, null for the usual ones. Throws a UsageError for a number of slots that cannot be. */
export function cachesOf({ cache }: { readonly cache: readonly string[] }): (number | null)[] {
  if (cache.length === 0) return [null];
  return [...new Set(cache)].map((given) => {
    if (given === 'usual') return null;
    if (!/^\d+$/.test(given) || Number(given) > MAX_CACHE) {
      throw new UsageError(
        `--cache is "${given}": give a number of free slots from 0, which is no caches, to ${MAX_CACHE}, or usual.`,
      );
    }
    return Number(given);
  });
}

/**
 * The engines that a structure under a scheme is measured on. What is the user's own is not compiled, so it runs on atomics unless another
 * engine is asked for. Throws a UsageError if there is none of a name.
 */
export function enginesOf(
  { engine }: { readonly engine: readonly string[] },
  { scheme }: SchemeChoice,
  structure: StructureClass,
): readonly BenchEngine[] {
  const isCompiled = schemes.includes(scheme) && urlOfStructure(structure) === null;
  if (engine.length === 0) return isCompiled ? ['atomics', 'wasm'] : ['atomics'];
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
