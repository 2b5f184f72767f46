// The runtime of the compiled kernel: objects are made once, when an instance starts, and never freed. Every instance lives in the
// same shared memory, so each is given a heap of its own (see shared-memory.ts), and no two may overlap.
@external("env", "heap") declare const heap: i32;
/** The compiler's object header: 20 bytes before the object; its last two words are the class id and the size. */
const HEADER: usize = 24;
let top: usize = <usize>heap;

@unsafe @global export function __new(size: usize, id: u32): usize {
  const object = top + HEADER;
  top = object + ((size + 7) & ~7);
  store<u32>(object - 8, id);
  store<u32>(object - 4, <u32>size);
  return object;
}
@unsafe @global export function __renew(object: usize, size: usize): usize { unreachable(); return 0; }
@unsafe @global export function __link(parent: usize, child: usize, expectMultiple: bool): void {}
@unsafe @global export function __pin(object: usize): usize { return object; }
@unsafe @global export function __unpin(object: usize): void {}
@unsafe @global export function __collect(): void {}
