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
