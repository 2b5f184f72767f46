import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { OK, Structure, VALUE } from '../structure.ts';
import {
  Geometry,
  C_STRUCTURE,
  HAND_LINKING,
  HAND_OWNED,
  HAND_UNLINKING,
  LINKED,
  OP_IS_EMPTY,
  OP_PUT,
  OP_TAKE,
  ROOTS,
  R_RESULT,
  S_NEXT,
  S_STATE,
  S_VALUE,
} from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';

// The counters of its failures.
const C_S3: i32 = C_STRUCTURE;
const C_S6: i32 = C_STRUCTURE + 1;

export const S1: i32 = 23;
export const S2: i32 = 24;
export const S3: i32 = 25;
export const S4: i32 = 26;
export const S5: i32 = 27;
export const S6: i32 = 28;
export const S7: i32 = 29;

export const CARDS: StepCards = {
  S1: {
    access: 'load',
    fills: 'oldTop',
    headsLoop: true,
    says: 'slot {slot} is on top',
    saysNull: 'the stack is empty',
  },
  S2: {
    access: 'store',
    writtenFrom: 'S1',
    needsNoLife: true,
    says: 'puts slot {holder} before slot {slot}',
    saysNull: 'puts slot {holder} before nothing',
  },
  S3: {
    access: 'cas',
    expectedFrom: 'S1',
    linearizes: { operation: 'push', answer: 'ok' },
    moves: { from: 'hand', to: 'structure' },
    failures: C_S3,
    needsBitsOnly: true,
    says: 'makes slot {new} the top',
    saysFailed: 'another push or pop was first',
  },
  S4: {
    access: 'load',
    fills: 'oldTop',
    headsLoop: true,
    linearizes: { operation: 'pop', ifNull: 'empty' },
    says: 'slot {slot} is on top',
    saysNull: 'the stack is empty',
  },
  S5: {
    access: 'load',
    fills: 'next',
    slotFrom: 'S4',
    says: 'slot {slot} is below slot {holder}',
    saysNull: 'nothing is below slot {holder}',
  },
  S6: {
    access: 'cas',
    expectedFrom: 'S4',
    writtenFrom: 'S5',
    validates: ['S4', 'S5'],
    linearizes: { operation: 'pop', answer: 'value' },
    moves: { from: 'structure', to: 'hand', owes: 'S8' },
    failures: C_S6,
    says: 'takes slot {old} off the top',
    saysFailed: 'another push or pop was first',
  },
  S7: {
    access: 'load',
    fills: 'oldTop',
    linearizes: { operation: 'isEmpty', ifNull: 'yes', ifSlot: 'no' },
    says: 'slot {slot} is on top',
    saysNull: 'the stack is empty',
  },
};

export const CARD: StructureCard = {
  operations: [
    { name: 'push', does: 'put', past: 'pushed' },
    { name: 'pop', does: 'take', past: 'popped' },
    { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
  ],
  order: 'LIFO',
  roots: [{ name: 'Top', names: 'the node that was pushed last' }],
  invariants: [
    {
      name: 'the stack ends',
      says: 'Following next from Top visits every node of the stack once, and ends at null.',
      about: ['Top', 'next'],
      brokenIn: ({ insideEnd }) =>
        insideEnd === 0 ? null : `The last one that it visits is followed by slot ${insideEnd}`,
    },
    {
      name: 'in and out at the top',
      says: 'Top moves from a node to the one below it, or to a new one above it.',
      about: ['Top'],
      brokenBy: ({ word, before, after }, state) => {
        if (word !== 'Top' || before === after) return null;
        if (before !== 0 && state.next(before) === after) return null;
        if (after !== 0 && state.next(after) === before) return null;
        return `Neither is ${state.named(after)} the one below ${state.named(before)}, nor the other way round`;
      },
    },
    {
      name: 'kept links',
      says: 'The next word of a node in the stack does not change.',
      about: ['next'],
      brokenBy: ({ word, slot, before, after }, state) => {
        if (word !== 'next' || before === after || !state.isInside(slot)) return null;
        return `From Top next leads to slot ${slot}`;
      },
    },
  ],
};

/**
 * Its only root: pointer word, the node that was pushed last.
 * about-Top:begin (made by npm run refresh from the invariants)
 * - Following next from Top visits every node of the stack once, and ends at null.
 * - Top moves from a node to the one below it, or to a new one above it.
 * about-Top:end
 */
export const TOP: i32 = ROOTS;

/**
 * The stack of Treiber, "Systems Programming: Coping with Parallelism", IBM Almaden RJ 5118, 1986, over a slab and under any reclamation
 * scheme. The labels are our own: the report has listings in assembler. S8 is the scheme's `retire`.
 *
 * Progress: lock-free, where its scheme is. A round is repeated only if another thread's S3 or S6 was first, and the push or pop of that thread
 * has taken effect then. isEmpty is one step.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The values of the nodes from Top on are the stack's
 * content, the latest first.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Following next from Top visits every node of the stack once, and ends at null.
 * - Top moves from a node to the one below it, or to a new one above it.
 * - The next word of a node in the stack does not change.
 * - Every node of the structure has the state LINKED.
 * - A node keeps its value as long as it is inside, unless it is a dummy.
 * invariants:end
 * Non-invariants
 * - The next word of a node that was popped still names the node that was below it.
 * - A node whose state is LINKED may not be in the stack yet: its owner is between that write and S3.
 */
export class TreiberStack<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 2;
  static readonly ID: string = 'treiber-stack';
  static readonly KIND: string = 'stack';
  static readonly TITLE: string = 'Treiber stack';
  static readonly IDEA: string =
    'A linked list of which the top alone changes: a push puts a node before it, and a pop takes it off, each by one compare-and-swap.';
  static readonly PAPER: string = 'Treiber 1986, IBM Almaden RJ 5118';
  static readonly ROOTS: i32 = 1;
  static readonly CELLS: i32 = 0;
  static readonly MARK_BITS: i32 = 0;
  /** Nodes that an operation protects at a time: the top. */
  static readonly PROTECTIONS: i32 = 1;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /** Writes the root and the links of a stack that consists of the slots 1 to `inUse`, of which the last one is the top. */
  static begin(memory: Memory, geometry: Geometry, inUse: i32): void {
    for (let slot: i32 = 2; slot <= inUse; slot++) memory.poke(geometry.slot(slot, S_NEXT), slot - 1);
    memory.poke(TOP, inUse);
  }

  put(value: i32): i32 {
    return this.push(value);
  }

  take(): i32 {
    return this.pop();
  }

  /** Puts a value on top. Returns OK or FULL. */
  push(value: i32): i32 {
    const format = this.geometry.link;
    this.begin(OP_PUT);
    const node = this.allocate();
    if (node == 0) return this.full();
    this.memory.poke(this.geometry.slot(node, S_VALUE), value);
    // Before the state says LINKED: a thread that dies after S3 is not told from one that dies before it.
    this.record.come(HAND_LINKING);
    this.memory.poke(this.geometry.slot(node, S_STATE), LINKED);
    const next = this.geometry.slot(node, S_NEXT);
    const old = this.memory.peek(next);
    let pause: i32 = 0;
    while (true) {
      pause = this.waitFor(pause);
      // S1: the top that the node is to precede. It is named and never followed, so it needs no protection.
      const oldTop = this.memory.load(S1, TOP);
      // S2: a store and no plain write, since a pop that knows the slot from an earlier life may be looking (S5). The tag of the word
      // stays: no compare-and-swap expects it. S3 publishes it.
      const below = format.index(oldTop);
      this.scheme.hold(below);
      this.memory.store(S2, next, format.keep(old, below));
      // S3: LINEARIZATION POINT of push. Publishes S2 and the value to S4. A top that went and came back since S1 is harmless here:
      // what matters is that it is the top now, for that is what the node's next word names.
      this.scheme.hold(node);
      const isFirst = this.memory.cas(S3, TOP, oldTop, this.scheme.link(oldTop, node, 0));
      if (!isFirst) this.record.count(C_S3);
      // One of two claims ends: that of Top, which the node's next word has taken over, or that of the next word, which names another one soon.
      this.scheme.release(below);
      if (isFirst) break;
      // Another thread's S3 or S6 was first: read again.
      this.scheme.release(node);
    }
    this.record.release();
    this.end();
    return OK;
  }

  /** Takes the latest value off: VALUE, and `result` fetches it; or EMPTY. */
  pop(): i32 {
    const format = this.geometry.link;
    this.begin(OP_TAKE);
    this.scheme.enter();
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      // S4: the top. LINEARIZATION POINT of a pop that answers EMPTY: the word names no slot at this instant.
      const oldTop = this.scheme.protect(S4, 0, TOP);
      const slot = format.index(oldTop);
      if (slot == 0) return this.empty();
      // S5: what is below it. Where slots are freed at once it may have been taken and pushed again since S4, above another node.
      const next = this.memory.load(S5, this.geometry.slot(slot, S_NEXT));
      if (!this.scheme.upgrade(slot, format.index(next), 0)) continue;
      // The intent comes before the step: a thread that dies right after S6 leaves a record of what it unlinked.
      this.record.intend(slot, HAND_UNLINKING);
      // S6: LINEARIZATION POINT of a pop that delivers. It validates S5, and needs identity for that: a node's next word does not
      // change while it is in the stack, so if Top named this node in this life throughout, what S5 read is still below it. That Top
      // did not go and come back since S4 is what the scheme has to see to.
      this.scheme.hold(format.index(next));
      if (this.memory.cas(S6, TOP, oldTop, this.scheme.link(oldTop, format.index(next), 0))) {
        this.record.come(HAND_OWNED);
        // The node is ours, by S6, and nobody but its owner writes the value: a plain read is enough.
        this.memory.poke(this.record.base + R_RESULT, this.memory.peek(this.geometry.slot(slot, S_VALUE)));
        this.scheme.leave();
        // S8: nothing in the stack names the node: Top has passed it, and no other word did.
        this.retire(slot);
        this.end();
        return VALUE;
      }
      this.outrun(slot);
      this.scheme.release(format.index(next));
    }
  }

  /** S6 failed: another thread's S3 or S6 was first, and `slot` is not the top any more, or is in another life. */
  protected outrun(_slot: i32): void {
    this.record.release();
    this.record.count(C_S6);
  }

  /** True if the stack was empty at an instant of the call. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    // S7: LINEARIZATION POINT. The word alone answers.
    const oldTop = this.memory.load(S7, TOP);
    this.end();
    return this.geometry.link.index(oldTop) == 0;
  }
}
