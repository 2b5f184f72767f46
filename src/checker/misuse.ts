import { UsageError } from '../errors.ts';
import { types } from './platform.ts';

/** A promise, also of another realm; what cannot be asked is not one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  try {
    return types.isPromise(value) || typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}

/** What should answer at once answers a promise. */
export class AnswersLater extends UsageError {}

/** Nobody waits for what it will answer. */
export function answersLater(what: string, answer: PromiseLike<unknown>): AnswersLater {
  void Promise.resolve(answer).catch(() => {});
  return new AnswersLater(`${what} is asynchronous: let it answer at once, without await or a promise.`);
}

/** Code that no thread runs beside would wait forever. */
export class WaitsForever extends UsageError {
  constructor(what: string) {
    super(`${what} waits for a word, and no thread runs that could write it: let it look without waiting.`);
  }
}
