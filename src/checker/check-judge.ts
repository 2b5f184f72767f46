import { searchOrder } from '../judge/history/sequential-search.ts';
import { counted } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { CanonicalHistories } from '../search/calls.ts';
import type { Machine } from '../model/machine.ts';
import { Settled } from './asynchronous/event-loop.ts';
import { Threw } from './run-body.ts';
import { SUSPEND } from '../model/thread-memory.ts';
import { type TimedCall, callsOfExecution, isPending, showCall, specificationOf } from './calls.ts';
import { OneByOne } from './one-by-one.ts';
import type { AnyCheck } from './any-check.ts';
import { renumberings } from '../model/symmetry.ts';
import type { CheckedProgram } from './checked-program.ts';
import { AnswersLater, answersLater, isThenable, WaitsForever } from './misuse.ts';
import { runAlone } from './running.ts';
import { thrownText } from './text.ts';
import type { FailureKind } from './types.ts';
import { hasServed, judgeUnended, type Unfinished } from './unended.ts';

/** Something that is wrong with an execution. */
export interface Fault {
  readonly kind: FailureKind;
  /** What the user's own code threw, if it did. */
  readonly cause: unknown;
  /** What is wrong in particular, a line each. */
  readonly details: readonly string[];
  /** By thread the number that it has in the execution in which this is wrong, where that is not the one judged. */
  readonly renumbering?: readonly number[];
}

/** Verdicts that are remembered at most, of each sort. */
const MOST_REMEMBERED = 100_000;
/** States that the search for a sequential order may visit. */
const MOST_STATES = 200_000;

/** Remembers verdicts by a text that decides them. */
class Verdicts<V = Fault | null> {
  readonly #known = new Map<string, V>();

  get(key: string, judge: () => V): V {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    const verdict = judge();
    this.#known.set(key, verdict);
    return verdict;
  }
}

/** Judges executions of a program, races and lock-freedom apart. */
export class CheckJudge {
  readonly #program: CheckedProgram;
  readonly #ends = new Verdicts();
  readonly #states = new Verdicts();
  readonly #unended = new Verdicts<Fault | Unfinished>();
  readonly #histories = new Verdicts();
  readonly #canonical = new CanonicalHistories();
  /** What the object does by one call at a time; null if nobody asks. */
  readonly #oneByOne: OneByOne | null;

  readonly #equals: readonly (readonly number[])[];

  /** @param equals groups of threads of which not all orders are judged one by one, since they run the same code */
  constructor(program: CheckedProgram, equals: readonly (readonly number[])[] = []) {
    this.#program = program;
    this.#equals = equals;
    this.#oneByOne = program.isObject ? new OneByOne(program) : null;
  }

  /** At the end of an execution, which may not be one. */
  atEnd(machine: Machine): Fault | Unfinished | null {
    const { check } = this.#program;
    const thrown = machine.at.findIndex(({ result }) => result instanceof Threw);
    if (thrown >= 0) return thrownBy(thrown, machine.at[thrown].result as Threw);
    if (!hasServed(this.#program, machine)) {
      const verdict = this.#unended.get(stateOf(machine), () => this.#judgeUnended(machine));
      if (!('kind' in verdict) || this.#oneByOne === null) return verdict;
      return this.#histories.get(`${stateOf(machine)} ${this.#canonical.of(machine)}`, () =>
        this.#oneByOne?.blocks(machine) === true ? null : verdict,
      );
    }
    if (check.model || this.#oneByOne !== null) {
      const calls = callsOfExecution(this.#program, machine);
      const pending = calls.filter(isPending).map(showCall);
      const key = [this.#canonical.of(machine), ...pending].join('\n');
      const wrong = this.#histories.get(key, () => this.#history(calls));
      if (wrong) return wrong;
    }
    const { finally: atEnd } = check;
    if (!atEnd) return null;
    return this.#ends.get(stateOf(machine), () => this.#inAnyOrder(machine, atEnd));
  }

  /** Judges the results, and what they would be if threads that run the same code had other numbers. */
  #inAnyOrder({ words, at }: Machine, atEnd: NonNullable<AnyCheck['finally']>): Fault | null {
    // Once a thread has asked for its number, it is not known that the others would have come to the same with another one.
    const equals = this.#program.equals.length < this.#equals.length ? [] : this.#equals;
    const results = at.map(({ result }) => (result instanceof Settled ? result.value : result));
    const judge = (given: readonly unknown[]): Fault | null =>
      judged('property', () => atEnd(this.#program.valuesOf(words), given));
    if (equals.length === 0) return judge(results);
    const tried: (readonly unknown[])[] = [];
    for (const renumbering of renumberings(results.length, equals)) {
      const given: unknown[] = [];
      for (const [thread, number] of renumbering.entries()) given[number] = results[thread];
      if (tried.some((each) => each.every((result, i) => Object.is(result, given[i])))) continue;
      tried.push(given);
      const fault = judge(given);
      if (fault !== null) return tried.length === 1 ? fault : { ...fault, renumbering };
    }
    return null;
  }

  /** After every step, and at the start. */
  atStep(machine: Machine): Fault | null {
    const { always } = this.#program.check;
    if (!always) return null;
    return this.#states.get(machine.words.join(), () =>
      judged('invariant', () => always(this.#program.valuesOf(machine.words))),
    );
  }

  #judgeUnended(machine: Machine): Fault | Unfinished {
    const verdict = judgeUnended(this.#program, machine);
    if (!('kind' in verdict)) return verdict;
    return { kind: verdict.kind, cause: undefined, details: verdict.lines };
  }

  #history(calls: readonly TimedCall[]): Fault | null {
    const { model } = this.#program.check;
    const found = model
      ? searchOrder(calls, specificationOf(model), MOST_STATES)
      : (this.#oneByOne?.orderOf(calls, MOST_STATES) ?? null);
    if (found === null)
      throw new UsageError(
        `The history has ${calls.length} operations, too many at once to be searched for an order: give the threads fewer.`,
      );
    if ('order' in found) return null;
    const { longest, stuck } = found;
    const fitted =
      longest.length > 0 ? `at best ${longest.map(showCall).join(', ')}` : 'none can be the first';
    return {
      kind: 'not linearizable',
      cause: undefined,
      details: [
        `No order of the ${counted(calls.length, 'operation')} is one of ${model ? 'the sequential model' : 'the object by one call at a time'}: ${fitted};`,
        `then ${stuck.map(showCall).join(' and ')} cannot follow.`,
      ],
    };
  }
}

/** Where the threads stand, and the words. */
function stateOf({ at, words }: Machine): string {
  return `${at.map(({ id }) => id).join()} ${words.join()}`;
}

function thrownBy(thread: number, { error, how }: Threw): Fault {
  const [first, ...rest] = thrownText(error).split('\n');
  return { kind: 'error', cause: error, details: [`T${thread + 1} ${how} ${first}`, ...rest] };
}

/** Runs the user's own judgement: it throws, or answers false, if something is wrong. */
function judged(kind: FailureKind, judge: () => unknown): Fault | null {
  const what = kind === 'invariant' ? 'always' : 'finally';
  try {
    const answer = runAlone(what, judge);
    if (isThenable(answer)) throw answersLater(what, answer);
    return answer === false ? { kind, cause: undefined, details: ['It answered false.'] } : null;
  } catch (cause) {
    if (cause instanceof AnswersLater) throw cause;
    if (cause === SUSPEND)
      throw new UsageError(
        `${what} uses the words of a thread: it is given what they hold, as its first argument.`,
      );
    if (cause instanceof WaitsForever) throw cause;
    return { kind, cause, details: thrownText(cause).split('\n') };
  }
}
