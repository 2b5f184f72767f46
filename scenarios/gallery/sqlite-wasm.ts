// lockfree-lab run sqlite-wasm
// expected:begin (made by npm run refresh)
// broken    error, 3 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const words = { operation: 0, answer: 0 };
type Words = Shared<typeof words>;

const client = ({ operation, answer }: Words): void => {
  for (const id of [1, 2]) {
    operation.store(id);
    operation.notify();
    for (let seen = answer.load(); seen !== id; seen = answer.load()) answer.wait(seen);
  }
};

/** Waits for an operation, in slices of time; `mayBeNone` says whether a wake-up may bring none. */
const server =
  (mayBeNone: boolean) =>
  ({ operation, answer }: Words): void => {
    for (let served = 0; served < 2;) {
      if (operation.wait(0, 500) === 'timed-out') continue;
      const id = operation.exchange(0);
      if (id === 0 && mayBeNone) continue;
      if (id === 0) throw new Error('no handler for operation 0');
      served++;
      answer.store(id);
      answer.notify();
    }
  };

export const sqliteWasm: Report = {
  id: 'sqlite-wasm',
  title: 'a late notify wakes the next wait, and there is no operation',
  sources: [{ project: 'sqlite/sqlite-wasm', number: 12 }],
  about:
    'A server waits with a timeout until the word of the operation is not 0, and takes the operation. It takes every wake-up for an operation. But it may see the word ' +
    'before the client has notified; the notify then comes while the server already waits for the next one, and wakes it: the operation is 0.',
  repair: 'A wake-up that brings no operation is passed over.',
  shows: 'error',
  broken: sample({ words, threads: [client, server(false)] }),
  repaired: sample({ words, threads: [client, server(true)] }),
};
