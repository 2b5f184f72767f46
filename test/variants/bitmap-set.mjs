// A set of a user's own, in one file, that uses no slots: a cell for each key, which says whether the key is inside.
import { layout, NO, OK, Structure } from 'lockfree-lab';

const { C_STRUCTURE, OP_IS_EMPTY, OP_PUT, OP_TAKE } = layout;

/** The keys are 0 to 7. */
const KEYS = 8;

/** Failed insertions and removals. */
const C_BM1 = C_STRUCTURE;
const C_BM2 = C_STRUCTURE + 1;

export const BM1 = 241;
export const BM2 = 242;
export const BM3 = 243;

export const CARDS = {
  BM1: {
    access: 'cas',
    linearizes: { operation: 'insert', answer: 'ok' },
    failures: C_BM1,
    needsBitsOnly: true,
    says: 'puts the key in',
    saysFailed: 'the key is inside',
  },
  BM2: {
    access: 'cas',
    linearizes: { operation: 'remove', answer: 'ok' },
    failures: C_BM2,
    needsBitsOnly: true,
    says: 'takes the key out',
    saysFailed: 'the key is not inside',
  },
  BM3: { access: 'load', fills: 'inside', says: '{name} is {word}' },
};

export const CARD = {
  operations: [
    { name: 'insert', letter: '+', does: 'put', keyed: true, past: 'inserted' },
    { name: 'remove', letter: '-', does: 'take', keyed: true, past: 'removed' },
    { name: 'contains', letter: '?', does: 'ask', keyed: true, past: 'asked for' },
  ],
  order: 'SET',
  keys: KEYS,
  roots: [],
  cells: {
    count: KEYS,
    name: (word) => `key ${word}`,
    read: (word, cell) => (word(cell) === 0 ? { is: 'empty' } : { is: 'holding', value: cell }),
  },
  invariants: [],
};

class BitmapSet extends Structure {
  static NUMBER = 101;
  static ID = 'bitmap-set';
  static KIND = 'set';
  static TITLE = 'bitmap set';
  static IDEA = 'A word for each key.';
  static PAPER = 'none';
  static ROOTS = 0;
  static CELLS = KEYS;
  static MARK_BITS = 0;
  static PROTECTIONS = 0;
  static DUMMIES = 0;

  static begin(memory, geometry, _inUse, keys) {
    for (const key of keys) memory.poke(geometry.cell(key), 1);
  }

  insert(key) {
    return this.change(OP_PUT, BM1, C_BM1, key, 0);
  }

  remove(key) {
    return this.change(OP_TAKE, BM2, C_BM2, key, 1);
  }

  change(operation, step, failures, key, from) {
    const { memory, geometry, record } = this;
    this.begin(operation);
    const done = memory.cas(step, geometry.cell(key), from, 1 - from);
    if (!done) record.count(failures);
    this.end();
    return done ? OK : NO;
  }

  contains(key) {
    const { memory, geometry } = this;
    this.begin(OP_IS_EMPTY);
    const inside = memory.load(BM3, geometry.cell(key));
    this.end();
    return inside !== 0;
  }
}

/** One that answers before it looks: two threads can put the same key in. */
export class Hasty extends BitmapSet {
  change(operation, step, failures, key, from) {
    const { memory, geometry } = this;
    this.begin(operation);
    const address = geometry.cell(key);
    const done = memory.load(BM3, address) === from;
    if (done) memory.cas(step, address, from, 1 - from);
    this.end();
    return done ? OK : NO;
  }
}

export { BitmapSet as structure };
