// lockfree-lab run emscripten-futex
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const words = { done: 0, result: 0 };
type Words = Shared<typeof words>;

/** Waits for a proxied call, and takes its result. */
const caller =
  (waitFor: (done: Word<number>) => void) =>
  ({ done, result }: Words): number => {
    waitFor(done);
    return result.load();
  };

const target = ({ done, result }: Words): void => {
  result.store(42);
  done.store(1);
  done.notify();
};

/** Asks the caller to look at something else, by waking it on the word on which it sleeps. */
const notifier = ({ done }: Words): void => void done.notify();

const isThere = (_: unknown, [result]: readonly [number, void, void]): boolean => result === 42;

export const emscriptenFutex: Report = {
  id: 'emscripten-futex',
  title: 'a wait that answers 0 without having been woken for it',
  sources: [{ project: 'emscripten-core/emscripten', number: 27759 }],
  about:
    'A futex wait may be ended by a notification that has nothing to do with the awaited word, and answers 0 as if it had been woken for it. ' +
    'A loop that waits again only after a timeout or an interruption takes the 0 for "done", and reads a result that is not there yet.',
  repair: 'The loop asks the word itself, whatever the wait has answered.',
  shows: 'property',
  broken: sample({
    words,
    threads: [
      caller((done) => {
        while (done.wait(0, 1000) === 'timed-out');
      }),
      target,
      notifier,
    ],
    finally: isThere,
  }),
  repaired: sample({
    words,
    threads: [
      caller((done) => {
        while (done.load() === 0) done.wait(0, 1000);
      }),
      target,
      notifier,
    ],
    finally: isThere,
  }),
};
