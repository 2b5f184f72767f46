import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { OK, Structure, VALUE } from '../structure.ts';
import { Geometry, C_STRUCTURE, LINE, OP_IS_EMPTY, OP_PUT, OP_TAKE, R_RESULT } from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { CellWord, StructureCard } from '../structure-card.ts';

// The counters of its failures.
const C_RI4: i32 = C_STRUCTURE;
const C_RI9: i32 = C_STRUCTURE + 1;
const C_RI11: i32 = C_STRUCTURE + 2;

export const RI1: i32 = 280;
export const RI2: i32 = 281;
export const RI3: i32 = 282;
export const RI4: i32 = 283;
export const RI5: i32 = 284;
export const RI6: i32 = 285;
export const RI7: i32 = 286;
export const RI8: i32 = 287;
export const RI9: i32 = 288;
export const RI10: i32 = 289;
export const RI11: i32 = 290;
export const RI12: i32 = 291;

export const CARDS: StepCards = {
  RI1: {
    access: 'add',
    headsLoop: true,
    says: 'takes a position to write, and moves {name} to {word}',
  },
  RI2: { access: 'load', fills: 'e', says: '{name} is {word}' },
  RI3: { access: 'load', fills: 'h', says: '{name} is at {word}' },
  RI4: {
    access: 'cas',
    expectedFrom: 'RI2',
    needsBitsOnly: true,
    failures: C_RI4,
    says: 'puts an index into {name}',
    saysFailed: 'another thread has changed the entry',
  },
  RI5: { access: 'load', fills: 'threshold', says: '{name} is {word}' },
  RI6: { access: 'store', says: 'sets {name} to {word}' },
  RI7: {
    access: 'add',
    headsLoop: true,
    says: 'takes a position to read, and moves {name} to {word}',
  },
  RI8: { access: 'or', says: 'takes the index out of {name}' },
  RI9: {
    access: 'cas',
    expectedFrom: 'RI2',
    needsBitsOnly: true,
    failures: C_RI9,
    says: 'marks {name}: what is put there for this position comes too late',
    saysFailed: 'another thread has changed the entry',
  },
  RI10: { access: 'load', fills: 't', says: '{name} is at {word}' },
  RI11: {
    access: 'cas',
    expectedFrom: 'RI10',
    needsBitsOnly: true,
    failures: C_RI11,
    says: 'moves {name} up to {word}',
    saysFailed: 'another thread has moved it',
  },
  RI12: { access: 'add', says: 'has found no index, and counts {name} down to {word}' },
};

// The array. What different threads change is a line apart: of each ring Head, Tail and threshold. Then come groups of words, as many as
// there are cells: two entries of either ring, and the value of the cell.
const HEAD: i32 = 0;
const TAIL: i32 = LINE;
const THRESHOLD: i32 = 2 * LINE;
/** Where a ring has its words: that of the indices of cells that hold a value, and that of the emptied cells. */
const FILLED: i32 = 0;
const EMPTIED: i32 = 3 * LINE;
const GROUPS: i32 = 6 * LINE;
const GROUP_BITS: i32 = 3;
const GROUP: i32 = 1 << GROUP_BITS;
const VALUE_IN_GROUP: i32 = 4;

/** Entries of a ring, two for a cell: a power of two. So one is always found for an index. */
function entriesIn(words: i32): i32 {
  return ((words - GROUPS) >> GROUP_BITS) << 1;
}

/** The word of an entry of a ring, numbered from 0. */
function entryAt(ring: i32, entry: i32): i32 {
  return GROUPS + ((entry >> 1) << GROUP_BITS) + (ring == FILLED ? 0 : 2) + (entry & 1);
}

/** The word with the value of a cell. */
function valueAt(cell: i32): i32 {
  return GROUPS + (cell << GROUP_BITS) + VALUE_IN_GROUP;
}

/**
 * An entry has in its low bits an index, or the largest number that there is room for if it has none; above it one bit that says that it
 * is safe; and above that the cycle, which is how often the ring had been gone round at the position that the entry was written for. In a ring of
 * 2^n entries:
 *
 *     31            n + 1   n    n - 1   0
 *     ┌─────────────────┬──────┬─────────┐
 *     │ cycle           │ safe │ index   │
 *     └─────────────────┴──────┴─────────┘
 *
 * So `entries - 1` is no index, `entries` is the bit, and `-2 * entries` has the bits of the cycle.
 */
function cycleAt(position: i32, entries: i32): i32 {
  return (position & -entries) << 1;
}

/** By how much the cycle of an entry is later than that of a position: below 0 if it is earlier. Right while they are 2^30 positions apart at most. */
function ageOf(entry: i32, position: i32, entries: i32): i32 {
  return ((entry & (-2 * entries)) - cycleAt(position, entries)) | 0;
}

export const CARD: StructureCard = {
  operations: [
    { name: 'enqueue', letter: 'e', does: 'put', past: 'enqueued' },
    { name: 'dequeue', letter: 'd', does: 'take', past: 'dequeued' },
    { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
  ],
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
        [EMPTIED + HEAD, entries + values.length],
        [FILLED + TAIL, entries + values.length],
        [FILLED + THRESHOLD, values.length === 0 ? -1 : patienceFor(entries, threads)],
      ];
    },
    name: (word) => {
      if (word < GROUPS) {
        const own = new Map([
          [HEAD, 'Head'],
          [TAIL, 'Tail'],
          [THRESHOLD, 'threshold'],
        ]).get(word % EMPTIED);
        return own === undefined ? null : `${nameOfRing(word)}.${own}`;
      }
      const [group, at] = [(word - GROUPS) >> GROUP_BITS, word % GROUP];
      if (at === VALUE_IN_GROUP) return `value ${group}`;
      return at > VALUE_IN_GROUP ? null : `${at < 2 ? 'Filled' : 'Emptied'}[${2 * group + (at & 1)}]`;
    },
    show: (word, content, words) => {
      const entries = entriesIn(words);
      if (word < GROUPS) return String(content);
      const index = content & (entries - 1);
      const cycle = (content & (-2 * entries)) >>> (32 - Math.clz32(entries));
      return `${index === entries - 1 ? 'none' : index}@${cycle}${(content & entries) === 0 ? ' unsafe' : ''}`;
    },
    holdsValue: (word) => word >= GROUPS && word % GROUP === VALUE_IN_GROUP,
    read: (word, cell, words) => {
      if (indicesIn(word, FILLED, entriesIn(words)).includes(cell))
        return { is: 'holding', value: word(valueAt(cell)) };
      return { is: indicesIn(word, EMPTIED, entriesIn(words)).includes(cell) ? 'empty' : 'claimed' };
    },
    order: (word, words) => indicesIn(word, FILLED, entriesIn(words)),
  },
  invariants: [
    {
      name: 'one place',
      says: 'No index is in two entries.',
      about: ['Filled[]', 'Emptied[]'],
      brokenIn: (state) => {
        const entries = entriesIn(state.geometry.cells);
        const word: CellWord = (n) => state.cell(n);
        const all = [FILLED, EMPTIED].flatMap((ring) =>
          holdersIn(word, ring, entries).map((entry) => indexIn(word, ring, entry, entries)),
        );
        const twice = all.find((index, i) => all.indexOf(index) !== i);
        return twice === undefined ? null : `The index ${twice} is in two`;
      },
    },
    {
      name: 'behind Tail',
      says: 'An index is in an entry only for a position that Tail has passed.',
      about: ['Filled[]', 'Emptied[]', 'Filled.Tail', 'Emptied.Tail'],
      brokenIn: (state) => {
        const entries = entriesIn(state.geometry.cells);
        const word: CellWord = (n) => state.cell(n);
        for (const ring of [FILLED, EMPTIED]) {
          const isEarly = (entry: number): boolean =>
            aheadOf(word, ring, entry, word(ring + TAIL), entries) >= 0;
          const early = holdersIn(word, ring, entries).find(isEarly);
          if (early !== undefined) return `${nameOfRing(ring)}[${early}] is ahead of it`;
        }
        return null;
      },
    },
    {
      name: 'cycles grow',
      says: 'The cycle of an entry never goes back.',
      about: ['Filled[]', 'Emptied[]'],
      brokenBy: ({ word, before, after }, { geometry: { cells } }) => {
        const bits = -2 * entriesIn(cells);
        const goesBack = word.endsWith('[]') && (((after & bits) - (before & bits)) | 0) < 0;
        return goesBack ? 'That of the entry did' : null;
      },
    },
    {
      name: 'patience',
      says: 'The threshold is less than the number of entries and of threads together.',
      about: ['Filled.threshold', 'Emptied.threshold'],
      brokenBy: ({ word, after }, { geometry: { cells, threads } }) =>
        word.endsWith('threshold') && after > patienceFor(entriesIn(cells), threads)
          ? `It is ${after}`
          : null,
    },
  ],
};

function nameOfRing(word: i32): string {
  return word < EMPTIED ? 'Filled' : 'Emptied';
}

/** What an entry holds, for those who watch: an index, or -1. */
function indexIn(word: CellWord, ring: i32, entry: i32, entries: i32): i32 {
  const index = word(entryAt(ring, entry)) & (entries - 1);
  return index == entries - 1 ? -1 : index;
}

/** How far the position for which an entry was written is ahead of another one. */
function aheadOf(word: CellWord, ring: i32, entry: i32, position: i32, entries: i32): i32 {
  return (ageOf(word(entryAt(ring, entry)), position, entries) >> 1) + entry - (position & (entries - 1));
}

/** The entries of a ring that hold an index. */
function holdersIn(word: CellWord, ring: i32, entries: i32): i32[] {
  const found: i32[] = [];
  for (let entry: i32 = 0; entry < entries; entry++)
    if (indexIn(word, ring, entry, entries) >= 0) found.push(entry);
  return found;
}

/** The indices in a ring, in the order in which they come out. One at a position that Head has passed has been taken: its reader is on the way. */
function indicesIn(word: CellWord, ring: i32, entries: i32): i32[] {
  const head = word(ring + HEAD);
  return holdersIn(word, ring, entries)
    .filter((entry) => aheadOf(word, ring, entry, head, entries) >= 0)
    .toSorted((a, b) => aheadOf(word, ring, a, head, entries) - aheadOf(word, ring, b, head, entries))
    .map((entry) => indexIn(word, ring, entry, entries));
}

/**
 * How many readers may find no index after a writer has put one in, before one of them may say that there is none. When that writer is
 * done, its position is within the next `entries` from Head on, since at most half of the entries have an index and no reader has passed the others. So as many readers
 * come to it or beyond; and every thread but the writer may be one that took its position before and counts down late.
 */
function patienceFor(entries: i32, threads: i32): i32 {
  return entries + threads - 1;
}

/**
 * The bounded queue of Nikolaev, "A Scalable, Portable, and Memory-Efficient Lock-Free FIFO Queue", DISC 2019: SCQ, for any number of
 * producers and consumers. The labels are our own. Values lie in cells; one ring holds the indices of cells that hold a value, and the
 * other one those of the free cells. A put takes an index out of the one, writes the value, and puts the index into the other; a take does
 * the opposite. So nothing is ever allocated, and nothing has to be reclaimed: no word names memory that can be freed.
 *
 * A ring hands out positions by fetch-and-add, to those who write from Tail on, and to those who read from Head on. Writer and reader of a
 * position meet at the entry that it leads to, where the last pair met as many positions before as there are entries; the cycle tells which pair it is.
 * The reader may be first. It then leaves its own cycle there, so that its writer is told, and takes the next position (RI9). Or it finds an
 * index there that an earlier reader has not taken yet, for which it cannot leave its cycle: it makes the entry unsafe, so that a writer whose
 * reader may have gone by does not put anything there, unless Head says that the reader is still to come (RI3).
 *
 * Why readers end. One that finds nothing at its position answers so at once if Tail is no further (RI10). If Tail is further, there is a
 * writer that is slow, or one that did not find room there; then the reader counts the ring's threshold down (RI12), takes the next position, and
 * gives up when the threshold is used up: see `patienceFor`. A writer sets it anew when its index is inside (RI6).
 *
 * What 32 bits allow. Positions are counted modulo 2^32, and the cycle has the bits that index and safe leave. Both are compared as
 * differences, so that they may wrap: a thread is harmed only if it stands still between two of its steps while the others take 2^30 positions of the ring.
 *
 * Progress: lock-free. A writer takes another position when a reader has passed the one that it had, or when an index is still in its
 * entry, of which there are fewer than entries; a reader does so until the threshold is used up, which only a writer that has put its
 * index in sets anew. A thread that stands still, or dies, has at most one index in hand: the others go on with one cell less.
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

  /** Words of its array where the slab has so many slots: it takes none, and has as many cells, or the next lower power of two. */
  static cellsFor(slots: i32): i32 {
    let cells: i32 = 2;
    while (cells << 1 <= slots) cells <<= 1;
    return GROUPS + cells * GROUP;
  }

  /** Writes the rings of an empty structure: all indices are in the ring of the emptied cells. */
  static begin(memory: Memory, geometry: Geometry, _inUse: i32): void {
    const entries = entriesIn(geometry.cells);
    const capacity = entries >> 1;
    for (let ring: i32 = FILLED; ring <= EMPTIED; ring += EMPTIED) {
      memory.poke(geometry.cell(ring + HEAD), entries);
      memory.poke(geometry.cell(ring + TAIL), entries);
      memory.poke(geometry.cell(ring + THRESHOLD), -1);
      for (let i: i32 = 0; i < entries; i++)
        memory.poke(geometry.cell(entryAt(ring, i)), entries | (entries - 1));
    }
    for (let i: i32 = 0; i < capacity; i++)
      memory.poke(geometry.cell(entryAt(EMPTIED, i)), cycleAt(entries, entries) | entries | i);
    memory.poke(geometry.cell(EMPTIED + TAIL), entries + capacity);
    memory.poke(geometry.cell(EMPTIED + THRESHOLD), patienceFor(entries, geometry.threads));
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
    const index = this.takeIndex(EMPTIED);
    if (index < 0) return this.full();
    // The cell is ours, since its index is in no ring: a plain write is enough. RI4 publishes it to the RI8 that takes the index.
    this.memory.poke(this.geometry.cell(valueAt(index)), value);
    this.putIndex(FILLED, index);
    this.end();
    return OK;
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY. */
  dequeue(): i32 {
    this.begin(OP_TAKE);
    const index = this.takeIndex(FILLED);
    if (index < 0) return this.empty();
    // The cell is ours in the same way. RI4 publishes that it was read: the next value is written after the RI8 that takes the index.
    this.memory.poke(this.record.base + R_RESULT, this.memory.peek(this.geometry.cell(valueAt(index))));
    this.putIndex(EMPTIED, index);
    this.end();
    return VALUE;
  }

  /**
   * True if the ring was empty at an instant of the call.
   *
   * A threshold below 0 says so, as it does to a dequeue. Otherwise the positions from Head to Tail are looked through; if Head is the same
   * afterwards, no index was taken out of them meanwhile. If none had one, none had one when Tail was read, since only a reader makes an entry
   * empty. If one had one, its put may not have ended: it is ended here (RI5, RI6), so that no dequeue that begins later finds the threshold
   * below 0 while the index is inside.
   */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    let isEmpty: bool = this.threshold(FILLED) < 0;
    while (!isEmpty) {
      const head = this.head(FILLED);
      const tail = this.tail(FILLED);
      let position = head;
      while (((tail - position) | 0) > 0 && !this.isIn(FILLED, position)) position = (position + 1) | 0;
      isEmpty = ((tail - position) | 0) <= 0;
      if (!isEmpty) this.renew(FILLED);
      if (this.head(FILLED) == head) break;
      isEmpty = this.threshold(FILLED) < 0;
    }
    this.end();
    return isEmpty;
  }

  /** Entries of a ring. */
  private entries(): i32 {
    return entriesIn(this.geometry.cells);
  }

  /** The address of the entry that a position leads to. */
  private at(ring: i32, position: i32): i32 {
    return this.geometry.cell(entryAt(ring, position & (this.entries() - 1)));
  }

  /** True if an entry of this content has an index. */
  private has(entry: i32): bool {
    const none = this.entries() - 1;
    return (entry & none) != none;
  }

  /** True if the entry of a position has the index that was put there for it. */
  private isIn(ring: i32, position: i32): bool {
    const entry = this.entry(this.at(ring, position));
    return ageOf(entry, position, this.entries()) == 0 && this.has(entry);
  }

  /** Puts an index into a ring, in which it has room. */
  private putIndex(ring: i32, index: i32): void {
    while (true) {
      // RI1: the position is ours alone.
      const position = this.memory.add(RI1, this.geometry.cell(ring + TAIL), 1);
      if (this.write(ring, position, index)) break;
    }
    this.renew(ring);
  }

  /** Writes an index into the entry of a position. False if it is not to be had: the reader has passed, or there is still another index. */
  private write(ring: i32, position: i32, index: i32): bool {
    const entries = this.entries();
    const at = this.at(ring, position);
    while (true) {
      const old = this.entry(at);
      // A later cycle, or the same one, is that of a reader which has passed (RI9), or of a later pair.
      if (ageOf(old, position, entries) >= 0 || this.has(old)) return false;
      // A reader saw an index here, for which it was too early, and made the entry unsafe. It was not ours if Head has not passed our
      // position: then ours is still to come, and will find what we write.
      if ((old & entries) == 0 && ((position - this.head(ring)) | 0) < 0) return false;
      // RI4: publishes the index, and the value with it, to the RI8 of the reader. The entry is as RI2 found it: no reader has passed since.
      if (this.memory.cas(RI4, at, old, cycleAt(position, entries) | entries | index)) return true;
      this.record.count(C_RI4);
    }
  }

  /** Takes an index out of a ring, the oldest one; -1 if there was an instant of the call at which the ring had none. */
  private takeIndex(ring: i32): i32 {
    // Nothing was put in since the last readers have counted it down; or those that put something in have not ended.
    if (this.threshold(ring) < 0) return -1;
    while (true) {
      // RI7: the position is ours alone.
      const position = this.memory.add(RI7, this.geometry.cell(ring + HEAD), 1);
      const index = this.read(ring, position);
      if (index >= 0) return index;
      const isAtEnd = this.catchUp(ring, (position + 1) | 0);
      // RI12: Tail was no further than this position, and nothing was in the ring then; or the threshold is used up.
      const patience = this.memory.add(RI12, this.geometry.cell(ring + THRESHOLD), -1);
      if (isAtEnd || patience <= 0) return -1;
    }
  }

  /** Takes the index out of the entry of a position, or sees to it that none is put there for this position: -1. */
  private read(ring: i32, position: i32): i32 {
    const entries = this.entries();
    const none = entries - 1;
    const at = this.at(ring, position);
    while (true) {
      const old = this.entry(at);
      const age = ageOf(old, position, entries);
      if (age == 0) {
        // RI8: the index is ours alone, since the position is. Another reader may have made the entry unsafe since RI2, and nothing else
        // changes it: so the index is still the same, and the bit is kept.
        this.memory.or(RI8, at, none);
        return old & none;
      }
      if (age > 0) return -1;
      // RI9: the writer of this position finds our cycle; or the entry unsafe, where an index waits for an earlier reader.
      const passed = this.has(old) ? this.tooEarly(old) : cycleAt(position, entries) | (old & entries) | none;
      if (this.memory.cas(RI9, at, old, passed)) return -1;
      this.record.count(C_RI9);
    }
  }

  /** What a reader makes of an entry with an index of an earlier reader: it cannot leave its cycle there, and makes the entry unsafe. */
  protected tooEarly(entry: i32): i32 {
    return entry & ~this.entries();
  }

  /** True if Tail was not ahead of a position, to which it is moved up then: writers need not take those before it, where no index is put any more. */
  private catchUp(ring: i32, position: i32): bool {
    let tail = this.tail(ring);
    if (((tail - position) | 0) > 0) return false;
    while (((position - tail) | 0) > 0) {
      // RI11: from RI10's value on, so that it never goes back.
      if (this.memory.cas(RI11, this.geometry.cell(ring + TAIL), tail, position)) break;
      this.record.count(C_RI11);
      tail = this.tail(ring);
    }
    return true;
  }

  /** An index was put in: the threshold is set anew. */
  private renew(ring: i32): void {
    const patience = patienceFor(this.entries(), this.geometry.threads);
    // RI6: after RI4, so that a reader which finds the threshold below 0 may come before the put.
    if (this.threshold(ring) != patience)
      this.memory.store(RI6, this.geometry.cell(ring + THRESHOLD), patience);
  }

  private entry(at: i32): i32 {
    return this.memory.load(RI2, at);
  }

  private head(ring: i32): i32 {
    return this.memory.load(RI3, this.geometry.cell(ring + HEAD));
  }

  private tail(ring: i32): i32 {
    return this.memory.load(RI10, this.geometry.cell(ring + TAIL));
  }

  private threshold(ring: i32): i32 {
    return this.memory.load(RI5, this.geometry.cell(ring + THRESHOLD));
  }
}
