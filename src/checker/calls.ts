import type { Specification, Timed } from '../judge/history/sequential-search.ts';
import { UsageError } from '../errors.ts';
import type { Machine } from '../model/machine.ts';
import { callsOf } from '../search/calls.ts';
import type { AnyCheck } from './any-check.ts';
import { plainUpTo } from './plain-races.ts';
import type { AnsweredCall, CheckedProgram } from './checked-program.ts';
import { textOf, thrownText } from './text.ts';

/** A call in an execution. One that has not answered is pending: perhaps it has taken effect. */
export interface TimedCall extends AnsweredCall, Timed {
  readonly thread: number;
}

export function isPending({ returned }: Pick<Timed, 'returned'>): boolean {
  return returned === Infinity;
}

export function showCall(call: TimedCall): string {
  return `T${call.thread + 1} ${showAnswer(call)}`;
}

/** A call as people write it: `push(1)`. */
export function showInvocation({ name, argument }: Pick<AnsweredCall, 'name' | 'argument'>): string {
  return `${name}(${argument === undefined ? '' : textOf(argument)})`;
}

/** With its answer: `pop() ⇒ 2`. */
export function showAnswer(answer: AnsweredCall): string {
  const { response } = answer;
  return response === undefined ? showInvocation(answer) : `${showInvocation(answer)} ⇒ ${textOf(response)}`;
}

/** A state of the user's model, in a box: any value may be a state. */
interface State {
  readonly is: unknown;
}

export function specificationOf(model: NonNullable<AnyCheck['model']>): Specification<TimedCall, State> {
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
  call: Pick<AnsweredCall, 'name' | 'argument'>,
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

/** The calls of an execution: those that have answered, and those in which a thread still is. */
export function callsOfExecution(
  { answers, arguments: given }: CheckedProgram,
  machine: Machine,
): TimedCall[] {
  // Calls that end before their thread's first step take part at any moment before it.
  const early = machine.trees.flatMap(({ root }, thread) =>
    plainUpTo(root).flatMap((plain) =>
      plain.kind === 'return' ? [{ ...answers.valueOf(plain.value), thread, invoked: -2, returned: -1 }] : [],
    ),
  );
  const calls = callsOf(machine).map(({ thread, invoke, answer, invoked, returned }): TimedCall => {
    const { name } = invoke;
    const known =
      answer === null
        ? { name, argument: given.valueOf(invoke.argument as number), response: undefined }
        : answers.valueOf(answer.value);
    return { ...known, thread, invoked, returned };
  });
  return [...early, ...calls];
}
