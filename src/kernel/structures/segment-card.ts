import type { Invariant } from '../invariants.ts';
import type { SegmentCard } from '../structure-card.ts';
import { CELL_WORDS, cellsIn, DEQ_WORD, NO_VALUE, TAKEN_CELL, enqWord } from './segment-words.ts';

/** What is in the words of a segment. */
export const SEGMENT: SegmentCard = {
  count: cellsIn,
  name: (word, stride) => {
    if (word === DEQ_WORD) return 'deq';
    return word === enqWord(stride) ? 'enq' : `cell[${word - CELL_WORDS}]`;
  },
  isCell: (word, stride) => word >= CELL_WORDS && word < enqWord(stride),
  reserved: [
    { word: NO_VALUE, name: 'none' },
    { word: TAKEN_CELL, name: 'taken' },
  ],
  read: (word, cell, stride) => {
    const content = word(CELL_WORDS + cell);
    if (content === TAKEN_CELL) return { is: 'taken' };
    if (word(DEQ_WORD) > cell) return { is: 'claimed' };
    if (content !== NO_VALUE) return { is: 'holding', value: content };
    return { is: word(enqWord(stride)) > cell ? 'claimed' : 'empty' };
  },
  begins: (values, stride) => {
    const cells = cellsIn(stride);
    const held = values.map(
      (value, i) => [1 + Math.floor(i / cells), CELL_WORDS + (i % cells), value] as const,
    );
    const last = Math.max(1, Math.ceil(values.length / cells));
    return [...held, [last, enqWord(stride), values.length - (last - 1) * cells]];
  },
};

/** What holds of the cells of a queue of segments, beside what holds of any queue. */
export const SEGMENT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'a value once',
    says: 'A cell of a segment that is inside changes from none to a value, or to taken, and from a value to taken, and not back.',
    about: ['cell[]'],
    brokenBy: ({ word, slot, before, after }, state) => {
      if (word !== 'cell[]' || before === after || !state.isInside(slot)) return null;
      if (before === NO_VALUE || (before !== TAKEN_CELL && after === TAKEN_CELL)) return null;
      return `One of slot ${slot} did`;
    },
  },
  {
    name: 'behind the places',
    says: 'A cell of a segment that is inside has a value only if its place was given out to a writer, and is taken only if it was given out to a reader.',
    about: ['cell[]', 'deq', 'enq', 'next', 'Head'],
    brokenIn: (state) => {
      const { stride } = state.geometry;
      for (let n = 0; n < state.length; n++) {
        const slot = state.inside[n];
        const word = (at: number): number => state.wordOf(slot, at);
        for (let cell = 0; cell < cellsIn(stride); cell++) {
          const content = word(CELL_WORDS + cell);
          const given = content === TAKEN_CELL ? word(DEQ_WORD) : word(enqWord(stride));
          if (content !== NO_VALUE && cell >= given)
            return `Cell ${cell} of slot ${slot} is ${content === TAKEN_CELL ? 'taken' : 'written'}, and ${given} were given out`;
        }
      }
      return null;
    },
  },
];
