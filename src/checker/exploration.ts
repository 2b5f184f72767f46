import { UsageError } from '../errors.ts';
import { BoundedSearch } from '../search/bounded.ts';
import { Dpor } from '../search/dpor.ts';
import type { Machine } from '../model/machine.ts';
import type { SearchOptions, Searched } from '../search/search.ts';
import { StateSearch } from '../search/states.ts';
import { EndlessPlain } from '../model/thread-memory.ts';
import { NoRoom } from './asynchronous/event-words.ts';
import { assertDeterministic } from './determinism.ts';
import { exploreStates, goesRound } from './by-states.ts';
import { NoCells } from './cells.ts';
import { plainUpTo } from './plain-races.ts';
import { addRegion, allPoints, pointsAtFirst, pointsOver } from './points.ts';
import type { CheckedProgram } from './checked-program.ts';
import { advance, atStart, type CheckOutcome, FaultFinder } from './fault-finder.ts';

/** Places in the threads' trees of answers that are kept at most. */
const MOST_PLACES = 1_000_000;
/** Seconds for a visit of all states, and places in the threads' trees: to decide a check, and to look again at what was found. */
const VISITING = 20;
const MOST_PLACES_OF_STATES = 10_000;
const MOST_PLACES_AGAIN = 2500;
/** So many executions at the start are run again, to see whether the threads are deterministic. */
const RUN_AGAIN = 3;

/**
 * Explores a program. Plain accesses belong to the step before them, as long as none is found to race: then all of that array are steps
 * of their own, and the exploration starts over, since only so can what comes of the race be seen.
 *
 * Where executions have no end, or it is not clear that one has none, all states are visited in the place of them, if that decides it.
 */
export function exploreProgram(program: CheckedProgram, deadline: number): CheckOutcome {
  let known = pointsAtFirst(program);
  let mayVisitStates = program.check.preemptions === undefined;
  while (true) {
    const [points, finder, searched] = whileLaidOut(program, known, (now) => {
      const judge = new FaultFinder(
        program,
        now,
        mayVisitStates ? (path) => goesRound(program, now, path) : null,
      );
      return [now, judge, attempt(program, now, judge, deadline)] as const;
    });
    if (finder.racing.size > 0 || searched === null) {
      known = new Set(points);
      for (const address of finder.racing) addRegion(program, address, known);
      continue;
    }
    if (mayVisitStates && finder.wantsStates) {
      mayVisitStates = false;
      const until = Math.min(deadline, performance.now() + 1000 * VISITING);
      const mostPlaces = finder.found === null ? MOST_PLACES_OF_STATES : MOST_PLACES_AGAIN;
      const budget = { deadline: until, mostPlaces, asksForEnd: finder.found !== null };
      const decided = whileLaidOut(program, points, () => exploreStates(program, allPoints(program), budget));
      if (decided !== null) return decided;
      if (finder.found === null) {
        known = new Set(points);
        continue;
      }
    }
    return exploredBy(finder, searched, points);
  }
}

function exploredBy(
  { found, race, cut, unfair, unfinished }: FaultFinder,
  { executions, complete }: Ended,
  points: ReadonlySet<number>,
): CheckOutcome {
  // Where not one has come to an end it is not known that there is one.
  const none = unfair === executions;
  const notEnded = cut + (none ? unfair : 0);
  return {
    found,
    race,
    points,
    racing: points,
    states: null,
    executions: none ? executions : executions - unfair,
    cut: notEnded,
    unfinished,
    complete: complete && notEnded === 0,
  };
}

/**
 * Runs something again, with the same words as points, until memory is divided in such a way that every access goes to whole cells.
 */
export function whileLaidOut<T>(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  run: (points: ReadonlySet<number>) => T,
): T {
  for (let now = points; ;) {
    const ranges = program.layout.rangesOf(now);
    try {
      return run(now);
    } catch (error) {
      if (!(error instanceof NoCells || error instanceof NoRoom)) throw error;
      program.layOut(error);
      now = pointsOver(program, ranges);
    }
  }
}

type Ended = Pick<Searched, 'executions' | 'complete'>;

/** Null if a loop of plain accesses was met. */
function attempt(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  finder: FaultFinder,
  deadline: number,
): Ended | null {
  try {
    return search(program, points, finder, deadline);
  } catch (error) {
    if (!(error instanceof EndlessPlain)) throw error;
    finder.racing.add(error.address);
    return null;
  }
}

function search(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  finder: FaultFinder,
  deadline: number,
): Ended {
  const { check, stepLimit } = program;
  if (finder.step(atStart(program, points))) return { executions: 1, complete: false };
  const model = program.model(points);
  const dependence = program.dependence();
  let ended = 0;
  let foundOnTheWay = false;
  const visit = (machine: Machine): boolean => {
    if (ended++ < RUN_AGAIN) {
      const again = atStart(program, points);
      advance(program, again, machine.path(), () => {}, machine);
      assertDeterministic(program, machine, again);
    }
    if ((ended & 255) === 0 && machine.trees.some(({ size }) => size > MOST_PLACES)) machine.forget();
    return finder.end(machine);
  };
  const options: SearchOptions & { stepLimit: number } = {
    stepLimit,
    deadline,
    maxExecutions: check.maxExecutions ?? Infinity,
    onStep: (machine) => finder.step(machine) && (foundOnTheWay = true),
  };
  const { preemptions } = check;
  const explorer =
    preemptions === undefined
      ? new Dpor(model, dependence, visit, options)
      : new BoundedSearch(model, dependence, visit, options);
  const searched = explorer instanceof Dpor ? explorer.run() : explorer.runUpTo(preemptions ?? Infinity);
  if (finder.found === null && finder.race === null) assertSeen(program, explorer.machine);
  // One that was not run to its end counts as well.
  return foundOnTheWay ? { executions: searched.executions + 1, complete: false } : searched;
}

/** If no thread touches a word, there was nothing to see, and nothing was checked. */
function assertSeen(program: CheckedProgram, { trees }: Machine): void {
  const { layout } = program;
  const touches = trees.some(
    ({ root }, thread) =>
      (root.next !== null && !program.awaitsStart(thread, root)) ||
      plainUpTo(root).some(({ kind }) => kind === 'peek' || kind === 'poke'),
  );
  if (touches) return;
  const names = layout.regions.map(({ name }) => name).join(', ');
  throw new UsageError(
    `No thread touches a declared word (${names}), so nothing was checked: let the threads use the words that they are given, and not memory from elsewhere.`,
  );
}

/** How many interleavings a program has, or null if there are too many states to count them. */
export function countInterleavings(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  deadline: number,
): bigint | null {
  const options = { stepLimit: program.stepLimit, deadline, maxRows: 500_000 };
  const { complete, interleavings } = new StateSearch(program.model(points), () => false, options).run();
  return complete ? interleavings : null;
}
