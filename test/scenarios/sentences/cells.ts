import * as layout from '../../../src/kernel/layout.ts';
import type { Truth } from '../truth.ts';
import { isCount, isOut, type Sentence } from './sentence.ts';

/** The number of the ring. */
const SCQ = 7;

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
      const word = words[layout.ROOTS + 6 * layout.LINE + 8 * (entry >> 1) + 2 * ring + (entry & 1)]!;
      const position = Math.floor(word / (4 * cells)) * 2 * cells + entry;
      if (word % (2 * cells) !== 2 * cells - 1 && position >= words[base]!) found++;
    }
    return found;
  }) as [number, number];
  return [filled, cells - filled - emptied, emptied];
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
