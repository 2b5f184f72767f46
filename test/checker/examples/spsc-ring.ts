import { check, type Passed } from '../../../src/checker/index.ts';

const [READ, WRITE] = [0, 1];
const SIZE = 3;

/**
 * A ring for one producer and one consumer, in the shape of ringbuf.js: two indices that are stored atomically, each by one side only, and
 * plain accesses to the data. One slot stays free, which tells full from empty.
 */
class Ring {
  readonly indices: Int32Array;
  readonly data: Int32Array;

  constructor(indices: Int32Array, data: Int32Array) {
    this.indices = indices;
    this.data = data;
  }

  push(value: number): boolean {
    const write = Atomics.load(this.indices, WRITE);
    if ((write + 1) % SIZE === Atomics.load(this.indices, READ)) return false;
    this.data[write] = value;
    Atomics.store(this.indices, WRITE, (write + 1) % SIZE);
    return true;
  }

  /** The oldest value, or 0 if there is none. */
  pop(): number {
    const read = Atomics.load(this.indices, READ);
    if (read === Atomics.load(this.indices, WRITE)) return 0;
    const value = this.data[read]!;
    Atomics.store(this.indices, READ, (read + 1) % SIZE);
    return value;
  }
}

/** Producers and consumers as lists of operations, each history of which must be one of a bounded queue. */
function explore(
  producers: readonly (readonly number[])[],
  pops: readonly number[],
  replay?: string,
): Passed {
  return check({
    words: { indices: [0, 0], data: new Int32Array(SIZE) },
    operations: {
      push: ({ indices, data }, value: number) => new Ring(indices, data).push(value),
      pop: ({ indices, data }) => new Ring(indices, data).pop(),
    },
    threads: [
      ...producers.map((values) => values.map((value) => ['push', value] as const)),
      ...pops.map((count) => Array.from({ length: count }, () => ['pop'] as const)),
    ],
    model: {
      initial: [] as readonly number[],
      apply: (queue, operation, value) => {
        if (operation === 'pop') return queue.length === 0 ? [queue, 0] : [queue.slice(1), queue[0]];
        return queue.length === SIZE - 1 ? [queue, false] : [[...queue, value], true];
      },
    },
    ...(replay !== undefined && { replay }),
  });
}

export const sound = (): Passed => explore([[1, 2, 3]], [3]);
export const twoProducers = (replay?: string): Passed => explore([[1], [2]], [2], replay);
export const twoConsumers = (replay?: string): Passed => explore([[1]], [1, 1], replay);
