// Takes the place of ../../kernel/memory.ts on the way into the compiler: the same words as inline WebAssembly instructions.
// Addresses count words; WebAssembly counts bytes. Its atomics are sequentially consistent.
export class Memory {
  @inline load(step: i32, address: i32): i32 {
    return atomic.load<i32>((<usize>address) << 2);
  }
  @inline store(step: i32, address: i32, value: i32): void {
    atomic.store<i32>((<usize>address) << 2, value);
  }
  @inline cas(step: i32, address: i32, expected: i32, desired: i32): bool {
    return atomic.cmpxchg<i32>((<usize>address) << 2, expected, desired) == expected;
  }
  @inline exchange(step: i32, address: i32, value: i32): i32 {
    return atomic.xchg<i32>((<usize>address) << 2, value);
  }
  @inline add(step: i32, address: i32, value: i32): i32 {
    return atomic.add<i32>((<usize>address) << 2, value);
  }
  @inline or(step: i32, address: i32, bits: i32): i32 {
    return atomic.or<i32>((<usize>address) << 2, bits);
  }
  // The header never changes; an atomic load of it is not left out by the compiler.
  pause(turns: i32): void {
    for (let i = 0; i < turns; i++) atomic.load<i32>(0);
  }
  @inline peek(address: i32): i32 {
    return load<i32>((<usize>address) << 2);
  }
  @inline poke(address: i32, value: i32): void {
    store<i32>((<usize>address) << 2, value);
  }
}
