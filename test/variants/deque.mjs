// A deque of a user's own, in one file, that keeps its values in cells: one thread owns the bottom, and the others steal from the top
// (Chase and Lev, "Dynamic circular work-stealing deque", SPAA 2005, with an array that does not grow).
import { ABORT, EMPTY, FULL, layout, OK, Structure, VALUE } from 'lockfree-lab';

const { C_STRUCTURE, OP_IS_EMPTY, OP_PUT, OP_TAKE, R_RESULT } = layout;

const SIZE = 4;
/** Words of the array: two indices that only grow, but for the moment of a pop, and the cells. */
const TOP = 0;
const BOTTOM = 1;
const CELLS = 2;

/** A pop and a steal that lost the last value, or the first. */
const C_CL9 = C_STRUCTURE;
const C_CL14 = C_STRUCTURE + 1;

export const CL1 = 202;
export const CL2 = 203;
export const CL3 = 204;
export const CL4 = 205;
export const CL5 = 206;
export const CL6 = 207;
export const CL7 = 208;
export const CL8 = 209;
export const CL9 = 210;
export const CL10 = 211;
export const CL11 = 212;
export const CL12 = 213;
export const CL13 = 214;
export const CL14 = 215;
export const CL15 = 216;

export const CARDS = {
  CL1: { access: 'load', fills: 'b', says: 'the bottom is at {word}' },
  CL2: { access: 'load', fills: 't', says: 'the top is at {word}' },
  CL3: { access: 'store', says: 'writes the value into {name}' },
  CL4: {
    access: 'store',
    linearizes: { operation: 'push', answer: 'ok' },
    says: 'moves the bottom to {word}',
  },
  CL5: { access: 'load', fills: 'b', says: 'the bottom is at {word}' },
  CL6: { access: 'store', says: 'moves the bottom to {word}' },
  CL7: { access: 'load', fills: 't', says: 'the top is at {word}' },
  CL8: { access: 'load', fills: 'v', says: '{name} holds {word}' },
  CL9: {
    access: 'cas',
    expectedFrom: 'CL7',
    failures: C_CL9,
    needsBitsOnly: true,
    linearizes: { operation: 'pop', answer: 'value' },
    says: 'takes the last value',
    saysFailed: 'a thief was first',
  },
  CL10: { access: 'store', says: 'moves the bottom back to {word}' },
  CL11: { access: 'load', fills: 't', says: 'the top is at {word}' },
  CL12: { access: 'load', fills: 'b', says: 'the bottom is at {word}' },
  CL13: { access: 'load', fills: 'v', says: '{name} holds {word}' },
  CL14: {
    access: 'cas',
    expectedFrom: 'CL11',
    failures: C_CL14,
    needsBitsOnly: true,
    linearizes: { operation: 'steal', answer: 'value' },
    says: 'takes the first value',
    saysFailed: 'another thread was first',
  },
  CL15: {
    access: 'load',
    fills: 't',
    headsLoop: true,
    validates: ['same word'],
    says: 'the top is at {word}',
  },
};

export const CARD = {
  operations: [
    { name: 'push', does: 'put', end: 'back', by: 'owner', past: 'pushed' },
    { name: 'pop', does: 'take', end: 'back', by: 'owner', past: 'popped' },
    { name: 'steal', does: 'take', end: 'front', past: 'stolen' },
    { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
  ],
  order: 'DEQUE',
  capacity: SIZE,
  roots: [],
  cells: {
    count: SIZE,
    name: (word) => ['Top', 'Bottom'][word] ?? `cell ${word - CELLS}`,
    read: (word, cell) => {
      const first = word(TOP) + ((((cell - word(TOP)) % SIZE) + SIZE) % SIZE);
      return first < word(BOTTOM) ? { is: 'holding', value: word(CELLS + cell) } : { is: 'empty' };
    },
    holdsValue: (word) => word >= CELLS,
    first: (word) => word(TOP) % SIZE,
  },
  invariants: [],
};

class Deque extends Structure {
  static NUMBER = 102;
  static ID = 'deque';
  static KIND = 'deque';
  static TITLE = 'deque of one owner';
  static IDEA =
    'The owner pushes and pops at the bottom, thieves take from the top, and only the last value is fought for.';
  static PAPER = 'Chase and Lev, "Dynamic circular work-stealing deque", SPAA 2005';
  static ROOTS = 0;
  static CELLS = CELLS + SIZE;
  static MARK_BITS = 0;
  static PROTECTIONS = 0;
  static DUMMIES = 0;

  static begin(memory, geometry, _inUse, values) {
    memory.poke(geometry.cell(BOTTOM), values.length);
    for (const [i, value] of values.entries()) memory.poke(geometry.cell(CELLS + i), value);
  }

  at(index) {
    return this.geometry.cell(CELLS + (index % SIZE));
  }

  push(value) {
    const { memory, geometry } = this;
    this.begin(OP_PUT);
    const b = memory.load(CL1, geometry.cell(BOTTOM));
    const t = memory.load(CL2, geometry.cell(TOP));
    if (b - t >= SIZE) {
      this.end();
      return FULL;
    }
    memory.store(CL3, this.at(b), value);
    memory.store(CL4, geometry.cell(BOTTOM), b + 1);
    this.end();
    return OK;
  }

  pop() {
    const { memory, geometry, record } = this;
    this.begin(OP_TAKE);
    const b = memory.load(CL5, geometry.cell(BOTTOM)) - 1;
    memory.store(CL6, geometry.cell(BOTTOM), b);
    const t = memory.load(CL7, geometry.cell(TOP));
    let answer = EMPTY;
    if (t <= b) {
      memory.poke(record.base + R_RESULT, memory.load(CL8, this.at(b)));
      if (t < b || this.wins(t)) answer = VALUE;
    }
    if (t >= b) memory.store(CL10, geometry.cell(BOTTOM), Math.max(t, b) + (t > b ? 0 : 1));
    this.end();
    return answer;
  }

  /** Whether the owner takes the last value, before a thief does. */
  wins(t) {
    const won = this.memory.cas(CL9, this.geometry.cell(TOP), t, t + 1);
    if (!won) this.record.count(C_CL9);
    return won;
  }

  steal() {
    const { memory, geometry, record } = this;
    this.begin(OP_TAKE);
    const t = memory.load(CL11, geometry.cell(TOP));
    const b = memory.load(CL12, geometry.cell(BOTTOM));
    let answer = EMPTY;
    if (t < b) {
      const value = memory.load(CL13, this.at(t));
      answer = memory.cas(CL14, geometry.cell(TOP), t, t + 1) ? VALUE : ABORT;
      if (answer === VALUE) memory.poke(record.base + R_RESULT, value);
      else record.count(C_CL14);
    }
    this.end();
    return answer;
  }

  isEmpty() {
    const { memory, geometry } = this;
    this.begin(OP_IS_EMPTY);
    let t = memory.load(CL15, geometry.cell(TOP));
    let b = 0;
    // The top only grows: if it is the same before and after, it was so when the bottom was read.
    for (let before = t - 1; before !== t;) {
      before = t;
      b = memory.load(CL12, geometry.cell(BOTTOM));
      t = memory.load(CL15, geometry.cell(TOP));
    }
    this.end();
    return b <= t;
  }
}

/** One that looks at the top once: by the time that it reads the bottom, the top may have moved. */
export class Glancing extends Deque {
  isEmpty() {
    const { memory, geometry } = this;
    this.begin(OP_IS_EMPTY);
    const t = memory.load(CL15, geometry.cell(TOP));
    const b = memory.load(CL12, geometry.cell(BOTTOM));
    this.end();
    return b <= t;
  }
}

/** One that takes the last value without a comparison: a thief takes it too. */
export class Greedy extends Deque {
  wins() {
    return true;
  }
}

export { Deque as structure };
