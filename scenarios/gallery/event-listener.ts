// lockfree-lab run event-listener
// expected:begin (made by npm run refresh)
// broken    deadlock, 1 preemption
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const words = { isClosed: 0, event: 0 };
type Words = Shared<typeof words>;

/** Waits for a value on a channel that has none. An event wakes those that listen when it happens, and is then forgotten. */
const receive =
  (listensFirst: boolean) =>
  ({ isClosed, event }: Words): 'closed' => {
    for (;;) {
      if (!listensFirst && isClosed.load() === 1) return 'closed';
      const listener = event.load();
      if (listensFirst && isClosed.load() === 1) return 'closed';
      while (event.load() === listener) event.wait(listener);
    }
  };

const close = ({ isClosed, event }: Words): void => {
  isClosed.store(1);
  event.add(1);
  event.notify();
};

export const eventListener: Report = {
  id: 'event-listener',
  title: '"closed" is read before the listener is there',
  sources: [{ project: 'smol-rs/event-listener', number: 116 }],
  about:
    'The receiver of a channel asks whether the channel is closed, registers a listener, and waits. If the channel is closed and all listeners are notified in between, ' +
    'the receiver has seen an open channel, its listener was not there yet, and it waits forever.',
  repair: 'The listener is registered first, and the question is asked after that.',
  shows: 'deadlock',
  broken: sample({ words, threads: [receive(false), close] }),
  repaired: sample({ words, threads: [receive(true), close] }),
};
