import { BoundedSearch } from '../bounded.ts';
import type { Machine } from '../machine.ts';
import { StateSearch } from '../states.ts';
import { type Found, Watch } from './exploration.ts';
import { racesIn } from './plain-races.ts';
import type { Program } from './program.ts';

/** Executions that are tried for each bound of preemptions, and states or classes that are remembered. */
const MOST_TRIED = { maxExecutions: 20_000, maxRows: 200_000 };
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
  const model = program.model(points);
  const visit = (machine: Machine): boolean =>
    take(
      machine,
      kind === 'race'
        ? racesIn(machine, program.layout).length > 0
        : watch.faultAtEnd(machine)?.kind === kind,
    );
  const options = {
    ...MOST_TRIED,
    stepLimit: program.stepLimit,
    deadline,
    onStep: (machine: Machine) => take(machine, watch.faultAtStep(machine)?.kind === kind),
  };
  // What a race or a history is about is the order of steps, and not the state alone.
  const past = kind === 'race' || kind === 'not linearizable';
  if (past) new BoundedSearch(model, program.dependence(), visit, options).runUpTo(preemptions);
  else new StateSearch(model, visit, { ...options, preemptions }).run();
  return best;
}
