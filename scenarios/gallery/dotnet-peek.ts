// lockfree-lab run dotnet-peek
// expected:begin (made by npm run refresh)
// broken    not linearizable, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { SequentialModel, Shared } from '../../src/checker/types.ts';

/** Two segments with room for one value each; the second is there once it is linked. */
const words = { first: 0, isLinked: 0, second: 0 };
type Words = Shared<typeof words>;

const enqueue = ({ first, isLinked, second }: Words, value: number): void => {
  if (first.compareExchange(0, value) === 0) return;
  isLinked.store(1);
  second.store(value);
};

/** The first value of the first segment that is not empty; a segment behind which there is another one is full. */
const peek =
  (looksForNextFirst: boolean) =>
  ({ first, isLinked, second }: Words): number | undefined => {
    const hasNext = looksForNextFirst && isLinked.load() === 1;
    const value = first.load();
    if (value !== 0) return value;
    if (looksForNextFirst ? !hasNext : isLinked.load() === 0) return undefined;
    return second.load() || undefined;
  };

const model: SequentialModel<readonly number[], number> = {
  initial: [],
  apply: (items, operation, value) =>
    operation === 'peek' ? [items, items[0]] : [[...items, value], undefined],
};

export const dotnetPeek: Report = {
  id: 'dotnet-peek',
  title: 'a peek that follows a segment which has become full',
  sources: [{ project: 'dotnet/corefx', number: 14348 }],
  about:
    'A peek goes through the segments of a queue until one is not empty. It sees a segment empty, and then that there is a next one, and goes on to it. In between, others have filled ' +
    'the segment and begun the next: the peek answers a value that stands behind the first one.',
  repair: 'The peek asks first whether there is a next segment, and looks into this one after that.',
  shows: 'not linearizable',
  broken: sample({
    words,
    operations: { enqueue, peek: peek(false) },
    threads: [
      [
        ['enqueue', 1],
        ['enqueue', 2],
      ],
      [['peek']],
    ],
    model,
  }),
  repaired: sample({
    words,
    operations: { enqueue, peek: peek(true) },
    threads: [
      [
        ['enqueue', 1],
        ['enqueue', 2],
      ],
      [['peek']],
    ],
    model,
  }),
};
