import type { Check } from '../../../src/checker/index.ts';

const NONE = -1;

const words = { head: 0, count: 3, next: new Int32Array([1, 2, NONE]) };

interface Stack {
  readonly head: { load(): number; compareExchange(expected: number, desired: number): number };
  readonly count: { load(): number; add(by: number): number };
  readonly next: Int32Array;
}

/** Takes a cell off, and leaves the last one: returns its number, or -1. */
function pop({ head, count, next }: Stack): number {
  while (count.load() > 1) {
    const first = head.load();
    const second = Atomics.exchange(next, first, NONE);
    if (second < 0) continue;
    if (head.compareExchange(first, second) === first) {
      count.add(-1);
      return first;
    }
    Atomics.exchange(next, first, second);
  }
  return NONE;
}

function push({ head, count, next }: Stack, cell: number): void {
  let seen = head.load();
  for (;;) {
    Atomics.store(next, cell, seen);
    const found = head.compareExchange(seen, cell);
    if (found === seen) break;
    seen = found;
  }
  count.add(1);
}

/** Pops, pushes what it has, and pops again. */
function threeTimes(stack: Stack): number {
  const cell = pop(stack);
  if (cell !== NONE) push(stack, cell);
  return pop(stack);
}

/**
 * SafeStack, as Dmitry Vyukov put it to the users of model checkers ("Bug with a context switch bound 5", 2010): cells are popped and
 * pushed by three threads with 3, 3 and 1 operations. In few executions a cell gets lost, so that threads look for it forever; in very few,
 * which take six preemptions at least, two of them hold the same one.
 */
export const safeStack = {
  words,
  threads: [threeTimes, threeTimes, pop],
  finally: (_, held) => {
    // One that looks for a cell forever holds none.
    const cells = held.filter((cell) => cell !== NONE && cell !== undefined);
    return new Set(cells).size === cells.length;
  },
} satisfies Check<typeof words, number, readonly ((stack: Stack) => number)[]>;
