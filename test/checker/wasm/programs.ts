import type { WasmCall } from '../../../src/checker/wasm/types.ts';
import type { Word } from '../../../src/checker/types.ts';

/** The words of fixtures/programs.c. */
export const words = {
  x: 0,
  y: 0,
  turn: 0,
  lock: 0,
  next: 0,
  serving: 0,
  plain: 0,
  reads: 0,
  writes: 0,
  head: 1,
  flag: [0, 0],
  slots: [0, 0],
  links: [0, 2, 3, 0],
  bytes: new Uint8Array(4),
  halves: new Uint16Array(2),
  wide: 0n,
  q_head: 1,
  q_tail: 1,
  q_links: [0, 0, 0, 0, 0, 0],
  q_values: [0, 0, 0, 0, 0, 0],
};

type Names =
  | 'x'
  | 'y'
  | 'turn'
  | 'lock'
  | 'next'
  | 'serving'
  | 'plain'
  | 'reads'
  | 'writes'
  | 'head'
  | 'q_head'
  | 'q_tail';
type Shared = Record<Names, Word<number>> &
  Record<'flag' | 'slots' | 'links' | 'q_links' | 'q_values', Int32Array> & {
    bytes: Uint8Array;
    halves: Uint16Array;
    wide: Word<bigint>;
  };

const get = (array: Int32Array, i: number): number => Atomics.load(array, i);
const set = (array: Int32Array, i: number, value: number): void => void Atomics.store(array, i, value);

function cas(word: Word<number>, expected: number, desired: number): boolean {
  return word.compareExchange(expected, desired) === expected;
}

function mutex({ lock, plain }: Shared, asleep: number): void {
  if (!cas(lock, 0, 1)) while (lock.exchange(asleep) !== 0) lock.wait(asleep);
  plain.value++;
  if (lock.exchange(0) === 2) lock.notify(1);
}

function pop({ head, links }: Shared, bump: number): number {
  for (;;) {
    const top = head.load();
    if ((top & 255) === 0) return 0;
    const under = get(links, top & 255);
    if (cas(head, top, (((top >> 8) + bump) << 8) | under)) return top & 255;
  }
}

function push({ head, links }: Shared, node: number, bump: number): void {
  for (;;) {
    const top = head.load();
    set(links, node, top & 255);
    if (cas(head, top, (((top >> 8) + bump) << 8) | node)) return;
  }
}

function swap(shared: Shared, bump: number): number {
  const [first, second] = [pop(shared, bump), pop(shared, bump)];
  push(shared, first, bump);
  return second;
}

function produce({ reads, writes, slots }: Shared, isEarly: boolean): void {
  for (let value = 1; value < 4; value++) {
    const at = writes.load();
    while (at - reads.load() === 2);
    if (isEarly) writes.store(at + 1);
    slots[at & 1] = value;
    if (!isEarly) writes.store(at + 1);
  }
}

function peterson({ flag, turn, plain }: Shared, me: number, isBroken: boolean): void {
  if (isBroken) turn.store(1 - me);
  set(flag, me, 1);
  if (!isBroken) turn.store(1 - me);
  while (get(flag, 1 - me) !== 0 && turn.load() === 1 - me);
  plain.value++;
  set(flag, me, 0);
}

const node = (word: number): number => word & 255;
const after = (old: number, now: number): number => (((old >> 8) + 1) << 8) | now;
const casIn = (array: Int32Array, i: number, expected: number, desired: number): boolean =>
  Atomics.compareExchange(array, i, expected, desired) === expected;

/** The functions of fixtures/programs.c, access by access. */
export const functions: Readonly<Record<string, (shared: Shared, ...args: number[]) => unknown>> = {
  lose: ({ x }) => void x.store(x.load() + 1),
  keep: ({ x }) => void x.add(1),
  keep_by_cas: ({ x }) => {
    for (let seen = x.load(); !cas(x, seen, seen + 1); seen = x.load());
  },
  store_x: ({ x, y }) => (x.store(1), y.load()),
  store_y: ({ x, y }) => (y.store(1), x.load()),
  send: ({ x, plain }) => {
    plain.value = 1;
    x.store(1);
  },
  receive: ({ x, plain }) => (x.load() === 0 ? -1 : plain.value),
  receive_early: ({ plain }) => plain.value,
  spin: ({ lock, plain }) => {
    while (lock.exchange(1) !== 0);
    plain.value++;
    lock.store(0);
  },
  spin_broken: ({ lock, plain }) => {
    while (lock.load() !== 0);
    lock.store(1);
    plain.value++;
    lock.store(0);
  },
  ticket: ({ next, serving, plain }) => {
    const mine = next.add(1);
    while (serving.load() !== mine);
    plain.value++;
    serving.store(mine + 1);
  },
  peterson: (shared, me) => peterson(shared, me!, false),
  peterson_broken: (shared, me) => peterson(shared, me!, true),
  mutex_fixed: (shared) => mutex(shared, 2),
  mutex_broken: (shared) => mutex(shared, 1),
  pop_naive: (shared) => pop(shared, 0),
  pop_tagged: (shared) => pop(shared, 1),
  swap_naive: (shared) => swap(shared, 0),
  swap_tagged: (shared) => swap(shared, 1),
  produce: (shared) => produce(shared, false),
  produce_early: (shared) => produce(shared, true),
  consume: ({ reads, writes, slots }) => {
    let all = 0;
    for (let i = 0; i < 3; i++) {
      const at = reads.load();
      while (writes.load() === at);
      all = all * 10 + slots[at & 1]!;
      reads.store(at + 1);
    }
    return all;
  },
  seq_write: ({ next, x, y }) => void [next.store(1), x.store(1), y.store(1), next.store(2)],
  seq_write_broken: ({ next, x, y }) => void [x.store(1), y.store(1), next.store(2)],
  seq_read: ({ next, x, y }) => {
    for (;;) {
      const [before, a, b] = [next.load(), x.load(), y.load()];
      if ((before & 1) === 0 && next.load() === before) return 2 * a + b;
    }
  },
  seq_read_once: ({ next, x, y }) => {
    const [before, a, b] = [next.load(), x.load(), y.load()];
    return next.load() === before ? 2 * a + b : -1;
  },
  byte_add: ({ bytes }, i) => void Atomics.add(bytes, i!, 200),
  byte_swap: ({ bytes }, i) => Atomics.exchange(bytes, i!, 7),
  half_or: ({ halves }, i) => void Atomics.or(halves, i!, 0x8001),
  wide_add: ({ wide }) => void wide.add(3_000_000_000n),
  wide_get: ({ wide }) => wide.load(),
  max_of: ({ x }, n) => {
    for (let seen = x.load(); seen < n! && !cas(x, seen, n!); seen = x.load());
  },
  enqueue: ({ q_tail, q_links, q_values }, own, value) => {
    q_values[own!] = value!;
    set(q_links, own!, after(get(q_links, own!), 0));
    for (;;) {
      const tail = q_tail.load();
      const next = get(q_links, node(tail));
      if (q_tail.load() !== tail) continue;
      if (node(next) !== 0) {
        cas(q_tail, tail, after(tail, node(next)));
        continue;
      }
      if (!casIn(q_links, node(tail), next, after(next, own!))) continue;
      cas(q_tail, tail, after(tail, own!));
      return;
    }
  },
  dequeue: ({ q_head, q_tail, q_links, q_values }) => {
    for (;;) {
      const first = q_head.load();
      const last = q_tail.load();
      const next = get(q_links, node(first));
      if (q_head.load() !== first) continue;
      if (node(first) === node(last)) {
        if (node(next) === 0) return 0;
        cas(q_tail, last, after(last, node(next)));
        continue;
      }
      const value = q_values[node(next)];
      if (cas(q_head, first, after(first, node(next)))) return value;
    }
  },
};

type Program = readonly (readonly WasmCall[])[];

const both = (name: string, times = 2): Program => Array.from({ length: times }, () => [[name] as const]);
/** A program of the queue: for each thread its operations, `e d`. */
export const queue = (...threads: readonly string[]): Program =>
  threads.map((text, i) =>
    text
      .split(' ')
      .map((operation, k): WasmCall =>
        operation === 'd' ? ['dequeue'] : ['enqueue', 2 + 2 * i + k, 10 * i + k + 5],
      ),
  );

/** Programs of these functions: of those that end early, what is compared is what they find. */
export const programs: readonly Program[] = [
  both('lose'),
  both('lose', 3),
  both('keep', 3),
  both('keep_by_cas', 3),
  [[['store_x']], [['store_y']]],
  [[['send']], [['receive']]],
  [[['send']], [['receive_early']]],
  both('spin', 3),
  both('spin_broken'),
  both('ticket', 3),
  [[['peterson', 0]], [['peterson', 1]]],
  [[['peterson_broken', 0]], [['peterson_broken', 1]]],
  both('mutex_fixed'),
  both('mutex_broken', 3),
  [[['pop_naive']], [['swap_naive']]],
  [[['pop_tagged']], [['swap_tagged']]],
  [[['produce']], [['consume']]],
  [[['produce_early']], [['consume']]],
  [[['seq_write']], [['seq_read']]],
  [[['seq_write_broken']], [['seq_read_once']]],
  [[['byte_add', 1]], [['byte_add', 1]], [['byte_swap', 2]], [['byte_swap', 1]]],
  [[['half_or', 0]], [['half_or', 1]], [['half_or', 0]]],
  [
    [['wide_add'], ['wide_add']],
    [['wide_get'], ['wide_add']],
  ],
  [[['max_of', 2]], [['max_of', 3]], [['max_of', 1]]],
  queue('e d', 'd'),
  queue('e', 'e', 'd'),
];

export const queues: readonly Program[] = [
  queue('e d', 'd'),
  queue('e', 'd e'),
  queue('e', 'e'),
  queue('e e', 'd'),
];
