// lockfree-lab run webkit-wait
// expected:begin (made by npm run refresh)
// broken    livelock, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const words = { word: 0, lock: 0, waiters: 0, woken: 0 };
type Words = Shared<typeof words>;

function locked<T>(lock: Word<number>, run: () => T): T {
  while (lock.exchange(1) === 1);
  const result = run();
  lock.store(0);
  return result;
}

/** An engine's own wait: joins the list of waiters, and goes round until it is taken off. */
const waiting =
  (comparesUnderLock: boolean) =>
  ({ word, lock, waiters, woken }: Words): void => {
    if (!comparesUnderLock && word.load() !== 0) return;
    const joined = locked(lock, () => {
      if (comparesUnderLock && word.load() !== 0) return false;
      waiters.store(1);
      return true;
    });
    if (!joined) return;
    while (woken.load() === 0);
  };

/** Changes the word, and wakes those on the list. */
const notifying = ({ word, lock, waiters, woken }: Words): void => {
  word.store(1);
  locked(lock, () => {
    if (waiters.exchange(0) === 1) woken.store(1);
  });
};

export const webkitWait: Report = {
  id: 'webkit-wait',
  title: "an engine's wait that compares before it takes the lock",
  sources: [{ project: 'WebKit/WebKit', number: 7048 }],
  about:
    'Atomics.wait of an engine compared the word, and then took the lock on the list of waiters. If another thread changes the word and notifies in between, ' +
    'it finds the list empty; the waiter then joins it, and nobody will wake it.',
  repair: 'The word is compared while the list is locked, as the specification of the language says.',
  shows: 'livelock',
  broken: sample({ words, threads: [waiting(false), notifying] }),
  repaired: sample({ words, threads: [waiting(true), notifying] }),
};
