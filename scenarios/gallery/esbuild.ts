// lockfree-lab run esbuild
// expected:begin (made by npm run refresh)
// broken    property, 3 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const NOTHING = 0;
const words = { request: 0, message: NOTHING, signal: 0 };
type Words = Shared<typeof words>;

/** Two synchronous requests, one after the other; returns the messages that it receives. */
const main =
  (waitForChange: (signal: Word<number>, before: number) => void) =>
  ({ request, message, signal }: Words): number[] =>
    [1, 2].map((number) => {
      const before = signal.load();
      request.store(number);
      request.notify();
      waitForChange(signal, before);
      return message.exchange(NOTHING);
    });

const worker = ({ request, message, signal }: Words): void => {
  for (const number of [1, 2]) {
    for (let seen = request.load(); seen !== number; seen = request.load()) request.wait(seen);
    message.store(number);
    signal.add(1);
    signal.notify();
  }
};

const received = (_: unknown, [messages]: readonly [number[], void]): boolean => messages.join() === '1,2';

export const esbuild: Report = {
  id: 'esbuild',
  title: 'the notify of one synchronous request ends the next one',
  sources: [{ project: 'evanw/esbuild', number: 590 }],
  about:
    'The main thread remembers a counter, posts a request, waits once until the counter is another one, and takes its message. The worker posts the message, counts, and notifies. ' +
    'If the main thread comes to its wait between the count and the notify, it does not sleep; the notify then ends the wait of the next request, whose message is not there.',
  repair: 'The main thread waits until the counter has changed, however often it is woken.',
  shows: 'property',
  broken: sample({
    words,
    threads: [main((signal, before) => void signal.wait(before)), worker],
    finally: received,
  }),
  repaired: sample({
    words,
    threads: [
      main((signal, before) => {
        while (signal.load() === before) signal.wait(before);
      }),
      worker,
    ],
    finally: received,
  }),
};
