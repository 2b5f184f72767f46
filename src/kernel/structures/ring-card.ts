import type { Invariant, SlabState } from '../invariants.ts';
import { LINE } from '../layout.ts';
import type { CellState, CellWord, StructureCard, StructureOperation } from '../structure-card.ts';
import { aheadOf, HEADS, patienceFor, RING_HEAD, RING_TAIL, wordOfEntry } from './index-ring.ts';
import { QUEUE_OPERATIONS } from './queue-card.ts';
import { entriesFor, PAIR_BITS } from './ring-slab.ts';

/** A ring in the words of an array. */
export class RingView {
  readonly word: CellWord;
  /** The numbers of Head's word and of that of entry 0. */
  readonly heads: number;
  readonly first: number;
  readonly pairBits: number;
  readonly entries: number;

  constructor(word: CellWord, heads: number, first: number, pairBits: number, entries: number) {
    this.word = word;
    this.heads = heads;
    this.first = first;
    this.pairBits = pairBits;
    this.entries = entries;
  }

  /** What an entry holds: an index, or -1. */
  indexIn(entry: number): number {
    const index = this.#content(entry) & (this.entries - 1);
    return index === this.entries - 1 ? -1 : index;
  }

  /** How far the position for which an entry was written is ahead of another one. */
  aheadOf(entry: number, position: number): number {
    return aheadOf(this.#content(entry), entry, position, this.entries);
  }

  /** The entries that hold an index. */
  holders(): number[] {
    const found: number[] = [];
    for (let entry = 0; entry < this.entries; entry++) if (this.indexIn(entry) >= 0) found.push(entry);
    return found;
  }

  /** The indices in the ring, in the order in which they come out. One at a position that Head has passed has been taken: its reader is on the way. */
  indices(): number[] {
    const head = this.word(this.heads + RING_HEAD);
    return this.holders()
      .filter((entry) => this.aheadOf(entry, head) >= 0)
      .toSorted((a, b) => this.aheadOf(a, head) - this.aheadOf(b, head))
      .map((entry) => this.indexIn(entry));
  }

  /** The indices at positions that Head has passed: a reader is on the way to each, or has died there. */
  passed(): number[] {
    const head = this.word(this.heads + RING_HEAD);
    return this.holders()
      .filter((entry) => this.aheadOf(entry, head) < 0)
      .map((entry) => this.indexIn(entry));
  }

  /** The index that was put in for a position, and is in its entry still; -1 if there is none. */
  indexAt(position: number): number {
    const entry = position & (this.entries - 1);
    return this.aheadOf(entry, position) === 0 ? this.indexIn(entry) : -1;
  }

  #content(entry: number): number {
    return this.word(this.first + wordOfEntry(entry, this.pairBits));
  }
}

/** What a word at the beginning of a ring is called; null of one that nobody writes. */
export function nameInHeads(word: number): string | null {
  return ['Head', 'Tail', 'threshold'].find((_, n) => word === n * LINE) ?? null;
}

/** What an entry is shown as: `2@1`, `none@0 unsafe`. */
export function shownEntry(content: number, entries: number): string {
  const index = content & (entries - 1);
  const cycle = (content & (-2 * entries)) >>> (32 - Math.clz32(entries));
  return `${index === entries - 1 ? 'none' : index}@${cycle}${(content & entries) === 0 ? ' unsafe' : ''}`;
}

/** The invariants of rings with these names, which `of` finds in a state, in the same order. */
export function ringInvariants(
  names: readonly string[],
  of: (state: SlabState) => readonly RingView[],
): readonly Invariant[] {
  const entries = names.map((name) => `${name}[]`);
  const cycleBits = (state: SlabState): number => -2 * of(state)[0].entries;
  return [
    {
      name: 'one place',
      says: 'No index is in two entries.',
      about: entries,
      brokenIn: (state) => {
        const all = of(state).flatMap((ring) => ring.holders().map((entry) => ring.indexIn(entry)));
        const twice = all.find((index, i) => all.indexOf(index) !== i);
        return twice === undefined ? null : `The index ${twice} is in two`;
      },
    },
    {
      name: 'behind Tail',
      says: 'An index is in an entry only for a position that Tail has passed.',
      about: [...entries, ...names.map((name) => `${name}.Tail`)],
      brokenIn: (state) => {
        for (const [n, ring] of of(state).entries()) {
          const tail = ring.word(ring.heads + RING_TAIL);
          const early = ring.holders().find((entry) => ring.aheadOf(entry, tail) >= 0);
          if (early !== undefined) return `${names[n]}[${early}] is ahead of it`;
        }
        return null;
      },
    },
    {
      name: 'cycles grow',
      says: 'The cycle of an entry never goes back.',
      about: entries,
      brokenBy: ({ word, before, after }, state) => {
        const bits = cycleBits(state);
        const goesBack = word.endsWith('[]') && (((after & bits) - (before & bits)) | 0) < 0;
        return goesBack ? 'That of the entry did' : null;
      },
    },
    {
      name: 'patience',
      says: 'The threshold is less than the number of entries and of threads together.',
      about: names.map((name) => `${name}.threshold`),
      brokenBy: ({ word, after }, state) => {
        const most = patienceFor(of(state)[0].entries, state.geometry.threads);
        return word.endsWith('threshold') && after > most ? `It is ${after}` : null;
      },
    },
  ];
}

/** The ring of a slab's free list, in the words of the array. */
export function freeRing(word: CellWord, slots: number): RingView {
  return new RingView(word, 0, HEADS, PAIR_BITS, entriesFor(slots));
}

/** What is known of a free list that is a ring. It has no operations of its own, and its indices are no values. */
export const FREE_LIST: StructureCard = {
  operations: [],
  order: 'FIFO',
  roots: [],
  cells: {
    count: 0,
    name: (word) => {
      if (word >= HEADS) return `Free[${word - HEADS}]`;
      const name = nameInHeads(word);
      return name === null ? null : `Free.${name}`;
    },
    show: (word, content, words) => (word < HEADS ? String(content) : shownEntry(content, words - HEADS)),
    read: () => ({ is: 'empty' }),
  },
  invariants: ringInvariants(['Free'], (state) => [freeRing((n) => state.cell(n), state.geometry.slots)]),
};

/** What a ring does whose cells have sequences: what all queues do, but that it may say EMPTY and FULL early, and a take that does not. */
export const SEQUENCED_OPERATIONS: readonly StructureOperation[] = [
  ...QUEUE_OPERATIONS.map((operation) =>
    operation.does === 'ask' ? operation : { ...operation, early: true as const },
  ),
  { name: 'pull', does: 'take', waits: true, past: 'pulled' },
];

/** A ring whose cells have a word each that says whose turn it is, its sequence, in the words of an array. */
class TurnsView {
  readonly word: CellWord;
  readonly head: number;
  readonly tail: number;
  readonly sequenceAt: (cell: number) => number;
  readonly cells: number;

  /** @param tailAt the number of Tail's word; that of Head is 0, and the value of a cell comes after its sequence */
  constructor(word: CellWord, tailAt: number, sequenceAt: (cell: number) => number, cells: number) {
    this.word = word;
    this.head = word(0);
    this.tail = word(tailAt);
    this.sequenceAt = sequenceAt;
    this.cells = cells;
  }

  sequence(cell: number): number {
    return this.word(this.sequenceAt(cell));
  }
}

/** One whose sequences are positions. */
export class SequencedView extends TurnsView {
  /** True if the sequence says that the cell holds the value of a put, of the position that is one less. */
  isWritten(cell: number): boolean {
    return this.#placeOf(this.sequence(cell) - 1) === cell;
  }

  /** Holding a value that no take has; or had by an operation that is in progress, or whose thread has died. */
  read(cell: number): CellState {
    const sequence = this.sequence(cell);
    if (!this.isWritten(cell)) return { is: ((this.tail - sequence) | 0) > 0 ? 'claimed' : 'empty' };
    if (((sequence - 1 - this.head) | 0) < 0) return { is: 'claimed' };
    return { is: 'holding', value: this.word(this.sequenceAt(cell) + 1) };
  }

  /** The cells of the positions from Head up to Tail. */
  inOrder(): number[] {
    const inside = Math.min(Math.max((this.tail - this.head) | 0, 0), this.cells);
    return Array.from({ length: inside }, (_, i) => this.#placeOf(this.head + i));
  }

  #placeOf(position: number): number {
    return position & (this.cells - 1);
  }
}

/** The words that count the positions of a queue of cells. */
const COUNTS = ['Head', 'Tail'];

const POSITIONS_GROW: Invariant = {
  name: 'positions grow',
  says: 'Head and Tail never go back.',
  about: COUNTS,
  brokenBy: ({ word, before, after }) =>
    COUNTS.includes(word) && ((after - before) | 0) < 0 ? `It goes from ${before} to ${after}` : null,
};

/** The invariants of such a ring, which `of` finds in a state. */
export function sequencedInvariants(of: (state: SlabState) => SequencedView): readonly Invariant[] {
  const words = [...COUNTS, 'sequence[]'];
  const brokenAt = (
    state: SlabState,
    isBroken: (view: SequencedView, cell: number) => boolean,
  ): string | null => {
    const view = of(state);
    const cell = Array.from({ length: view.cells }, (_, n) => n).find((n) => isBroken(view, n));
    if (cell === undefined) return null;
    return `sequence[${cell}] is ${view.sequence(cell)}, Head is ${view.head}, and Tail is ${view.tail}`;
  };
  return [
    POSITIONS_GROW,
    {
      name: 'within bounds',
      says: 'Tail is not behind Head, and at most as many positions ahead of it as there are cells.',
      about: COUNTS,
      brokenIn: (state) => {
        const { head, tail, cells } = of(state);
        const inside = (tail - head) | 0;
        return inside >= 0 && inside <= cells ? null : `Head is ${head}, and Tail is ${tail}`;
      },
    },
    {
      name: 'a turn of its own',
      says: 'The sequence of a cell is a position that leads to it, or one more than such a position.',
      about: ['sequence[]'],
      brokenIn: (state) =>
        brokenAt(
          state,
          (view, cell) => !view.isWritten(cell) && (view.sequence(cell) & (view.cells - 1)) !== cell,
        ),
    },
    {
      name: 'free for the next',
      says: 'A cell that is free is so for a position from Head on, less than as many ahead of it as there are cells.',
      about: words,
      brokenIn: (state) =>
        brokenAt(state, (view, cell) => {
          const ahead = (view.sequence(cell) - view.head) | 0;
          return !view.isWritten(cell) && (ahead < 0 || ahead >= view.cells);
        }),
    },
    {
      name: 'written behind Tail',
      says: 'A cell that is written is so for one of the last positions that Tail has passed, of which there are as many as cells.',
      about: words,
      brokenIn: (state) =>
        brokenAt(state, (view, cell) => {
          const behind = (view.tail - view.sequence(cell)) | 0;
          return view.isWritten(cell) && (behind < 0 || behind >= view.cells);
        }),
    },
  ];
}

/** One whose sequences say for which cycle cells are free, or which thread's value they hold; behind each come the values of the threads. */
export class OwnedView extends TurnsView {
  readonly threads: number;
  readonly shift: number;

  /** @param shift by how many bits the cycle of a position is moved up in the word of a cell; the others as above */
  constructor(
    word: CellWord,
    tailAt: number,
    sequenceAt: (cell: number) => number,
    cells: number,
    threads: number,
    shift: number,
  ) {
    super(word, tailAt, sequenceAt, cells);
    this.threads = threads;
    this.shift = shift;
  }

  /** What the word of a cell says: the number of a thread, or 0. */
  threadIn(content: number): number {
    return content & ((this.cells << this.shift) - 1);
  }

  /** By how much the word of a position's cell is ahead of the one that says that it is free for it: the number of a thread, if it holds the value of this position; more if that was taken. */
  ahead(position: number): number {
    const free = (position & -this.cells) << this.shift;
    return (this.sequence(position & (this.cells - 1)) - free) | 0;
  }

  read(cell: number): CellState {
    const thread = this.threadIn(this.sequence(cell));
    return thread === 0
      ? { is: 'empty' }
      : { is: 'holding', value: this.word(this.sequenceAt(cell) + thread) };
  }

  /** The cells with a value, in the order in which these come out: from Head on, which may be one behind, to Tail, which may be as well. */
  inOrder(): number[] {
    return Array.from({ length: this.cells + 1 }, (_, i) => this.head + i)
      .filter((position) => this.ahead(position) > 0 && this.ahead(position) <= this.threads)
      .map((position) => position & (this.cells - 1));
  }

  /** The word of a cell: `free@0`, `T2@1`. */
  shown(content: number): string {
    const thread = this.threadIn(content);
    const cycle = (content >>> this.shift) / this.cells;
    return `${thread === 0 ? 'free' : `T${thread}`}@${Math.floor(cycle)}`;
  }
}

/** The invariants of such a ring, which `of` finds in a state. */
export function ownedInvariants(of: (state: SlabState) => OwnedView): readonly Invariant[] {
  return [
    POSITIONS_GROW,
    {
      name: 'cells in turn',
      says: 'A cell that is free becomes that of a thread, in the same cycle, and one of a thread free for the next cycle.',
      about: ['cell[]'],
      brokenBy: ({ word, before, after }, state) => {
        if (word !== 'cell[]') return null;
        const view = of(state);
        const by = (after - before) | 0;
        const thread = view.threadIn(before);
        const isInTurn =
          thread === 0 ? by > 0 && by <= view.threads : by === (view.cells << view.shift) - thread;
        return isInTurn ? null : `It goes from ${view.shown(before)} to ${view.shown(after)}`;
      },
    },
    {
      name: 'one behind',
      says: 'Tail is where the next value is put in, or one position before that, and Head where the next one is taken.',
      about: [...COUNTS, 'cell[]'],
      brokenIn: (state) => {
        const view = of(state);
        const { head, tail, threads } = view;
        const isBroken =
          view.ahead(tail - 1) <= 0 ||
          view.ahead(tail + 1) > 0 ||
          view.ahead(head - 1) <= threads ||
          view.ahead(head + 1) > threads;
        return isBroken ? `Head is ${head}, and Tail is ${tail}` : null;
      },
    },
  ];
}
