import { runBody } from '../../src/checker/run-body.ts';
import type { ThreadMemory } from '../../src/model/thread-memory.ts';
import type { Code } from '../../src/model/thread-tree.ts';

/**
 * The words as the body of a thread sees them that is no part of the kernel. All but `peek` and `poke` are sequentially consistent
 * steps; a thread may be stopped before each.
 */
export class SharedWords {
  readonly #memory: ThreadMemory;

  constructor(memory: ThreadMemory) {
    this.#memory = memory;
  }

  load(address: number): number {
    return this.#memory.ask(0, 'load', address, 0, 0);
  }

  store(address: number, value: number): void {
    this.#memory.ask(0, 'store', address, value | 0, 0);
  }

  /** True if the word held `expected` and now holds `desired`. */
  cas(address: number, expected: number, desired: number): boolean {
    return this.compareExchange(address, expected, desired) === (expected | 0);
  }

  /** The same; returns the word's former value. The others do so too. */
  compareExchange(address: number, expected: number, desired: number): number {
    return this.#memory.ask(0, 'cas', address, expected | 0, desired | 0);
  }

  exchange(address: number, value: number): number {
    return this.#memory.ask(0, 'exchange', address, value | 0, 0);
  }

  add(address: number, value: number): number {
    return this.#memory.ask(0, 'add', address, value | 0, 0);
  }

  sub(address: number, value: number): number {
    return this.#memory.ask(0, 'sub', address, value | 0, 0);
  }

  and(address: number, value: number): number {
    return this.#memory.ask(0, 'and', address, value | 0, 0);
  }

  or(address: number, value: number): number {
    return this.#memory.ask(0, 'or', address, value | 0, 0);
  }

  xor(address: number, value: number): number {
    return this.#memory.ask(0, 'xor', address, value | 0, 0);
  }

  /** Blocks the thread until the word is not `value`, and returns what it then is. */
  await(address: number, value: number): number {
    return this.#memory.ask(0, 'await', address, value | 0, 0);
  }

  /** Wakes nobody whom the change of the word has not woken: a modelled wait looks at the word, and does not sleep. */
  notify(_address: number): void {}

  /** A plain read, at the moment of the step before it: no other thread moves in between. */
  peek(address: number): number {
    return this.#memory.peek(address);
  }

  poke(address: number, value: number): void {
    this.#memory.poke(address, value | 0);
  }

  /** Says that an operation begins, for histories. */
  invoke(name: string, argument: number | null = null): void {
    this.#memory.note({ kind: 'invoke', op: 0, name, argument });
  }

  /** Says that the operation has answered. */
  answer(outcome: string, value = 0): void {
    this.#memory.note({ kind: 'return', outcome, value });
  }
}

/** A thread's body: a synchronous function of the words. Returns what counts as its result. */
export type PlainBody = (words: SharedWords) => unknown;

/** The code of a thread that runs a body. */
export function bodyCode(body: PlainBody): Code {
  return (memory) => {
    const words = new SharedWords(memory);
    return [() => runBody(memory, () => body(words))];
  };
}
