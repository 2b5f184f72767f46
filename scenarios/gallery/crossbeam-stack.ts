// lockfree-lab run crossbeam-stack
// expected:begin (made by npm run refresh)
// broken    race, 0 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const words = { lock: 0, top: 1, slots: [7, 0] };
type Words = Shared<typeof words>;
type Around = (lock: Word<number>, run: () => number) => number;

/** Reserves a slot, and then uses it: first the index, then the value. */
const push =
  (around: Around) =>
  ({ lock, top, slots }: Words): number =>
    around(lock, () => {
      for (;;) {
        const seen = top.load();
        if (top.compareExchange(seen, seen + 1) !== seen) continue;
        slots[seen] = 8;
        return seen;
      }
    });

const pop =
  (around: Around) =>
  ({ lock, top, slots }: Words): number =>
    around(lock, () => {
      for (;;) {
        const seen = top.load();
        if (top.compareExchange(seen, seen - 1) === seen) return slots[seen - 1];
      }
    });

const bare: Around = (_, run) => run();
const locked: Around = (lock, run) => {
  while (lock.exchange(1) === 1);
  const result = run();
  lock.store(0);
  return result;
};

export const crossbeamStack: Report = {
  id: 'crossbeam-stack',
  title: 'a slot that is read and written at once',
  sources: [{ project: 'crossbeam-rs/crossbeam', number: 1115 }],
  about:
    'A stack in an array: pop takes the index of the top down, and then reads the slot. In between another thread pushes, takes the index up, and writes that very slot. ' +
    'A reviewer saw the race, and the pull request was closed.',
  repair: 'A lock makes the index and the slot one step.',
  shows: 'race',
  broken: sample({ words, threads: [pop(bare), push(bare)] }),
  repaired: sample({
    words,
    threads: [pop(locked), push(locked)],
    finally: (_, [popped, pushed]) => popped === (pushed === 1 ? 8 : 7),
  }),
};
