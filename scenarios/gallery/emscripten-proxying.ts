// lockfree-lab run emscripten-proxying
// expected:begin (made by npm run refresh)
// broken    property, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const words = { queue: 0, isNotified: 0, messages: 0 };
type Words = Shared<typeof words>;

/** Adds work, and sends a message unless one is on its way. */
const proxy = ({ queue, isNotified, messages }: Words): void => {
  queue.add(1);
  if (isNotified.exchange(1) === 1) return;
  messages.add(1);
  messages.notify();
};

/** The event loop of the target: for each message it runs what is in the queue, and says that a new message is needed. */
const target =
  (clearsFirst: boolean) =>
  ({ queue, isNotified, messages }: Words): void => {
    for (let received = 0; ; received++) {
      while (messages.load() === received) messages.wait(received);
      if (clearsFirst) isNotified.store(0);
      queue.exchange(0);
      if (!clearsFirst) isNotified.store(0);
    }
  };

export const emscriptenProxying: Report = {
  id: 'emscripten-proxying',
  title: 'a "notified" flag that is cleared too late',
  sources: [{ project: 'emscripten-core/emscripten', number: 16824 }],
  about:
    'A flag keeps a queue from being notified twice. The pull request says why it may not be cleared after the queue was run: work that arrives ' +
    'in between is not run by this notification, and sends no other one, since the flag still stands.',
  repair: 'The flag is cleared first, and then the queue is run.',
  shows: 'property',
  broken: sample({
    words,
    threads: [proxy, proxy, { code: target(false), serves: true }],
    finally: ({ queue }) => queue === 0,
  }),
  repaired: sample({
    words,
    threads: [proxy, proxy, { code: target(true), serves: true }],
    finally: ({ queue }) => queue === 0,
  }),
};
