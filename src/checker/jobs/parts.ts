import { UsageError } from '../../errors.ts';
import { goesRound } from '../by-states.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { attempt, whileLaidOut } from '../exploration.ts';
import { FaultFinder, type FaultyExecution } from '../fault-finder.ts';
import { addRegion, pointsOver } from '../points.ts';
import { whileSeen } from '../seeing.ts';
import { byChance, onlyStage, RUNS, PreparedSearch, type SearchPart, type SearchStage } from '../stage.ts';
import type { Unfinished } from '../unended.ts';
import type { ByteRange, WordLayout } from '../word-layout.ts';
import type { Ending } from '../../search/search.ts';

/** What a part of an exploration came to: data, so that it can be sent. */
export interface PartEnd {
  readonly executions: number;
  readonly cut: number;
  readonly unfair: number;
  readonly unfinished: Unfinished | null;
  readonly found: FaultyExecution | null;
  readonly race: FaultyExecution | null;
  /** What was found to race and is no step yet: then all has to be explored anew. */
  readonly racing: readonly ByteRange[];
  /** A thread has asked for its number: the same. */
  readonly asksNumber: boolean;
  /** True if the executions do not decide the check, and a visit of all states might. */
  readonly wantsStates: boolean;
  readonly endedBy: Ending | null;
}

/** So that a part does not take long, and each thread of the search learns little anew. */
const PARTS = 64;

/**
 * The exploration of a program in parts, each for itself and in any order. Which parts there are depends on the program alone, and not on
 * how many share them; together they are what is explored in one piece, each class of executions in one of them.
 */
export class PartedSearch {
  readonly #program: CheckedProgram;
  readonly #ranges: readonly ByteRange[];
  readonly #stage: SearchStage;
  #prepared: PreparedSearch | null = null;
  #layout: WordLayout | null = null;

  /** @param ranges bytes of which plain accesses are steps */
  constructor(program: CheckedProgram, ranges: readonly ByteRange[], stage: SearchStage) {
    this.#program = program;
    this.#ranges = ranges;
    this.#stage = stage;
  }

  parts(): readonly SearchPart[] {
    return this.#laidOut((points) => this.#preparedFor(points).parts(PARTS));
  }

  /** @param until when it ends, as `Date.now` counts: that is the same in all workers */
  explore(part: SearchPart, until: number): PartEnd {
    const program = this.#program;
    const deadline = performance.now() + until - Date.now();
    const isByChance = byChance.has(this.#stage.strategy);
    return this.#laidOut((points) => {
      const { equals } = program;
      const finder = new FaultFinder(
        program,
        points,
        isByChance ? null : (path) => goesRound(program, points, path, deadline),
        isByChance ? [] : equals,
      );
      const prepared = this.#preparedFor(points);
      const ended = attempt(program, points, finder, { ...this.#stage, deadline }, { prepared, part });
      const racing = new Set<number>();
      for (const address of finder.racing) addRegion(program, address, racing);
      const { cut, unfair, unfinished, found, race, wantsStates } = finder;
      return {
        executions: ended?.executions ?? 0,
        cut,
        unfair,
        unfinished,
        found,
        race,
        racing: program.layout.rangesOf(racing),
        asksNumber: program.equals.length < equals.length,
        wantsStates,
        endedBy: ended?.endedBy ?? null,
      };
    });
  }

  #laidOut<T>(run: (points: ReadonlySet<number>) => T): T {
    const program = this.#program;
    return whileSeen(program, () => whileLaidOut(program, pointsOver(program, this.#ranges), run));
  }

  /** What was learned of the threads in one part is of use in the others, as long as memory is divided in the same way. */
  #preparedFor(points: ReadonlySet<number>): PreparedSearch {
    const program = this.#program;
    if (this.#prepared === null || this.#layout !== program.layout) {
      const equals = byChance.has(this.#stage.strategy) ? [] : program.equals;
      this.#prepared = new PreparedSearch(
        this.#stage,
        equals,
        program.model(points),
        program.dependence(),
        program.stepLimit,
      );
      this.#layout = program.layout;
    }
    return this.#prepared;
  }
}

function cannot(what: string, why: string, instead: string): UsageError {
  return new UsageError(`The check has ${what}, which cannot be shared (${why}): ${instead}, or use check.`);
}

/** How the parts of a check are explored. Throws a `UsageError` if it cannot be explored in parts. */
export function stageForParts({ check }: CheckedProgram): SearchStage {
  const stage = onlyStage(check, Infinity);
  const { strategy = stage.strategy, maxExecutions } = check;
  if (strategy === 'bounded')
    throw cannot('a bound of preemptions', 'two parts would meet the same executions', 'leave it out');
  if (strategy === 'pct')
    throw cannot("strategy: 'pct'", 'how long its executions are decides about the next ones', "take 'pos'");
  if (check.replay !== undefined) throw cannot('a replay', 'it is one execution', 'leave it out');
  if (!byChance.has(strategy) && maxExecutions !== undefined)
    throw cannot('maxExecutions', 'which ones they were would depend on the jobs', 'give maxSeconds');
  return { ...stage, strategy, maxExecutions: maxExecutions ?? RUNS };
}

/** True if what comes after a part, in their order, is of no interest: something is wrong, or all begins anew. A race alone may lead to worse. */
export function endsAll({ found, racing, asksNumber, wantsStates, endedBy }: PartEnd): boolean {
  return found !== null || racing.length > 0 || asksNumber || wantsStates || endedBy !== null;
}
