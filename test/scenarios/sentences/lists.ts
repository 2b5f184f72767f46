import * as layout from '../../../src/kernel/layout.ts';
import { isOut, isOver, type Sentence } from './sentence.ts';

/** The remarks of the scenarios about lists. */
export const LISTS: readonly Sentence[] = [
  [
    /^T1 is at slot (\d+), which is inside\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'L11' &&
      truth.index(truth.step(step).before) === Number(slot) &&
      !isOut(truth, Number(slot), step),
  ],
  [
    /^Slot (\d+) was unlinked and is retired: its next word does not change any more, and names slot (\d+), which is free\.$/,
    ([slot, next], { truth, step }) =>
      truth.step(step).address === truth.at(Number(slot), layout.S_NEXT) &&
      truth.index(truth.step(step).before) === Number(next) &&
      isOut(truth, Number(slot), step) &&
      [...truth.owners(step).retired.values()].flat().includes(Number(slot)) &&
      truth.owners(step).free.has(Number(next)),
  ],
  [
    /^The second look passes: it compares the word with itself\. T1 has announced slot (\d+), which is free\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'H2' &&
      truth.index(truth.step(step).before) === Number(slot) &&
      truth.announced(1, step).includes(Number(slot)) &&
      truth.owners(step).free.has(Number(slot)),
  ],
  [
    /^T1 has read that slot (\d+) comes next, which is free\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'L16' &&
      truth.index(truth.step(step).before) === Number(slot) &&
      truth.owners(step).free.has(Number(slot)),
  ],
  [
    /^The look fails: T1 does not go on to slot (\d+)\.$/,
    ([slot], { truth, step }) => {
      const next = truth.steps.find(
        ({ step: at, thread, label }) => at > step && thread === 1 && ['L15', 'L16', 'L17'].includes(label),
      );
      return (
        truth.step(step).label === 'L18' &&
        next?.label !== 'L16' &&
        next?.label !== 'L17' &&
        truth.steps.slice(0, step).findLast(({ thread, label }) => thread === 1 && label === 'L16') !==
          undefined &&
        truth.index(
          truth.steps.slice(0, step).findLast(({ thread, label }) => thread === 1 && label === 'L16')!.before,
        ) === Number(slot)
      );
    },
  ],
  [
    /^The write hits no node of the queue: slot (\d+) has left it and was not reused\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).address === truth.at(Number(slot), layout.S_NEXT) &&
      truth.step(step).access !== 'load' &&
      isOut(truth, Number(slot), step) &&
      !isOver(truth, 1, 'head', step),
  ],
];
