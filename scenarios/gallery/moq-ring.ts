// lockfree-lab run moq-ring
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const SIZE = 2;
const words = { read: 0, write: 2, ring: [1, 2] };
type Words = Shared<typeof words>;

/** Puts a value into a full ring: it overwrites the oldest, or it puts nothing. */
const producer =
  (overwrites: boolean) =>
  ({ read, write, ring }: Words): void => {
    const end = write.load();
    if (end - read.load() === SIZE) {
      if (!overwrites) return;
      read.store(end - SIZE + 1);
    }
    Atomics.store(ring, end % SIZE, end + 1);
    write.store(end + 1);
  };

/** Takes what there is, at most twice. */
const consumer = ({ read, write, ring }: Words): number[] => {
  const got: number[] = [];
  for (let i = 0; i < 2; i++) {
    const first = read.load();
    if (first === write.load()) break;
    got.push(Atomics.load(ring, first % SIZE));
    read.store(first + 1);
  }
  return got;
};

const inOrder = (_: unknown, [, got]: readonly [void, number[]]): boolean =>
  got.every((value, i) => i === 0 || value > got[i - 1]);

export const moqRing: Report = {
  id: 'moq-ring',
  title: 'a producer that moves the index of the consumer',
  sources: [
    { project: 'moq-dev/moq', number: 1295 },
    { project: 'openfrontio/OpenFrontIO', number: 2519 },
  ],
  about:
    'A ring that is full drops its oldest value: the producer stores the read index, which is the index of the consumer. If the consumer has read it before, it stores what it counted itself, ' +
    'and the index goes back: values come out of order, or twice.',
  repair: 'Only the consumer writes the read index; what does not fit is not put.',
  shows: 'property',
  broken: sample({ words, threads: [producer(true), consumer], finally: inOrder }),
  repaired: sample({ words, threads: [producer(false), consumer], finally: inOrder }),
};
