// lockfree-lab run coincident-buffers
// expected:begin (made by npm run refresh)
// broken    deadlock, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const words = { free: 2 };
type Words = Shared<typeof words>;

/** Takes so many of the free buffers at once, and sleeps while there are not enough. */
function take(free: Word<number>, count: number): void {
  for (;;) {
    const seen = free.load();
    if (seen < count) free.wait(seen);
    else if (free.compareExchange(seen, seen - count) === seen) return;
  }
}

/** A call needs a buffer for its first contact, and another one for the result. */
const call =
  (...steps: readonly number[]) =>
  ({ free }: Words): void => {
    for (const count of steps) take(free, count);
    free.add(2);
    free.notify();
  };

export const coincidentBuffers: Report = {
  id: 'coincident-buffers',
  title: 'too few buffers under load',
  sources: [{ project: 'WebReflection/coincident', number: 26 }],
  about:
    'Workers that call the main thread very often deadlock. Each call has two parts: a first contact, and the result, each with a shared buffer. ' +
    'The sample shows the shape with a pool: when every call holds its first buffer there is none left for a result, and all wait for each other.',
  repair: 'A call takes both of its buffers at once.',
  shows: 'deadlock',
  broken: sample({ words, threads: [call(1, 1), call(1, 1)] }),
  repaired: sample({ words, threads: [call(2), call(2)], finally: ({ free }) => free === 2 }),
};
