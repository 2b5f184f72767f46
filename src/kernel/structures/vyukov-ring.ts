import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { cellsInPlaceOf, LONGEST_PAUSE, OK, Structure, VALUE } from '../structure.ts';
import { Geometry, C_STRUCTURE, LINE, OP_IS_EMPTY, OP_PUT, OP_TAKE, R_RESULT } from '../layout.ts';
import { ThreadRecord } from '../record.ts';
import { Slab } from '../slab.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import { SEQUENCED_OPERATIONS, SequencedView, sequencedInvariants } from './ring-card.ts';

// The counters of its failures.
const C_VR3: i32 = C_STRUCTURE;
const C_VR7: i32 = C_STRUCTURE + 1;

export const VR1: i32 = 340;
export const VR2: i32 = 341;
export const VR3: i32 = 342;
export const VR4: i32 = 343;
export const VR5: i32 = 344;
export const VR6: i32 = 345;
export const VR7: i32 = 346;
export const VR8: i32 = 347;
export const VR9: i32 = 348;
export const VR10: i32 = 349;
export const VR11: i32 = 350;

// The array: Head and Tail, each on a line of its own, and for each cell its sequence and its value, side by side.
const HEAD: i32 = 0;
const TAIL: i32 = LINE;
const CELLS: i32 = 2 * LINE;
const CELL_BITS: i32 = 1;
const VALUE_IN_CELL: i32 = 1;

/** How many cells there are in so many words: a power of two, so that the cell of a position stays the same when positions come round. */
function cellsIn(words: i32): i32 {
  return (words - CELLS) >> CELL_BITS;
}

/** The word with the sequence of a cell. */
function sequenceAt(cell: i32): i32 {
  return CELLS + (cell << CELL_BITS);
}

export const CARDS: StepCards = {
  VR1: { access: 'load', fills: 't', headsLoop: true, says: '{name} is at {word}' },
  VR2: {
    access: 'load',
    fills: 's',
    linearizes: { operation: 'enqueue', answer: 'full' },
    says: '{name} is {word}',
  },
  VR3: {
    access: 'cas',
    expectedFrom: 'VR1',
    needsBitsOnly: true,
    failures: C_VR3,
    linearizes: { operation: 'enqueue', answer: 'ok' },
    says: 'takes a position to write, and moves {name} to {word}',
    saysFailed: 'another enqueue was first',
  },
  VR4: { access: 'store', says: 'publishes the value: {name} becomes {word}' },
  VR5: { access: 'load', fills: 'h', headsLoop: true, says: '{name} is at {word}' },
  VR6: {
    access: 'load',
    fills: 's',
    linearizes: { operation: 'dequeue', answer: 'empty' },
    says: '{name} is {word}',
  },
  VR7: {
    access: 'cas',
    expectedFrom: 'VR5',
    needsBitsOnly: true,
    failures: C_VR7,
    linearizes: { operation: 'dequeue', answer: 'value' },
    says: 'takes a position to read, and moves {name} to {word}',
    saysFailed: 'another dequeue was first',
  },
  VR8: { access: 'store', says: 'gives the cell back: {name} becomes {word}' },
  VR9: {
    access: 'load',
    fills: 't',
    linearizes: { operation: 'pull', answer: 'empty' },
    says: '{name} is at {word}',
  },
  VR10: { access: 'load', fills: 'h', says: '{name} is at {word}' },
  VR11: { access: 'load', fills: 't', says: '{name} is at {word}' },
};

export const CARD: StructureCard = {
  operations: SEQUENCED_OPERATIONS,
  order: 'FIFO',
  capacity: 'cells',
  waits: 'a slow writer is waited for, and a slow reader where the ring comes round to its cell',
  roots: [],
  cells: {
    count: cellsIn,
    begins: (values) => [
      ...values.flatMap((value, i): (readonly [number, number])[] => [
        [sequenceAt(i), i + 1],
        [sequenceAt(i) + VALUE_IN_CELL, value],
      ]),
      [TAIL, values.length],
    ],
    name: (word) => {
      if (word === HEAD) return 'Head';
      if (word === TAIL) return 'Tail';
      if (word < CELLS) return null;
      return `${(word & VALUE_IN_CELL) === 0 ? 'sequence' : 'value'}[${(word - CELLS) >> CELL_BITS}]`;
    },
    holdsValue: (word) => word >= CELLS && (word & VALUE_IN_CELL) !== 0,
    read: (word, cell, words) => new SequencedView(word, TAIL, sequenceAt, cellsIn(words)).read(cell),
    order: (word, words) => new SequencedView(word, TAIL, sequenceAt, cellsIn(words)).inOrder(),
  },
  invariants: sequencedInvariants(
    (state) => new SequencedView((n) => state.cell(n), TAIL, sequenceAt, cellsIn(state.geometry.cells)),
  ),
};

/**
 * The bounded queue of Vyukov, "Bounded MPMC queue", 1024cores, 2010, for any number of producers and consumers. The labels are our own. It
 * takes no slots: values lie in cells, and nothing is ever allocated or reclaimed.
 *
 * A position is a count of puts, or of takes: position p leads to cell p modulo n, where n is the number of cells. A cell has a sequence,
 * which says what may be done with it: p, it is free, and the put of position p may write it; p + 1, it holds the value of that put, for the
 * take of position p; and that take makes it p + n, the position of the next put that comes to this cell. So a position is had by a
 * compare-and-swap of Tail, or of Head, once the sequence allows it (VR3, VR7), and the store of the sequence hands the cell on (VR4, VR8).
 *
 * Why no two threads have a cell at a time. VR3 succeeds for position t only if Tail was t since VR1, so t was not had before, and VR2 found
 * the cell free for t in between; only the put of t changes that. VR7 is the same for a take. So each position is had once by a put, once
 * by a take, and the take after VR4 of the put; and the next put of the cell has its position after VR8 of that take.
 *
 * What it means. A put takes effect at VR3 and a take at VR7, and positions are had in their order: without the answers FULL and EMPTY its
 * histories are those of a FIFO queue. These two may be said early:
 * - EMPTY (VR6): the cell of Head's position is not written. Nobody had passed it then, so Head was still there; then nothing was inside,
 *   or the put of the oldest value was in progress, between VR3 and VR4: and values behind it may be inside, whose puts have ended.
 * - FULL (VR2): the cell of Tail's position is not free, and Tail was still there. Then n values were inside, or the take of the value that
 *   went in n puts before was in progress, between VR7 and VR8, and takes behind it may have ended.
 * `pull` is a take that does not say EMPTY early, and waits. isEmpty looks at positions, and is strict.
 *
 * What 32 bits allow. Positions are counted modulo 2^32 and compared as differences: a thread is harmed only if it stands still between
 * VR1 and VR3, or VR5 and VR7, while the others take 2^32 positions, or between the load of a position and that of a sequence for 2^31.
 *
 * Progress: not lock-free. A round of enqueue or dequeue is repeated only if another one was first, and has its position: so of those that are
 * going on one comes to its end, if need be by saying FULL or EMPTY early. But a put that stands still
 * between VR3 and VR4 keeps all values behind it from being taken, a take between VR7 and VR8 all puts that come to its cell, and the
 * death of a thread there does so for good: a thread that asks again until there is a value, as `pull` does, waits for another one.
 *
 * Invariants, after every step
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Head and Tail never go back.
 * - Tail is not behind Head, and at most as many positions ahead of it as there are cells.
 * - The sequence of a cell is a position that leads to it, or one more than such a position.
 * - A cell that is free is so for a position from Head on, less than as many ahead of it as there are cells.
 * - A cell that is written is so for one of the last positions that Tail has passed, of which there are as many as cells.
 * invariants:end
 * Non-invariants
 * - A position that Tail has passed need not have its value: its put is between VR3 and VR4.
 * - A cell whose sequence says that it holds a value need not hold one for anybody: Head has passed it, and its take is between VR7 and VR8.
 * - A value whose put has ended need not be to be had: an older one may not be written yet.
 */
export class VyukovRing<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 14;
  static readonly ID: string = 'vyukov-ring';
  static readonly KIND: string = 'ring';
  static readonly TITLE: string = 'Vyukov ring';
  static readonly IDEA: string =
    'A bounded queue of cells, each with a sequence that says whose turn it is: one compare-and-swap for each operation, and a slow writer is waited for.';
  static readonly PAPER: string = 'Vyukov 2010, 1024cores';
  static readonly ROOTS: i32 = 0;
  /** With the fewest cells that there can be: in one alone, what is free for a put and what holds a value would be one sequence. */
  static readonly CELLS: i32 = CELLS + (2 << CELL_BITS);
  static readonly MARK_BITS: i32 = 0;
  static readonly PROTECTIONS: i32 = 0;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /** Words of its array where the slab has `slots` slots: it takes none, and has cells in their place. */
  static cellsFor(slots: i32, _threads: i32): i32 {
    return CELLS + (cellsInPlaceOf(slots) << CELL_BITS);
  }

  /** Cells. */
  private readonly size: i32;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, scheme: S) {
    super(memory, geometry, record, slab, scheme);
    this.size = cellsIn(geometry.cells);
  }

  /** Each cell is free for the first position that leads to it. */
  static begin(memory: Memory, geometry: Geometry, _inUse: i32): void {
    const cells = cellsIn(geometry.cells);
    for (let cell: i32 = 0; cell < cells; cell++) memory.poke(geometry.cell(sequenceAt(cell)), cell);
  }

  put(value: i32): i32 {
    return this.enqueue(value);
  }

  take(): i32 {
    return this.dequeue();
  }

  /** The address of the sequence of the cell that a position leads to. */
  private at(position: i32): i32 {
    return this.geometry.cell(sequenceAt(position & (this.size - 1)));
  }

  /**
   * Appends a value. Returns OK; or FULL if at an instant of the call all cells held values, or the take of the value that went in as many puts
   * before as there are cells was in progress.
   */
  enqueue(value: i32): i32 {
    this.begin(OP_PUT);
    // A round is so short that threads which take turns seldom fail: a thread that does waits for long, and the other one has the lines to itself.
    let pause: i32 = LONGEST_PAUSE;
    while (true) {
      const position = this.memory.load(VR1, this.geometry.cell(TAIL));
      const cell = this.at(position);
      // VR2: LINEARIZATION POINT of FULL. Tail was still at the position: a put that has it finds the sequence as high as the position.
      const turn = (this.memory.load(VR2, cell) - position) | 0;
      if (turn < 0) return this.full();
      if (turn == 0) {
        // VR3: LINEARIZATION POINT. The cell is free for this position since VR2, and now the position is ours.
        if (this.memory.cas(VR3, this.geometry.cell(TAIL), position, (position + 1) | 0)) {
          // A plain write is enough: a reader reads it after its VR6 has seen VR4, and nobody else has the cell before.
          this.memory.poke(cell + VALUE_IN_CELL, value);
          this.publish(cell, (position + 1) | 0);
          this.end();
          return OK;
        }
        this.record.count(C_VR3);
        pause = this.waitFor(pause);
      }
      // Another enqueue has had the position, by its VR3.
    }
  }

  /** Hands a cell on to its reader: its sequence is set to one more than the position of the put. */
  protected publish(cell: i32, sequence: i32): void {
    // VR4: publishes the value to the VR6 of the take of this position.
    this.memory.store(VR4, cell, sequence);
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY if at an instant of the call nothing was inside, or the put of the oldest value was in progress. */
  dequeue(): i32 {
    return this.oldest(false);
  }

  /** The same, but EMPTY is said only of an instant at which nothing was inside: while the put of the oldest value is in progress, it waits. */
  pull(): i32 {
    return this.oldest(true);
  }

  private oldest(waits: bool): i32 {
    this.begin(OP_TAKE);
    let pause: i32 = LONGEST_PAUSE;
    while (true) {
      const position = this.memory.load(VR5, this.geometry.cell(HEAD));
      const cell = this.at(position);
      // VR6: LINEARIZATION POINT of dequeue's EMPTY. Head was still at the position: it is passed only after its VR4.
      const turn = (this.memory.load(VR6, cell) - ((position + 1) | 0)) | 0;
      if (turn < 0 && (!waits || this.isAtTail(position))) return this.empty();
      if (turn == 0) {
        // VR7: LINEARIZATION POINT. The cell holds the value of this position since VR6, and now the position is ours.
        if (this.memory.cas(VR7, this.geometry.cell(HEAD), position, (position + 1) | 0)) {
          // The cell is ours until VR8, so a plain read is enough.
          this.memory.poke(this.record.base + R_RESULT, this.memory.peek(cell + VALUE_IN_CELL));
          this.giveBack(cell, position);
          this.end();
          return VALUE;
        }
        this.record.count(C_VR7);
        pause = this.waitFor(pause);
      }
      // Another take has had the position, by its VR7; or, of a pull, the put of this position is between VR3 and VR4.
    }
  }

  /** True if no put has a position of which VR6 has found that it is not written. */
  private isAtTail(position: i32): bool {
    // VR9: LINEARIZATION POINT of pull's EMPTY: Head is at the position, since it is passed only after its VR4, and so is Tail.
    return this.memory.load(VR9, this.geometry.cell(TAIL)) == position;
  }

  /** Hands a cell on to its next writer, whose position is a round later. */
  protected giveBack(cell: i32, position: i32): void {
    // VR8: publishes that the value was read to the VR2 of that writer, who overwrites it.
    this.memory.store(VR8, cell, (position + this.size) | 0);
  }

  /** True if at an instant of the call as many positions were had by takes as by puts. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    const head = this.memory.load(VR10, this.geometry.cell(HEAD));
    // VR11: after VR10, since Head may move up to where Tail was. LINEARIZATION POINT of yes: Head is at `head` or further, and not ahead of Tail; if
    // Tail is there, so is Head. If Tail is further, it was so at VR10, and no take had the position `head` then; or the VR3 that moved it on was
    // since, and a value was inside right after that: one of the two is the LINEARIZATION POINT of no.
    const tail = this.memory.load(VR11, this.geometry.cell(TAIL));
    this.end();
    return tail == head;
  }
}
