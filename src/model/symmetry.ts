import { type Dependence, FootprintBuilder, WRITE } from './dependence.ts';
import type { Footprint } from './thread-state.ts';

/**
 * Threads that run the same code. Their numbers make no difference: if they change places in an execution, what comes out is an execution
 * too. So of all that differ in no more than that one is explored: **the one in which such threads make their first steps in the order of
 * their numbers.** Each execution can be renumbered to be of this kind. A thread that has not yet moved stands where those before it
 * stood, so as long as it may move, they may: nobody waits for something that does not come.
 *
 * To a search it is as if each thread had to be let in by the one before: their first steps depend on each other, and never come
 * in another order.
 */
export interface Symmetry {
  /** By thread the one that must move first; -1 if there is none. */
  readonly before: readonly number[];
  /** By thread a resource of the dependence that the first steps of its group write; -1 if it has no equal. */
  readonly resource: readonly number[];
}

/** What the first step of a thread touches, with the resource of its group. */
export function withResource(footprint: Footprint, resource: number): Footprint {
  const builder = new FootprintBuilder();
  for (let i = 0; i < footprint.length; i += 2) builder.touch(footprint[i], footprint[i + 1]);
  return builder.touch(resource, WRITE).build();
}

/** The same dependence with a resource for each of these groups of threads, and the symmetry of a model. */
export function symmetryOf(
  threads: number,
  groups: readonly (readonly number[])[],
  dependence: Dependence,
): { readonly symmetry: Symmetry; readonly dependence: Dependence } {
  const before = Array.from({ length: threads }, () => -1);
  const resource = Array.from({ length: threads }, () => -1);
  for (const [g, group] of groups.entries()) {
    for (const [i, thread] of group.entries()) {
      resource[thread] = dependence.resources + g;
      if (i > 0) before[thread] = group[i - 1];
    }
  }
  return {
    symmetry: { before, resource },
    dependence: { ...dependence, resources: dependence.resources + groups.length },
  };
}

/** All ways to number the threads of these groups anew, each by thread its new number; the first one changes nothing. */
export function renumberings(threads: number, groups: readonly (readonly number[])[]): number[][] {
  let all = [Array.from({ length: threads }, (_, thread) => thread)];
  for (const group of groups) {
    all = all.flatMap((numbers) =>
      orders(group).map((order) =>
        numbers.map((number, thread) => (group.includes(thread) ? order[group.indexOf(thread)] : number)),
      ),
    );
  }
  return all;
}

function orders(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    orders(items.filter((each) => each !== item)).map((rest) => [item, ...rest]),
  );
}
