// lockfree-lab run litebox-lock
// expected:begin (made by npm run refresh)
// broken    deadlock, 0 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const LOCKED = 1;
const READERS_WAIT = 2;
const WRITERS_WAIT = 4;
/** A writer has the lock, and the flag of another writer still stands that has given up. */
const words = { state: LOCKED | WRITERS_WAIT, writers: 0 };
type Words = Shared<typeof words>;

/** Gives the lock back: wakes a writer if one waits, and else all readers. */
const writer =
  (wakeOne: (word: Word<number>) => boolean) =>
  ({ state, writers }: Words): void => {
    const before = state.exchange(0);
    if ((before & WRITERS_WAIT) !== 0) {
      writers.add(1);
      if (wakeOne(writers)) return;
    }
    if ((before & READERS_WAIT) !== 0) state.notify();
  };

const reader = ({ state }: Words): void => {
  for (;;) {
    const seen = state.load();
    if ((seen & LOCKED) === 0) return;
    const flagged = seen | READERS_WAIT;
    if (seen !== flagged && state.compareExchange(seen, flagged) !== seen) continue;
    state.wait(flagged);
  }
};

export const liteboxLock: Report = {
  id: 'litebox-lock',
  title: 'waking one says that it woke a thread when it did not',
  sources: [{ project: 'microsoft/litebox', number: 809 }],
  about:
    'A lock for readers and writers has two flags, for those that wait. When it is given back it wakes a writer, and the readers only if no writer was woken. On one platform ' +
    '"wake one" always says that it woke one. If the flag of the writers still stands and none waits, the readers sleep forever.',
  repair: 'What counts is how many were woken, as Atomics.notify says it.',
  shows: 'deadlock',
  broken: sample({
    words,
    threads: [
      writer((writers) => {
        writers.notify(1);
        return true;
      }),
      reader,
    ],
  }),
  repaired: sample({ words, threads: [writer((writers) => writers.notify(1) > 0), reader] }),
};
