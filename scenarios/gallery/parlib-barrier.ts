// lockfree-lab run parlib-barrier
// expected:begin (made by npm run refresh)
// broken    property, 3 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared, Word } from '../../src/checker/types.ts';

const THREADS = 2;
const words = { counter: THREADS, round: 0, arrived: 0 };
type Words = Shared<typeof words>;

/** Two rounds through the barrier; returns how many had arrived when it was left. */
const thread =
  (sleep: (round: Word<number>, seen: number) => void) =>
  ({ counter, round, arrived }: Words): number[] =>
    [1, 2].map(() => {
      arrived.add(1);
      const seen = round.load();
      if (counter.sub(1) === 1) {
        counter.store(THREADS);
        round.store(seen + 1);
        round.notify(THREADS - 1);
      } else {
        sleep(round, seen);
      }
      return arrived.load();
    });

const once = thread((round, seen) => void round.wait(seen));
const again = thread((round, seen) => {
  while (round.load() === seen) round.wait(seen);
});

/** Nobody leaves a round before all have arrived at it. */
const together = (_: unknown, results: readonly (readonly number[])[]): boolean =>
  results.every((seen) => seen.every((arrived, i) => arrived >= THREADS * (i + 1)));

export const parlibBarrier: Report = {
  id: 'parlib-barrier',
  title: 'a barrier with a late wake-up of the last round',
  sources: [{ project: 'lars-t-hansen/parlib-simple', number: 30 }],
  about:
    'The last thread at a barrier counts the round up and wakes the others. A thread that comes to its wait after the count does not sleep, and goes on to the next round, where it sleeps on the same word. ' +
    'The wake-up of the last round comes then, and lets it through a barrier at which not all have arrived.',
  repair: 'A thread that is woken asks whether its round is over, and else sleeps again.',
  shows: 'property',
  broken: sample({ words, threads: [once, once], finally: together }),
  repaired: sample({ words, threads: [again, again], finally: together }),
};
