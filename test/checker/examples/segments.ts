import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

/** Cells of a segment: with one each, every second operation goes on to the next segment. */
const CELLS = 1;
/** What a dequeue leaves in a cell. */
const TAKEN = -1;

/** Segments 1 and 2, of which 1 is full; 0 is none. A segment counts who has come to put a value in, and who to take one out. */
const words = {
  head: 1,
  tail: 1,
  unused: 2,
  enqueued: new Int32Array([0, 1, 0]),
  dequeued: new Int32Array(3),
  next: new Int32Array(3),
  cells: new Int32Array([0, 1, 0]),
  retired: new Int32Array(3),
};
type Words = Shared<typeof words>;

/** A queue of arrays in which fetch-and-add gives out the places, after Ramalhete and Correia 2016. Values are not 0. */
function enqueue({ tail, unused, enqueued, next, cells }: Words, value: number): void {
  while (true) {
    const segment = tail.load();
    const place = Atomics.add(enqueued, segment, 1);
    if (place < CELLS) {
      if (Atomics.compareExchange(cells, segment * CELLS + place, 0, value) === 0) return;
      continue;
    }
    if (tail.load() !== segment) continue;
    const after = Atomics.load(next, segment);
    if (after !== 0) {
      tail.compareExchange(segment, after);
      continue;
    }
    const own = unused.add(1);
    Atomics.store(cells, own * CELLS, value);
    Atomics.store(enqueued, own, 1);
    if (Atomics.compareExchange(next, segment, 0, own) !== 0) continue;
    tail.compareExchange(segment, own);
    return;
  }
}

/**
 * The oldest value, or 0 if there is none.
 *
 * @param swings whether Tail is moved off a segment before Head
 */
function dequeue({ head, tail, enqueued, dequeued, next, cells, retired }: Words, swings: boolean): number {
  while (true) {
    const segment = head.load();
    if (
      Atomics.load(dequeued, segment) >= Atomics.load(enqueued, segment) &&
      Atomics.load(next, segment) === 0
    )
      return 0;
    const place = Atomics.add(dequeued, segment, 1);
    if (place < CELLS) {
      const value = Atomics.exchange(cells, segment * CELLS + place, TAKEN);
      if (value !== 0) return value;
      continue;
    }
    const after = Atomics.load(next, segment);
    if (after === 0) return 0;
    if (swings) tail.compareExchange(segment, after);
    if (head.compareExchange(segment, after) === segment) Atomics.store(retired, segment, 1);
  }
}

/**
 * With 1 inside, one thread puts a value in, and another one takes two out. A segment that was retired may be used again as soon as no thread looks at
 * it. So Tail may not lead any thread there.
 */
function explore(swings: boolean, replay?: string): Passed {
  return check({
    words,
    operations: {
      enqueue: (shared, value: number) => enqueue(shared, value),
      dequeue: (shared) => dequeue(shared, swings),
    },
    threads: [[['enqueue', 2]], [['dequeue'], ['dequeue']]],
    model: {
      initial: [1] as readonly number[],
      apply: (queue, operation, value) => {
        if (operation === 'enqueue') return [[...queue, value], undefined];
        return queue.length === 0 ? [queue, 0] : [queue.slice(1), queue[0]];
      },
    },
    always: ({ tail, retired }) => {
      if (retired[tail] !== 0) throw new Error(`segment ${tail} is retired, and Tail names it`);
    },
    ...(replay !== undefined && { replay }),
  });
}

export const sound = (): Passed => explore(true);
export const outrun = (replay?: string): Passed => explore(false, replay);
