import { type Geometry, S_VALUE } from '../../kernel/layout.ts';
import type { CellCard, CellState, CellWord, SegmentCard } from '../../kernel/structure-card.ts';
import { structureCard } from '../../laboratory/structures.ts';

/** What a cell of a slot is: a reader may have used it up. */
type SegmentCell = ReturnType<SegmentCard['read']>;

/** How many cells of a structure's array there are of each state. */
export interface CellCensus {
  readonly cells: number;
  readonly holding: number;
  readonly claimed: number;
  readonly empty: number;
}

/** The cells of a laboratory's structure, counted; null where it has none, or is not known. */
export function cellCensus(words: Int32Array, geometry: Geometry): CellCensus | null {
  const card = structureCard(geometry).cells;
  if (card === undefined) return null;
  const states = cellStates(words, geometry);
  const counts = { cells: states.length, holding: 0, claimed: 0, empty: 0 };
  for (const { is } of states) counts[is]++;
  return counts;
}

/** What each cell is, in the order of the array; none where there is no array. */
export function cellStates(words: Int32Array, geometry: Geometry): CellState[] {
  const card = structureCard(geometry).cells;
  if (card === undefined) return [];
  const word = wordsOf(words, geometry);
  const { cells, threads } = geometry;
  return Array.from({ length: countIn(card, geometry) }, (_, cell) => card.read(word, cell, cells, threads));
}

/** The values in the cells, in the order in which they would come out. */
export function cellValues(words: Int32Array, geometry: Geometry): number[] {
  const card = structureCard(geometry).cells;
  if (card === undefined) return [];
  const word = wordsOf(words, geometry);
  const states = cellStates(words, geometry);
  const first = card.first?.(word) ?? 0;
  const inOrder = card.order?.(word, geometry.cells, geometry.threads).map((cell) => states[cell]);
  const all = inOrder ?? [...states.slice(first), ...states.slice(0, first)];
  return held(all);
}

/** What each cell of a slot is, in their order; null where slots have none. */
export function cellsOfSlot(words: Int32Array, geometry: Geometry, slot: number): SegmentCell[] | null {
  const card = structureCard(geometry).segments;
  if (card === undefined) return null;
  const { stride } = geometry;
  const word: CellWord = (n) => words[geometry.slot(slot, n)];
  return Array.from({ length: card.count(stride) }, (_, cell) => card.read(word, cell, stride));
}

/** The values that a slot holds which is inside, and no dummy, in the order in which they would come out: one, or those in its cells. */
export function valuesOfSlot(words: Int32Array, geometry: Geometry, slot: number): number[] {
  const cells = cellsOfSlot(words, geometry, slot);
  if (cells === null) return [words[geometry.slot(slot, S_VALUE)]];
  return held(cells);
}

/** The values in cells. */
function held(cells: readonly SegmentCell[]): number[] {
  return cells.flatMap((cell) => (cell.is === 'holding' ? [cell.value] : []));
}

/** How many values a structure holds at most; null if it is the slots that bound them. */
export function capacityIn(geometry: Geometry): number | null {
  const { capacity = null, cells } = structureCard(geometry);
  if (capacity !== 'cells') return capacity;
  return cells === undefined ? null : countIn(cells, geometry);
}

function countIn({ count }: CellCard, geometry: Geometry): number {
  return typeof count === 'number' ? count : count(geometry.cells, geometry.threads);
}

function wordsOf(words: Int32Array, geometry: Geometry): CellWord {
  return (n) => words[geometry.cell(n)];
}
