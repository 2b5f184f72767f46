// lockfree-lab run quantum-leaps-ring
// expected:begin (made by npm run refresh)
// broken    invariant, 0 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const SIZE = 2;
const words = { head: 0, tail: 1, ring: [0, 5] };
type Words = Shared<typeof words>;

/** The interrupt routine: puts a value, if there is room. */
const put = ({ head, tail, ring }: Words): boolean => {
  const end = head.load();
  const next = (end + 1) % SIZE;
  if (next === tail.load()) return false;
  ring[end] = 6;
  head.store(next);
  return true;
};

const get =
  (inTwoSteps: boolean) =>
  ({ tail, ring }: Words): number => {
    const first = tail.load();
    const value = ring[first];
    if (!inTwoSteps) tail.store((first + 1) % SIZE);
    else {
      tail.store(first + 1);
      if (tail.load() === SIZE) tail.store(0);
    }
    return value;
  };

export const quantumLeapsRing: Report = {
  id: 'quantum-leaps-ring',
  title: 'an index that is out of range for an instant',
  sources: [{ project: 'QuantumLeaps/lock-free-ring-buffer', number: 1 }],
  about:
    'The reader of a ring counts its index up, and sets it to 0 if that was the end. In between the index names no slot. An interrupt that comes then compares with it, finds room ' +
    'where there is none, and overwrites values.',
  repair: 'The new index is computed first, and stored in one step.',
  shows: 'invariant',
  broken: sample({ words, threads: [get(true), put], always: ({ tail }) => tail < SIZE }),
  repaired: sample({ words, threads: [get(false), put], always: ({ tail }) => tail < SIZE }),
};
