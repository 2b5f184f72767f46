import { UsageError } from '../errors.ts';
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
import {
  byChance,
  onlyStage,
  type PreparedSearch,
  searchBy,
  type SearchPart,
  type SearchStage,
  type StageEnd,
} from './stage.ts';
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
export function exploreBy(
  stage: SearchStage,
  program: CheckedProgram,
  points: ReadonlySet<number> = pointsAtFirst(program),
): CheckOutcome {
  const { deadline } = stage;
  let known = new Set(points);
  let mayVisitStates = stage.strategy === 'exhaustive';
  while (true) {
    const [laidOut, finder, searched] = whileLaidOut(program, known, (now) => {
      const judge = new FaultFinder(
        program,
        now,
        mayVisitStates ? (path) => goesRound(program, now, path, deadline) : null,
        byChance.has(stage.strategy) ? [] : program.equals,
      );
      return [now, judge, attempt(program, now, judge, stage)] as const;
    });
    if (finder.racing.size > 0 || searched === null) {
      known = new Set(laidOut);
      for (const address of finder.racing) addRegion(program, address, known);
      continue;
    }
    if (mayVisitStates && finder.wantsStates) {
      mayVisitStates = false;
      const until = Math.min(deadline, performance.now() + 1000 * VISITING);
      const mostPlaces = finder.found === null ? MOST_PLACES_OF_STATES : MOST_PLACES_AGAIN;
      const budget = { deadline: until, mostPlaces, asksForEnd: finder.found !== null };
      const decided = whileLaidOut(program, laidOut, () =>
        exploreStates(program, allPoints(program), budget),
      );
      if (decided !== null) return decided;
      if (finder.found === null) {
        known = new Set(laidOut);
        continue;
      }
    }
    return exploredBy(finder, searched, laidOut);
  }
}

/** The same in all ways; or in those with few preemptions, if the check says so. */
export function exploreProgram(program: CheckedProgram, deadline: number): CheckOutcome {
  return exploreBy(onlyStage(program.check, deadline), program);
}

export function exploredBy(
  {
    found,
    race,
    cut,
    unfair,
    unfinished,
  }: Pick<FaultFinder, 'found' | 'race' | 'cut' | 'unfair' | 'unfinished'>,
  { executions, complete, endedBy, proved, chance, symmetric }: Ended,
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
    endedBy,
    proved,
    chance,
    symmetric,
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

type Ended = Pick<Searched, 'executions' | 'complete'> & StageEnd;

/** A part of a search that is made in parts. */
interface PartToRun {
  readonly prepared: PreparedSearch;
  readonly part: SearchPart;
}

/** Null if a loop of plain accesses was met, or a thread asked for its number. Of a search in parts, makes one of them. */
export function attempt(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  finder: FaultFinder,
  stage: SearchStage,
  one: PartToRun | null = null,
): Ended | null {
  try {
    return search(program, points, finder, stage, one);
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
  stage: SearchStage,
  one: PartToRun | null,
): Ended | null {
  if (finder.step(atStart(program, points)))
    return { executions: 1, complete: false, endedBy: 'visitor', proved: null, chance: null, symmetric: [] };
  const { equals } = program;
  let ended = 0;
  let last: Machine | null = null;
  let foundOnTheWay = false;
  const visit = (machine: Machine): boolean => {
    last = machine;
    if (ended++ < RUN_AGAIN) {
      const again = atStart(program, points);
      advance(program, again, machine.path(), () => {}, machine);
      assertDeterministic(program, machine, again);
    }
    if ((ended & 255) === 0 && machine.trees.some(({ size }) => size > MOST_PLACES)) machine.forget();
    return finder.end(machine) || program.equals.length < equals.length;
  };
  const options: SearchOptions & { stepLimit: number } = {
    stepLimit: program.stepLimit,
    deadline: stage.deadline,
    maxExecutions: stage.maxExecutions,
    onStep: (machine) => finder.step(machine) && (foundOnTheWay = true),
  };
  const searched =
    one === null
      ? searchBy(stage, equals, program.model(points), program.dependence(), visit, options)
      : one.prepared.run(one.part, visit, options);
  if (last !== null && finder.found === null && finder.race === null) assertSeen(program, last);
  // A thread has asked for its number: what was left out is not known to come to the same.
  if (program.equals.length < equals.length && finder.found === null && finder.race === null) return null;
  // One that was not run to its end counts as well.
  return foundOnTheWay ? { ...searched, executions: searched.executions + 1, complete: false } : searched;
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
