import { nodeModule } from '../node-module.ts';
import type { SearchPart } from '../stage.ts';
import type { ByteRange } from '../word-layout.ts';
import { endsAll, type PartEnd, type PartedSearch } from './parts.ts';

/** True of the global object in a worker thread of a check: the module must not begin the check again. */
export const CHECKING: unique symbol = Symbol.for('lockfree-lab.checking') as never;

/** What a worker thread of a check is given at its start. */
export interface CheckWork {
  readonly module: string;
  readonly name: string;
}

/** A part that it is to explore. */
export interface PartWork {
  /** Counts how often the exploration began anew. */
  readonly pass: number;
  readonly ranges: readonly ByteRange[];
  /** False if a thread has asked for its number. */
  readonly symmetry: boolean;
  readonly number: number;
  readonly part: SearchPart;
  /** Until when, as `Date.now` counts. */
  readonly until: number;
}

/** What a part came to. */
export interface PartCome extends Pick<PartWork, 'pass' | 'number'> {
  readonly end: PartEnd;
}

/** What a worker posts. */
export type FromCheckWorker = PartCome | { readonly refused: string };

/** An exploration, from one beginning to the next. */
export type Pass = Omit<PartWork, 'number' | 'part'>;

/** Explores parts, in their order, up to the first after which the others are of no interest. */
export type ExploreParts = (
  search: PartedSearch,
  pass: Pass,
  parts: readonly SearchPart[],
) => Promise<readonly PartEnd[]>;

/** One after the other, here. */
export const exploreHere: ExploreParts = (search, { until }, parts) => {
  const ends: PartEnd[] = [];
  for (const part of parts) {
    const end = search.explore(part, until);
    ends.push(end);
    if (endsAll(end)) break;
  }
  return Promise.resolve(ends);
};

/** The cores of the machine, as far as they can be counted. */
export function coresHere(): number {
  return nodeModule('os')?.availableParallelism() ?? 1;
}
