import * as layout from '../../../src/kernel/layout.ts';
import { entryOfScq } from '../chains.ts';
import type { Truth } from '../truth.ts';
import { isCount, isOut, type Sentence } from './sentence.ts';

/** The numbers of the rings. */
const SCQ = 7;
const VYUKOV = 14;
const SHANN = 15;

/**
 * How many cells hold a value, are claimed, and are empty. Of a deque: between its indices, each of which is the first word of a line, and the
 * cells follow.
 */
export function cellsAt(
  truth: Truth,
  step: number,
): readonly [holding: number, claimed: number, empty: number] {
  const words = truth.words[step]!;
  const size = words[layout.H_CELLS]!;
  if (words[layout.H_STRUCTURE] === SCQ) return inRing(words, (size - 6 * layout.LINE) / 8);
  if (words[layout.H_STRUCTURE] === VYUKOV) return inSequence(words, (size - 2 * layout.LINE) / 2);
  if (words[layout.H_STRUCTURE] === SHANN) {
    const owners = ownersIn(words);
    const [cells, filled] = [owners.length, owners.filter((owner) => owner > 0).length];
    return [filled, 0, cells - filled];
  }
  const holding = Math.max(0, words[layout.ROOTS + layout.LINE]! - words[layout.ROOTS]!);
  return [holding, 0, size - 2 * layout.LINE - holding];
}

/**
 * Of a ring of so many cells: its indices are in the one ring and in the other, at positions that Head of each has not passed. Each ring has
 * three lines, and then two words of each group of eight.
 */
function inRing(words: Int32Array, cells: number): readonly [number, number, number] {
  const [filled, emptied] = [0, 1].map((ring) => {
    const base = layout.ROOTS + ring * 3 * layout.LINE;
    let found = 0;
    for (let entry = 0; entry < 2 * cells; entry++) {
      const word = words[entryOfScq(ring, entry)]!;
      const position = Math.floor(word / (4 * cells)) * 2 * cells + entry;
      if (word % (2 * cells) !== 2 * cells - 1 && position >= words[base]!) found++;
    }
    return found;
  }) as [number, number];
  return [filled, cells - filled - emptied, emptied];
}

/**
 * Of a ring of so many cells, each a sequence and a value behind the lines of Head and Tail. The put of position p leaves p + 1 as the sequence,
 * and the take of that position p + cells: a position that was passed, and whose put or take has not done so, is in progress.
 */
function inSequence(words: Int32Array, cells: number): readonly [number, number, number] {
  const [head, tail] = [words[layout.ROOTS]!, words[layout.ROOTS + layout.LINE]!];
  const sequences = Array.from({ length: cells }, (_, n) => words[layout.ROOTS + 2 * layout.LINE + 2 * n]!);
  const positions = Array.from({ length: tail }, (_, position) => position);
  const isWritten = (position: number): boolean => sequences[position % cells] === position + 1;
  const reading = positions.filter((position) => position < head && isWritten(position)).length;
  const holding = positions.filter((position) => position >= head && isWritten(position)).length;
  const writing = positions.filter((position) => sequences[position % cells] === position).length;
  return [holding, reading + writing, cells - holding - reading - writing];
}

/**
 * Of the ring of Shann, Huang and Chen the thread whose value each cell holds, or 0. Cells come behind the lines of Head and Tail, as many words apart as the least power
 * of two that is more than there are threads. Above the thread a word says the cycle, in steps of as many as that, or as there are cells, if these are more.
 */
function ownersIn(words: Int32Array): number[] {
  let apart = 1;
  while (apart <= words[layout.H_THREADS]!) apart *= 2;
  const cells = (words[layout.H_CELLS]! - 2 * layout.LINE) / apart;
  const first = layout.ROOTS + 2 * layout.LINE;
  return Array.from({ length: cells }, (_, n) => words[first + n * apart]! % Math.max(apart, cells));
}

export const OF_CELLS: readonly Sentence[] = [
  [
    /^FULL for T(\d+)\. Of (\d+) cells?: ([^.]+)\.$/,
    ([by, cells, parts], { truth, step }) => {
      const said = (is: string): string => new RegExp(`(\\d+) ${is}`).exec(parts!)?.[1] ?? '0';
      const answered = truth.events.some(
        (event) =>
          event.kind === 'return' &&
          event.thread === Number(by) &&
          event.step === step &&
          event.outcome === 'full',
      );
      return (
        answered && isCount(cellsAt(truth, step), [said('holding'), said('claimed'), said('empty'), cells])
      );
    },
  ],
];

/** What an operation has answered by a step: `ok`, `empty`; null if it has not. */
function answerOf({ events }: Truth, thread: number, op: number, step: number): string | null {
  const found = events.find(
    (event) => event.kind === 'return' && event.thread === thread && event.op === op && event.step <= step,
  );
  return found?.kind === 'return' ? found.outcome : null;
}

/** The remarks of the scenarios about rings: of SCQ as the free cells are counted, and of the other one by its sequences. */
export const RINGS: readonly Sentence[] = [
  [
    /^No cell was free at an instant of the call: each held a value, or was in the hand of an operation\.$/,
    (_, { truth, step }) => {
      const { thread, op } = truth.step(step);
      const first = truth.steps.find((each) => each.thread === thread && each.op === op)!.step;
      const during = Array.from({ length: step - first + 2 }, (__, i) => first - 1 + i);
      return answerOf(truth, thread, op, step) === 'full' && during.some((at) => cellsAt(truth, at)[2] === 0);
    },
  ],
  [
    /^A put has had this position, and VR6 found the cell not written: T(\d+) begins its round again\.$/,
    ([by], { truth, step }) => {
      const { thread, label, before: tail } = truth.step(step);
      const found = truth.steps
        .slice(0, step)
        .findLast((each) => each.thread === thread && each.label === 'VR6')!;
      return (
        thread === Number(by) &&
        label === 'VR9' &&
        oldestIsWritten(truth, found.step) === false &&
        truth.words[found.step]![layout.ROOTS]! < tail
      );
    },
  ],
  [
    /^T1 has put its value in and not moved Tail on\. T2 does that, and waits for nobody\.$/,
    (_, { truth, step }) => {
      const { thread, label, address, before } = truth.step(step);
      const words = truth.words[step]!;
      const owners = ownersIn(words);
      return (
        thread === 2 &&
        label === 'SH5' &&
        address === layout.ROOTS + layout.LINE &&
        words[address] === before + 1 &&
        owners[before % owners.length] === 1 &&
        answerOf(truth, 1, 1, step) === null &&
        !truth.steps.slice(0, step).some((each) => each.thread === 1 && each.label === 'SH4')
      );
    },
  ],
  [
    /^B is inside, and its put has ended\. The put that had the position before it has not\.$/,
    (_, { truth, step }) =>
      answerOf(truth, 2, 1, step) === 'ok' &&
      truth.step(step).label === 'VR6' &&
      cellsAt(truth, step)[0] === 1 &&
      oldestIsWritten(truth, step) === false,
  ],
  [
    /^The cell of this position held a value a round ago, and the take that had it has not given it back\.$/,
    (_, { truth, step }) => {
      const [words, { thread, address, before }] = [truth.words[step]!, truth.step(step)];
      const cells = (words[layout.H_CELLS]! - 2 * layout.LINE) / 2;
      const tail = words[layout.ROOTS + layout.LINE]!;
      const at = layout.ROOTS + 2 * layout.LINE + 2 * (tail % cells);
      // The take of that value, a round before, has moved Head on.
      const isHad = words[layout.ROOTS]! > tail - cells;
      return (
        answerOf(truth, thread, truth.step(step).op, step) === 'full' &&
        address === at &&
        before === tail - cells + 1 &&
        isHad
      );
    },
  ],
  [
    /^No index is put there for this position any more, and T(\d+) goes on to the next one\.$/,
    ([by], { truth, step }) => {
      const { thread, label, ok, before, after } = truth.step(step);
      return thread === Number(by) && label === 'RI9' && ok === true && before !== after;
    },
  ],
];

/** True if the cell at Head is written; null if no put has its position. */
function oldestIsWritten(truth: Truth, step: number): boolean | null {
  const words = truth.words[step]!;
  const [head, tail] = [words[layout.ROOTS]!, words[layout.ROOTS + layout.LINE]!];
  const cells = (words[layout.H_CELLS]! - 2 * layout.LINE) / 2;
  if (head === tail) return null;
  return words[layout.ROOTS + 2 * layout.LINE + 2 * (head % cells)] === head + 1;
}

/** The remarks of the scenario about segments. */
export const SEGMENTS: readonly Sentence[] = [
  [
    /^Slot (\d+) is inside, and Tail names slot (\d+) still\.$/,
    ([slot, tail], { truth, step }) =>
      truth.step(step).label === 'SQ6' &&
      truth.step(step).ok === true &&
      truth.index(truth.step(step).after) === Number(slot) &&
      truth.index(truth.words[step]![layout.ROOTS + layout.LINE]!) === Number(tail) &&
      truth.step(step).address === truth.at(Number(tail), layout.S_NEXT) &&
      !isOut(truth, Number(slot), step),
  ],
  [
    /^Tail is at slot (\d+) before Head leaves slot (\d+)\.$/,
    ([tail, head], { truth, step }) =>
      truth.step(step).address === layout.ROOTS + layout.LINE &&
      truth.step(step).ok === true &&
      truth.index(truth.step(step).after) === Number(tail) &&
      truth.index(truth.words[step]![layout.ROOTS]!) === Number(head),
  ],
  [
    /^Tail leads T3 to slot (\d+), which is retired\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).thread === 3 &&
      truth.step(step).label === 'SQ1' &&
      truth.index(truth.step(step).before) === Number(slot) &&
      [...truth.owners(step).retired.values()].flat().includes(Number(slot)),
  ],
];
