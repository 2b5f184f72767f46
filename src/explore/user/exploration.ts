import { UsageError } from '../../errors.ts';
import { BoundedSearch } from '../bounded.ts';
import { Dpor } from '../dpor.ts';
import { Machine } from '../machine.ts';
import type { SearchOptions, Searched } from '../search.ts';
import { StateSearch } from '../states.ts';
import { EndlessPlain } from '../strand-memory.ts';
import { type Fault, Judge } from './judge.ts';
import { LockFreedom } from './lock-freedom.ts';
import { racesIn } from './plain-races.ts';
import { type Program, textOf } from './program.ts';
import type { FailureKind } from './types.ts';

/** An execution in which something is wrong, by who moved. */
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
    this.#lockFreedom = program.check.lockFree === true ? new LockFreedom() : null;
  }

  /** After a step and at the start; true if something is wrong. */
  step(machine: Machine): boolean {
    return this.#take(this.faultAtStep(machine), machine);
  }

  faultAtStep(machine: Machine): Fault | null {
    return this.#judge.atStep(machine) ?? this.#lockFreedom?.fault(machine) ?? null;
  }

  faultAtEnd(machine: Machine): Fault | null {
    return this.#judge.atEnd(machine);
  }

  /** At the end of an execution; true if the search need not go on. */
  end(machine: Machine): boolean {
    this.#races(machine);
    if (this.racing.size > 0) return true;
    return this.#take(this.faultAtEnd(machine), machine);
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
  const points = pointsAtFirst(program);
  while (true) {
    const watch = new Watch(program, points);
    const searched = attempt(program, points, watch, deadline);
    if (watch.racing.size === 0 && searched !== null) {
      const { executions, complete } = searched;
      return { found: watch.found, race: watch.race, points, executions, complete };
    }
    for (const address of watch.racing) addRegion(program, address, points);
  }
}

/** What must hold after every step must hold between plain accesses too: then all of them are steps from the start. */
export function pointsAtFirst({ layout, check }: Program): Set<number> {
  return new Set(check.always ? Array.from({ length: layout.size }, (_, i) => i) : []);
}

/** All words of the array that a word is in. */
export function addRegion({ layout }: Program, address: number, points: Set<number>): void {
  const { base, length } = layout.regionAt(address);
  for (let i = 0; i < length; i++) points.add(base + i);
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
  if (watch.step(runAgain(program, points, []))) return { executions: 0, complete: false };
  const model = program.model(points);
  const dependence = program.dependence();
  let ended = 0;
  const visit = (machine: Machine): boolean => {
    if (ended++ < RUN_AGAIN) assertDeterministic(program, points, machine);
    if ((ended & 255) === 0 && machine.strands.some(({ size }) => size > MOST_PLACES)) machine.forget();
    return watch.end(machine);
  };
  const options: SearchOptions & { stepLimit: number } = {
    stepLimit,
    deadline,
    maxExecutions: check.maxExecutions ?? Infinity,
    onStep: (machine) => watch.step(machine),
  };
  const { preemptions } = check;
  if (preemptions !== undefined) {
    return new BoundedSearch(model, dependence, visit, options).runUpTo(preemptions);
  }
  return new Dpor(model, dependence, visit, options).run();
}

/** The machine after an execution is run again from the beginning. Throws if that cannot be done. */
export function runAgain(
  program: Program,
  points: ReadonlySet<number>,
  path: readonly number[],
  onStep: (machine: Machine) => void = () => {},
): Machine {
  const machine = new Machine(program.model(points), program.dependence(), program.stepLimit);
  for (const thread of path) {
    if (((machine.enabled() >> thread) & 1) === 0) throw notDeterministic(thread, 'it does not come as far');
    machine.step(thread);
    onStep(machine);
  }
  return machine;
}

function assertDeterministic(program: Program, points: ReadonlySet<number>, machine: Machine): void {
  const again = runAgain(program, points, machine.path());
  for (const [thread, { result }] of machine.at.entries()) {
    const [one, other] = [textOf(result), textOf(again.at[thread].result)];
    if (one === other) continue;
    throw notDeterministic(thread, `it returns ${other}, and before it returned ${one}`);
  }
}

function notDeterministic(thread: number, what: string): UsageError {
  return new UsageError(
    `The code of T${thread + 1} is not deterministic: run again on the same answers ${what}. It may use nothing but shared words and its own variables: no Math.random, no Date, nothing that it changes outside itself.`,
  );
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
