import type { Kind, Value } from './kinds.ts';
import type { ThreadWords } from './thread-words.ts';
import type { WaitResult, Word } from './types.ts';

/** What `Atomics` makes of a value before it fits it into an element. */
export function toInteger(value: Value): Value {
  return typeof value === 'bigint' ? value : Math.trunc(Number(value)) || 0;
}

/** A word alone over the words of a thread. */
export class WordView<T extends Value> implements Word<T> {
  readonly #words: ThreadWords;
  readonly #address: number;
  readonly #kind: Kind;

  constructor(words: ThreadWords, address: number, kind: Kind) {
    this.#words = words;
    this.#address = address;
    this.#kind = kind;
  }

  load(): T {
    return this.#words.load(this.#address, this.#kind) as T;
  }

  store(value: T): T {
    return this.#words.store(this.#address, this.#kind, toInteger(value)) as T;
  }

  compareExchange(expected: T, desired: T): T {
    return this.#words.compareExchange(this.#address, this.#kind, expected, desired) as T;
  }

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

  wait(expected: T, timeout: number = Infinity): WaitResult {
    return this.#words.wait(this.#address, this.#kind, expected, timeout);
  }

  notify(count: number = Infinity): number {
    return this.#words.notify(this.#address, count);
  }

  get value(): T {
    return this.#words.read(this.#address, this.#kind) as T;
  }

  set value(value: T) {
    this.#words.write(this.#address, this.#kind, value);
  }
}
