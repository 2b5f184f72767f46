import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import type { AnyCheck } from '../any-check.ts';
import type { Observation } from '../observe-types.ts';
import { isObject } from '../options.ts';
import { textOf } from '../text.ts';

/**
 * Where a worker thread of an observation keeps what a call of `observe` does there: it hands over the check that it is given, and
 * nothing is begun anew. A symbol of all realms, so that it is the same for all copies of this library.
 */
export const HOOK: unique symbol = Symbol.for('lockfree-lab.observing') as never;

/** Is given the module of a call and its check, and answers what the call returns. */
export type Hook = (module: string, check: AnyCheck) => Promise<Observation>;

/** What a call of `observe` does in a worker thread of an observation; undefined elsewhere. */
export function hookHere(): Hook | undefined {
  return Reflect.get(globalThis, HOOK) as Hook | undefined;
}

/** The check that a module exports. Throws a `UsageError` if there is none of that name. */
export function checkIn(
  namespace: Readonly<Record<string, unknown>>,
  module: string,
  name: string,
): AnyCheck {
  const names = Object.keys(namespace);
  if (!names.includes(name))
    throw new UsageError(
      `${module} does not export "${name}"${closest(name, names)}: it exports ${names.join(', ') || 'nothing'}.`,
    );
  const check = namespace[name];
  if (!isObject(check))
    throw new UsageError(
      `"${name}" of ${module} is ${textOf(check)}: let it be a check, as in { words: { x: 0 }, threads: [body, body] }.`,
    );
  return check as AnyCheck;
}
