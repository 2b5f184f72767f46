import type { SuiteOptions } from '../bench/plan.ts';
import { isOfSets, leftOutBelow, type Workload } from '../bench/workloads.ts';
import { UsageError } from '../errors.ts';

/** What of the options of `bench` says how much of something there is. */
export interface AmountsGiven {
  readonly prefill: readonly string[];
  readonly roles: readonly string[];
  readonly payload: readonly string[];
}

/** The most bytes that may come with a value: so many take some time to copy. */
export const MOST_PAYLOAD = 4096;

const ROLES = /^[1-9]\d?:[1-9]\d?$/;

/** How many values are inside, who puts in and takes out, and what comes with a value. Throws a UsageError for what cannot be. */
export function amountsOf({
  prefill,
  roles,
  payload,
}: AmountsGiven): Pick<SuiteOptions, 'prefill' | 'roles' | 'payload'> {
  const wrong = roles.find((each) => !ROLES.test(each));
  if (wrong !== undefined)
    throw new UsageError(`--roles cannot be "${wrong}": give producers and consumers, as in 1:3.`);
  const bytes = payload.map((each) => wholeIn(each, 'payload', MOST_PAYLOAD));
  const odd = bytes.find((each) => each % 4 !== 0);
  if (odd !== undefined)
    throw new UsageError(
      `--payload cannot be "${odd}": give a multiple of 4, since memory is shared by words.`,
    );
  return {
    prefill: prefill.length === 0 ? [null] : prefill.map((each) => wholeIn(each, 'prefill', CAPACITY)),
    ...(roles.length > 0 && { roles }),
    ...(bytes.length > 0 && { payload: bytes }),
  };
}

/**
 * Throws a UsageError for roles or for what comes with a value where nothing that is measured has any: they would be left out without a
 * word.
 */
export function checkAmounts(
  { roles, payload }: Pick<AmountsGiven, 'roles' | 'payload'>,
  workloads: readonly Workload[],
): void {
  if (roles.length > 0 && !workloads.includes('producers-consumers'))
    throw new UsageError(
      `--roles ${roles[0]} is of the workload producers-consumers, which is not measured here: leave one of them out, or give --workload producers-consumers.`,
    );
  const most = Math.max(0, ...payload.map(Number));
  if (most > 0 && workloads.some(isOfSets))
    throw new UsageError(
      `--payload ${most} comes with a value, and a set has keys alone: leave --payload out, or give another structure.`,
    );
}

/** For which numbers of threads nobody would take anything out, as sentences. */
export function rolesLeftOut(roles: readonly string[], threads: readonly number[]): string[] {
  return [...new Set(roles)].flatMap((each) => {
    const producers = Number(each.split(':')[0]);
    return leftOutBelow(
      producers + 1,
      threads,
      `producers-consumers ${each}`,
      'all of them would put in, and ',
    );
  });
}

function wholeIn(given: string, name: string, most: number): number {
  const count = Number(given);
  if (/^\d+$/.test(given) && count <= most) return count;
  throw new UsageError(`--${name} cannot be "${given}": give a whole number from 0 to ${most}.`);
}

/** Values that fit in, where the structure takes as many. */
export const CAPACITY = 4096;
