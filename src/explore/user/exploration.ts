import { UsageError } from '../../errors.ts';
import { BoundedSearch } from '../bounded.ts';
import { Dpor } from '../dpor.ts';
import { Machine, moverOf } from '../../model/machine.ts';
import type { SearchOptions, Searched } from '../search.ts';
import { StateSearch } from '../states.ts';
import { EndlessPlain } from '../../model/strand-memory.ts';
import { assertDeterministic, assertSameMoves } from './determinism.ts';
import { NoCells } from './cells.ts';
import { type Fault, Judge } from './judge.ts';
import type { Range } from './layout.ts';
import { LockFreedom } from './lock-freedom.ts';
import { plainUpTo, racesIn } from './plain-races.ts';
import type { Program } from './program.ts';
import type { FailureKind } from './types.ts';
import type { Unfinished } from './unended.ts';

/** An execution in which something is wrong, by its moves. */
export interface Found {
  readonly kind: FailureKind;
  readonly path: readonly number[];
}

/** What an exploration came to. */
export interface Explored {
  readonly found: Found | null;
  /** Where races are forbidden, an execution with one. */
  readonly race: Found | null;
  /** Words whose plain accesses are steps, since they race. */
  readonly points: ReadonlySet<number>;
  readonly executions: number;
  /** How many of them were not followed to their end, and the first. */
  readonly cut: number;
  readonly unfinished: Unfinished | null;
  readonly complete: boolean;
}

/** Places in the threads' trees of answers that are kept at most. */
const MOST_PLACES = 1_000_000;
/** So many executions at the start are run again, to see whether the threads are deterministic. */
const RUN_AGAIN = 3;

/** Judges executions of a program one after the other, and keeps the first in which something is wrong. */
export class Watch {
  found: Found | null = null;
  race: Found | null = null;
  cut = 0;
  /** Executions that do not count, since a choice was answered in the same way forever. */
  unfair = 0;
  unfinished: Unfinished | null = null;
  /** Words of plain accesses that were found to race, and are no steps yet. */
  readonly racing: Set<number> = new Set();
  readonly #program: Program;
  readonly #points: ReadonlySet<number>;
  readonly #judge: Judge;
  readonly #lockFreedom: LockFreedom | null;

  constructor(program: Program, points: ReadonlySet<number>) {
    this.#program = program;
    this.#points = points;
    this.#judge = new Judge(program);
    this.#lockFreedom = program.check.lockFree === true ? new LockFreedom(program) : null;
  }

  /** After a step and at the start; true if something is wrong. */
  step(machine: Machine): boolean {
    return this.#take(this.faultAtStep(machine), machine);
  }

  faultAtStep(machine: Machine): Fault | null {
    return this.#judge.atStep(machine) ?? this.#lockFreedom?.fault(machine) ?? null;
  }

  faultAtEnd(machine: Machine): Fault | null {
    const verdict = this.#judge.atEnd(machine);
    return verdict !== null && 'kind' in verdict ? verdict : null;
  }

  /** At the end of an execution; true if the search need not go on. */
  end(machine: Machine): boolean {
    this.#races(machine);
    if (this.racing.size > 0) return true;
    const verdict = this.#judge.atEnd(machine);
    if (verdict === null || 'kind' in verdict) return this.#take(verdict, machine);
    if (verdict.isUnfair) this.unfair++;
    else this.cut++;
    this.unfinished ??= verdict;
    return false;
  }

  #take(fault: Fault | null, machine: Machine): boolean {
    if (fault) this.found ??= { kind: fault.kind, path: machine.path() };
    return fault !== null;
  }

  #races(machine: Machine): void {
    const { layout, check } = this.#program;
    // Once there is one to tell of, only words are of interest that are no steps yet.
    for (const { address } of racesIn(machine, layout)) {
      if (!this.#points.has(address)) this.racing.add(address);
      else if (check.races !== 'allow') this.race ??= { kind: 'race', path: machine.path() };
    }
  }
}

/**
 * Explores a program. Plain accesses belong to the step before them, as long as none is found to race: then all of that array are steps
 * of their own, and the exploration starts over, since only so can what comes of the race be seen.
 */
export function exploreProgram(program: Program, deadline: number): Explored {
  let known = pointsAtFirst(program);
  while (true) {
    const [points, watch, searched] = whileLaidOut(program, known, (now) => {
      const judge = new Watch(program, now);
      return [now, judge, attempt(program, now, judge, deadline)] as const;
    });
    if (watch.racing.size === 0 && searched !== null) {
      const { executions, complete } = searched;
      const { found, race, unfair, unfinished } = watch;
      // Where not one has come to an end it is not known that there is one.
      const cut = watch.cut + (unfair === executions ? unfair : 0);
      return {
        found,
        race,
        points,
        executions: unfair === executions ? executions : executions - unfair,
        cut,
        unfinished,
        complete: complete && cut === 0,
      };
    }
    known = new Set(points);
    for (const address of watch.racing) addRegion(program, address, known);
  }
}

/** What must hold after every step must hold between plain accesses too: then all of them are steps from the start. */
export function pointsAtFirst({ layout, check }: Program): Set<number> {
  return new Set(check.always ? Array.from({ length: layout.size }, (_, i) => i) : []);
}

/** All words of the array that a word is in; of a buffer, which may have many uses, the word alone. */
export function addRegion({ layout }: Program, address: number, points: Set<number>): void {
  const region = layout.regionAt(address);
  for (const each of region.kind === null ? [address] : layout.cellsOf(region)) points.add(each);
}

/**
 * Runs something again, with the same words as points, until memory is divided in such a way that every access goes to whole cells.
 */
export function whileLaidOut<T>(
  program: Program,
  points: ReadonlySet<number>,
  run: (points: ReadonlySet<number>) => T,
): T {
  for (let now = points; ;) {
    const ranges = program.layout.rangesOf(now);
    try {
      return run(now);
    } catch (error) {
      if (!(error instanceof NoCells)) throw error;
      program.layOut(error);
      now = pointsOver(program, ranges);
    }
  }
}

/** The points that these bytes are, and those from the start. */
function pointsOver(program: Program, ranges: readonly Range[]): Set<number> {
  return new Set([...pointsAtFirst(program), ...program.layout.within(ranges)]);
}

type Ended = Pick<Searched, 'executions' | 'complete'>;

/** Null if a loop of plain accesses was met. */
function attempt(
  program: Program,
  points: ReadonlySet<number>,
  watch: Watch,
  deadline: number,
): Ended | null {
  try {
    return search(program, points, watch, deadline);
  } catch (error) {
    if (!(error instanceof EndlessPlain)) throw error;
    watch.racing.add(error.address);
    return null;
  }
}

function search(program: Program, points: ReadonlySet<number>, watch: Watch, deadline: number): Ended {
  const { check, stepLimit } = program;
  if (watch.step(runAgain(program, points, []))) return { executions: 1, complete: false };
  const model = program.model(points);
  const dependence = program.dependence();
  let ended = 0;
  let foundOnTheWay = false;
  const visit = (machine: Machine): boolean => {
    if (ended++ < RUN_AGAIN) {
      const again = runAgain(program, points, machine.path(), () => {}, machine);
      assertDeterministic(program, machine, again);
    }
    if ((ended & 255) === 0 && machine.strands.some(({ size }) => size > MOST_PLACES)) machine.forget();
    return watch.end(machine);
  };
  const options: SearchOptions & { stepLimit: number } = {
    stepLimit,
    deadline,
    maxExecutions: check.maxExecutions ?? Infinity,
    onStep: (machine) => watch.step(machine) && (foundOnTheWay = true),
  };
  const { preemptions } = check;
  const explorer =
    preemptions === undefined
      ? new Dpor(model, dependence, visit, options)
      : new BoundedSearch(model, dependence, visit, options);
  const searched = explorer instanceof Dpor ? explorer.run() : explorer.runUpTo(preemptions ?? Infinity);
  if (watch.found === null && watch.race === null) assertSeen(program, explorer.machine);
  // One that was not run to its end counts as well.
  return foundOnTheWay ? { executions: searched.executions + 1, complete: false } : searched;
}

/** If no thread touches a word, there was nothing to see, and nothing was checked. */
function assertSeen({ layout }: Program, { strands }: Machine): void {
  const touches = strands.some(
    ({ root }) =>
      root.next !== null || plainUpTo(root).some(({ kind }) => kind === 'peek' || kind === 'poke'),
  );
  if (touches) return;
  const names = layout.regions.map(({ name }) => name).join(', ');
  throw new UsageError(
    `No thread touches a declared word (${names}), so nothing was checked: let the threads use the words that they are given, and not memory from elsewhere.`,
  );
}

/**
 * The machine after an execution is run again from the beginning. Throws if that cannot be done.
 *
 * @param known where it was run before
 */
export function runAgain(
  program: Program,
  points: ReadonlySet<number>,
  path: readonly number[],
  onStep: (machine: Machine) => void = () => {},
  known: Machine | null = null,
): Machine {
  const machine = new Machine(program.model(points), program.dependence(), program.stepLimit);
  for (const move of path) {
    assertSameMoves(program, machine, moverOf(move), known);
    machine.step(move);
    onStep(machine);
  }
  return machine;
}

/** How many interleavings a program has, or null if there are too many states to count them. */
export function countInterleavings(
  program: Program,
  points: ReadonlySet<number>,
  deadline: number,
): bigint | null {
  const options = { stepLimit: program.stepLimit, deadline, maxRows: 500_000 };
  const { complete, interleavings } = new StateSearch(program.model(points), () => false, options).run();
  return complete ? interleavings : null;
}
