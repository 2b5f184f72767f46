// A structure of a user's own, in one file, with labels and cards of its own: a box that holds one value or none.
import { layout, OK, Structure, VALUE } from 'lockfree-lab';

const {
  C_STRUCTURE,
  HAND_LINKING,
  HAND_OWNED,
  HAND_UNLINKING,
  LINKED,
  OP_IS_EMPTY,
  OP_PUT,
  OP_TAKE,
  R_RESULT,
  ROOTS,
  S_NEXT,
  S_STATE,
  S_VALUE,
} = layout;

/** Its failed puts and takes. */
const C_V3 = C_STRUCTURE;
const C_V6 = C_STRUCTURE + 1;

export const V1 = 231;
export const V2 = 232;
export const V3 = 233;
export const V4 = 234;
export const V5 = 235;
export const V6 = 236;
export const V7 = 237;

export const CARDS = {
  V1: {
    access: 'load',
    fills: 'found',
    headsLoop: true,
    says: 'slot {slot} is in the box',
    saysNull: 'the box is empty',
  },
  V2: { access: 'store', needsNoLife: true, says: 'makes the next word of slot {holder} null' },
  V3: {
    access: 'cas',
    expectedFrom: 'V1',
    linearizes: { operation: 'post', answer: 'ok' },
    moves: { from: 'hand', to: 'structure' },
    failures: C_V3,
    needsBitsOnly: true,
    says: 'puts slot {new} into the box',
    saysFailed: 'another thread was first',
  },
  V4: {
    access: 'load',
    fills: 'letter',
    headsLoop: true,
    linearizes: { operation: 'fetch', ifNull: 'empty' },
    says: 'slot {slot} is in the box',
    saysNull: 'the box is empty',
  },
  V5: { access: 'load', fills: 'v', slotFrom: 'V4', says: 'slot {holder} holds {word}' },
  V6: {
    access: 'cas',
    expectedFrom: 'V4',
    validates: ['V4', 'V5'],
    linearizes: { operation: 'fetch', answer: 'value' },
    moves: { from: 'structure', to: 'hand', owes: 'V8' },
    failures: C_V6,
    says: 'takes slot {old} out of the box',
    saysFailed: 'another thread was first',
  },
  V7: {
    access: 'load',
    fills: 'found',
    linearizes: { operation: 'isEmpty', ifNull: 'yes', ifSlot: 'no' },
    says: 'slot {slot} is in the box',
    saysNull: 'the box is empty',
  },
};

export const CARD = {
  operations: [
    { name: 'post', does: 'put', past: 'posted' },
    { name: 'fetch', letter: 'f', does: 'take', past: 'fetched' },
    { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
  ],
  order: 'FIFO',
  capacity: 1,
  roots: [{ name: 'Box', names: 'the node with the value' }],
  invariants: [
    {
      name: 'one value',
      says: 'Box names one node or none: nothing follows it.',
      about: ['Box', 'next'],
      brokenIn: (state) => {
        const slot = state.root(0);
        return slot === 0 || state.next(slot) === 0
          ? null
          : `After slot ${slot} comes slot ${state.next(slot)}`;
      },
    },
    {
      name: 'in or out',
      says: 'Box moves between a node and none, and never from a node to another one.',
      about: ['Box'],
      brokenBy: ({ word, before, after }) =>
        word !== 'Box' || before === after || before === 0 || after === 0
          ? null
          : `Slot ${before} was in it, and slot ${after} is`,
    },
  ],
};

/** Its only root. */
const BOX = ROOTS;

class Mailbox extends Structure {
  static NUMBER = 100;
  static ID = 'mailbox';
  static KIND = 'box';
  static TITLE = 'mailbox';
  static IDEA = 'One word that names a node with a value, or none.';
  static PAPER = 'none';
  static ROOTS = 1;
  static CELLS = 0;
  static MARK_BITS = 0;
  static PROTECTIONS = 1;
  static DUMMIES = 0;

  /** Of several first values the box holds the last. */
  static begin(memory, geometry, inUse) {
    memory.poke(BOX, inUse);
  }

  put(value) {
    return this.post(value);
  }

  take() {
    return this.fetch();
  }

  /** OK; or FULL if there is a value in the box, or no slot is free. */
  post(value) {
    const { memory, record, scheme } = this;
    this.begin(OP_PUT);
    const node = this.allocate();
    if (node === 0) return this.full();
    this.prepare(node, value);
    while (true) {
      const found = memory.load(V1, BOX);
      if (this.isTaken(found)) {
        // It was never published: nobody else knows the slot.
        this.slab.give(node);
        return this.full();
      }
      if (memory.cas(V3, BOX, found, scheme.link(found, node))) break;
      record.count(C_V3);
    }
    record.release();
    this.end();
    return OK;
  }

  prepare(node, value) {
    const { memory, geometry, record, scheme } = this;
    memory.poke(geometry.slot(node, S_VALUE), value);
    const next = geometry.slot(node, S_NEXT);
    // No thread follows this word; the auditor does.
    memory.store(V2, next, scheme.link(memory.peek(next), 0));
    record.come(HAND_LINKING);
    memory.poke(geometry.slot(node, S_STATE), LINKED);
  }

  isTaken(found) {
    return this.geometry.link.index(found) !== 0;
  }

  /** VALUE, and `result` fetches it; or EMPTY. */
  fetch() {
    const { memory, geometry, record, scheme } = this;
    this.begin(OP_TAKE);
    scheme.enter();
    while (true) {
      const letter = scheme.protect(V4, 0, BOX);
      const slot = geometry.link.index(letter);
      if (slot === 0) return this.empty();
      // Before V6, since another thread may then free the node.
      const value = this.valueIn(geometry.slot(slot, S_VALUE));
      record.intend(slot, HAND_UNLINKING);
      if (memory.cas(V6, BOX, letter, scheme.link(letter, 0))) {
        record.come(HAND_OWNED);
        memory.poke(record.base + R_RESULT, value);
        scheme.leave();
        // V8: nothing names the node: Box was the only word that did.
        this.retire(slot);
        this.end();
        return VALUE;
      }
      record.release();
      record.count(C_V6);
    }
  }

  valueIn(address) {
    return this.memory.load(V5, address);
  }

  isEmpty() {
    this.begin(OP_IS_EMPTY);
    const found = this.memory.load(V7, BOX);
    this.end();
    return this.geometry.link.index(found) === 0;
  }
}

export { Mailbox as structure };
