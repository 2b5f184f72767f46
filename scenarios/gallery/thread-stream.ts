// lockfree-lab run thread-stream
// expected:begin (made by npm run refresh)
// broken    livelock, 0 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const words = { write: 0, read: 0 };
type Words = Shared<typeof words>;

/** The worker: takes all that is there, so its index goes from what it was to the end in one step. */
const reader = ({ write, read }: Words): void => {
  for (;;) {
    const end = write.load();
    read.store(end);
    read.notify();
    write.wait(end);
  }
};

/** Writes while it flushes, and waits until what was there at the start of the flush is read. */
const flushing =
  (isRead: (upTo: number, index: number) => boolean) =>
  ({ write, read }: Words): void => {
    const put = (): void => {
      write.add(1);
      write.notify();
    };
    put();
    const snapshot = write.load();
    put();
    for (let index = read.load(); !isRead(snapshot, index); index = read.load()) read.wait(index, 1000);
  };

export const threadStream: Report = {
  id: 'thread-stream',
  title: 'an index that jumps over the awaited value',
  sources: [
    { project: 'pinojs/thread-stream', number: 245 },
    { project: 'pinojs/thread-stream', number: 250 },
  ],
  about:
    'A flush takes a snapshot of the write index and waits until the read index equals it. The reader always goes to the end at once. If ' +
    'something was written after the snapshot, the read index jumps over it, and the flush looks again and again at an index that does not change any more.',
  repair: 'The flush ends as soon as the read index has reached the snapshot or passed it.',
  shows: 'livelock',
  broken: sample({
    words,
    threads: [flushing((snapshot, index) => index === snapshot), { code: reader, serves: true }],
  }),
  repaired: sample({
    words,
    threads: [flushing((snapshot, index) => index >= snapshot), { code: reader, serves: true }],
  }),
};
