// lockfree-lab run dotnet-freeze
// expected:begin (made by npm run refresh)
// broken    not linearizable, 2 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { SequentialModel, Shared } from '../../src/checker/types.ts';

const OFFSET = 100;
const words = { slots: [0, 0], head: 0, tail: 0, isFrozen: 0 };
type Words = Shared<typeof words>;

/** Reserves a slot, and then fills it. */
const enqueue = ({ slots, tail }: Words, value: number): string => {
  for (;;) {
    const seen = tail.load();
    if (seen >= OFFSET) return 'frozen';
    if (tail.compareExchange(seen, seen + 1) !== seen) continue;
    Atomics.store(slots, seen, value);
    return 'done';
  }
};

const dequeue = ({ slots, head, tail, isFrozen }: Words): number | string => {
  for (;;) {
    const first = head.load();
    const value = Atomics.load(slots, first);
    if (value !== 0) {
      if (head.compareExchange(first, first + 1) === first) return value;
      continue;
    }
    // Somebody fills the first slot, or there is none. A frozen segment has a tail that is OFFSET too high.
    const frozen = isFrozen.load() === 1;
    const last = tail.load();
    if (last <= first || (frozen && last - OFFSET <= first)) return 'empty';
  }
};

/** Keeps other threads from enqueuing. */
const freeze =
  (flagFirst: boolean) =>
  ({ tail, isFrozen }: Words): void => {
    if (flagFirst) isFrozen.store(1);
    tail.add(OFFSET);
    if (!flagFirst) isFrozen.store(1);
  };

interface Queue {
  readonly items: readonly number[];
  readonly isFrozen: boolean;
}

const model: SequentialModel<Queue, number> = {
  initial: { items: [], isFrozen: false },
  apply: ({ items, isFrozen }, operation, value) => {
    if (operation === 'freeze') return [{ items, isFrozen: true }, undefined];
    if (operation === 'dequeue') return [{ items: items.slice(1), isFrozen }, items[0] ?? 'empty'];
    return isFrozen ? [{ items, isFrozen }, 'frozen'] : [{ items: [...items, value], isFrozen }, 'done'];
  },
};

export const dotnetFreeze: Report = {
  id: 'dotnet-freeze',
  title: 'a queue that says "empty" while a segment is frozen',
  sources: [{ project: 'dotnet/runtime', number: 132736 }],
  about:
    'A segment of a queue is frozen in two steps: a flag, and an offset that is added to its tail. A dequeue reads the flag and then the tail, and takes the offset off. Between the two steps it takes off ' +
    'what was never added, and answers "empty" though an enqueue has ended that nobody has dequeued.',
  repair: 'The offset is added first, and the flag is set after it.',
  shows: 'not linearizable',
  broken: sample({
    words,
    operations: { enqueue, dequeue, freeze: freeze(true) },
    threads: [[['enqueue', 1]], [['enqueue', 2], ['dequeue']], [['freeze']]],
    model,
  }),
  repaired: sample({
    words,
    operations: { enqueue, dequeue, freeze: freeze(false) },
    threads: [[['enqueue', 1]], [['enqueue', 2], ['dequeue']], [['freeze']]],
    model,
  }),
};
