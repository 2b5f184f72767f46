import { BoundedSearch } from '../search/strategies/bounded.ts';
import type { Machine } from '../model/machine.ts';
import { moverOf } from '../model/request.ts';
import { StateSearch } from '../search/states.ts';
import { type FaultyExecution, atStart, FaultFinder } from './fault-finder.ts';
import { racesIn } from './plain-races.ts';
import type { CheckedProgram } from './checked-program.ts';

/** States or classes that are remembered at most. */
const MOST_ROWS = 400_000;
/** Failures among which the one with the fewest steps is taken. */
const MOST_COMPARED = 100;

/** A failing execution, made short. */
export interface Shortened extends FaultyExecution {
  /** True if all executions with fewer preemptions were searched, and none of them fails in this way. */
  readonly fewest: boolean;
}

/**
 * Looks for an execution with the same kind of failure and the fewest preemptions, and of those one with few steps: all executions with
 * no preemption, then those with one, and so on, as far as the time goes.
 */
export function shortened(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  known: FaultyExecution,
  deadline: number,
): Shortened {
  const most = preemptionsIn(program, points, known.path);
  let fewest = true;
  for (let preemptions = 0; known.path.length > 0 && preemptions <= most; preemptions++) {
    const { path, complete } = shortest(program, points, known, preemptions, deadline);
    if (path) return { kind: known.kind, path, fewest };
    fewest &&= complete || preemptions === most;
  }
  return { ...known, fewest };
}

/** How often another thread moved although the last one could have gone on. */
export function preemptionsIn(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  path: readonly number[],
): number {
  const machine = atStart(program, points);
  let preemptions = 0;
  let last: number | null = null;
  for (const move of path) {
    const thread = moverOf(move);
    if (last !== null && last !== thread && ((machine.enabled() >> last) & 1) !== 0) preemptions++;
    machine.step(move);
    last = thread;
  }
  return preemptions;
}

function shortest(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  { kind }: FaultyExecution,
  preemptions: number,
  deadline: number,
): { readonly path: readonly number[] | null; readonly complete: boolean } {
  if (performance.now() > deadline) return { path: null, complete: false };
  const finder = new FaultFinder(program, points);
  let best: readonly number[] | null = null;
  let compared = 0;
  const take = (machine: Machine, isFailure: boolean): boolean => {
    if (!isFailure) return false;
    if (best === null || machine.happened.length < best.length) best = machine.path();
    return ++compared >= MOST_COMPARED;
  };
  const model = program.model(points);
  const visit = (machine: Machine): boolean =>
    take(
      machine,
      kind === 'race'
        ? racesIn(machine, program.layout).length > 0
        : finder.faultAtEnd(machine)?.kind === kind,
    );
  const options = {
    maxRows: MOST_ROWS,
    stepLimit: program.stepLimit,
    deadline,
    onStep: (machine: Machine) => take(machine, finder.faultAtStep(machine)?.kind === kind),
  };
  // What a race or a history is about is the order of steps, and not the state alone.
  const past = kind === 'race' || kind === 'not linearizable' || program.isObject;
  const { complete } = past
    ? new BoundedSearch(model, program.dependence(), visit, options).runUpTo(preemptions)
    : new StateSearch(model, visit, { ...options, preemptions }).run();
  return { path: best, complete };
}
