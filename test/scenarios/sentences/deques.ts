import * as layout from '../../../src/kernel/layout.ts';
import type { Truth } from '../truth.ts';
import type { Sentence } from './sentence.ts';

/** What an operation has delivered by a step; null if it has not. */
function deliveredBy({ events }: Truth, thread: number, op: number, step: number): number | null {
  const found = events.find(
    (event) => event.kind === 'return' && event.thread === thread && event.op === op && event.step <= step,
  );
  return found?.kind === 'return' ? found.value : null;
}

/** The remarks of the scenario about a deque: its words are Top and Bottom, each the first of a line. */
export const DEQUES: readonly Sentence[] = [
  [
    /^T2 has moved Top and has the value\. (T1 finds out, and has nothing|A store does not see it)\.$/,
    ([what], { truth, step }) => {
      const { thread, op, label, address, ok, before, expected } = truth.step(step);
      const moved = truth.steps
        .slice(0, step - 1)
        .findLast((each) => each.address === layout.ROOTS && each.before !== each.after);
      const had = deliveredBy(truth, 2, 1, step);
      const read = truth.steps
        .slice(0, step - 1)
        .findLast((each) => each.thread === 1 && each.label === 'WS5');
      const end = truth.events.find(
        (event) => event.kind === 'return' && event.thread === thread && event.op === op,
      );
      const isSeen = what!.startsWith('T1');
      return (
        thread === 1 &&
        address === layout.ROOTS &&
        label === (isSeen ? 'WS6' : 'X11') &&
        moved?.thread === 2 &&
        moved.label === 'WS11' &&
        had !== null &&
        read !== undefined &&
        moved.step > read.step &&
        (isSeen
          ? ok === false &&
            before !== expected &&
            (end === undefined || (end.kind === 'return' && end.value === null))
          : truth.step(step).access === 'store' &&
            (end === undefined || (end.kind === 'return' && end.value === had)))
      );
    },
  ],
  [
    /^T1 has popped both values\. Bottom was read before that, and Top after it\.$/,
    (_, { truth, step }) => {
      const { thread, op, label, ok } = truth.step(step);
      const own = truth.steps.slice(0, step).filter((each) => each.thread === thread && each.op === op);
      const readAt = (of: string): number => own.findLast((each) => each.label === of)?.step ?? NaN;
      const popped = [1, 2].map((nth) => deliveredBy(truth, 1, nth, step));
      const ends = truth.events.flatMap((event) =>
        event.kind === 'return' && event.thread === 1 && event.op <= 2 ? [event.step] : [],
      );
      return (
        thread === 2 &&
        label === 'WS11' &&
        ok === true &&
        popped.every((value) => value !== null) &&
        ends.every((end) => end > readAt('WS9') && end < readAt('WS8'))
      );
    },
  ],
];
