import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { cellsInPlaceOf, LONGEST_PAUSE, OK, Structure, VALUE } from '../structure.ts';
import { Geometry, C_STRUCTURE, LINE, OP_IS_EMPTY, OP_PUT, OP_TAKE, R_RESULT } from '../layout.ts';
import { ThreadRecord } from '../record.ts';
import { Slab } from '../slab.ts';
import type { StepCards } from '../step-card.ts';
import type { CellWord, StructureCard } from '../structure-card.ts';
import { QUEUE_OPERATIONS } from './queue-card.ts';
import { ownedInvariants, OwnedView } from './ring-card.ts';

// The counters of its failures.
const C_SH3: i32 = C_STRUCTURE;
const C_SH4: i32 = C_STRUCTURE + 1;
const C_SH9: i32 = C_STRUCTURE + 2;
const C_SH10: i32 = C_STRUCTURE + 3;

export const SH1: i32 = 360;
export const SH2: i32 = 361;
export const SH3: i32 = 362;
export const SH4: i32 = 363;
export const SH5: i32 = 364;
export const SH6: i32 = 365;
export const SH7: i32 = 366;
export const SH8: i32 = 367;
export const SH9: i32 = 368;
export const SH10: i32 = 369;
export const SH11: i32 = 370;
export const SH12: i32 = 371;
export const SH13: i32 = 372;

// The array: Head and Tail, each on a line of its own; and for each cell a word and behind it a value for each thread, in the order of their numbers. So the value
// of a cell is next to its word, mostly on the same line.
const HEAD: i32 = 0;
const TAIL: i32 = LINE;
const CELLS: i32 = 2 * LINE;

/** How far cells are apart, where there are so many threads: 2 to this power. */
function apart(threads: i32): i32 {
  let bits: i32 = 0;
  while (1 << bits <= threads) bits++;
  return bits;
}

/** How many cells there are in so many words, where there are so many threads: a power of two, so that the cell of a position stays the same when positions come round. */
function cellsIn(words: i32, threads: i32): i32 {
  return (words - CELLS) >> apart(threads);
}

/**
 * By how many bits the cycle of a position is moved up in the word of a cell, to leave room for the number of a thread: the low bits of a position, which say its cell,
 * are not needed in that word, and suffice where there are more cells than threads.
 */
function shiftFor(cells: i32, threads: i32): i32 {
  let shift: i32 = 0;
  // With one cell it would be as many as cells are apart; a laboratory that is not laid out yet has none.
  while (shift < apart(threads) && cells << shift <= threads) shift++;
  return shift;
}

export const CARDS: StepCards = {
  SH1: { access: 'load', fills: 't', headsLoop: true, says: '{name} is at {word}' },
  SH2: {
    access: 'load',
    fills: 'c',
    linearizes: { operation: 'enqueue', answer: 'full' },
    says: '{name} is {word}',
  },
  SH3: {
    access: 'cas',
    expectedFrom: 'SH2',
    needsBitsOnly: true,
    failures: C_SH3,
    linearizes: { operation: 'enqueue', answer: 'ok' },
    says: 'puts its value in: {name} becomes {word}',
    saysFailed: 'another enqueue was first',
  },
  SH4: {
    access: 'cas',
    expectedFrom: 'SH1',
    needsBitsOnly: true,
    failures: C_SH4,
    says: 'moves {name} on to {word}',
    saysFailed: 'it has been moved on already',
  },
  SH5: {
    access: 'cas',
    expectedFrom: 'SH1',
    needsBitsOnly: true,
    failures: C_SH4,
    says: 'helps: moves {name} on to {word}',
    saysFailed: 'it has been moved on already',
  },
  SH6: { access: 'load', fills: 'h', headsLoop: true, says: '{name} is at {word}' },
  SH7: {
    access: 'load',
    fills: 'c',
    linearizes: { operation: 'dequeue', answer: 'empty' },
    says: '{name} is {word}',
  },
  SH8: { access: 'load', fills: 'v', isMadeGood: true, says: '{name} is {word}' },
  SH9: {
    access: 'cas',
    expectedFrom: 'SH7',
    validates: ['SH8'],
    needsBitsOnly: true,
    failures: C_SH9,
    linearizes: { operation: 'dequeue', answer: 'value' },
    says: 'takes the value out: {name} becomes {word}',
    saysFailed: 'another dequeue was first',
  },
  SH10: {
    access: 'cas',
    expectedFrom: 'SH6',
    needsBitsOnly: true,
    failures: C_SH10,
    says: 'moves {name} on to {word}',
    saysFailed: 'it has been moved on already',
  },
  SH11: {
    access: 'cas',
    expectedFrom: 'SH6',
    needsBitsOnly: true,
    failures: C_SH10,
    says: 'helps: moves {name} on to {word}',
    saysFailed: 'it has been moved on already',
  },
  SH12: { access: 'load', fills: 'h', says: '{name} is at {word}' },
  SH13: { access: 'load', fills: 'c', headsLoop: true, says: '{name} is {word}' },
};

export const CARD: StructureCard = {
  operations: QUEUE_OPERATIONS,
  order: 'FIFO',
  capacity: 'cells',
  roots: [],
  cells: {
    count: cellsIn,
    // Those that are inside at the beginning are those of the first thread.
    begins: (values, { threads }) => [
      ...values.flatMap((value, i): (readonly [number, number])[] => [
        [CELLS + (i << apart(threads)), 1],
        [CELLS + (i << apart(threads)) + 1, value],
      ]),
      [TAIL, values.length],
    ],
    name: (word, _words, threads) => {
      if (word === HEAD) return 'Head';
      if (word === TAIL) return 'Tail';
      if (word < CELLS) return null;
      const [cell, of] = [(word - CELLS) >> apart(threads), threadOf(word, threads)];
      if (of === 0) return `cell[${cell}]`;
      return of <= threads ? `T${of}.value[${cell}]` : null;
    },
    holdsValue: (word, _words, threads) => word >= CELLS && threadOf(word, threads) > 0,
    show: (word, content, words, threads) =>
      word < CELLS ? null : viewOf(() => content, words, threads).shown(content),
    read: (word, cell, words, threads) => viewOf(word, words, threads).read(cell),
    order: (word, words, threads) => viewOf(word, words, threads).inOrder(),
  },
  invariants: ownedInvariants((state) =>
    viewOf((n) => state.cell(n), state.geometry.cells, state.geometry.threads),
  ),
};

/** The thread whose value has this word of the array, from CELLS on; 0 of the word of a cell. */
function threadOf(word: i32, threads: i32): i32 {
  return (word - CELLS) & ((1 << apart(threads)) - 1);
}

/** The ring in the words of an array. */
function viewOf(word: CellWord, words: i32, threads: i32): OwnedView {
  const cells = cellsIn(words, threads);
  const at = (cell: i32): i32 => CELLS + (cell << apart(threads));
  return new OwnedView(word, TAIL, at, cells, threads, shiftFor(cells, threads));
}

/**
 * The bounded queue of Shann, Huang and Chen, "A practical nonblocking queue algorithm using compare-and-swap", ICPADS 2000, for any number of
 * producers and consumers, in words of 32 bits. Colvin and Groves, "Formal Verification of an Array-Based Nonblocking Queue", ICECCS 2005, found errors in it and
 * verified it without them. The labels are our own. It takes no slots: nothing is ever allocated or reclaimed.
 *
 * A position is a count of puts, or of takes: position p leads to cell p modulo n, where n is the number of cells. The paper's cell is a value beside a
 * count of its changes, and both are swapped as one. Here it is one word, with the cycle of a position, which is how often the ring had been gone round there, and
 * the number of a thread:
 *
 *     31                         0
 *     ┌─────────────────┬────────┐
 *     │ cycle           │ thread │
 *     └─────────────────┴────────┘
 *
 * Thread 0 says that the cell is free for the put of its position in this cycle; another one, that it holds the value of that put, which was this
 * thread's. The value lies behind the word, where each cell has a place for each thread, which that thread alone writes. So a put first writes its value, where nobody
 * looks yet, and its compare-and-swap of the word publishes it (SH3). A take reads the value, and then makes the word free for the next
 * cycle (SH9). At last Tail, or Head, is moved on to the next position: by the same thread (SH4, SH10), or by any that finds it there still (SH5, SH11).
 *
 * Cell and word say a position together. The put of position p takes the word from free for p to held, the take of p takes it from there to free for p + n, and
 * nothing else changes it. So puts take effect at SH3, in the order of their positions, and takes at SH9, in the same order:
 * - SH3 for position t comes after an SH1 that found Tail at t. Tail passes a position only when its put was made: SH4 comes after an SH3, and SH5 after an SH2 that has
 *   seen it. So t puts were made before; and this one was not, since the word is free for t.
 * - SH9 for position h in the same way: Head was at h, so all values before it were taken; and that of h was not, since the word holds it.
 * - SH9's value is what SH8 has read. Its writer writes to that place again only after an SH2 that has found the cell free for a later cycle: the value
 *   was taken by then, and SH9 fails.
 *
 * That it is FULL or EMPTY is said by a cell, and not by Head and Tail, which are read one after the other and may each be one behind.
 * - FULL: SH2 finds a word of the cycle before that of t. Tail was at t, so all values before t were put in; and that of t - n has not been taken, nor any
 *   behind it: n values are inside at that instant.
 * - EMPTY: SH7 finds the word free for h. Head was at h, so all values before h were taken; and that of h has not been put in, nor any behind it: nothing is inside.
 * So neither is said early: without a thread that is harmed as follows, its histories are those of a FIFO queue with n places.
 *
 * What 32 bits allow. Positions are counted modulo 2^32, and the word of a cell has as many bits of the cycle as the number of a thread leaves: all that there
 * are, where there are more cells than threads. Words are compared as differences: a thread is harmed only if it stands still between two of its steps while the others make
 * 2^31 puts, or takes; each bit by which the cycle is moved up halves that.
 *
 * Progress: lock-free. A round of an operation is repeated only if SH3 or SH9 fails, and then another put, or take, has taken effect; or if Tail, or Head, is behind, and then it
 * is moved on, once for each of them. A thread that stands still, or dies, keeps no cell from the others, at whatever step: its put has taken effect, or it has not.
 *
 * Invariants, after every step
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Head and Tail never go back.
 * - A cell that is free becomes that of a thread, in the same cycle, and one of a thread free for the next cycle.
 * - Tail is where the next value is put in, or one position before that, and Head where the next one is taken.
 * invariants:end
 * Non-invariants
 * - Tail need not have passed the last value that was put in, nor Head the last that was taken: their threads are between SH3 and SH4, or SH9 and SH10. So Tail may be one behind Head.
 * - A value behind a cell's word means nothing, unless that word has the number of its thread.
 */
export class ShannRing<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 15;
  static readonly ID: string = 'shann-ring';
  static readonly KIND: string = 'ring';
  static readonly TITLE: string = 'Shann ring';
  static readonly IDEA: string =
    'A bounded queue of cells, each with a word that says for which cycle it is free, or whose value it has: one compare-and-swap puts a value in, and any thread moves Tail on.';
  static readonly PAPER: string = 'Shann, Huang and Chen 2000, ICPADS';
  static readonly ROOTS: i32 = 0;
  /** With the fewest cells that there can be, for one thread. */
  static readonly CELLS: i32 = CELLS + (2 << 1);
  static readonly MARK_BITS: i32 = 0;
  static readonly PROTECTIONS: i32 = 0;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /** Words of its array where the slab has `slots` slots, of which it takes none, and there are `threads` records. */
  static cellsFor(slots: i32, threads: i32): i32 {
    return CELLS + (cellsInPlaceOf(slots) << apart(threads));
  }

  /** Cells. */
  private readonly size: i32;
  /** See `apart`, and `shiftFor`. */
  private readonly apart: i32;
  private readonly shift: i32;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, scheme: S) {
    super(memory, geometry, record, slab, scheme);
    this.size = cellsIn(geometry.cells, geometry.threads);
    this.apart = apart(geometry.threads);
    this.shift = shiftFor(this.size, geometry.threads);
  }

  /** Each cell is free for the first cycle, which is 0. */
  static begin(_memory: Memory, _geometry: Geometry, _inUse: i32): void {}

  put(value: i32): i32 {
    return this.enqueue(value);
  }

  take(): i32 {
    return this.dequeue();
  }

  /** The address of the word of the cell that a position leads to. */
  private at(position: i32): i32 {
    return this.geometry.cell(CELLS + ((position & (this.size - 1)) << this.apart));
  }

  /** The word of a cell that is free for a position. With the number of a thread added, it holds the value of that one's put. */
  protected freeFor(position: i32): i32 {
    return (position & -this.size) << this.shift;
  }

  /** Appends a value. Returns OK; or FULL if at an instant of the call all cells held values. */
  enqueue(value: i32): i32 {
    this.begin(OP_PUT);
    const thread = this.record.thread;
    // As in the ring of Vyukov: a thread that fails waits for long, and the other one has the lines to itself.
    let pause: i32 = LONGEST_PAUSE;
    while (true) {
      const position = this.memory.load(SH1, this.geometry.cell(TAIL));
      const cell = this.at(position);
      const free = this.freeFor(position);
      // SH2: LINEARIZATION POINT of FULL. The cell has the value of n puts before still.
      const ahead = (this.memory.load(SH2, cell) - free) | 0;
      if (ahead < 0) return this.full();
      if (ahead == 0) {
        // A plain write is enough: nobody else writes there, and a take whose value it was fails at its SH9. SH3 publishes it to SH8.
        this.memory.poke(cell + thread, value);
        // SH3: LINEARIZATION POINT. The cell is free for this position, so that the put of it, which is the next, is ours.
        if (this.memory.cas(SH3, cell, free, free | thread)) {
          // SH4: the position is filled. If it fails, another thread has helped by SH5.
          if (!this.moveOn(SH4, TAIL, position)) this.record.count(C_SH4);
          this.end();
          return OK;
        }
        this.record.count(C_SH3);
        pause = this.waitFor(pause);
      } else {
        // SH5: SH2 has seen that the position is filled, by another one's SH3. If it fails, Tail has been moved on since SH1.
        this.moveOn(SH5, TAIL, position);
      }
    }
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY if nothing was inside at an instant of the call. */
  dequeue(): i32 {
    this.begin(OP_TAKE);
    let pause: i32 = LONGEST_PAUSE;
    while (true) {
      const position = this.memory.load(SH6, this.geometry.cell(HEAD));
      const cell = this.at(position);
      const free = this.freeFor(position);
      // SH7: LINEARIZATION POINT of EMPTY. The cell is free for this position, which is not put in yet.
      const thread = (this.memory.load(SH7, cell) - free) | 0;
      if (thread == 0) return this.empty();
      if (thread <= this.geometry.threads) {
        // SH8: before SH9, since afterwards the thread may put another value there.
        const value = this.memory.load(SH8, cell + thread);
        // SH9: LINEARIZATION POINT. The cell holds the value of this position, so that the take of it, which is the next, is ours. Frees the cell for
        // the SH2 of the put that is n positions later.
        if (this.memory.cas(SH9, cell, free | thread, this.freeFor((position + this.size) | 0))) {
          this.memory.poke(this.record.base + R_RESULT, value);
          // SH10: the value of the position was taken. If it fails, another thread has helped by SH11.
          if (!this.moveOn(SH10, HEAD, position)) this.record.count(C_SH10);
          this.end();
          return VALUE;
        }
        this.record.count(C_SH9);
        pause = this.waitFor(pause);
      } else {
        // SH11: SH7 has seen that the value of the position was taken, by another one's SH9. If it fails, Head has been moved on since SH6.
        this.moveOn(SH11, HEAD, position);
      }
    }
  }

  /** Moves Head or Tail on from a position, if it is there still. */
  protected moveOn(step: i32, word: i32, position: i32): bool {
    return this.memory.cas(step, this.geometry.cell(word), position, (position + 1) | 0);
  }

  /** True if the ring was empty at an instant of the call. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    // SH12: all values before this position were taken.
    let position = this.memory.load(SH12, this.geometry.cell(HEAD));
    while (true) {
      // SH13: LINEARIZATION POINT: as SH7 has it, the cell is free for the position, and nothing is inside; or it holds the value of it.
      const thread = (this.memory.load(SH13, this.at(position)) - this.freeFor(position)) | 0;
      if (thread <= this.geometry.threads) {
        this.end();
        return thread == 0;
      }
      // The value of this position was taken as well.
      position = (position + 1) | 0;
    }
  }
}
