// What single accesses cost in a module: bench/micro.ts puts this behind the kernel's entry. Each loop makes one access again and again.
export function nothing(): void {}
export function loop(at: i32, times: i32): i32 {
  let sum = 0;
  for (let i = 0; i < times; i++) sum = (sum ^ i) + at;
  return sum;
}
export function loads(at: i32, times: i32): i32 {
  let sum = 0;
  for (let i = 0; i < times; i++) sum += memory.load(0, at);
  return sum;
}
export function stores(at: i32, times: i32): i32 {
  for (let i = 0; i < times; i++) memory.store(0, at, i);
  return memory.peek(at);
}
export function exchanges(at: i32, times: i32): i32 {
  for (let i = 0; i < times; i++) memory.exchange(0, at, i);
  return memory.peek(at);
}
export function adds(at: i32, times: i32): i32 {
  for (let i = 0; i < times; i++) memory.add(0, at, 1);
  return memory.peek(at);
}
export function swaps(at: i32, times: i32): i32 {
  memory.poke(at, 0);
  for (let i = 0; i < times; i++) memory.cas(0, at, i, i + 1);
  return memory.peek(at);
}
export function bumps(times: i32): i32 {
  let word = 0;
  for (let i = 0; i < times; i++) word = geometry.link.bump(word, i & 1023);
  return word;
}
