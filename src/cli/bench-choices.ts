import { availableParallelism } from 'node:os';
import { WORKLOAD_NAMES, type Workload } from '../bench/workloads.ts';
import { UsageError } from '../errors.ts';
import { MAX_THREADS } from '../laboratory/shared.ts';
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
