import { UsageError } from '../errors.ts';

/** A check met more different values than can be kept. */
export class TooManyValues extends UsageError {}

const MOST = 1_000_000;

/** Numbers for values of any type: equal values have the same number, and a value is found again by it. Numbers count from 0. */
export class Interned<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];
  readonly #keyOf: (value: T) => string;

  /** @param keyOf a text that tells values apart */
  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  numberOf(value: T): number {
    const key = this.#keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#values.length === MOST)
      throw new TooManyValues(
        `The check met more than ${MOST} different values: make it smaller, or the values fewer.`,
      );
    this.#numbers.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }

  valueOf(number: number): T {
    return this.#values[number];
  }
}
