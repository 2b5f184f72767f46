import { searchOrder, type Specification, type Timed } from '../../check/sequential-search.ts';
import { UsageError } from '../../errors.ts';
import { callsOf, canonicalHistory } from '../histories.ts';
import type { Machine } from '../machine.ts';
import { Threw } from '../plain-body.ts';
import { plainUpTo } from './plain-races.ts';
import { type AnyCheck, type Answer, type Program, textOf } from './program.ts';
import type { FailureKind } from './types.ts';

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
class Verdicts {
  readonly #known = new Map<string, Fault | null>();

  get(key: string, judge: () => Fault | null): Fault | null {
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
  readonly #histories = new Verdicts();

  constructor(program: Program) {
    this.#program = program;
  }

  /** At the end of an execution. */
  atEnd(machine: Machine): Fault | null {
    const { check, layout } = this.#program;
    if (machine.isCut) return { kind: 'endless', cause: undefined, details: [] };
    const thrown = machine.at.find(({ result }) => result instanceof Threw);
    if (thrown) return { kind: 'error', cause: (thrown.result as Threw).error, details: [] };
    const waiting = machine.at.filter(({ next }) => next !== null);
    if (waiting.length > 0) {
      const kind = waiting.every(({ next }) => next?.access === 'wake') ? 'deadlock' : 'livelock';
      return { kind, cause: undefined, details: [] };
    }
    if (check.model) {
      const wrong = this.#histories.get(canonicalHistory(machine), () => this.#history(machine));
      if (wrong) return wrong;
    }
    const { finally: atEnd } = check;
    if (!atEnd) return null;
    return this.#ends.get(`${machine.at.map(({ id }) => id).join()} ${machine.words.join()}`, () =>
      judged('property', () =>
        atEnd(
          layout.valuesOf(machine.words),
          machine.at.map(({ result }) => result),
        ),
      ),
    );
  }

  /** After every step, and at the start. */
  atStep(machine: Machine): Fault | null {
    const { check, layout } = this.#program;
    const { always } = check;
    if (!always) return null;
    return this.#states.get(machine.words.join(), () =>
      judged('invariant', () => always(layout.valuesOf(machine.words))),
    );
  }

  #history(machine: Machine): Fault | null {
    const { model } = this.#program.check;
    if (!model) return null;
    const calls = this.#answered(machine);
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

  #answered(machine: Machine): Call[] {
    const { answers } = this.#program;
    // Calls that end before their thread's first step take part at any moment before it.
    const early = machine.strands.flatMap(({ root }, thread) =>
      plainUpTo(root).flatMap((plain) =>
        plain.kind === 'return'
          ? [{ ...answers.valueOf(plain.value), thread, invoked: -2, returned: -1 }]
          : [],
      ),
    );
    const calls = callsOf(machine).flatMap(({ thread, answer, invoked, returned }) =>
      answer === null ? [] : [{ ...answers.valueOf(answer.value), thread, invoked, returned }],
    );
    return [...early, ...calls];
  }
}

/** A call in an execution that has answered. */
interface Call extends Answer, Timed {
  readonly thread: number;
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
    after: ({ is }, { name, argument, response }) => {
      const before = textOf(is);
      const [next, answer] = model.apply(is, name, argument);
      if (textOf(is) !== before)
        throw new UsageError(
          `The sequential model changed the state that it was given, in ${showInvocation({ name, argument })}: let apply return a new one.`,
        );
      return textOf(answer) === textOf(response) ? { is: next } : null;
    },
    key: ({ is }) => textOf(is),
    isIdle: () => false,
  };
}

/** Runs the user's own judgement: it throws, or answers false, if something is wrong. */
function judged(kind: FailureKind, judge: () => unknown): Fault | null {
  try {
    return judge() === false ? { kind, cause: undefined, details: ['It answered false.'] } : null;
  } catch (cause) {
    return { kind, cause, details: [] };
  }
}
