import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { ABORT, EMPTY, OK, Structure, VALUE } from '../structure.ts';
import { Geometry, C_EMPTY, C_STRUCTURE, LINE, OP_IS_EMPTY, OP_PUT, OP_TAKE, R_RESULT } from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';

// The counters of its failures.
const C_WS6: i32 = C_STRUCTURE;
const C_WS11: i32 = C_STRUCTURE + 1;

export const WS1: i32 = 256;
export const WS2: i32 = 257;
export const WS3: i32 = 258;
export const WS4: i32 = 259;
export const WS5: i32 = 260;
export const WS6: i32 = 261;
export const WS7: i32 = 262;
export const WS8: i32 = 263;
export const WS9: i32 = 264;
export const WS10: i32 = 265;
export const WS11: i32 = 266;
export const WS12: i32 = 267;
export const WS13: i32 = 268;
export const WS14: i32 = 269;

/** Values that it holds at most: a power of two, so that the place of an index stays the same when the index comes round. */
const SIZE: i32 = 8;
/** Words of the array: the index of the first value, that of the place behind the last one, each on a line of its own, and the cells. */
const TOP: i32 = 0;
const BOTTOM: i32 = LINE;
const CELLS: i32 = 2 * LINE;

export const CARDS: StepCards = {
  WS1: { access: 'load', fills: 't', says: 'the first value has the index {word}' },
  WS2: { access: 'store', says: 'writes the value into {name}' },
  WS3: {
    access: 'store',
    linearizes: { operation: 'push', answer: 'ok' },
    says: 'moves the bottom to {word}: the value is inside',
  },
  WS4: {
    access: 'store',
    linearizes: { operation: 'pop', answer: 'value' },
    says: 'moves the bottom to {word}: thieves take no value from there on',
  },
  WS5: { access: 'load', fills: 't', says: 'the first value has the index {word}' },
  WS6: {
    access: 'cas',
    expectedFrom: 'WS5',
    failures: C_WS6,
    needsBitsOnly: true,
    linearizes: { operation: 'pop', answer: 'value' },
    says: 'takes the last value, as a thief would',
    saysFailed: 'a thief was first',
  },
  WS7: { access: 'store', says: 'moves the bottom back to {word}' },
  WS8: { access: 'load', fills: 't', says: 'the first value has the index {word}' },
  WS9: {
    access: 'load',
    fills: 'b',
    linearizes: { operation: 'steal', answer: 'empty' },
    says: 'the bottom is at {word}',
  },
  WS10: { access: 'load', fills: 'v', says: '{name} holds {word}' },
  WS11: {
    access: 'cas',
    expectedFrom: 'WS8',
    failures: C_WS11,
    needsBitsOnly: true,
    linearizes: { operation: 'steal', answer: 'value' },
    says: 'takes the first value',
    saysFailed: 'another thread was first',
  },
  WS12: { access: 'load', fills: 't', says: 'the first value has the index {word}' },
  WS13: { access: 'load', fills: 'b', headsLoop: true, says: 'the bottom is at {word}' },
  WS14: { access: 'load', fills: 't', says: 'the first value has the index {word}' },
};

export const CARD: StructureCard = {
  operations: [
    { name: 'push', does: 'put', end: 'back', by: 'owner', past: 'pushed' },
    { name: 'pop', does: 'take', end: 'back', by: 'owner', past: 'popped' },
    { name: 'steal', does: 'take', end: 'front', past: 'stolen' },
    { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
  ],
  order: 'DEQUE',
  capacity: SIZE,
  roots: [],
  invariants: [
    {
      name: 'Top grows',
      says: 'Top only grows, by 1 at a time.',
      about: ['Top'],
      brokenBy: ({ word, before, after }) =>
        word !== 'Top' || after === ((before + 1) | 0) ? null : `It goes from ${before} to ${after}`,
    },
    {
      name: 'Bottom moves by one',
      says: 'Bottom moves by 1 at a time.',
      about: ['Bottom'],
      brokenBy: ({ word, before, after }) =>
        word !== 'Bottom' || Math.abs((after - before) | 0) === 1
          ? null
          : `It goes from ${before} to ${after}`,
    },
    {
      name: 'within bounds',
      says: 'Bottom is at most as many behind Top as there are cells, and at most 1 before it.',
      about: ['Top', 'Bottom'],
      brokenIn: (state) => {
        const [top, bottom] = [state.cell(TOP), state.cell(BOTTOM)];
        const inside = (bottom - top) | 0;
        return inside >= -1 && inside <= SIZE ? null : `Top is ${top}, and Bottom is ${bottom}`;
      },
    },
    {
      name: 'kept cells',
      says: 'A cell from Top up to Bottom keeps its value.',
      about: Array.from({ length: SIZE }, (_, cell) => `cell ${cell}`),
      brokenBy: ({ word, before, after }, state) => {
        const [top, bottom] = [state.cell(TOP), state.cell(BOTTOM)];
        for (let index = top; ((bottom - index) | 0) > 0; index = (index + 1) | 0)
          if (word === `cell ${index & (SIZE - 1)}` && before !== after)
            return `It is that of index ${index}, Top is ${top}, and Bottom is ${bottom}`;
        return null;
      },
    },
  ],
  cells: {
    count: SIZE,
    name: (word) => {
      if (word === TOP) return 'Top';
      if (word === BOTTOM) return 'Bottom';
      return word < CELLS || word >= CELLS + SIZE ? null : `cell ${word - CELLS}`;
    },
    read: (word, cell) => {
      const place = (cell - word(TOP)) & (SIZE - 1);
      const inside = (word(BOTTOM) - word(TOP)) | 0;
      return place < inside ? { is: 'holding', value: word(CELLS + cell) } : { is: 'empty' };
    },
    holdsValue: (word) => word >= CELLS,
    first: (word) => word(TOP) & (SIZE - 1),
    begins: (values) => [
      [BOTTOM, values.length],
      ...values.map((value, i): [number, number] => [CELLS + i, value]),
    ],
  },
};

/**
 * The work-stealing deque of Chase and Lev, "Dynamic Circular Work-Stealing Deque", SPAA 2005, in an array that does not grow. Its owner,
 * the first thread, pushes and pops at the bottom; the other threads, its thieves, steal from the top. The labels are our own.
 *
 * The paper's array grows when it is full, and the old one has to be reclaimed; this one answers FULL. It takes no slots: nothing is
 * retired, and all schemes are one to it.
 *
 * Why no value is taken twice. A value has the index at which it was pushed, and two threads may want the same one: thieves, and the owner.
 * A thief takes index t by WS11, which moves Top from t to t + 1. Top only grows, so one WS11 or WS6 succeeds for each index.
 * The owner takes index b without it, and only if WS5 finds Top below b. Say that a thief's WS11 succeeds for b as well, for the value
 * that the owner has popped. Its WS8 read b, so it is after WS5, and its WS9 is after WS4, which made Bottom b. WS9 finds Bottom above b: so the
 * owner has pushed again, at b, and the thief takes that value, which WS2 wrote before the WS3 that WS9 saw.
 *
 * Why a thief has the value that was at its index. If WS11 succeeds, Top was t from WS8 on. The cell is written again for index t only
 * after a pop of it, which WS6 cannot have been while Top was t: that pop was one without WS6, and the case above. For index t + SIZE it is
 * written only after WS1 finds Top above t.
 *
 * Progress: push, pop and steal end after a fixed number of steps, whatever the other threads do or wherever they stand: a thief that is
 * outrun answers ABORT, and another thread has taken a value then. isEmpty begins again only when Top was moved: it is lock-free.
 *
 * Invariants, after every step and under every scheme. The values from Top up to Bottom are the deque's content, the first one first, but
 * while a pop is between WS4 and WS7: then the last value may be at Bottom itself.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Top only grows, by 1 at a time.
 * - Bottom moves by 1 at a time.
 * - Bottom is at most as many behind Top as there are cells, and at most 1 before it.
 * - A cell from Top up to Bottom keeps its value.
 * invariants:end
 * Non-invariants
 * - Bottom need not be at Top or behind it: a pop that finds nothing has moved it 1 before Top, up to WS7.
 * - A value that WS9 and WS10 have seen need not be inside any more: WS11 finds out.
 * - An owner that dies between WS4 and WS7 leaves Bottom where it was, and the value there is lost: no other thread may become the owner.
 * - Top equals an earlier value of itself after 2^32 values: a thief that has stood still for so long may succeed.
 */
export class ChaseLev<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 10;
  static readonly ID: string = 'chase-lev';
  static readonly KIND: string = 'deque';
  static readonly TITLE: string = 'Chase-Lev deque';
  static readonly IDEA: string =
    'A work-stealing deque in an array: one thread owns the bottom and pushes and pops there, all others steal from the top, and only the last value is fought for.';
  static readonly PAPER: string = 'Chase and Lev 2005, SPAA';
  static readonly ROOTS: i32 = 0;
  static readonly CELLS: i32 = CELLS + SIZE;
  static readonly MARK_BITS: i32 = 0;
  /** It follows no links. */
  static readonly PROTECTIONS: i32 = 0;
  static readonly DUMMIES: i32 = 0;

  /** An empty one is all zeros. */
  static begin(_memory: Memory, _geometry: Geometry, _inUse: i32): void {}

  put(value: i32): i32 {
    return this.push(value);
  }

  take(): i32 {
    return this.pop();
  }

  /** The address of the cell of an index. */
  protected at(index: i32): i32 {
    return this.geometry.cell(CELLS + (index & (SIZE - 1)));
  }

  /** Where the owner works. Only the owner writes the word, so it reads it plainly. */
  private bottom(): i32 {
    return this.memory.peek(this.geometry.cell(BOTTOM));
  }

  /** Puts a value in at the bottom. Returns OK or FULL. For the owner alone. */
  push(value: i32): i32 {
    this.begin(OP_PUT);
    const b = this.bottom();
    // WS1: what thieves have left inside. LINEARIZATION POINT of a push that answers FULL: only this thread moves Bottom, so that many
    // values are inside at this instant.
    const t = this.memory.load(WS1, this.geometry.cell(TOP));
    if (((b - t) | 0) >= SIZE) return this.full();
    // WS2: a step and no plain write, since a thief that knows an earlier value of the cell may be looking (WS10): its WS11 fails then.
    this.memory.store(WS2, this.at(b), value);
    // WS3: LINEARIZATION POINT. Publishes WS2 to WS9.
    this.memory.store(WS3, this.geometry.cell(BOTTOM), (b + 1) | 0);
    this.end();
    return OK;
  }

  /** Takes the value out that was pushed last: VALUE, and `result` fetches it; or EMPTY. For the owner alone. */
  pop(): i32 {
    this.begin(OP_TAKE);
    const b = (this.bottom() - 1) | 0;
    // WS4: before WS5, so that of the owner and a thief at least one sees the other: a thief whose WS9 does not see it read Bottom before
    // WS4, and Top before that. LINEARIZATION POINT of a pop that finds more than one value.
    this.memory.store(WS4, this.geometry.cell(BOTTOM), b);
    // WS5: LINEARIZATION POINT of a pop that finds Top above b, and answers EMPTY: every value has been stolen.
    const t = this.memory.load(WS5, this.geometry.cell(TOP));
    const before = (b - t) | 0;
    if (before > 0) return this.taken(b);
    const isWon = before == 0 && this.wins(t);
    // WS7: back to where it was; there is nothing inside up to there.
    this.memory.store(WS7, this.geometry.cell(BOTTOM), (b + 1) | 0);
    if (isWon) return this.taken(b);
    return this.nothing();
  }

  /** Whether the owner has the last value, of index t: it takes it as a thief does, and not all of them can. */
  protected wins(t: i32): bool {
    // WS6: LINEARIZATION POINT of a pop that takes the last value, and if it fails, of one that answers EMPTY: a thief has taken it.
    if (this.memory.cas(WS6, this.geometry.cell(TOP), t, (t + 1) | 0)) return true;
    this.record.count(C_WS6);
    return false;
  }

  /** Ends a pop that has taken the value of an index. Only the owner writes cells, so it reads them plainly. */
  private taken(index: i32): i32 {
    return this.delivers(this.memory.peek(this.at(index)));
  }

  protected delivers(value: i32): i32 {
    this.memory.poke(this.record.base + R_RESULT, value);
    this.end();
    return VALUE;
  }

  protected nothing(): i32 {
    this.record.count(C_EMPTY);
    this.end();
    return EMPTY;
  }

  /** Takes the value out that was pushed first: VALUE, and `result` fetches it; EMPTY; or ABORT if another thread was first. */
  steal(): i32 {
    this.begin(OP_TAKE);
    // WS8: before WS9: read the other way round, Bottom may be from before a pop, and Top from after it.
    const t = this.memory.load(WS8, this.geometry.cell(TOP));
    // WS9: LINEARIZATION POINT of a steal that answers EMPTY: Top is at t or behind it, and Bottom is not.
    const b = this.memory.load(WS9, this.geometry.cell(BOTTOM));
    if (((b - t) | 0) <= 0) return this.nothing();
    // WS10: before WS11, after which the owner may put another value there.
    const value = this.memory.load(WS10, this.at(t));
    // WS11: LINEARIZATION POINT of a steal that delivers; but if a pop has come to the same index since WS9, the steal takes effect right
    // before that pop's WS4: the value was the first one then.
    if (this.memory.cas(WS11, this.geometry.cell(TOP), t, (t + 1) | 0)) return this.delivers(value);
    // Another thief's WS11 was first, or the owner's WS6.
    this.record.count(C_WS11);
    this.end();
    return ABORT;
  }

  /** True if the deque was empty at an instant of the call. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    let answer: bool = true;
    // WS12: before WS13, as in a steal.
    let t = this.memory.load(WS12, this.geometry.cell(TOP));
    while (true) {
      // WS13: LINEARIZATION POINT of both answers. Top is at t or behind it; if Bottom is not behind t, nothing is inside.
      const b = this.memory.load(WS13, this.geometry.cell(BOTTOM));
      if (((b - t) | 0) <= 0) break;
      // WS14: if Top is still before that place, it was so at WS13, and a value was inside.
      t = this.memory.load(WS14, this.geometry.cell(TOP));
      if (((b - t) | 0) > 0) {
        answer = false;
        break;
      }
    }
    this.end();
    return answer;
  }
}
