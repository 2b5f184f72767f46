/**
 * The shared words as the kernel sees them. An engine supplies the memory: `Atomics` on worker threads, a gate before every step,
 * or inline WebAssembly instructions (where this file is replaced on the way into the compiler, and nothing else is).
 *
 * An address is the index of a 32-bit word. A step is a label of `steps.ts` or of a scheme's file; it names the line in the source,
 * the gate at which a thread can be stopped, and the row in a trace.
 *
 * The first six are sequentially consistent and are one scheduling point each. `peek` and `poke` are plain accesses to a word that
 * the calling thread owns at that moment, and are no scheduling points: code that uses them says in a comment why no other thread can
 * touch the word.
 */
export abstract class Memory {
  abstract load(step: i32, address: i32): i32;
  abstract store(step: i32, address: i32, value: i32): void;
  /** True if the word held `expected` and now holds `desired`. */
  abstract cas(step: i32, address: i32, expected: i32, desired: i32): bool;
  /** Returns the word's former value. */
  abstract exchange(step: i32, address: i32, value: i32): i32;
  /** Adds modulo 2^32 and returns the word's former value. */
  abstract add(step: i32, address: i32, value: i32): i32;
  /** Sets these bits and returns the word's former value. */
  abstract or(step: i32, address: i32, bits: i32): i32;
  abstract peek(address: i32): i32;
  abstract poke(address: i32, value: i32): void;
  /**
   * Lets some time pass, a third of a nanosecond or so a turn. No step. The compiled memory does; with JavaScript's atomics a failed
   * round takes so long that more waiting gained nothing, and a memory under control has no time.
   */
  pause(_turns: i32): void {}
}
