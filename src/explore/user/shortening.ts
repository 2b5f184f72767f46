import { BoundedSearch } from '../bounded.ts';
import type { Machine } from '../machine.ts';
import { type Found, Watch } from './exploration.ts';
import { racesIn } from './plain-races.ts';
import type { Program } from './program.ts';

/** Executions and states that are tried for each bound of preemptions. */
const MOST_TRIED = { maxExecutions: 20_000, maxStates: 200_000 };
/** Failures among which the one with the fewest steps is taken. */
const MOST_COMPARED = 100;
const MOST_PREEMPTIONS = 8;

/** Looks for an execution with the same kind of failure and the fewest preemptions, and of those one with few steps. */
export function shortened(
  program: Program,
  points: ReadonlySet<number>,
  known: Found,
  deadline: number,
): Found {
  if (known.path.length === 0) return known;
  for (let preemptions = 0; preemptions <= MOST_PREEMPTIONS && performance.now() < deadline; preemptions++) {
    const path = shortest(program, points, known, preemptions, deadline);
    if (path) return { kind: known.kind, path };
  }
  return known;
}

function shortest(
  program: Program,
  points: ReadonlySet<number>,
  { kind }: Found,
  preemptions: number,
  deadline: number,
): readonly number[] | null {
  const watch = new Watch(program, points);
  let best: readonly number[] | null = null;
  let compared = 0;
  const take = (machine: Machine, isFailure: boolean): boolean => {
    if (!isFailure) return false;
    if (best === null || machine.happened.length < best.length) best = machine.path();
    return ++compared >= MOST_COMPARED;
  };
  // What a race or a history is about is the order of steps, and not the state alone.
  const past = kind === 'race' || kind === 'not linearizable';
  const search = new BoundedSearch(
    program.model(points),
    (machine) =>
      take(
        machine,
        kind === 'race'
          ? racesIn(machine, program.layout).length > 0
          : watch.faultAtEnd(machine)?.kind === kind,
      ),
    {
      ...MOST_TRIED,
      stepLimit: program.stepLimit,
      deadline,
      preemptions,
      onStep: (machine) => take(machine, watch.faultAtStep(machine)?.kind === kind),
      ...(past && { classes: program.dependence() }),
    },
  );
  search.run();
  return best;
}
