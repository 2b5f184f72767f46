import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import { shellWord } from '../../visible.ts';

/** An option of a command: how its value is read, what it is if it is not given, and what the help says. */
export interface Option<T> {
  /** What stands for the value in the help; null for a flag, which takes none. */
  readonly placeholder: string | null;
  readonly help: string;
  readonly fallback: T;
  /** True if it may be given more than once. */
  readonly many?: true;
  /** Reads one value; `before` is what the option stood at, for options that add up. Throws a UsageError. */
  read(text: string, name: string, before: T): T;
}

/** An option that is there or not. */
export function flag(help: string): Option<boolean> {
  return { placeholder: null, help, fallback: false, read: () => true };
}

/** Any text; null if the option is not given. */
export function text(placeholder: string, help: string): Option<string | null> {
  return { placeholder, help, fallback: null, read: (given) => given };
}

/** Any text, with a default. */
export function textOr(fallback: string, placeholder: string, help: string): Option<string> {
  return { placeholder, help: withDefault(help, fallback), fallback, read: (given) => given };
}

/** An option that may be given more than once. */
export function texts(placeholder: string, help: string): Option<readonly string[]> {
  return {
    placeholder,
    help: `${help} May be given more than once.`,
    fallback: [],
    many: true,
    read: (given, name, before) => {
      if (before.includes(given))
        throw new UsageError(`--${name} ${shellWord(given)} is given twice: give each of its values once.`);
      return [...before, given];
    },
  };
}

interface Range {
  readonly least: number;
  readonly most: number;
}

const INTEGER = /^[+-]?\d+(?:e\d+)?$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i;

function readNumber(given: string, name: string, { least, most }: Range, whole: boolean): number {
  const value = Number(given);
  const isNumber = (whole ? INTEGER : NUMBER).test(given);
  if (!isNumber || value < least || value > most) {
    const kind = whole ? 'whole number' : 'number';
    const range = most === Infinity ? `from ${least} up` : `from ${least} to ${most}`;
    throw new UsageError(`--${name} cannot be "${given}": give a ${kind} ${range}.`);
  }
  return value;
}

/** A whole number within a range; null if the option is not given. */
export function integer(placeholder: string, help: string, range: Range): Option<number | null> {
  return { placeholder, help, fallback: null, read: (given, name) => readNumber(given, name, range, true) };
}

/** A whole number within a range, with a default. */
export function integerOr(fallback: number, placeholder: string, help: string, range: Range): Option<number> {
  return {
    placeholder,
    help: withDefault(help, fallback),
    fallback,
    read: (given, name) => readNumber(given, name, range, true),
  };
}

/** A number within a range; null if the option is not given. */
export function number(placeholder: string, help: string, range: Range): Option<number | null> {
  return { placeholder, help, fallback: null, read: (given, name) => readNumber(given, name, range, false) };
}

/** One of a few words, with a default. */
export function choice<const C extends string>(words: readonly C[], fallback: C, help: string): Option<C> {
  return {
    placeholder: words.join('|'),
    help: withDefault(help, fallback),
    fallback,
    read: (given, name) => {
      const word = words.find((each) => each === given);
      if (word === undefined) {
        // Of a sign or two everything is a neighbour.
        const guess = given.length > 2 ? closest(given, words) : '';
        throw new UsageError(`--${name} cannot be "${given}"${guess}: give ${words.join(' or ')}.`);
      }
      return word;
    },
  };
}

function withDefault(help: string, fallback: string | number): string {
  return `${help} Default ${fallback}.`;
}
