import type { Kind } from './kinds.ts';
import type { ThreadWords, WaitResult } from './thread-words.ts';

/**
 * A word alone, as a thread sees it. Its methods are those of `Atomics`, each a step of its own; `value` is a plain access, as of an
 * element of a typed array.
 */
export class Word<T extends number | bigint> {
  readonly #words: ThreadWords;
  readonly #address: number;
  readonly #kind: Kind;

  /** Made by a check for its threads. */
  constructor(words: ThreadWords, address: number, kind: Kind) {
    this.#words = words;
    this.#address = address;
    this.#kind = kind;
  }

  load(): T {
    return this.#words.load(this.#address, this.#kind) as T;
  }

  store(value: T): void {
    this.#words.store(this.#address, this.#kind, value);
  }

  /** Returns what the word was: if that is `expected`, it is now `desired`. */
  compareExchange(expected: T, desired: T): T {
    return this.#words.compareExchange(this.#address, this.#kind, expected, desired) as T;
  }

  /** Returns what the word was, as all changes do. */
  exchange(value: T): T {
    return this.#words.exchange(this.#address, this.#kind, value) as T;
  }

  add(value: T): T {
    return this.#words.change('add', this.#address, this.#kind, value) as T;
  }

  sub(value: T): T {
    return this.#words.change('sub', this.#address, this.#kind, value) as T;
  }

  and(value: T): T {
    return this.#words.change('and', this.#address, this.#kind, value) as T;
  }

  or(value: T): T {
    return this.#words.change('or', this.#address, this.#kind, value) as T;
  }

  xor(value: T): T {
    return this.#words.change('xor', this.#address, this.#kind, value) as T;
  }

  /**
   * If the word is `expected`, sleeps until somebody notifies; both at once. With a timeout, of whatever milliseconds, it may also time
   * out at any moment: all that may come of it is explored.
   */
  wait(expected: T, timeout: number = Infinity): WaitResult {
    return this.#words.wait(this.#address, this.#kind, expected, timeout);
  }

  /** Wakes those who sleep on the word, the first `count` of them, and says how many those were. */
  notify(count: number = Infinity): number {
    return this.#words.notify(this.#address, count);
  }

  /** A plain access: no step, unless it is found to race. */
  get value(): T {
    return this.#words.read(this.#address, this.#kind) as T;
  }

  set value(value: T) {
    this.#words.write(this.#address, this.#kind, value);
  }
}
