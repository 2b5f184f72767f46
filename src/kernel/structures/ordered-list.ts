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

// The counters of its failures. Each list has one more, for the step by which its search unlinks.
export const C_FIND: i32 = C_STRUCTURE;
const C_L7: i32 = C_STRUCTURE + 1;
const C_L8: i32 = C_STRUCTURE + 2;
const C_L9: i32 = C_STRUCTURE + 3;

export const L6: i32 = 42;
export const L7: i32 = 51;
export const L8: i32 = 52;
export const L9: i32 = 53;

export const CARDS: StepCards = {
  L6: {
    access: 'store',
    needsNoLife: true,
    says: 'puts slot {holder} before slot {slot}',
    saysNull: 'puts slot {holder} at the end',
  },
  L7: {
    access: 'cas',
    validates: ['L2', 'L3', 'L12', 'L13', 'L16', 'L17'],
    linearizes: { operation: 'insert', answer: 'ok' },
    moves: { from: 'hand', to: 'structure' },
    failures: C_L7,
    says: 'links slot {new}',
    saysFailed: '{name} has changed, and the search starts over',
  },
  L8: {
    access: 'cas',
    expectedFrom: ['L2', 'L12', 'L16'],
    writtenFrom: ['L2', 'L12', 'L16'],
    linearizes: { operation: 'remove', answer: 'ok' },
    failures: C_L8,
    says: 'marks slot {holder} as deleted',
    saysFailed: 'slot {holder} has another successor, or was deleted by another thread',
  },
  L9: {
    access: 'cas',
    writtenFrom: ['L2', 'L12', 'L16'],
    validates: ['L2', 'L12', 'L16'],
    moves: { from: 'structure', to: 'hand', owes: 'L10' },
    failures: C_L9,
    says: 'unlinks slot {old}, which it has deleted',
    saysFailed: '{name} names slot {old} no more, or has been marked',
  },
};

/** How `find` ends. */
export const ABSENT: i32 = 0;
export const PRESENT: i32 = 1;
export const IN_THE_WAY: i32 = 2;

const SMALLEST: i32 = -0x80000000;

/**
 * A set of integers as a list in ascending order, over a slab and under a reclamation scheme: all but `find`, by which the lists of the lab
 * differ. The labels are our own. L10 is the scheme's `retire`.
 *
 * A node is deleted when its own next word is marked, and unlinked when the word before it names the one behind it. `find` unlinks what it
 * comes by, and then a round ends with it, and the search begins at the root again: so slots are retired outside of `enter` and `leave`, where
 * nothing that their own thread announces can hold them back, and each round is one that reads and then writes.
 *
 * What each method proves rests on what `find` of each list promises of the place that it writes down: the word before the place bore no mark
 * when it was read, and its node was inside then, or it is Head; it named the first node whose key is not less; and that node's next word was
 * read after it.
 *
 * Progress: lock-free, where the list is safe under the scheme and the scheme is lock-free. A search begins again, and a compare-and-swap fails,
 * only if another thread has changed the word since it was read: it has put a node in, has marked one, or has unlinked some that were
 * marked. A node is marked once and unlinked once; and after its L7 or L8 an operation has only to unlink what it marked, which others do if it
 * cannot. So an operation that begins again and again does so because others come to their ends.
 */
export abstract class OrderedList<S extends Scheme> extends Structure<S> {
  /** Writes the root and the links of a list that consists of the slots 1 to `inUse`, whose keys ascend. */
  static begin(memory: Memory, geometry: Geometry, inUse: i32): void {
    for (let slot: i32 = 1; slot < inUse; slot++) memory.poke(geometry.slot(slot, S_NEXT), slot + 1);
    if (inUse > 0) memory.poke(ROOTS, 1);
  }

  put(key: i32): i32 {
    return this.insert(key);
  }

  /** A set takes by key: `remove`. */
  take(): i32 {
    return NO;
  }

  /** True if the set was empty at an instant of the call. Of buckets: if each was at an instant of its own. */
  isEmpty(): bool {
    this.begin(OP_IS_EMPTY);
    let isEmpty: bool = true;
    for (let n: i32 = 0; isEmpty && n < this.geometry.roots; n++) {
      this.scheme.enter();
      // The smallest key that belongs in bucket n.
      this.find(SMALLEST + n, false);
      this.scheme.leave();
      isEmpty = this.geometry.link.index(this.place(PLACE_HERE)) == 0;
    }
    this.end();
    return isEmpty;
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
   */
  protected abstract find(key: i32, mustNotUnlink: bool): i32;

  /** A word of the place that `find` has written down: one of `PLACE_…`. */
  private place(word: i32): i32 {
    return this.memory.peek(this.record.base + R_PLACE + word);
  }

  /** Writes the place down. The word before it names the first node of it, as it was read. */
  protected notePlace(prev: i32, owner: i32, here: i32, after: i32): void {
    const place = this.record.base + R_PLACE;
    this.memory.poke(place + PLACE_PREV, prev);
    this.memory.poke(place + PLACE_OWNER, owner);
    this.memory.poke(place + PLACE_HERE, here);
    this.memory.poke(place + PLACE_AFTER, after);
  }

  /**
   * The number of a protection, of four, that is not one of these three: what is protected next takes it, so that the other three stay as they are.
   */
  protected besides(one: i32, other: i32, third: i32): i32 {
    let k: i32 = 0;
    while (k == one || k == other || k == third) k++;
    return k;
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
  protected unlink(step: i32, failures: i32): bool {
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

  /**
   * Unlinks `count` deleted nodes, from the one on that `first` names, which is what `word` held when it was read: `behind` comes behind them.
   * Retires each of them, outside of `enter` and `leave`: the operation has left then. False if another thread has changed the word; the
   * operation is still inside.
   *
   * Why they are the same nodes at the step by which they are unlinked: the word has named the first of them since it was read, and is unmarked, so that one was inside
   * up to here. A node that is deleted names what it names as long as it is inside, and nobody can unlink the second before the first.
   */
  protected cut(step: i32, failures: i32, word: i32, owner: i32, first: i32, count: i32, behind: i32): bool {
    // The intent comes before the step: a thread that dies right after it leaves a record of what it unlinked.
    this.record.intendChain(this.geometry.link.index(first), count);
    this.scheme.hold(behind);
    if (this.memory.cas(step, word, first, this.scheme.link(first, behind, owner))) {
      this.scheme.leave();
      // L10: nothing in the list names them: the word before the first did, and they each other.
      this.retireChain();
      return true;
    }
    this.record.releaseChain();
    this.record.count(failures);
    this.scheme.release(behind);
    return false;
  }
}
