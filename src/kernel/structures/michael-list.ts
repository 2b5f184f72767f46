import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { NO, OK, Structure } from '../structure.ts';
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
  PLACE_AFTER,
  PLACE_HERE,
  PLACE_OWNER,
  PLACE_PREV,
  ROOTS,
  R_PLACE,
  S_NEXT,
  S_STATE,
  S_VALUE,
} from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';

// The counters of its failures.
const C_L5: i32 = C_STRUCTURE;
const C_L7: i32 = C_STRUCTURE + 1;
const C_L8: i32 = C_STRUCTURE + 2;
const C_L9: i32 = C_STRUCTURE + 3;

export const L1: i32 = 30;
export const L2: i32 = 31;
export const L3: i32 = 39;
export const L4: i32 = 40;
export const L5: i32 = 41;
export const L6: i32 = 42;
export const L7: i32 = 51;
export const L8: i32 = 52;
export const L9: i32 = 53;

export const CARDS: StepCards = {
  L1: {
    access: 'load',
    fills: 'cur',
    headsLoop: true,
    says: 'slot {slot} is the first node',
    saysNull: 'the list is empty',
  },
  L2: {
    access: 'load',
    fills: 'next',
    says: 'slot {slot} follows slot {holder}',
    saysNull: 'nothing follows slot {holder}',
  },
  L3: {
    access: 'load',
    fills: 'key',
    says: 'slot {holder} has the key {word}',
  },
  L4: {
    access: 'load',
    validates: ['same word', 'L2', 'L3'],
    says: '{name} still names slot {slot}',
    saysFailed: '{name} has changed, and the search starts over',
  },
  L5: {
    access: 'cas',
    writtenFrom: 'L2',
    validates: ['L2'],
    moves: { from: 'structure', to: 'hand', owes: 'L10' },
    failures: C_L5,
    says: 'helps: unlinks slot {old}, which is deleted',
    saysFailed: '{name} names slot {old} no more, or has been marked',
  },
  L6: {
    access: 'store',
    needsNoLife: true,
    says: 'puts slot {holder} before slot {slot}',
    saysNull: 'puts slot {holder} at the end',
  },
  L7: {
    access: 'cas',
    validates: ['L2', 'L3'],
    linearizes: { operation: 'insert', answer: 'ok' },
    moves: { from: 'hand', to: 'structure' },
    failures: C_L7,
    says: 'links slot {new}',
    saysFailed: '{name} has changed, and the search starts over',
  },
  L8: {
    access: 'cas',
    expectedFrom: 'L2',
    writtenFrom: 'L2',
    linearizes: { operation: 'remove', answer: 'ok' },
    failures: C_L8,
    says: 'marks slot {holder} as deleted',
    saysFailed: 'slot {holder} has another successor, or was deleted by another thread',
  },
  L9: {
    access: 'cas',
    writtenFrom: 'L2',
    validates: ['L2'],
    moves: { from: 'structure', to: 'hand', owes: 'L10' },
    failures: C_L9,
    says: 'unlinks slot {old}, which it has deleted',
    saysFailed: '{name} names slot {old} no more, or has been marked',
  },
};

export const CARD: StructureCard = {
  operations: [
    { name: 'insert', letter: '+', does: 'put', keyed: true, past: 'inserted' },
    { name: 'remove', letter: '-', does: 'take', keyed: true, past: 'removed' },
    { name: 'contains', letter: '?', does: 'ask', keyed: true, past: 'asked for' },
  ],
  order: 'SET',
  roots: [{ name: 'Head', names: 'the node with the smallest key' }],
  marks: 'deleted',
  invariants: [
    {
      name: 'the list ends',
      says: 'Following next from Head visits every node of the list once, and ends at null.',
      about: ['Head', 'next'],
      brokenIn: ({ insideEnd }) =>
        insideEnd === 0 ? null : `The last one that it visits is followed by slot ${insideEnd}`,
    },
    {
      name: 'keys ascend',
      says: 'The key of each node of the list is greater than that of the node before it, deleted or not.',
      about: ['Head', 'next', 'value'],
      brokenIn: (state) => {
        for (let n = 1; n < state.length; n++) {
          const [before, after] = [state.inside[n - 1], state.inside[n]];
          if (state.valueOf(before) >= state.valueOf(after))
            return `Slot ${after} with ${state.valueOf(after)} comes behind slot ${before} with ${state.valueOf(before)}`;
        }
        return null;
      },
    },
    {
      name: 'one at a time',
      says: 'Head, or the next word of a node, moves from a node to the one behind it, or to a new one before it.',
      about: ['Head', 'next'],
      brokenBy: ({ word, slot, before, after }, state) => {
        if (before === after || (word === 'next' ? !state.isInside(slot) : word !== 'Head')) return null;
        if (before !== 0 && state.next(before) === after) return null;
        if (after !== 0 && state.next(after) === before) return null;
        return `Neither is ${state.named(after)} the one behind ${state.named(before)}, nor the other way round`;
      },
    },
    {
      name: 'deleted for good',
      says: 'The next word of a node that is deleted does not change as long as the node is inside.',
      about: ['next'],
      brokenBy: ({ word, slot, before, after, wasMarked }, state) => {
        if (word !== 'next' || !wasMarked || !state.isInside(slot)) return null;
        return before === after ? `Slot ${slot} is inside, and deleted no more` : `Slot ${slot} is inside`;
      },
    },
    {
      name: 'out once deleted',
      says: 'A node leaves the list only when it is deleted.',
      about: ['Head', 'next'],
      brokenBy: ({ word, slot, before, after }, state) => {
        if (before === 0 || before === after || state.next(after) === before) return null;
        if (word === 'next' ? !state.isInside(slot) : word !== 'Head') return null;
        return state.isMarked(before) ? null : `Slot ${before} is not deleted`;
      },
    },
  ],
};

/**
 * Its only root: pointer word, the node with the smallest key. It bears no mark.
 * about-Head:begin (made by npm run refresh from the invariants)
 * - Following next from Head visits every node of the list once, and ends at null.
 * - The key of each node of the list is greater than that of the node before it, deleted or not.
 * - Head, or the next word of a node, moves from a node to the one behind it, or to a new one before it.
 * - A node leaves the list only when it is deleted.
 * about-Head:end
 */
const HEAD: i32 = ROOTS;

/** How `find` ends. */
const ABSENT: i32 = 0;
const PRESENT: i32 = 1;
const IN_THE_WAY: i32 = 2;

const SMALLEST: i32 = -0x80000000;

/**
 * The ordered list of Michael, "High Performance Dynamic Lock-Free Hash Tables and List-Based Sets", SPAA 2002, after Harris, DISC 2001: a
 * set of integers, over a slab and under any reclamation scheme. The labels are our own. L10 is the scheme's `retire`.
 *
 * A node is deleted when its own next word is marked, and unlinked when the word before it names the one behind it. The paper goes on
 * behind a node that it has unlinked for another thread; here a round ends with it, and the search begins at Head again: so a slot is retired
 * outside of `enter` and `leave`, where nothing that its own thread announces can hold it back, and each round is one that reads and then writes.
 *
 * Three protections take turns: those of the node, of the one before it, and of what comes next. None is copied. What is protected as next
 * becomes the node, and then the one before it, and keeps its place meanwhile.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The keys of the nodes from Head on that are not marked are the
 * set's content.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Following next from Head visits every node of the list once, and ends at null.
 * - The key of each node of the list is greater than that of the node before it, deleted or not.
 * - Head, or the next word of a node, moves from a node to the one behind it, or to a new one before it.
 * - The next word of a node that is deleted does not change as long as the node is inside.
 * - A node leaves the list only when it is deleted.
 * - Every node of the structure has the state LINKED.
 * - A node keeps its value as long as it is inside, unless it is a dummy.
 * invariants:end
 * Non-invariants
 * - The next word of a node that was unlinked still names the node that was behind it.
 * - A node whose state is LINKED may not be in the list yet: its owner is between that write and L7, or gives it back.
 * - Two nodes that follow each other need not both be in the set: deleted ones stay until a thread comes by.
 */
export class MichaelList<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 3;
  static readonly ID: string = 'michael-list';
  static readonly KIND: string = 'list';
  static readonly TITLE: string = 'Michael list';
  static readonly IDEA: string =
    'A set of integers as a list in ascending order: a node is deleted by a mark in its next word, and the next thread that comes by unlinks it.';
  static readonly PAPER: string = 'Michael 2002, SPAA';
  static readonly ROOTS: i32 = 1;
  static readonly CELLS: i32 = 0;
  static readonly MARK_BITS: i32 = 1;
  /** Nodes that an operation protects at a time: the one that it looks at, the one before it, and the one behind it. */
  static readonly PROTECTIONS: i32 = 3;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /** Writes the root and the links of a list that consists of the slots 1 to `inUse`, whose keys ascend. */
  static begin(memory: Memory, geometry: Geometry, inUse: i32): void {
    for (let slot: i32 = 1; slot < inUse; slot++) memory.poke(geometry.slot(slot, S_NEXT), slot + 1);
    if (inUse > 0) memory.poke(HEAD, 1);
  }

  put(key: i32): i32 {
    return this.insert(key);
  }

  /** A set takes by key: `remove`. */
  take(): i32 {
    return NO;
  }

  /** True if the set was empty at an instant of the call. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    this.scheme.enter();
    this.find(SMALLEST, false);
    this.scheme.leave();
    this.end();
    return this.geometry.link.index(this.place(PLACE_HERE)) == 0;
  }

  /** Puts a key in. Returns OK, or NO if it was inside, or FULL. */
  insert(key: i32): i32 {
    this.begin(OP_PUT);
    let pause: i32 = 0;
    let isBlocked: bool = false;
    while (true) {
      pause = this.waitFor(pause);
      const node = isBlocked ? 0 : this.newNode(key);
      if (node == 0 && !isBlocked) return this.full();
      this.scheme.enter();
      const found = this.find(key, node != 0);
      if (node != 0 && found == ABSENT && this.linkIn(node)) {
        this.record.release();
        this.scheme.leave();
        return this.answer(OK);
      }
      this.scheme.leave();
      // Nobody has seen the node in this life: it goes back at once. A thread has one slot in hand at a time, and so all threads
      // together have no more than one each that is neither in the set nor free nor retired: what a scheme needs counts on it. What is
      // in the way is unlinked without a node, in the next round, and then there is a round with one.
      if (node != 0) this.slab.give(node);
      if (found == PRESENT) return this.answer(NO);
      isBlocked = found == IN_THE_WAY;
    }
  }

  /** A slot from the free list with this key, or 0 if there is none. */
  private newNode(key: i32): i32 {
    const node = this.allocate();
    if (node == 0) return 0;
    this.memory.poke(this.geometry.slot(node, S_VALUE), key);
    // Before the state says LINKED: a thread that dies after L7 is not told from one that dies before it.
    this.record.come(HAND_LINKING);
    return node;
  }

  /** Takes a key out. Returns OK, or NO if it was not inside. */
  remove(key: i32): i32 {
    this.begin(OP_TAKE);
    let pause: i32 = 0;
    let isTaken: bool = false;
    while (true) {
      pause = this.waitFor(pause);
      this.scheme.enter();
      const found = this.find(key, false);
      if (!isTaken && found == PRESENT && this.markHere()) {
        if (this.unlink(L9, C_L9)) return this.answer(OK);
        // Another thread was first at the word before the node, which may still be inside: the next round unlinks it on the way to its key.
        isTaken = true;
        this.scheme.leave();
        continue;
      }
      this.scheme.leave();
      if (isTaken) return this.answer(OK);
      if (found == ABSENT) {
        // A thread that removes and finds nothing may have retired all that another one needs to insert.
        this.scheme.idle();
        return this.answer(NO);
      }
    }
  }

  /** True if the key was inside at an instant of the call. */
  contains(key: i32): bool {
    this.begin(OP_IS_EMPTY);
    this.scheme.enter();
    const found = this.find(key, false);
    this.scheme.leave();
    this.end();
    return found == PRESENT;
  }

  private answer(answer: i32): i32 {
    this.end();
    return answer;
  }

  /**
   * Looks for the place of a key, and writes it down in the record: the first node whose key is not less, the word before it, and what comes
   * next. PRESENT, or ABSENT; or, if it must not unlink any, IN_THE_WAY: a deleted node is before that place.
   *
   * Why the place is one, by induction. Let the word before the node cur be Head, or belong to a node prev that was inside and not deleted when
   * L2 read its next word, which named cur. L4 finds the same word there, unmarked. The scheme sees to it that it did not change meanwhile:
   * so prev was not deleted, and cur was right behind it, up to L4: inside, in one life, with the key that L3 and the next word that L2 read.
   * If that word is unmarked, cur was not deleted at L2; and so on from there.
   * The slot that L2 names was protected before L4: it was inside when L4 found cur inside, whether cur was deleted or not, since the word
   * of a deleted node does not change, and nobody can unlink what is behind it before itself.
   *
   * LINEARIZATION POINT of an answer NO, of `contains`, and of an insert that finds its key: the last L2 of a node that has the key, and was
   * not deleted then. Of a key that is not inside: the last L4, when the keys before and behind its place were those of neighbours, and the
   * one before it was not deleted. At the end of the list: the L2 that finds nothing behind the last node, or L1.
   */
  private find(key: i32, mustNotUnlink: bool): i32 {
    const format = this.geometry.link;
    const place = this.record.base + R_PLACE;
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      let k: i32 = 0;
      let prev: i32 = HEAD;
      let owner: i32 = 0;
      // L1: the first node, as far as we know.
      let cur = this.scheme.protect(L1, 0, HEAD);
      while (true) {
        const slot = format.index(cur);
        this.memory.poke(place + PLACE_PREV, prev);
        this.memory.poke(place + PLACE_OWNER, owner);
        this.memory.poke(place + PLACE_HERE, cur);
        if (slot == 0) return ABSENT;
        k = k == 2 ? 0 : k + 1;
        // L2: what comes next, and the mark. L3: the key. Both before L4, which validates them.
        const next = this.scheme.protect(L2, k, this.geometry.slot(slot, S_NEXT));
        const its = this.memory.load(L3, this.geometry.slot(slot, S_VALUE));
        this.memory.poke(place + PLACE_AFTER, next);
        // L4: by the induction above. Another thread has put a node in here, or deleted or unlinked one: start over.
        if (cur != this.memory.load(L4, prev) || this.scheme.mustRestart()) break;
        if (format.marked(next) != 0) {
          if (mustNotUnlink) return IN_THE_WAY;
          if (this.scheme.upgrade(owner, slot, format.index(next)) && this.unlink(L5, C_L5)) {
            this.scheme.enter();
            pause = 0;
          }
          break;
        }
        if (its >= key) return its == key ? PRESENT : ABSENT;
        prev = this.geometry.slot(slot, S_NEXT);
        owner = slot;
        cur = next;
      }
    }
  }

  /** A word of the place that `find` has written down: one of `PLACE_…`. */
  private place(word: i32): i32 {
    return this.memory.peek(this.record.base + R_PLACE + word);
  }

  /** Puts the thread's own node in where `find` ended. False if another thread has changed the word before that place. */
  private linkIn(node: i32): bool {
    const behind = this.geometry.link.index(this.place(PLACE_HERE));
    const owner = this.place(PLACE_OWNER);
    if (!this.scheme.upgrade(owner, behind, 0)) return false;
    const next = this.geometry.slot(node, S_NEXT);
    this.scheme.hold(behind);
    // L6: with a tag of its own, so that a thread that knows the slot from an earlier life fails at it. A store and no plain write, since
    // such a thread may be looking. L7 publishes it.
    this.memory.store(L6, next, this.scheme.link(this.memory.peek(next), behind, node));
    this.memory.poke(this.geometry.slot(node, S_STATE), LINKED);
    this.scheme.hold(node);
    // L7: LINEARIZATION POINT of an insert that puts its key in. It validates what `find` ended with: the word is the same still, and
    // unmarked, so the one before the place is inside and not deleted, and what the node's next word names is right behind it.
    const cur = this.place(PLACE_HERE);
    const isIn = this.memory.cas(L7, this.place(PLACE_PREV), cur, this.scheme.link(cur, node, owner));
    // One of two claims ends: that of the word before the place, which the node's next word has taken over, or that of the next word.
    this.scheme.release(behind);
    if (isIn) return true;
    // Another thread has put a node in here, or deleted or unlinked one.
    this.record.count(C_L7);
    this.scheme.release(node);
    return false;
  }

  /** Deletes the node at which `find` ended. False if another thread has deleted it, or has put one in behind it. */
  private markHere(): bool {
    const format = this.geometry.link;
    const slot = format.index(this.place(PLACE_HERE));
    const next = this.place(PLACE_AFTER);
    if (!this.scheme.upgrade(this.place(PLACE_OWNER), slot, format.index(next))) return false;
    // L8: LINEARIZATION POINT of a remove that takes its key out: of all that find the node, the one whose L8 succeeds. From here on the
    // word does not change as long as the node is inside, and every compare-and-swap that expects it without its mark fails.
    const marked = this.scheme.link(next, format.index(next), slot) | format.marks;
    if (this.memory.cas(L8, this.geometry.slot(slot, S_NEXT), next, marked)) return true;
    this.record.count(C_L8);
    return false;
  }

  /**
   * Unlinks the deleted node at which `find` ended, and retires it, outside of `enter` and `leave`: the operation has left then. False if
   * another thread has changed the word before it; the operation is still inside.
   */
  private unlink(step: i32, failures: i32): bool {
    const cur = this.place(PLACE_HERE);
    const slot = this.geometry.link.index(cur);
    const behind = this.geometry.link.index(this.place(PLACE_AFTER));
    // The intent comes before the step: a thread that dies right after it leaves a record of what it unlinked.
    this.record.intend(slot, HAND_UNLINKING);
    this.scheme.hold(behind);
    // L5, L9: the word before the node named it since `find` validated it, and is unmarked, so the node was inside up to here; what is
    // behind it has been the same since it was deleted. The thread whose step it is has the node, be it the one that deleted it or not.
    if (
      this.memory.cas(
        step,
        this.place(PLACE_PREV),
        cur,
        this.scheme.link(cur, behind, this.place(PLACE_OWNER)),
      )
    ) {
      this.record.come(HAND_OWNED);
      this.scheme.leave();
      // L10: nothing in the list names the node: the word before it did, and no other.
      this.retire(slot);
      return true;
    }
    this.record.release();
    this.record.count(failures);
    this.scheme.release(behind);
    return false;
  }
}
