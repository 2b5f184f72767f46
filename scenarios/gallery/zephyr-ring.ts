// lockfree-lab run zephyr-ring
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const SIZE = 2;
const words = { head: 1, tail: 2, ring: [0, 5] };
type Words = Shared<typeof words>;

const produce = ({ tail, ring }: Words): void => {
  const end = tail.load();
  ring[end % SIZE] = 6;
  tail.store(end + 1);
};

/** Takes the first value. Then it sets the indices back by the size of the ring, so that they do not grow forever. */
const consume =
  (rewinds: boolean) =>
  ({ head, tail, ring }: Words): number => {
    const first = head.load();
    const value = ring[first % SIZE];
    head.store(first + 1);
    if (rewinds && first + 1 >= SIZE) {
      head.store(first + 1 - SIZE);
      tail.store(tail.load() - SIZE);
    }
    return value;
  };

export const zephyrRing: Report = {
  id: 'zephyr-ring',
  title: 'a consumer that sets both indices back',
  sources: [{ project: 'zephyrproject-rtos/zephyr', number: 37323 }],
  about:
    'A ring for one producer and one consumer promises that no lock is needed. When it has consumed enough, the consumer sets both indices back, the one of the producer too. ' +
    'A producer that has read its index before stores it after that: the ring counts values that nobody has put there, or loses one.',
  repair: 'Each index is written by one thread, and goes on; its remainder says where the value stands.',
  shows: 'property',
  broken: sample({
    words,
    threads: [produce, consume(true)],
    finally: ({ head, tail }) => tail - head === 1,
  }),
  repaired: sample({
    words,
    threads: [produce, consume(false)],
    finally: ({ head, tail }, [, value]) => tail - head === 1 && value === 5,
  }),
};
