import type { ElementKind, Value } from './kinds.ts';
import type { Region } from './declared-memory.ts';
import type { AccessTarget, MemoryAccess } from './memory-access.ts';
import type { AsyncWaitResult, WaitResult, Word } from './types.ts';

/** What `Atomics` makes of a value before it fits it into an element. */
export function toInteger(value: Value): Value {
  return typeof value === 'bigint' ? value : Math.trunc(Number(value)) || 0;
}

/** A word alone, over the memory that its accesses go to. */
export class WordView<T extends Value> implements Word<T> {
  readonly #memory: MemoryAccess;
  readonly #at: AccessTarget;

  constructor(memory: MemoryAccess, region: Region) {
    this.#memory = memory;
    this.#at = {
      region,
      start: 0,
      kind: region.kind as ElementKind,
      from: 0,
      to: region.bytes.length,
      element: null,
    };
  }

  load(): T {
    return this.#memory.load(this.#at) as T;
  }

  store(value: T): T {
    return this.#memory.store(this.#at, toInteger(value)) as T;
  }

  compareExchange(expected: T, desired: T): T {
    return this.#memory.compareExchange(this.#at, expected, desired) as T;
  }

  exchange(value: T): T {
    return this.#memory.exchange(this.#at, value) as T;
  }

  add(value: T): T {
    return this.#memory.change('add', this.#at, value) as T;
  }

  sub(value: T): T {
    return this.#memory.change('sub', this.#at, value) as T;
  }

  and(value: T): T {
    return this.#memory.change('and', this.#at, value) as T;
  }

  or(value: T): T {
    return this.#memory.change('or', this.#at, value) as T;
  }

  xor(value: T): T {
    return this.#memory.change('xor', this.#at, value) as T;
  }

  wait(expected: T, timeout: number = Infinity): WaitResult {
    return this.#memory.wait(this.#at, expected, timeout);
  }

  waitAsync(expected: T, timeout: number = Infinity): AsyncWaitResult {
    return this.#memory.waitAsync(this.#at, expected, timeout);
  }

  notify(count: number = Infinity): number {
    return this.#memory.notify(this.#at, count);
  }

  get value(): T {
    return this.#memory.read(this.#at) as T;
  }

  set value(value: T) {
    this.#memory.write(this.#at, value);
  }
}
