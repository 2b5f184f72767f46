import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { OK, Structure, VALUE } from '../structure.ts';
import {
  Geometry,
  C_STRUCTURE,
  HAND_OWNED,
  HAND_UNLINKING,
  LINE,
  LINKED,
  OP_IS_EMPTY,
  OP_PUT,
  OP_TAKE,
  ROOTS,
  R_RESULT,
  S_NEXT,
  S_STATE,
} from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import { QUEUE_INVARIANTS, QUEUE_OPERATIONS } from './queue-card.ts';
import { SEGMENT, SEGMENT_INVARIANTS } from './segment-card.ts';
import {
  CELL_WORDS,
  cellsIn,
  DEQ_WORD,
  NO_VALUE,
  OTHER_WORDS,
  TAKEN_CELL,
  enqWord,
} from './segment-words.ts';

// The counters of its failures.
const C_SQ4: i32 = C_STRUCTURE;
const C_SQ6: i32 = C_STRUCTURE + 1;
const C_TAIL: i32 = C_STRUCTURE + 2;
const C_SQ17: i32 = C_STRUCTURE + 3;

export const SQ1: i32 = 300;
export const SQ2: i32 = 301;
export const SQ3: i32 = 302;
export const SQ4: i32 = 303;
export const SQ5: i32 = 304;
export const SQ6: i32 = 305;
export const SQ7: i32 = 306;
export const SQ8: i32 = 307;
export const SQ9: i32 = 308;
export const SQ10: i32 = 309;
export const SQ11: i32 = 310;
export const SQ12: i32 = 311;
export const SQ13: i32 = 312;
export const SQ14: i32 = 313;
export const SQ15: i32 = 314;
export const SQ16: i32 = 315;
export const SQ17: i32 = 316;
export const SQ18: i32 = 317;
export const SQ19: i32 = 318;

export const CARDS: StepCards = {
  SQ1: {
    access: 'load',
    fills: 'tail',
    headsLoop: true,
    says: 'slot {slot} is the last segment, or the one before it',
  },
  SQ2: {
    access: 'add',
    slotFrom: 'SQ1',
    says: 'takes the next place to write in slot {holder}: {word} were given out',
  },
  SQ3: {
    access: 'store',
    needsNoLife: true,
    says: 'makes the next word of slot {holder} null',
  },
  SQ4: {
    access: 'cas',
    slotFrom: 'SQ1',
    needsBitsOnly: true,
    failures: C_SQ4,
    says: 'puts its value into {name}',
    saysFailed: 'another thread has taken the cell',
  },
  SQ5: {
    access: 'load',
    fills: 'next',
    slotFrom: 'SQ1',
    says: 'slot {slot} follows slot {holder}, so Tail lags behind',
    saysNull: 'nothing follows slot {holder}',
  },
  SQ6: {
    access: 'cas',
    slotFrom: 'SQ1',
    expectedFrom: 'SQ5',
    moves: { from: 'hand', to: 'structure' },
    failures: C_SQ6,
    says: 'links slot {new}, with its value in the first cell, behind slot {holder}',
    saysFailed: 'slot {holder} is not the last segment any more',
  },
  SQ7: {
    access: 'add',
    slotFrom: 'SQ1',
    says: 'gives its place back, which is beyond the last cell of slot {holder}',
  },
  SQ8: {
    access: 'cas',
    expectedFrom: 'SQ1',
    writtenFrom: 'SQ5',
    failures: C_TAIL,
    says: 'helps: moves Tail from slot {old} to slot {new}',
    saysFailed: 'Tail has been helped on already',
  },
  SQ9: {
    access: 'load',
    fills: 'head',
    headsLoop: true,
    says: 'slot {slot} is the first segment',
  },
  SQ10: {
    access: 'load',
    fills: 'd',
    slotFrom: 'SQ9',
    says: '{word} places to read were given out in slot {holder}',
  },
  SQ11: {
    access: 'load',
    fills: 'q',
    slotFrom: 'SQ9',
    says: '{word} places to write were given out in slot {holder}',
  },
  SQ12: {
    access: 'load',
    fills: 'next',
    slotFrom: 'SQ9',
    says: 'slot {slot} comes next',
    saysNull: 'nothing follows slot {holder}',
  },
  SQ13: {
    access: 'add',
    slotFrom: 'SQ9',
    says: 'takes the next place to read in slot {holder}: {word} were given out',
  },
  SQ14: {
    access: 'exchange',
    slotFrom: 'SQ9',
    says: 'takes {name}, so that no value is put there any more',
  },
  SQ15: { access: 'load', fills: 'tail', says: 'Tail names slot {slot}' },
  SQ16: {
    access: 'cas',
    expectedFrom: 'SQ15',
    writtenFrom: 'SQ12',
    failures: C_TAIL,
    says: 'moves Tail from slot {old} to slot {new}, before Head passes it',
    saysFailed: 'Tail has been helped on already',
  },
  SQ17: {
    access: 'cas',
    expectedFrom: 'SQ9',
    writtenFrom: 'SQ12',
    moves: { from: 'structure', to: 'hand', owes: 'SQ20' },
    failures: C_SQ17,
    says: 'moves Head from slot {old} to slot {new}',
    saysFailed: 'another thread has moved Head',
  },
  SQ18: { access: 'load', fills: 'x', slotFrom: 'SQ9', says: '{name} is {word}' },
  SQ19: {
    access: 'cas',
    expectedFrom: 'SQ1',
    failures: C_TAIL,
    says: 'moves Tail from slot {old} to its own slot {new}',
    saysFailed: 'Tail has been helped on already',
  },
};

export const CARD: StructureCard = {
  operations: QUEUE_OPERATIONS,
  order: 'FIFO',
  roots: [
    { name: 'Head', names: 'the first segment' },
    { name: 'Tail', names: 'the last segment, or the one before it' },
  ],
  segments: SEGMENT,
  invariants: [...QUEUE_INVARIANTS, ...SEGMENT_INVARIANTS],
  unsafeUnder: [
    {
      schemes: ['naive', 'tagged', 'versions'],
      because:
        'Places are given out by additions, and values taken by exchanges. Neither expects a word, so it is made as well in a segment that has been freed since, or is in another life.',
    },
  ],
};

/**
 * Its first root: pointer word, the first segment.
 * about-Head:begin (made by npm run refresh from the invariants)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Head moves along next, from a node to its successor or as far as one step takes values out.
 * - A cell of a segment that is inside has a value only if its place was given out to a writer, and is taken only if it was given out to a reader.
 * about-Head:end
 */
const HEAD: i32 = ROOTS;
/**
 * Its second root: pointer word, the last segment, or the one before it.
 * about-Tail:begin (made by npm run refresh from the invariants)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Tail names the last node, or one behind which one step has linked all the rest.
 * about-Tail:end
 */
const TAIL: i32 = ROOTS + LINE;

/**
 * A queue of arrays in which places are given out by fetch-and-add, after Ramalhete and Correia, "FAAArrayQueue - MPMC lock-free queue",
 * 2016 (a post with listings, concurrencyfreaks.blogspot.com). The labels are our own; SQ20 is the scheme's `retire`.
 *
 * A segment is a slot with K cells: as many as its words leave room for, so the stride says. A writer and a reader of the same place meet at
 * its cell. If the writer is first, the reader takes the value. If the reader is first, it leaves `taken` there, and both go on to the next
 * place. What gives out places expects no word, so that no thread fails at it because of another; and a node is retired for K values, and not for
 * one: schemes that cost much for each node cost little here.
 *
 * Values. A word says whether there is a value: -1 and -2 say that there is none, and any other one is a value.
 *
 * What a scheme has to see to. A segment is protected from the step that reads it at a root, SQ1 or SQ9, to the end of the round. Additions and
 * exchanges are made in that segment alone; no other one is followed. Tail and Head are moved from it to the segment that it names, by a
 * compare-and-swap that expects a root to name the protected one: it is not freed, so the root cannot have left it and come back, and what follows it
 * is not retired before Head has passed it. So one protection is enough, though two segments are named.
 *
 * In what order operations take effect. Those that put a value into a cell do so in the order of segments and of places within one, and each is
 * between its invocation and its response: a place is given out by SQ2 in the round that succeeds; of two places of one segment the lower was
 * given out first, and a segment is linked, by SQ6, with the first value of it in it, after all places of the one before it were given out. Those that take a value
 * out do so in the same order. So the values come out as they went in, and a value comes out once, since its place is given to one reader.
 * No step is the one at which an operation takes effect: whether a writer that has its place is one of them shows at its cell.
 *
 * EMPTY. SQ10 is before SQ11. If d is at least q and less than K, then at SQ11 as many places were given out to readers as to writers: for each value
 * that was put in here there is a reader that is on its way or has it. And there was no next segment then, since none is linked before the places of this one
 * are used up; so Head named this one, and it was the only one. In the other order q would be of one moment and d of a later one, and between the two a value may
 * have been put in for each that was taken out: then there need be no moment at which nothing was inside. If d is K or more, all places were given out
 * to readers, and what counts is whether SQ12 finds another segment.
 *
 * Progress: lock-free. A writer takes another place only if a reader was at its cell first, and a reader another one only if a writer has a
 * place that it has not written to: each uses up a place of the segment, and when all are used up a writer links a segment that has its value in it.
 * A thread that stands still, or dies, has one place that it does not use, and one segment in hand at most.
 *
 * What 32 bits allow. Places are counted from 0 in each segment. A thread that finds no cell left gives its place back (SQ7) before it looks for a
 * free slot, so of a segment each thread has a few places beyond the last cell at most, however often the slab is full.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The values in the cells of the segments from Head on whose places
 * were not given out to readers are the queue's content, in order.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Tail names the last node, or one behind which one step has linked all the rest.
 * - The next word of a node in the queue changes once, from null to its successor.
 * - A node, or a chain of nodes, is linked behind the last node of the queue, and nothing comes behind it then.
 * - Head moves along next, from a node to its successor or as far as one step takes values out.
 * - A cell of a segment that is inside changes from none to a value, or to taken, and from a value to taken, and not back.
 * - A cell of a segment that is inside has a value only if its place was given out to a writer, and is taken only if it was given out to a reader.
 * - Every node of the structure has the state LINKED.
 * invariants:end
 * Non-invariants
 * - Tail need not name the last segment.
 * - The next word of a segment that Head has passed still names its successor.
 * - A value may be in a cell of a segment that Head has passed: its reader has its place, and has not come yet.
 * - A segment may be inside, and not the first, whose cells hold fewer values than it has cells: a writer has a place and has not written, or died.
 * - A segment whose state is LINKED may not be in the queue yet: its owner is between that write and SQ6, or gives it back.
 */
export class SegmentQueue<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 6;
  static readonly ID: string = 'segments';
  static readonly KIND: string = 'queue';
  static readonly TITLE: string = 'segment queue';
  static readonly IDEA: string =
    'A linked list of arrays: places in the last one are given out to writers by fetch-and-add, and places in the first one to readers.';
  static readonly PAPER: string = 'after Ramalhete and Correia 2016';
  static readonly ROOTS: i32 = 2;
  static readonly CELLS: i32 = 0;
  static readonly MARK_BITS: i32 = 0;
  /** Segments that an operation protects at a time. */
  static readonly PROTECTIONS: i32 = 1;
  /** Slots that it uses when it is empty: one segment. */
  static readonly DUMMIES: i32 = 1;
  /** Words of a slot where nothing else is said: there are two cells. */
  static readonly STRIDE: i32 = OTHER_WORDS + 2;

  /**
   * Writes the roots, links and cells of a queue that consists of the slots 1 to `inUse`, without values: in all but the last one every place was given out to
   * writers that came too late.
   */
  static begin(memory: Memory, geometry: Geometry, inUse: i32): void {
    const enq = enqWord(geometry.stride);
    for (let slot: i32 = 1; slot <= inUse; slot++) {
      for (let word: i32 = CELL_WORDS; word < enq; word++) memory.poke(geometry.slot(slot, word), NO_VALUE);
      if (slot == inUse) break;
      memory.poke(geometry.slot(slot, enq), enq - CELL_WORDS);
      memory.poke(geometry.slot(slot, S_NEXT), slot + 1);
    }
    memory.poke(HEAD, 1);
    memory.poke(TAIL, inUse);
  }

  put(value: i32): i32 {
    return this.enqueue(value);
  }

  take(): i32 {
    return this.dequeue();
  }

  /** Appends a value other than -1 and -2. Returns OK or FULL. */
  enqueue(value: i32): i32 {
    const format = this.geometry.link;
    this.begin(OP_PUT);
    this.scheme.enter();
    let node: i32 = 0;
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      // SQ1: the segment to write to, as far as we know. Tail names none that is retired (SQ16), so it is protected from here on.
      const tail = this.scheme.protect(SQ1, 0, TAIL);
      const last = format.index(tail);
      if (!this.scheme.upgrade(last, node, 0)) continue;
      // SQ2: the place is ours alone, and its cell if there is one.
      const place = this.memory.add(SQ2, this.enq(last), 1);
      if (place < this.cells()) {
        // SQ4: publishes the value to SQ14. It fails if the reader of this place came first, which has left `taken`: take another place.
        if (this.memory.cas(SQ4, this.cell(last, place), NO_VALUE, value)) break;
        this.record.count(C_SQ4);
        continue;
      }
      // SQ5: all places are given out. The segment may still be the last one.
      const end = this.geometry.slot(last, S_NEXT);
      const next = this.memory.load(SQ5, end);
      if (format.index(next) != 0) {
        // SQ8: Tail lags behind; help the thread that should have moved it. If it fails, another thread has moved it since SQ1.
        this.moveTail(SQ8, tail, format.index(next));
        continue;
      }
      if (node == 0) {
        // SQ7: so that a thread which finds nothing free again and again does not count on. The segment is protected still.
        this.memory.add(SQ7, this.enq(last), -1);
        // A slot is taken outside of `enter` and `leave`: all that was read is read again.
        this.scheme.leave();
        node = this.allocate();
        if (node == 0) return this.full();
        this.prepare(node, value);
        this.scheme.enter();
        pause = 0;
        continue;
      }
      // SQ6: publishes SQ3 and the plain writes before it, with the value, to all that come by this word. It succeeds only if the segment is the last
      // one still: a next word leaves null once in a life, and the segment is protected.
      this.scheme.hold(node);
      if (this.memory.cas(SQ6, end, next, this.scheme.link(next, node, last))) {
        this.record.release();
        // SQ19: if it fails, another thread has helped, by SQ8 or SQ16.
        this.moveTail(SQ19, tail, node);
        node = 0;
        break;
      }
      // Another thread's SQ6 was first: there are places in its segment.
      this.record.count(C_SQ6);
      this.scheme.release(node);
    }
    this.scheme.leave();
    // The value found a place elsewhere. Nobody has seen the segment in this life: it goes back at once.
    if (node != 0) this.slab.give(node);
    this.end();
    return OK;
  }

  /** The segment is ours alone; SQ6 publishes it, with the value in its first cell, whose place is given out. */
  private prepare(node: i32, value: i32): void {
    this.memory.poke(this.geometry.slot(node, DEQ_WORD), 0);
    this.memory.poke(this.enq(node), 1);
    this.memory.poke(this.cell(node, 0), value);
    for (let n: i32 = 1; n < this.cells(); n++) this.memory.poke(this.cell(node, n), NO_VALUE);
    const next = this.geometry.slot(node, S_NEXT);
    // SQ3: a store and no plain write, since a thread that knows the slot from an earlier life may be looking (SQ12).
    this.memory.store(SQ3, next, this.scheme.link(this.memory.peek(next), 0, node));
    this.memory.poke(this.geometry.slot(node, S_STATE), LINKED);
  }

  /** Moves Tail on from the segment that `tail` names to its successor, if it is still there; a failure is counted. */
  private moveTail(step: i32, tail: i32, successor: i32): void {
    this.scheme.hold(successor);
    if (this.memory.cas(step, TAIL, tail, this.scheme.link(tail, successor, 0))) {
      this.scheme.release(this.geometry.link.index(tail));
    } else {
      this.record.count(C_TAIL);
      this.scheme.release(successor);
    }
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY. */
  dequeue(): i32 {
    const format = this.geometry.link;
    this.begin(OP_TAKE);
    this.scheme.enter();
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      const head = this.protectFirst();
      const first = format.index(head);
      const d = this.readPlaces(first);
      if (d >= this.cells()) {
        // SQ12: all places were given out to readers, and nothing is inside if there is no other segment.
        const next = this.nextOf(first);
        if (next == 0) {
          if (this.scheme.mustRestart()) continue;
          return this.empty();
        }
        if (!this.scheme.upgrade(first, next, 0)) continue;
        if (this.pass(head, next)) pause = 0;
        continue;
      }
      if (d >= this.writePlaces(first)) {
        if (this.scheme.mustRestart()) continue;
        return this.empty();
      }
      if (!this.scheme.upgrade(first, 0, 0)) continue;
      // SQ13: the place is ours alone. Others may have used the segment up since SQ10.
      const place = this.memory.add(SQ13, this.geometry.slot(first, DEQ_WORD), 1);
      if (place >= this.cells()) continue;
      // SQ14: takes what SQ4 or SQ6 has published. If there is nothing yet, the SQ4 of the writer of this place fails: take another place.
      const value = this.memory.exchange(SQ14, this.cell(first, place), TAKEN_CELL);
      if (value == NO_VALUE) continue;
      this.memory.poke(this.record.base + R_RESULT, value);
      this.scheme.leave();
      this.end();
      return VALUE;
    }
  }

  /**
   * All places of the first segment were given out to readers: Head moves on from it, and it is retired. True if it was this thread's step; the
   * operation has left then, and entered again.
   */
  private pass(head: i32, next: i32): bool {
    const first = this.geometry.link.index(head);
    this.leaveBehind(first, next);
    // The intent comes before the step: a thread that dies right after SQ17 leaves a record of what it unlinked.
    this.record.intend(first, HAND_UNLINKING);
    this.scheme.hold(next);
    // SQ17: the segment is protected, so Head has named it since SQ9.
    if (this.memory.cas(SQ17, HEAD, head, this.scheme.link(head, next, 0))) {
      this.record.come(HAND_OWNED);
      this.scheme.leave();
      // SQ20: nothing in the queue names it: Head has passed it, and Tail was beyond it before that.
      this.retire(first);
      this.scheme.enter();
      return true;
    }
    this.record.release();
    this.record.count(C_SQ17);
    this.scheme.release(next);
    return false;
  }

  /**
   * Tail moves on from the first segment before Head does, so that no segment that Tail names is ever retired. If SQ15 finds it at another one,
   * it is beyond this one, or Head is.
   */
  protected leaveBehind(first: i32, next: i32): void {
    const tail = this.memory.load(SQ15, TAIL);
    if (this.geometry.link.index(tail) == first) this.moveTail(SQ16, tail, next);
  }

  /**
   * True if the queue was empty at an instant of the call.
   *
   * The cells of the places between d and q are looked at. If none has had anything in it, nothing was in them at SQ11 either, since what is put into a
   * cell leaves `taken` there: so nothing was inside then if there is no next segment.
   * A value in one of them was inside: at SQ10 if it was put in before that, for no reader had its place then; else between the step that put it
   * in and the end of its reader's operation, which has not been at the cell. The same holds for the first value of the next segment, to which no reader had come at SQ9.
   * A cell that is taken does not tell which of the two it was, and a reader has used it up since: look again.
   */
  isEmpty(): bool {
    const format = this.geometry.link;
    this.begin(OP_IS_EMPTY);
    this.scheme.enter();
    let isEmpty: bool = false;
    while (true) {
      const first = format.index(this.protectFirst());
      let place = this.readPlaces(first);
      const given = this.writePlaces(first);
      const most = given < this.cells() ? given : this.cells();
      let x = NO_VALUE;
      while (place < most && x == NO_VALUE) {
        // SQ18: pairs with SQ4, SQ6 and SQ14.
        x = this.memory.load(SQ18, this.cell(first, place));
        place++;
      }
      isEmpty = x == NO_VALUE && this.nextOf(first) == 0;
      if (x != TAKEN_CELL && !this.scheme.mustRestart()) break;
      this.scheme.restart();
    }
    this.scheme.leave();
    this.end();
    return isEmpty;
  }

  /** SQ9: the segment to read from, as far as we know. */
  private protectFirst(): i32 {
    return this.scheme.protect(SQ9, 0, HEAD);
  }

  /** SQ12: the segment that follows one; 0 if there is none. */
  private nextOf(segment: i32): i32 {
    return this.geometry.link.index(this.memory.load(SQ12, this.geometry.slot(segment, S_NEXT)));
  }

  /** SQ10: how many places of a segment were given out to readers. */
  protected readPlaces(segment: i32): i32 {
    return this.memory.load(SQ10, this.geometry.slot(segment, DEQ_WORD));
  }

  /** SQ11: how many places of a segment were given out to writers. */
  protected writePlaces(segment: i32): i32 {
    return this.memory.load(SQ11, this.enq(segment));
  }

  /** How many cells a segment has. */
  private cells(): i32 {
    return cellsIn(this.geometry.stride);
  }

  /** The address of a cell of a segment. */
  private cell(segment: i32, place: i32): i32 {
    return this.geometry.slot(segment, CELL_WORDS + place);
  }

  /** The address of the word of a segment that counts the places for writers. */
  private enq(segment: i32): i32 {
    return this.geometry.slot(segment, enqWord(this.geometry.stride));
  }
}
