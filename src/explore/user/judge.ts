import { searchOrder, type Specification, type Timed } from '../../check/sequential-search.ts';
import { UsageError } from '../../errors.ts';
import { callsOf, canonicalHistory } from '../histories.ts';
import type { Machine } from '../../model/machine.ts';
import { Threw } from '../plain-body.ts';
import { SUSPEND } from '../../model/strand-memory.ts';
import { plainUpTo } from './plain-races.ts';
import type { Answer, Program } from './program.ts';
import { AnswersLater, answersLater, isThenable } from './thenable.ts';
import type { AnyCheck } from './any-check.ts';
import { runAlone } from './running.ts';
import { textOf, thrownText } from './text.ts';
import type { FailureKind } from './types.ts';
import { hasServed, judgeUnended, type Unfinished } from './unended.ts';
import { WaitsAlone } from './waits-alone.ts';

/** Something that is wrong with an execution. */
export interface Fault {
  readonly kind: FailureKind;
  /** What the user's own code threw, if it did. */
  readonly cause: unknown;
  /** What is wrong in particular, a line each. */
  readonly details: readonly string[];
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
export class Judge {
  readonly #program: Program;
  readonly #ends = new Verdicts();
  readonly #states = new Verdicts();
  readonly #unended = new Verdicts<Fault | Unfinished>();
  readonly #histories = new Verdicts();

  constructor(program: Program) {
    this.#program = program;
  }

  /** At the end of an execution, which may not be one. */
  atEnd(machine: Machine): Fault | Unfinished | null {
    const { check } = this.#program;
    const thrown = machine.at.findIndex(({ result }) => result instanceof Threw);
    if (thrown >= 0) return thrownBy(thrown, machine.at[thrown].result as Threw);
    if (!hasServed(this.#program, machine))
      return this.#unended.get(stateOf(machine), () => this.#judgeUnended(machine));
    if (check.model) {
      const calls = this.#calls(machine);
      const pending = calls.filter(isPending).map(showCall);
      const key = [canonicalHistory(machine), ...pending].join('\n');
      const wrong = this.#histories.get(key, () => this.#history(calls));
      if (wrong) return wrong;
    }
    const { finally: atEnd } = check;
    if (!atEnd) return null;
    return this.#ends.get(stateOf(machine), () =>
      judged('property', () =>
        atEnd(
          this.#program.valuesOf(machine.words),
          machine.at.map(({ result }) => result),
        ),
      ),
    );
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

  #history(calls: readonly Call[]): Fault | null {
    const { model } = this.#program.check;
    if (!model) return null;
    const found = searchOrder(calls, specificationOf(model), MOST_STATES);
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
        `No order of the ${calls.length} operations is one of the sequential model: ${fitted};`,
        `then ${stuck.map(showCall).join(' and ')} cannot follow.`,
      ],
    };
  }

  /** The calls of an execution: those that have answered, and those in which a thread that serves still is. */
  #calls(machine: Machine): Call[] {
    const { answers, arguments: given } = this.#program;
    // Calls that end before their thread's first step take part at any moment before it.
    const early = machine.strands.flatMap(({ root }, thread) =>
      plainUpTo(root).flatMap((plain) =>
        plain.kind === 'return'
          ? [{ ...answers.valueOf(plain.value), thread, invoked: -2, returned: -1 }]
          : [],
      ),
    );
    const calls = callsOf(machine).map(({ thread, invoke, answer, invoked, returned }): Call => {
      const { name } = invoke;
      const known =
        answer === null
          ? { name, argument: given.valueOf(invoke.argument as number), response: undefined }
          : answers.valueOf(answer.value);
      return { ...known, thread, invoked, returned };
    });
    return [...early, ...calls];
  }
}

/** A call in an execution. One that has not answered is pending: perhaps it has taken effect. */
interface Call extends Answer, Timed {
  readonly thread: number;
}

function isPending({ returned }: Pick<Timed, 'returned'>): boolean {
  return returned === Infinity;
}

function showCall(call: Call): string {
  return `T${call.thread + 1} ${showAnswer(call)}`;
}

/** A call as people write it: `push(1)`. */
export function showInvocation({ name, argument }: Pick<Answer, 'name' | 'argument'>): string {
  return `${name}(${argument === undefined ? '' : textOf(argument)})`;
}

/** With its answer: `pop() ⇒ 2`. */
export function showAnswer(answer: Answer): string {
  const { response } = answer;
  return response === undefined ? showInvocation(answer) : `${showInvocation(answer)} ⇒ ${textOf(response)}`;
}

/** A state of the user's model, in a box: any value may be a state. */
interface State {
  readonly is: unknown;
}

function specificationOf(model: NonNullable<AnyCheck['model']>): Specification<Call, State> {
  return {
    initial: { is: model.initial },
    after: ({ is }, { name, argument, response, returned }) => {
      const before = textOf(is);
      const [next, answer] = applied(model, { is }, { name, argument });
      if (textOf(is) !== before)
        throw new UsageError(
          `The sequential model changed the state that it was given, in ${showInvocation({ name, argument })}: let apply return a new one.`,
        );
      return isPending({ returned }) || textOf(answer) === textOf(response) ? { is: next } : null;
    },
    key: ({ is }) => textOf(is),
    isIdle: () => false,
  };
}

function applied(
  model: NonNullable<AnyCheck['model']>,
  { is }: State,
  call: Pick<Answer, 'name' | 'argument'>,
): readonly [unknown, unknown] {
  let came: unknown;
  try {
    came = model.apply(is, call.name, call.argument);
  } catch (error) {
    throw new UsageError(
      `The sequential model throws in ${showInvocation(call)} on ${textOf(is)}: ${thrownText(error)}.`,
      { cause: error },
    );
  }
  if (Array.isArray(came) && (came.length === 1 || came.length === 2)) return came as [unknown, unknown];
  throw new UsageError(
    `The sequential model answers ${textOf(came)} in ${showInvocation(call)}: let apply return [next state, response].`,
  );
}

/** Where the threads stand, and the words. */
function stateOf({ at, words }: Machine): string {
  return `${at.map(({ id }) => id).join()} ${words.join()}`;
}

function thrownBy(thread: number, { error }: Threw): Fault {
  const [first, ...rest] = thrownText(error).split('\n');
  return { kind: 'error', cause: error, details: [`T${thread + 1} throws ${first}`, ...rest] };
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
    if (cause instanceof WaitsAlone) throw cause;
    return { kind, cause, details: thrownText(cause).split('\n') };
  }
}
