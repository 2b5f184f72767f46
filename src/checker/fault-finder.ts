import { Machine } from '../model/machine.ts';
import { chosenIn, moveOf, moverOf } from '../model/request.ts';
import type { Ending } from '../search/search.ts';
import { assertSameMoves } from './determinism.ts';
import { type Fault, CheckJudge } from './check-judge.ts';
import { LockFreedom } from './lock-freedom.ts';
import { racesIn } from './plain-races.ts';
import type { CheckedProgram } from './checked-program.ts';
import type { Chance, FailureKind } from './types.ts';
import type { Unfinished } from './unended.ts';

/** An execution in which something is wrong, by its moves. */
export interface FaultyExecution {
  readonly kind: FailureKind;
  readonly path: readonly number[];
}

/** What an exploration came to. */
export interface CheckOutcome {
  readonly found: FaultyExecution | null;
  /** Where races are forbidden, an execution with one. */
  readonly race: FaultyExecution | null;
  /** Words whose plain accesses are steps, since they race, or since there are such. */
  readonly points: ReadonlySet<number>;
  /** Words whose plain accesses race. */
  readonly racing: ReadonlySet<number>;
  /** How many states were visited in the place of executions; null if executions were explored. */
  readonly states: number | null;
  /** Executions that were run to their end; of a visit of states the ends that differ. */
  readonly executions: number;
  /** How many of them were not followed to their end, and the first. */
  readonly cut: number;
  readonly unfinished: Unfinished | null;
  readonly complete: boolean;
  /** What ended it before it was complete. */
  readonly endedBy: Ending | null;
  /** All executions with up to this many preemptions were explored, and there may be more; null if that is not known of any number. */
  readonly proved: number | null;
  /** Executions that chance has chosen; null if it had no part. */
  readonly chance: Chance | null;
  /** Groups of threads, from 0, up to whose numbers executions were explored. */
  readonly symmetric: readonly (readonly number[])[];
}

/**
 * Whether threads go round together is looked at in executions of these lengths: in the first, the second, the fourth, and so on; and when
 * there are this many executions.
 */
const LONG: ReadonlySet<number> = new Set([64, 256, 1024]);
const MANY = 2000;

/** Judges executions of a program one after the other, and keeps the first in which something is wrong. */
export class FaultFinder {
  found: FaultyExecution | null = null;
  race: FaultyExecution | null = null;
  cut = 0;
  /** Executions that do not count, since a choice was answered in the same way forever. */
  unfair = 0;
  unfinished: Unfinished | null = null;
  /** Words of plain accesses that were found to race, and are no steps yet. */
  readonly racing: Set<number> = new Set();
  readonly #program: CheckedProgram;
  readonly #points: ReadonlySet<number>;
  readonly #judge: CheckJudge;
  readonly #lockFreedom: LockFreedom | null;
  readonly #goesRound: ((path: readonly number[]) => boolean) | null;
  #long = 0;
  #ended = 0;
  /** True if the executions do not decide the check, and a visit of all states might. */
  wantsStates = false;

  /**
   * @param goesRound says whether threads go round together in an execution; given, the search is to end where the executions do not
   * decide the check
   * @param equals groups of threads that are explored up to their numbers
   */
  constructor(
    program: CheckedProgram,
    points: ReadonlySet<number>,
    goesRound: ((path: readonly number[]) => boolean) | null = null,
    equals: readonly (readonly number[])[] = [],
  ) {
    this.#goesRound = goesRound;
    this.#program = program;
    this.#points = points;
    this.#judge = new CheckJudge(program, equals);
    this.#lockFreedom = program.check.lockFree === true ? new LockFreedom(program) : null;
  }

  /** After a step and at the start; true if something is wrong. */
  step(machine: Machine): boolean {
    if (this.#take(this.faultAtStep(machine), machine)) return true;
    if (!LONG.has(machine.happened.length)) return false;
    const number = ++this.#long;
    return (number & (number - 1)) === 0 && this.#look(machine);
  }

  /** Makes an execution from its beginning, and judges it at the start and after every step. */
  follow(path: readonly number[]): Machine {
    const machine = atStart(this.#program, this.#points);
    this.step(machine);
    advance(this.#program, machine, path, (at) => void this.step(at));
    return machine;
  }

  #look(machine: Machine): boolean {
    this.wantsStates = this.#goesRound?.(machine.path()) === true;
    return this.wantsStates;
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
    const mayVisit = this.#goesRound !== null;
    if (verdict === null || 'kind' in verdict) {
      this.wantsStates = mayVisit && (verdict?.kind === 'livelock' || verdict?.kind === 'endless');
      if (++this.#ended === MANY && verdict === null) return this.#look(machine);
      return this.#take(verdict, machine);
    }
    if (verdict.isUnfair) this.unfair++;
    else this.cut++;
    this.unfinished ??= verdict;
    this.wantsStates = mayVisit && !verdict.isUnfair;
    return this.wantsStates;
  }

  #take(fault: Fault | null, machine: Machine): boolean {
    if (fault) this.found ??= { kind: fault.kind, path: renumbered(machine.path(), fault.renumbering) };
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

/** The same moves by other threads. */
function renumbered(path: readonly number[], numbers: readonly number[] | undefined): readonly number[] {
  return numbers === undefined ? path : path.map((move) => moveOf(numbers[moverOf(move)], chosenIn(move)));
}

/** A machine that stands at the start of a program. */
export function atStart(program: CheckedProgram, points: ReadonlySet<number>): Machine {
  return new Machine(program.model(points), program.dependence(), program.stepLimit);
}

/**
 * Makes the moves of an execution that was run before. Throws if a thread does not make them again.
 *
 * @param known where it was run before
 */
export function advance(
  program: CheckedProgram,
  machine: Machine,
  path: readonly number[],
  onStep: (machine: Machine) => void = () => {},
  known: Machine | null = null,
): void {
  for (const move of path) {
    assertSameMoves(program, machine, moverOf(move), known);
    machine.step(move);
    onStep(machine);
  }
}
