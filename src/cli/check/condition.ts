import { UsageError } from '../../errors.ts';

type Condition = (values: object, results: unknown, memory?: unknown) => unknown;

/**
 * A condition that was typed as an expression over the variables of a module, `results` and `memory`.
 *
 * @throws UsageError if it is no expression
 */
export function conditionOf(option: 'invariant' | 'finally', text: string): Condition {
  try {
    // A variable may have any name, and one alone is as good as values.name.
    const make = new Function(
      'values',
      'results',
      'memory',
      `with (values) { return (${text}\n); }`,
    ) as Condition;
    if (option === 'finally') return make;
    return (values, memory) => make(values, [], memory);
  } catch (error) {
    throw new UsageError(
      `--${option} ${JSON.stringify(text)} is no expression of JavaScript (${(error as Error).message}): write it as in "head.index !== 3".`,
      { cause: error },
    );
  }
}

/** Throws a UsageError if a condition failed only because it names what is not there. */
export function refuseUnknownNames(cause: unknown): void {
  if (cause instanceof ReferenceError)
    throw new UsageError(
      `A condition cannot be judged (${cause.message}): it can name the variables of the module, results and memory. Build the module with -g, export the variable, or tell of it by --variable NAME=ADDRESS:TYPE.`,
      { cause },
    );
}
