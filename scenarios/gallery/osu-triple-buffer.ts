// lockfree-lab run osu-triple-buffer
// expected:begin (made by npm run refresh)
// broken    property, 2 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const FRESH = 4;
/** Three buffers: the reader has 0, the writer has 1, and 2 is handed over. */
const words = { shared: 2, isFresh: 0, frames: [0, 0, 0] };
type Words = Shared<typeof words>;

/** Writes two frames, and hands each over for the buffer that was handed over before. */
const writer =
  (inOneWord: boolean) =>
  ({ shared, isFresh, frames }: Words): void => {
    let own = 1;
    for (const frame of [1, 2]) {
      frames[own] = frame;
      own = shared.exchange(inOneWord ? own | FRESH : own) & 3;
      if (!inOneWord) isFresh.store(1);
    }
  };

/** Looks twice, and returns the frames that it sees. */
const reader =
  (inOneWord: boolean) =>
  ({ shared, isFresh, frames }: Words): number[] => {
    let own = 0;
    return [1, 2].map(() => {
      const fresh = inOneWord ? (shared.load() & FRESH) !== 0 : isFresh.exchange(0) === 1;
      if (fresh) own = shared.exchange(own) & 3;
      return frames[own];
    });
  };

const neverBack = (_: unknown, [, [first, second]]: readonly [void, number[]]): boolean => first <= second;

export const osuTripleBuffer: Report = {
  id: 'osu-triple-buffer',
  title: 'a triple buffer whose flag and index are two steps',
  sources: [{ project: 'ppy/osu-framework', number: 6319 }],
  about:
    'A writer and a reader exchange buffers through a third one, and a flag says that a new frame is there. The flag and the index of the buffer are changed in two steps, so the flag may stand ' +
    'for a frame that was taken already: the reader exchanges once more, and goes back to an old frame.',
  repair: 'The flag is a bit of the word with the index, so that one exchange changes both.',
  shows: 'property',
  broken: sample({ words, threads: [writer(false), reader(false)], finally: neverBack }),
  repaired: sample({ words, threads: [writer(true), reader(true)], finally: neverBack }),
};
