// lockfree-lab run crossbeam-deque
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Results, Shared, Values } from '../../src/checker/types.ts';

const words = { front: 0, back: 2, buffer: 0, small: [10, 11], large: [0, 0] };
type Words = Shared<typeof words>;

/** Takes the task that was pushed last, moves the others to another buffer, and pushes a new task in its place. */
const owner = ({ front, back, buffer, small, large }: Words): { popped: number[]; pushed: number[] } => {
  const popped: number[] = [];
  const last = back.load() - 1;
  back.store(last);
  const first = front.load();
  if (first < last) popped.push(Atomics.load(small, last));
  else {
    // It is the only one, for which thieves compete.
    if (first === last && front.compareExchange(first, first + 1) === first)
      popped.push(Atomics.load(small, last));
    back.store(last + 1);
  }
  const end = back.load();
  for (let i = front.load(); i < end; i++) Atomics.store(large, i, Atomics.load(small, i));
  buffer.store(1);
  if (end !== last) return { popped, pushed: [] };
  Atomics.store(large, end, 12);
  back.store(end + 1);
  return { popped, pushed: [12] };
};

/** Steals up to two tasks, one after the other. */
const thief =
  (looksAgain: boolean) =>
  ({ front, back, buffer, small, large }: Words): number[] => {
    const stolen: number[] = [];
    const number = buffer.load();
    while (stolen.length < 2) {
      const first = front.load();
      if (first >= back.load()) break;
      const task = Atomics.load(number === 0 ? small : large, first);
      if (looksAgain && buffer.load() !== number) break;
      if (front.compareExchange(first, first + 1) !== first) break;
      stolen.push(task);
    }
    return stolen;
  };

/** Each of the tasks was taken once, or is still there. */
function eachOnce(
  { front, back, buffer, small, large }: Values<typeof words>,
  [{ popped, pushed }, stolen]: Results<[typeof owner, ReturnType<typeof thief>]>,
): boolean {
  const left = (buffer === 0 ? small : large).subarray(front, Math.max(front, back));
  const tasks = [...popped, ...stolen, ...left].toSorted((a, b) => a - b);
  return tasks.join() === [10, 11, ...pushed].join();
}

export const crossbeamDeque: Report = {
  id: 'crossbeam-deque',
  title: 'a buffer that is swapped while a batch is stolen',
  sources: [{ project: 'crossbeam-rs/crossbeam', number: 726 }],
  about:
    'A thief reads which buffer a work-stealing deque has, and steals several tasks from it (CVE-2021-32810). Meanwhile the owner pops a task, swaps the buffer, and pushes another task in the same place. ' +
    'The indices are as before, so the thief takes what stands there in the old buffer: one task is taken twice, and another one never.',
  repair:
    'The thief asks before each compare-and-swap whether the buffer is still the one that it read from.',
  shows: 'property',
  broken: sample({ words, threads: [owner, thief(false)], finally: eachOnce }),
  repaired: sample({ words, threads: [owner, thief(true)], finally: eachOnce }),
};
