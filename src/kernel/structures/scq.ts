import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { cellsInPlaceOf, OK, Structure, VALUE } from '../structure.ts';
import { Geometry, OP_IS_EMPTY, OP_PUT, OP_TAKE, R_RESULT } from '../layout.ts';
import { ThreadRecord } from '../record.ts';
import { Slab } from '../slab.ts';
import type { CellWord, StructureCard } from '../structure-card.ts';
import {
  beginRing,
  cycleAt,
  RING_HEAD,
  HEADS,
  IndexRing,
  patienceFor,
  RING_TAIL,
  RING_THRESHOLD,
  wordOfEntry,
} from './index-ring.ts';
import { QUEUE_OPERATIONS } from './queue-card.ts';
import { nameInHeads, RingView, ringInvariants, shownEntry } from './ring-card.ts';

// The array. What different threads change is a line apart: of each ring Head, Tail and threshold. Then come groups of words, as many as
// there are cells: two entries of either ring, and the value of the cell.
/** Where a ring has its words: that of the indices of cells that hold a value, and that of the emptied cells. */
const FILLED: i32 = 0;
const EMPTIED: i32 = HEADS;
const GROUPS: i32 = 2 * HEADS;
const GROUP_BITS: i32 = 3;
const GROUP: i32 = 1 << GROUP_BITS;
const VALUE_IN_GROUP: i32 = 4;

/** Entries of a ring, two for a cell: a power of two. So one is always found for an index. */
function entriesIn(words: i32): i32 {
  return ((words - GROUPS) >> GROUP_BITS) << 1;
}

/** The word of entry 0 of a ring. */
function firstOf(ring: i32): i32 {
  return GROUPS + (ring == FILLED ? 0 : 2);
}

/** The word with the value of a cell. */
function valueAt(cell: i32): i32 {
  return GROUPS + (cell << GROUP_BITS) + VALUE_IN_GROUP;
}

/** The word of an entry of a ring, numbered from 0. */
function entryAt(ring: i32, entry: i32): i32 {
  return firstOf(ring) + wordOfEntry(entry, GROUP_BITS);
}

export const CARD: StructureCard = {
  operations: QUEUE_OPERATIONS,
  order: 'FIFO',
  capacity: 'cells',
  roots: [],
  cells: {
    count: (words) => entriesIn(words) >> 1,
    begins: (values, { cells, threads }) => {
      const entries = entriesIn(cells);
      return [
        ...values.flatMap((value, i): (readonly [number, number])[] => [
          [valueAt(i), value],
          [entryAt(FILLED, i), cycleAt(entries, entries) | entries | i],
          [entryAt(EMPTIED, i), cycleAt(entries, entries) | entries | (entries - 1)],
        ]),
        [EMPTIED + RING_HEAD, entries + values.length],
        [FILLED + RING_TAIL, entries + values.length],
        [FILLED + RING_THRESHOLD, values.length === 0 ? -1 : patienceFor(entries, threads)],
      ];
    },
    name: (word) => {
      if (word < GROUPS) {
        const own = nameInHeads(word % EMPTIED);
        return own === null ? null : `${word < EMPTIED ? 'Filled' : 'Emptied'}.${own}`;
      }
      const [group, at] = [(word - GROUPS) >> GROUP_BITS, word % GROUP];
      if (at === VALUE_IN_GROUP) return `value ${group}`;
      return at > VALUE_IN_GROUP ? null : `${at < 2 ? 'Filled' : 'Emptied'}[${2 * group + (at & 1)}]`;
    },
    show: (word, content, words) => (word < GROUPS ? String(content) : shownEntry(content, entriesIn(words))),
    holdsValue: (word) => word >= GROUPS && word % GROUP === VALUE_IN_GROUP,
    read: (word, cell, words) => {
      const [filled, emptied] = ringsIn(word, words);
      if (filled.indices().includes(cell)) return { is: 'holding', value: word(valueAt(cell)) };
      return { is: emptied.indices().includes(cell) ? 'empty' : 'claimed' };
    },
    order: (word, words) => ringsIn(word, words)[0].indices(),
  },
  invariants: ringInvariants(['Filled', 'Emptied'], (state) =>
    ringsIn((n) => state.cell(n), state.geometry.cells),
  ),
};

/** The rings in the words of an array, in the order of their names. */
function ringsIn(word: CellWord, words: i32): RingView[] {
  return [FILLED, EMPTIED].map(
    (ring) => new RingView(word, ring + RING_HEAD, firstOf(ring), GROUP_BITS, entriesIn(words)),
  );
}

/**
 * The bounded queue of Nikolaev, "A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue", DISC 2019: SCQ, for any number of
 * producers and consumers. The labels are our own. Values lie in cells; one ring holds the indices of cells that hold a value, and the
 * other one those of the free cells. A put takes an index out of the one, writes the value, and puts the index into the other; a take does
 * the opposite. So nothing is ever allocated, and nothing has to be reclaimed: no word names memory that can be freed.
 *
 * In what order operations take effect. Puts do so in the order of the positions of the ring of filled cells at which their RI4 succeeds, and takes in
 * the order of those at which their RI8 takes an index out. A position is given out within the call that uses it, by RI1 and by RI7, and later
 * ones are higher; and the reader of a position has what its writer has put there, or sees to it that nothing is put there any more (RI9). So
 * values come out as they went in. No step alone is the one at which an operation takes effect: whether a position counts shows at its entry.
 * EMPTY and FULL are answers of the two rings: see `take`.
 *
 * How a ring works, why its readers end, and what 32 bits allow is said at `IndexRing`. A thread that stands still, or dies, has at most one
 * index in hand: the others go on with one cell less.
 *
 * Invariants, after every step
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - No index is in two entries.
 * - An index is in an entry only for a position that Tail has passed.
 * - The cycle of an entry never goes back.
 * - The threshold is less than the number of entries and of threads together.
 * invariants:end
 * Non-invariants
 * - Head may be ahead of Tail: readers came by that found nothing, until one of them moves Tail up (RI11), or writers do.
 * - An index may be in an entry that Head has passed: its reader has not taken it yet.
 * - The threshold may be below 0 while an index is inside: its writer is between RI4 and RI6, and its put may come last.
 * - A cell whose index is in no ring is in the hand of a thread. So "full" is said although some cells hold no value, while other operations
 *   are going on: at an instant of the call none was free, and that is all that it says.
 */
export class ScqRing<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 7;
  static readonly ID: string = 'scq';
  static readonly KIND: string = 'ring';
  static readonly TITLE: string = 'SCQ ring';
  static readonly IDEA: string =
    'A bounded queue of cells: their indices go round between two rings, and nothing is reclaimed.';
  static readonly PAPER: string = 'Nikolaev 2019, DISC';
  static readonly ROOTS: i32 = 0;
  /** With the fewest cells that there can be. */
  static readonly CELLS: i32 = GROUPS + 2 * GROUP;
  static readonly MARK_BITS: i32 = 0;
  static readonly PROTECTIONS: i32 = 0;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /** Words of its array where the slab has `slots` slots: it takes none, and has cells in their place. */
  static cellsFor(slots: i32, _threads: i32): i32 {
    return GROUPS + cellsInPlaceOf(slots) * GROUP;
  }

  /** The rings of the indices of the cells that hold a value, and of the emptied cells. */
  protected filled: IndexRing;
  protected emptied: IndexRing;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, scheme: S) {
    super(memory, geometry, record, slab, scheme);
    const entries = entriesIn(geometry.cells);
    const patience = patienceFor(entries, geometry.threads);
    this.filled = new IndexRing(
      memory,
      record,
      geometry.cell(FILLED),
      geometry.cell(firstOf(FILLED)),
      GROUP_BITS,
      entries,
      patience,
    );
    this.emptied = new IndexRing(
      memory,
      record,
      geometry.cell(EMPTIED),
      geometry.cell(firstOf(EMPTIED)),
      GROUP_BITS,
      entries,
      patience,
    );
  }

  /** Writes the rings of an empty structure: all indices are in the ring of the emptied cells. */
  static begin(memory: Memory, geometry: Geometry, _inUse: i32): void {
    const entries = entriesIn(geometry.cells);
    for (let ring: i32 = FILLED; ring <= EMPTIED; ring += EMPTIED) {
      const count = ring == FILLED ? 0 : entries >> 1;
      const first = geometry.cell(firstOf(ring));
      beginRing(memory, geometry.cell(ring), first, GROUP_BITS, entries, geometry.threads, 0, count);
    }
  }

  put(value: i32): i32 {
    return this.enqueue(value);
  }

  take(): i32 {
    return this.dequeue();
  }

  /** Appends a value. Returns OK, or FULL if at an instant of the call each cell held a value or was in the hand of another operation. */
  enqueue(value: i32): i32 {
    this.begin(OP_PUT);
    const index = this.emptied.take(0);
    if (index < 0) return this.full();
    // The cell is ours, since its index is in no ring: a plain write is enough. RI4 publishes it to the RI8 that takes the index.
    this.memory.poke(this.geometry.cell(valueAt(index)), value);
    this.filled.put(index, 0);
    this.end();
    return OK;
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY. */
  dequeue(): i32 {
    this.begin(OP_TAKE);
    const index = this.filled.take(0);
    if (index < 0) return this.empty();
    // The cell is ours in the same way. RI4 publishes that it was read: the next value is written after the RI8 that takes the index.
    this.memory.poke(this.record.base + R_RESULT, this.memory.peek(this.geometry.cell(valueAt(index))));
    this.emptied.put(index, 0);
    this.end();
    return VALUE;
  }

  /** True if the ring was empty at an instant of the call. A threshold below 0 says so, as it does to a dequeue. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    const isEmpty = this.filled.isEmpty(true);
    this.end();
    return isEmpty;
  }
}
