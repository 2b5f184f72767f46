import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

// A ring of two cells for two threads, after Shann, Huang and Chen (ICPADS 2000): Head and Tail, a word for each cell, and for each thread a value beside
// each cell. A word is the cycle, in steps of STEP, and the number of the thread whose value is in the
// cell, or 0 if it is free for the put of that cycle.
const [HEAD, TAIL, FIRST] = [0, 1, 2];
const [CELLS, THREADS, STEP] = [2, 2, 4];

const words = { ring: Array.from({ length: FIRST + CELLS * (1 + THREADS) }, () => 0) };
type Words = Shared<typeof words>;

/** What a thread may forget, or do too late. */
type Fault = 'helps' | 'reads in time' | 'looks at the cycle' | null;

const at = (position: number): number => FIRST + (position % CELLS);
const freeFor = (position: number): number => Math.floor(position / CELLS) * STEP;

/** Puts a value in for a thread, numbered from 1. False if the ring is full. */
function put({ ring }: Words, value: number, thread: number, without: Fault): boolean {
  for (;;) {
    const position = Atomics.load(ring, TAIL);
    const free = freeFor(position);
    const word = Atomics.load(ring, at(position));
    if (word < free || (word !== free && without === 'looks at the cycle')) return false;
    if (word === free) {
      Atomics.store(ring, at(position) + thread * CELLS, value);
      if (Atomics.compareExchange(ring, at(position), free, free + thread) !== free) continue;
      Atomics.compareExchange(ring, TAIL, position, position + 1);
      return true;
    }
    if (without !== 'helps') Atomics.compareExchange(ring, TAIL, position, position + 1);
  }
}

/** The oldest value, or 0 if there is none. */
function take({ ring }: Words, without: Fault): number {
  for (;;) {
    const position = Atomics.load(ring, HEAD);
    const word = Atomics.load(ring, at(position));
    const thread = word - freeFor(position);
    if (thread === 0) return 0;
    if (thread <= THREADS) {
      const place = at(position) + thread * CELLS;
      let value = Atomics.load(ring, place);
      if (Atomics.compareExchange(ring, at(position), word, freeFor(position + CELLS)) !== word) continue;
      if (without === 'reads in time') value = Atomics.load(ring, place);
      Atomics.compareExchange(ring, HEAD, position, position + 1);
      return value;
    }
    if (without !== 'helps') Atomics.compareExchange(ring, HEAD, position, position + 1);
  }
}

type Call = readonly ['put', number] | readonly ['take'];

const USUAL: readonly (readonly Call[])[] = [
  [['put', 65], ['take']],
  [['put', 66], ['take']],
];

function explore(without: Fault, threads = USUAL, replay?: string): Passed {
  return check({
    words,
    operations: {
      put: (shared, value: number, { number }) => put(shared, value, number, without),
      take: (shared) => take(shared, without),
    },
    threads: threads as Call[][],
    model: {
      initial: [] as readonly number[],
      apply: (queue, operation, value) => {
        if (operation === 'put') return queue.length === CELLS ? [queue, false] : [[...queue, value], true];
        return queue.length === 0 ? [queue, 0] : [queue.slice(1), queue[0]];
      },
    },
    lockFree: true,
    ...(replay !== undefined && { replay }),
  });
}

export const sound = (): Passed => explore(null);
/** A thread waits for the one that has not moved Tail on. */
export const unhelpful = (replay?: string): Passed => explore('helps', USUAL, replay);
/** Says that the ring is full where another put was faster. */
export const hasty = (replay?: string): Passed => explore('looks at the cycle', USUAL, replay);
/** Reads a value when its writer may have put the next one there. */
export const late = (replay?: string): Passed =>
  explore(
    'reads in time',
    [
      [
        ['put', 65],
        ['put', 66],
        ['put', 67],
      ],
      [['take']],
    ],
    replay,
  );
