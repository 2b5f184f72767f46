import { Memory } from '../kernel/memory.ts';

/** The kernel's words on JavaScript's own atomics. `Atomics.*` is sequentially consistent; plain access is for a word's owner. */
export class AtomicsMemory extends Memory {
  readonly words: Int32Array;

  constructor(words: Int32Array) {
    super();
    this.words = words;
  }

  load(_step: number, address: number): number {
    return Atomics.load(this.words, address);
  }

  store(_step: number, address: number, value: number): void {
    Atomics.store(this.words, address, value);
  }

  cas(_step: number, address: number, expected: number, desired: number): boolean {
    return Atomics.compareExchange(this.words, address, expected, desired) === expected;
  }

  exchange(_step: number, address: number, value: number): number {
    return Atomics.exchange(this.words, address, value);
  }

  add(_step: number, address: number, value: number): number {
    return Atomics.add(this.words, address, value);
  }

  or(_step: number, address: number, bits: number): number {
    return Atomics.or(this.words, address, bits);
  }

  peek(address: number): number {
    return this.words[address];
  }

  poke(address: number, value: number): void {
    this.words[address] = value;
  }
}

/** What is thrown before the step that a thread is kept from. */
export const STANDS: unique symbol = Symbol('stands');

function stand(): never {
  throw STANDS;
}

/** Lets its thread make `left` steps, and keeps it from the next one; or does something else before each further one. */
export class StandingMemory extends AtomicsMemory {
  left: number;
  /** The step that it was kept from. */
  before = 0;
  readonly #instead: () => void;

  constructor(words: Int32Array, left: number, instead: () => void = stand) {
    super(words);
    this.left = left;
    this.#instead = instead;
  }

  #spend(step: number): void {
    this.before = step;
    if (this.left-- <= 0) this.#instead();
  }

  override load(step: number, address: number): number {
    this.#spend(step);
    return super.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    this.#spend(step);
    super.store(step, address, value);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.#spend(step);
    return super.cas(step, address, expected, desired);
  }

  override exchange(step: number, address: number, value: number): number {
    this.#spend(step);
    return super.exchange(step, address, value);
  }

  override add(step: number, address: number, value: number): number {
    this.#spend(step);
    return super.add(step, address, value);
  }

  override or(step: number, address: number, bits: number): number {
    this.#spend(step);
    return super.or(step, address, bits);
  }
}
