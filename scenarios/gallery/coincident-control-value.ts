// lockfree-lab run coincident-control-value
// expected:begin (made by npm run refresh)
// broken    deadlock, 0 preemptions
// repaired  complete and clean
// expected:end
import type { Report } from '../../src/gallery/report.ts';
import { sample } from '../../src/gallery/report.ts';
import type { Shared } from '../../src/checker/types.ts';

const CONTROL = 0;
const words = { view: [CONTROL, 0] };
type Words = Shared<typeof words>;

/** The main thread hands over the length of a result, which is empty. */
const main =
  (slot: number) =>
  ({ view }: Words): void => {
    Atomics.store(view, slot, 0);
    if (slot !== 0) Atomics.store(view, 0, 1);
    Atomics.notify(view, 0);
  };

/** The worker waits until the first word is not the control value any more, and reads the length. */
const worker =
  (slot: number) =>
  ({ view }: Words): number => {
    Atomics.wait(view, 0, CONTROL);
    return Atomics.load(view, slot);
  };

export const coincidentControlValue: Report = {
  id: 'coincident-control-value',
  title: 'a result that equals the control value',
  sources: [{ project: 'WebReflection/coincident', number: 28 }],
  about:
    'A worker waits while a word holds a control value, and the main thread stores the length of its result in that very word. ' +
    'A length that equals the control value changes nothing: if the notify comes before the wait, the worker sleeps forever.',
  repair: 'The length stands in a word of its own, and the first word says only that it is there.',
  shows: 'deadlock',
  broken: sample({ words, threads: [main(0), worker(0)] }),
  repaired: sample({ words, threads: [main(1), worker(1)], finally: (_, [, length]) => length === 0 }),
};
