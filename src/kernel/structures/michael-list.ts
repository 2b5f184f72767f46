import { Scheme } from '../scheme.ts';
import {
  LINE,
  PLACE_AFTER,
  PLACE_HERE,
  PLACE_OWNER,
  PLACE_PREV,
  ROOTS,
  R_PLACE,
  S_NEXT,
  S_VALUE,
} from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import { READS_FIRST, READS_KEY, LIST, READS_NEXT } from './list-card.ts';
import { ABSENT, C_FIND, IN_THE_WAY, OrderedList, PRESENT } from './ordered-list.ts';

export const L1: i32 = 30;
export const L2: i32 = 31;
export const L3: i32 = 39;
export const L4: i32 = 40;
export const L5: i32 = 41;

export const CARDS: StepCards = {
  L1: READS_FIRST,
  L2: READS_NEXT,
  L3: READS_KEY,
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
    failures: C_FIND,
    says: 'helps: unlinks slot {old}, which is deleted',
    saysFailed: '{name} names slot {old} no more, or has been marked',
  },
};

export const CARD: StructureCard = {
  ...LIST,
  invariants: [
    ...LIST.invariants.slice(0, 2),
    {
      name: 'one at a time',
      says: 'Head, or the next word of a node, moves from a node to the one behind it, or to a new one before it.',
      about: ['first root', 'next'],
      brokenBy: ({ word, slot, before, after }, state) => {
        if (before === after || (word === 'next' && !state.isInside(slot))) return null;
        if (before !== 0 && state.next(before) === after) return null;
        if (after !== 0 && state.next(after) === before) return null;
        return `Neither is ${state.named(after)} the one behind ${state.named(before)}, nor the other way round`;
      },
    },
    ...LIST.invariants.slice(2),
    {
      name: 'out once deleted',
      says: 'A node leaves the list only when it is deleted.',
      about: ['first root', 'next'],
      brokenBy: ({ word, slot, before, after }, state) => {
        if (before === 0 || before === after || state.next(after) === before) return null;
        if (word === 'next' && !state.isInside(slot)) return null;
        return state.isMarked(before) ? null : `Slot ${before} is not deleted`;
      },
    },
  ],
};

/**
 * Its only root: pointer word, the node with the smallest key. It bears no mark. Where the roots are buckets (hash-set.ts), the first of them.
 * about-Head:begin (made by npm run refresh from the invariants)
 * - Following next from Head visits every node of the list once, and ends at null.
 * - The key of each node of the list is greater than that of the node before it, deleted or not.
 * - Head, or the next word of a node, moves from a node to the one behind it, or to a new one before it.
 * - A node leaves the list only when it is deleted.
 * about-Head:end
 */
const HEAD: i32 = ROOTS;

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
export class MichaelList<S extends Scheme> extends OrderedList<S> {
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
  protected find(key: i32, mustNotUnlink: bool): i32 {
    const format = this.geometry.link;
    const place = this.record.base + R_PLACE;
    // One root has no bits, and of a power of two the low bits of the key say which.
    const head = HEAD + (key & (this.geometry.roots - 1)) * LINE;
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      let k: i32 = 0;
      let prev: i32 = head;
      let owner: i32 = 0;
      // L1: the first node, as far as we know.
      let cur = this.scheme.protect(L1, 0, head);
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
          if (this.scheme.upgrade(owner, slot, format.index(next)) && this.unlink(L5, C_FIND)) {
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
}
