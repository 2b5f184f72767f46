import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

const SIZE = 2;
const words = { head: 0, tail: 0, turns: [0, 1], slots: [0, 0] };
type Words = Shared<typeof words>;

/** A bounded ring for many producers and consumers: each slot has a turn, which says who may use it next (Vyukov 2010). */
function push({ tail, turns, slots }: Words, value: number, isEarly: boolean): boolean {
  while (true) {
    const at = tail.load();
    const turn = Atomics.load(turns, at % SIZE);
    if (turn < at) return false;
    if (turn > at || tail.compareExchange(at, at + 1) !== at) continue;
    if (isEarly) Atomics.store(turns, at % SIZE, at + 1);
    slots[at % SIZE] = value;
    if (!isEarly) Atomics.store(turns, at % SIZE, at + 1);
    return true;
  }
}

/** The oldest value, or 0 if there is none; or, if it does not wait, while that of the oldest position is not written. */
function pop({ head, tail, turns, slots }: Words, waits = false): number {
  while (true) {
    const at = head.load();
    const turn = Atomics.load(turns, at % SIZE);
    if (turn < at + 1 && (!waits || tail.load() === at)) return 0;
    if (turn !== at + 1 || head.compareExchange(at, at + 1) !== at) continue;
    const value = slots[at % SIZE]!;
    Atomics.store(turns, at % SIZE, at + SIZE);
    return value;
  }
}

type Call = readonly ['push', number] | readonly ['pop'] | readonly ['pull'];

const USUAL: readonly (readonly Call[])[] = [
  [
    ['push', 1],
    ['push', 2],
  ],
  [['pop']],
  [['pop']],
];

interface Asked {
  readonly isEarly?: boolean;
  readonly threads?: readonly (readonly Call[])[];
  readonly lockFree?: boolean;
  readonly replay?: string | undefined;
}

function explore({ isEarly = false, threads = USUAL, lockFree = false, replay }: Asked = {}): Passed {
  return check({
    words,
    operations: {
      push: (shared, value: number) => push(shared, value, isEarly),
      pop: (shared) => pop(shared),
      pull: (shared) => pop(shared, true),
    },
    threads: threads as Call[][],
    model: {
      initial: [] as readonly number[],
      apply: (queue, operation, value) => {
        if (operation === 'push') return queue.length === SIZE ? [queue, false] : [[...queue, value], true];
        return queue.length === 0 ? [queue, 0] : [queue.slice(1), queue[0]];
      },
    },
    lockFree,
    ...(replay !== undefined && { replay }),
  });
}

export const sound = (): Passed => explore();
/** Publishes a slot before it is written. */
export const early = (replay?: string): Passed => explore({ isEarly: true, replay });
/** Two producers: the one that is first stands still, and nobody has what the other one has put in. */
export const overtaken = (replay?: string): Passed =>
  explore({ threads: [[['push', 1]], [['push', 2], ['pop']]], replay });
/** A reader that waits for a slow writer, which is what such a ring comes to. */
export const waiting = (replay?: string): Passed =>
  explore({ threads: [[['push', 1]], [['pull']]], lockFree: true, replay });
