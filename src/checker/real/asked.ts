import { UsageError } from '../../errors.ts';
import type { AnyCheck } from '../any-check.ts';
import type { Observing } from '../observe-types.ts';
import { assertFields, isFunction, isObject, OPTIONS, type Sort } from '../options.ts';
import { textOf } from '../text.ts';

/** What is said of an observation beside its check, with everything that was left out. */
export interface Asked {
  /** A URL of a file. */
  readonly module: string;
  readonly export: string | null;
  readonly times: number;
  readonly seconds: number;
  readonly patience: number;
  readonly rare: number;
  readonly outcome: ((values: unknown, results: readonly unknown[]) => unknown) | null;
  readonly signal: AbortSignal | null;
}

const seconds: Sort = {
  fits: (value) => typeof value === 'number' && value > 0 && value <= 2 ** 20,
  give: 'give seconds, more than 0',
};

const OWN: Readonly<Record<keyof Observing, Sort>> = {
  module: {
    fits: (value) => typeof value === 'string' || value instanceof URL,
    give: 'give import.meta.url, or the URL of a module that exports the check',
  },
  export: {
    fits: (value) => typeof value === 'string',
    give: 'give the name by which the module exports it',
  },
  times: {
    fits: (value) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= 1e9,
    give: 'give a whole number from 1 to 1,000,000,000',
  },
  seconds,
  patience: seconds,
  rare: {
    fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
    give: 'give a part of the rounds, from 0 to 1',
  },
  outcome: { fits: isFunction, give: 'give a function of the words and the results' },
  signal: { fits: (value) => value instanceof AbortSignal, give: 'give the signal of an AbortController' },
};

const EXAMPLE =
  'observe({ module: import.meta.url, words: { x: 0 }, threads: [body, body] }), or observe({ module: new URL("./checks.mjs", import.meta.url), export: "mine" })';

/** What cannot be done on real threads, by the option that asks for it. */
const ONLY_MODELLED: Readonly<Record<string, string>> = {
  random: 'real threads get whatever numbers Math.random answers',
  clock: 'real threads see the time of the machine',
  replay: 'nobody can say when a real thread moves',
};

/** Splits what `observe` is given. Throws a `UsageError` of one sentence if it cannot be observed as it is. */
export function askedOf(given: unknown): { readonly asked: Asked; readonly check: AnyCheck | null } {
  if (!isObject(given))
    throw new UsageError(
      `observe is given ${given === undefined ? 'nothing' : textOf(given)}: give it a check and its module, as in ${EXAMPLE}.`,
    );
  assertFields('observe', given as object, { ...OPTIONS, ...OWN }, ['module']);
  const {
    module,
    export: name,
    times = 100_000,
    seconds: most = 10,
    patience = 10,
    rare = 0.01,
    outcome,
    signal,
    ...check
  } = given as Observing & AnyCheck;
  const url = String(module);
  if (!url.startsWith('file:'))
    throw new UsageError(
      `"module" of observe is ${textOf(url)}: give the URL of a file, as import.meta.url is, or new URL("./checks.mjs", import.meta.url).`,
    );
  const hasCheck = Object.keys(check).length > 0;
  if (name !== undefined && hasCheck)
    throw new UsageError(
      `observe is given a check, and "${name}" of a module as well: leave one of them out.`,
    );
  const asked = {
    module: url,
    export: name ?? null,
    times,
    seconds: most,
    patience,
    rare,
    outcome: (outcome as Asked['outcome'] | undefined) ?? null,
    signal: signal ?? null,
  };
  return { asked, check: name === undefined ? (check as AnyCheck) : null };
}

/** Throws a `UsageError` that names what of a check real threads cannot do. */
export function assertReal(check: AnyCheck): void {
  for (const [option, why] of Object.entries(ONLY_MODELLED)) {
    if (check[option as keyof AnyCheck] !== undefined)
      throw new UsageError(
        `The check has "${option}", which real threads cannot keep to (${why}): leave it out of what is observed.`,
      );
  }
  const serving = check.threads.findIndex((thread) => 'serves' in thread && thread.serves === true);
  if (serving >= 0)
    throw new UsageError(
      `T${serving + 1} of the check serves, so it has no end, and a round on real threads ends when all of them have: let it serve a fixed number of times.`,
    );
}
