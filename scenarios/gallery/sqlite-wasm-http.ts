// lockfree-lab run sqlite-wasm-http
// expected:begin (made by npm run refresh)
// broken    property, 3 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const BUSY = 0xffff;
const OK = 0;
const words = { lock: OK, request: 0 };
type Words = Shared<typeof words>;

/** Makes two requests, and returns what each of them came to. */
const client =
  (wait: (lock: Word<number>) => void) =>
  ({ lock, request }: Words): number[] =>
    [1, 2].map((number) => {
      lock.store(BUSY);
      request.store(number);
      request.notify();
      wait(lock);
      return lock.load();
    });

const backend = ({ lock, request }: Words): void => {
  for (const number of [1, 2]) {
    for (let seen = request.load(); seen !== number; seen = request.load()) request.wait(seen);
    lock.store(OK);
    lock.notify();
  }
};

const allOk = (_: unknown, [results]: readonly [number[], void]): boolean =>
  results.every((result) => result === OK);

export const sqliteWasmHttp: Report = {
  id: 'sqlite-wasm-http',
  title: 'a wake-up that is taken for the answer',
  sources: [{ project: 'mmomtchev/sqlite-wasm-http', number: 18 }],
  about:
    'A client marks a word as busy, asks, waits once, and reads its result from the word. The backend may answer before the client waits, and be stopped before its notify. ' +
    'The client goes on to its next request, and the late notify ends that wait: it reads "busy" as the result.',
  repair: 'The client waits as long as the word is busy.',
  shows: 'property',
  broken: sample({
    words,
    threads: [client((lock) => void lock.wait(BUSY)), backend],
    finally: allOk,
  }),
  repaired: sample({
    words,
    threads: [
      client((lock) => {
        while (lock.load() === BUSY) lock.wait(BUSY);
      }),
      backend,
    ],
    finally: allOk,
  }),
};
