import { MIN_STRIDE } from '../layout.ts';

/**
 * A segment is a slot with more words than others: how many places were given out to readers; the cells; and, as far from that as there is
 * room, how many places were given out to writers.
 */
export const DEQ_WORD: i32 = MIN_STRIDE;
/** The first cell. */
export const CELL_WORDS: i32 = MIN_STRIDE + 1;
/** Words of a slot beside the cells. */
export const OTHER_WORDS: i32 = MIN_STRIDE + 2;

/** What is in a cell that no thread has written to, and in one that a reader has been at: no value is one of these. */
export const NO_VALUE: i32 = -1;
export const TAKEN_CELL: i32 = -2;

/** How many cells a segment has. */
export function cellsIn(stride: i32): i32 {
  return stride - OTHER_WORDS;
}

/** The word of a slot that counts the places for writers. */
export function enqWord(stride: i32): i32 {
  return stride - 1;
}
