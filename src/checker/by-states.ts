import { lowest, moverOf } from '../model/request.ts';
import { Words } from '../platform-array.ts';
import { StateNames } from '../search/state-names.ts';
import { StateGraph, type StatesBudget } from './graph.ts';
import { pointsAtFirst } from './points.ts';
import type { CheckedProgram } from './checked-program.ts';
import { RoundedMachine } from './rounded.ts';
import { type CheckOutcome, type FaultyExecution, FaultFinder } from './fault-finder.ts';

/** So often is it tried again, where threads were wrongly taken to have come back. */
const MOST_TRIES = 20;

/**
 * Decides a check by a visit of all states, each once, where threads go round together and the executions have no end. Null if that
 * does not decide it.
 */
export function exploreStates(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  budget: StatesBudget,
): CheckOutcome | null {
  let never = new Set<string>();
  for (let tries = 0; tries < MOST_TRIES && performance.now() < budget.deadline; tries++) {
    const rounded = new RoundedMachine(program, points, never);
    const finder = new FaultFinder(program, points);
    const visited = new StateGraph(program, rounded).visit(finder, budget);
    if (visited === null) return null;
    const wrongly = rounded.wronglyTaken();
    if (wrongly.length > 0) {
      never = new Set([...never, ...wrongly]);
      continue;
    }
    const { wrong, race, ends, states, plain, racing } = visited;
    const at = wrong === null ? null : foundAt(program, points, wrong.path);
    // All that can follow was visited, and no end is in it: that is known, however far the execution itself was followed.
    const isKnown = wrong?.kind === 'no end' && at?.kind === 'endless';
    const found: FaultyExecution | null = isKnown ? { ...at, kind: 'livelock' } : at;
    if (wrong !== null && found === null) return null;
    return {
      found,
      race: race === null || program.check.races === 'allow' ? null : { kind: 'race', path: race },
      points: new Set([...pointsAtFirst(program), ...plain]),
      racing,
      states,
      executions: ends,
      cut: 0,
      unfinished: null,
      complete: found === null,
      endedBy: found === null ? null : 'visitor',
      proved: null,
      chance: null,
      symmetric: [],
    };
  }
  return null;
}

/** What is wrong with an execution that begins in this way, and goes on until no thread can move; null if nothing is. */
function foundAt(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  path: readonly number[],
): FaultyExecution | null {
  const finder = new FaultFinder(program, points);
  const machine = finder.follow(path);
  let last = path.length === 0 ? 0 : moverOf(path[path.length - 1]);
  for (let left = machine.enabled(); left !== 0 && finder.found === null; left = machine.enabled()) {
    last = ((left >> last) & 1) === 1 ? last : lowest(left);
    machine.step(last);
    finder.step(machine);
  }
  const fault = finder.found === null ? finder.faultAtEnd(machine) : null;
  return finder.found ?? (fault === null ? null : { kind: fault.kind, path: machine.path() });
}

/** Steps between two looks at the clock. */
const LOOK = 32;

/**
 * True if in an execution threads go round together: it comes to a state in which it was, and several of them moved meanwhile. False if that
 * is not known until a time of `performance.now()`.
 */
export function goesRound(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  path: readonly number[],
  deadline: number,
): boolean {
  const rounded = new RoundedMachine(program, points);
  const { machine } = rounded;
  const names = new StateNames(machine);
  const row = new Words(names.width);
  const seen = new Map<string, number>();
  for (const [i, move] of path.entries()) {
    if (i % LOOK === 0 && performance.now() > deadline) return false;
    rounded.step(move);
    const { to } = machine.happened[i];
    if (to.footprint !== null) names.touch(to.footprint);
    names.copyTo(row);
    const state = row.join();
    const before = seen.get(state) ?? i;
    if (new Set(path.slice(before + 1, i + 1).map(moverOf)).size > 1) return true;
    seen.set(state, i);
  }
  return false;
}
