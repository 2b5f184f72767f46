import { check, type Passed } from '../../../src/checker/index.ts';

const [TOP, BOTTOM, CELLS] = [0, 1, 2];
const SIZE = 4;

/** What is left out, or turned round. */
type Fault = 'the last value by a store' | 'the loads of a thief reversed';

/** The deque of Chase and Lev 2005 over one Int32Array: one thread pushes and pops at the bottom, the others steal at the top. */
class Deque {
  readonly words: Int32Array;
  readonly fault: Fault | null;

  constructor(words: Int32Array, fault: Fault | null) {
    this.words = words;
    this.fault = fault;
  }

  push(value: number): boolean {
    const bottom = Atomics.load(this.words, BOTTOM);
    if (bottom - Atomics.load(this.words, TOP) === SIZE) return false;
    Atomics.store(this.words, CELLS + (bottom % SIZE), value);
    Atomics.store(this.words, BOTTOM, bottom + 1);
    return true;
  }

  /** The value that was pushed last, or 0 if there is none. */
  pop(): number {
    const bottom = Atomics.load(this.words, BOTTOM) - 1;
    Atomics.store(this.words, BOTTOM, bottom);
    const top = Atomics.load(this.words, TOP);
    if (top < bottom) return Atomics.load(this.words, CELLS + (bottom % SIZE));
    const value = top === bottom && this.#takesLast(top) ? Atomics.load(this.words, CELLS + (top % SIZE)) : 0;
    Atomics.store(this.words, BOTTOM, bottom + 1);
    return value;
  }

  #takesLast(top: number): boolean {
    if (this.fault !== 'the last value by a store')
      return Atomics.compareExchange(this.words, TOP, top, top + 1) === top;
    Atomics.store(this.words, TOP, top + 1);
    return true;
  }

  /** The value that was pushed first, or 0 if there is none. */
  steal(): number {
    const first = this.fault === 'the loads of a thief reversed' ? BOTTOM : TOP;
    while (true) {
      const one = Atomics.load(this.words, first);
      const other = Atomics.load(this.words, TOP + BOTTOM - first);
      const [top, bottom] = first === TOP ? [one, other] : [other, one];
      if (bottom <= top) return 0;
      const value = Atomics.load(this.words, CELLS + (top % SIZE));
      if (Atomics.compareExchange(this.words, TOP, top, top + 1) === top) return value;
    }
  }
}

type Call = readonly ['push', number] | readonly ['pop'] | readonly ['steal'];

/** A deque with 1 and 2 inside, an owner that makes these calls, and a thief. */
function explore(
  owner: readonly Call[],
  thief: readonly Call[],
  fault: Fault | null,
  replay?: string,
): Passed {
  return check({
    words: { deque: new Int32Array([0, 2, 1, 2, 0, 0]) },
    operations: {
      push: ({ deque }, value: number) => new Deque(deque, fault).push(value),
      pop: ({ deque }) => new Deque(deque, fault).pop(),
      steal: ({ deque }) => new Deque(deque, fault).steal(),
    },
    threads: [owner, thief],
    model: {
      initial: [1, 2] as readonly number[],
      apply: (inside, operation, value) => {
        if (operation === 'push')
          return inside.length === SIZE ? [inside, false] : [[...inside, value], true];
        if (inside.length === 0) return [inside, 0];
        return operation === 'pop' ? [inside.slice(0, -1), inside.at(-1)] : [inside.slice(1), inside[0]];
      },
    },
    ...(replay !== undefined && { replay }),
  });
}

const POPS: readonly Call[] = [['pop'], ['pop']];
const STEALS: readonly Call[] = [['steal'], ['steal']];

export const sound = (): Passed => explore([...POPS, ['push', 3]], STEALS, null);
export const stored = (replay?: string): Passed => explore(POPS, STEALS, 'the last value by a store', replay);
export const reversed = (replay?: string): Passed =>
  explore(POPS, STEALS, 'the loads of a thief reversed', replay);
