import { parseArgs } from 'node:util';
import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import { shellWord } from '../../visible.ts';
import type { Command, Options, Positional } from './command.ts';
import { flag, type Option } from './option.ts';

/** The options that every command has. */
export const commonOptions: Options = {
  json: flag('One JSON document on stdout, and nothing else there.'),
  ascii: flag('Nothing outside ASCII on stdout.'),
  'no-color': flag('No colours; NO_COLOR and FORCE_COLOR in the environment are honoured too.'),
  help: flag('This help.'),
  version: flag('The version.'),
};

/** The arguments of a command as it takes them, and which of the common options were given. */
export interface Arguments {
  readonly options: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** Reads what follows the command's name. Throws a UsageError for what the command does not know. */
export function readArguments(command: Command, args: readonly string[]): Arguments {
  const known: Options = { ...command.options, ...commonOptions };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries(known).map(([name, { placeholder }]) => [
        name,
        {
          type: placeholder === null ? 'boolean' : 'string',
          ...(name === 'help' ? { short: 'h' } : {}),
        } as const,
      ]),
    ),
  });
  const options = Object.fromEntries(Object.entries(known).map(([name, { fallback }]) => [name, fallback]));
  const positionals: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name } = token;
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!option) throw unknownOption(command, token.rawName, Object.keys(known));
    const value = valueOf(option, token);
    refuseTwice(option, name, value, given);
    options[name] = option.read(value, name, options[name]);
  }
  if (options['help'] !== true && options['version'] !== true) checkPositionals(command, positionals);
  return { options, positionals };
}

/** Of two values only one could be followed, and the other one would seem to be. A flag that is there twice is there. */
function refuseTwice(
  { many, placeholder }: Option<unknown>,
  name: string,
  value: string,
  given: Map<string, string>,
): void {
  const before = given.get(name);
  if (before !== undefined && many !== true && placeholder !== null) {
    throw new UsageError(
      `--${name} is given twice, as ${shellWord(before)} and as ${shellWord(value)}: give it once.`,
    );
  }
  given.set(name, value);
}

interface OptionToken {
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function valueOf({ placeholder }: Option<unknown>, { name, value, inlineValue }: OptionToken): string {
  if (placeholder === null) {
    if (value !== undefined)
      throw new UsageError(`--${name} takes no value, but was given "${value}": write --${name} alone.`);
    return '';
  }
  const missing = value === undefined || value === '' || (inlineValue === false && value.startsWith('--'));
  if (missing) throw new UsageError(`--${name} lacks its value: write --${name} ${placeholder}.`);
  return value;
}

function unknownOption({ name }: Command, given: string, known: readonly string[]): UsageError {
  const guess = closest(
    given,
    known.map((each) => `--${each}`),
  );
  return new UsageError(
    `"${name}" has no option ${given}${guess}; see lockfree-lab ${name} --help for those it has.`,
  );
}

function checkPositionals({ name, positionals = [] }: Command, given: readonly string[]): void {
  const missing = positionals[given.length];
  if (missing && missing.optional !== true) {
    throw new UsageError(
      `"${name}" lacks its ${missing.name}: write lockfree-lab ${name} ${usageOf(positionals)}.`,
    );
  }
  if (given.length > positionals.length && positionals.at(-1)?.many !== true) {
    const takes = positionals.length === 0 ? 'only options' : usageOf(positionals);
    throw new UsageError(
      `"${name}" does not know what to do with "${given[positionals.length]}": it takes ${takes}.`,
    );
  }
}

/** The positionals as a usage line shows them: `<scenario>`, `[file]`, `<files…>`. */
export function usageOf(positionals: readonly Positional[], ellipsis = '...'): string {
  return positionals
    .map(({ name, optional, many }) => {
      const shown = `${name}${many === true ? ellipsis : ''}`;
      return optional === true ? `[${shown}]` : `<${shown}>`;
    })
    .join(' ');
}
