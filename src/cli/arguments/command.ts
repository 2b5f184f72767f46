import type { Style } from '../../report/text/style.ts';
import type { Option } from './option.ts';
import type { Progress } from '../terminal/progress.ts';

/** What a command is given beside its arguments. */
export interface Context {
  /** For what is printed on stdout. */
  readonly style: Style;
  /** True if stdout is to be one JSON document; `print` then does nothing. */
  readonly json: boolean;
  /** Aborted by Ctrl-C and the like: the command ends its workers and returns what it has found so far. */
  readonly signal: AbortSignal;
  /** A line on stderr that shows how far long work has come, if somebody is watching. */
  readonly progress: Progress;
  /** Prints text on stdout, at once, with a line's end. */
  print(text: string): void;
  /** Says something on stderr that is not part of the result. */
  remark(text: string): void;
}

/** What came of a command. */
export interface Result {
  /** True if a claim failed, or there was damage that nobody expected. */
  readonly broken: boolean;
  /** The document of `--json`, without its schema version. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** The schema of the documents of `--json`. Names are added within a version, and neither change nor go. */
export const SCHEMA_VERSION = 1;

/** An argument that is no option. */
export interface Positional {
  readonly name: string;
  readonly help: string;
  /** True if it may be left out. */
  readonly optional?: boolean;
  /** True if it takes all that follow, too; only for the last. */
  readonly many?: boolean;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of options, by their names. */
export type OptionValues<O extends Options> = {
  readonly [name in keyof O]: O[name] extends Option<infer T> ? T : never;
};

/** A command whose arguments can be read: what it says about itself, and a run that takes the values of its own options. */
export interface Definition<O extends Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What else the help says. */
  readonly about?: string;
  readonly positionals?: readonly Positional[];
  readonly options: O;
  /** A line to type, and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  run(context: Context, options: OptionValues<O>, positionals: readonly string[]): Result | Promise<Result>;
}

export type Command = Definition<Options>;

/** Lets a definition's `run` see the types of its own options, and everybody else only that it is a command. */
export function command<O extends Options>(definition: Definition<O>): Command {
  // Arguments are read by these very options, so their values are of these very types.
  return definition as unknown as Command;
}
