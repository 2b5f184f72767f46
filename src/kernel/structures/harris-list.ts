import { Scheme } from '../scheme.ts';
import { ROOTS, S_NEXT, S_VALUE } from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import { CUTS_CHAIN, CUTTING, READS_FIRST, READS_KEY, READS_NEXT } from './list-card.ts';
import { ABSENT, C_FIND, IN_THE_WAY, OrderedList, PRESENT } from './ordered-list.ts';

export const L11: i32 = 7;
export const L12: i32 = 8;
export const L13: i32 = 9;
export const L14: i32 = 10;

export const CARDS: StepCards = {
  L11: READS_FIRST,
  L12: READS_NEXT,
  L13: READS_KEY,
  L14: CUTS_CHAIN,
};

export const CARD: StructureCard = {
  ...CUTTING,
  unsafeUnder: [
    {
      schemes: ['hazard-pointers', 'pass-the-pointer'],
      because:
        'A protection is looked at again in the next word of a deleted node. That word does not change any more, so it names its successor even after that was freed.',
      paper: 'Michael 2002, SPAA, section 3.2',
    },
    {
      schemes: ['hazard-eras', 'interval', 'hyaline:eras=on'],
      because:
        'An era is announced after the successor of a deleted node may have been freed: born after the era that was announced before, it was held back by nothing.',
      paper: 'Sheffi and Petrank 2023, PODC',
    },
    {
      schemes: ['tagged'],
      because:
        'A tag shows in a compare-and-swap, and a walk over the list makes none: it may follow a node into the place where that is now.',
    },
    {
      schemes: ['reference-counting:cut=on'],
      because:
        'A retired node names itself, and a walk that looks at no other word goes round there forever.',
    },
  ],
};

/**
 * Its only root: pointer word, the node with the smallest key. It bears no mark.
 * about-Head:begin (made by npm run refresh from the invariants)
 * - Following next from Head visits every node of the list once, and ends at null.
 * - The key of each node of the list is greater than that of the node before it, deleted or not.
 * - Head, or the next word of a node, moves from a node to a new one before it, or over nodes that are deleted to the one behind them.
 * about-Head:end
 */
const HEAD: i32 = ROOTS;

/**
 * The ordered list of Harris, "A Pragmatic Implementation of Non-Blocking Linked-Lists", DISC 2001: a set of integers, over a slab. The
 * labels are our own. L10 is the scheme's `retire`.
 *
 * A search walks over nodes that are deleted, and looks at none again. It keeps the last node that is not, `left`, and the first one behind it;
 * where it ends, one compare-and-swap of left's next word cuts off all that are between the two and its place. The paper then looks whether
 * the node there was deleted meanwhile, which L8 shows as well, and goes on; here a round ends with a cut (see `OrderedList`).
 *
 * It reads fewer words than Michael's list and starts over less often. In return it asks more of its scheme: that what an operation may come to
 * from a node that it has reached is not freed, whether that node is still inside or not. Its card says which schemes do not.
 *
 * Four protections: those of left, of the first node behind it, of the node that the search looks at, and of what comes next. None is copied: what
 * comes next is protected where none of the other three is.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The keys of the nodes from Head on that are not marked are the
 * set's content.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Following next from Head visits every node of the list once, and ends at null.
 * - The key of each node of the list is greater than that of the node before it, deleted or not.
 * - The next word of a node that is deleted does not change as long as the node is inside.
 * - Head, or the next word of a node, moves from a node to a new one before it, or over nodes that are deleted to the one behind them.
 * - Every node of the structure has the state LINKED.
 * - A node keeps its value as long as it is inside, unless it is a dummy.
 * invariants:end
 * Non-invariants
 * - The node that a search looks at need not be inside: only `left` was, when its next word was read.
 * - The next word of a node that was unlinked still names the node that was behind it, which may be free, or in another life.
 * - A node whose state is LINKED may not be in the list yet: its owner is between that write and L7, or gives it back.
 * - Any number of nodes that are deleted may follow each other: they stay until a search ends behind them.
 */
export class HarrisList<S extends Scheme> extends OrderedList<S> {
  static readonly NUMBER: i32 = 11;
  static readonly ID: string = 'harris-list';
  static readonly KIND: string = 'list';
  static readonly TITLE: string = 'Harris list';
  static readonly IDEA: string =
    'A set of integers as a list in ascending order: a search walks over deleted nodes, and cuts off a whole chain of them by one step.';
  static readonly PAPER: string = 'Harris 2001, DISC';
  static readonly ROOTS: i32 = 1;
  static readonly CELLS: i32 = 0;
  static readonly MARK_BITS: i32 = 1;
  /** Nodes that an operation protects at a time: left, the first one behind it, the one that it looks at, and the one behind that. */
  static readonly PROTECTIONS: i32 = 4;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /**
   * Why the place is one, under a scheme that frees nothing that an operation may come to. By induction: L12 read the next word of left when
   * left was inside and not deleted, or L11 read Head; so `first` was inside then. As long as the walk meets deleted nodes, each one's
   * next word does not change any more: so they and the node behind the last of them are what has come between left and what follows it, in this
   * order, from that read on until left's word changes, and keys ascend. The one behind the last of them was inside then, and unless it was deleted
   * before L12 read its next word it is inside at that step too, and is left from then on.
   *
   * LINEARIZATION POINT of an answer NO, of `contains`, and of an insert that finds its key: the last L12 of a node that has the key, and was
   * not deleted then. Of a key that is not inside: the read of left's next word, L12 or L11, which named the node behind the place, when there
   * was none deleted between the two. Had there been any, L14 would have cut them off, and another round have read the word again.
   */
  protected find(key: i32, mustNotUnlink: bool): i32 {
    const format = this.geometry.link;
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      let left: i32 = HEAD;
      let owner: i32 = 0;
      // Which protection is whose: none yet is left's.
      let kLeft: i32 = 0;
      let kFirst: i32 = 0;
      let k: i32 = 0;
      // L11: the first node, as far as we know.
      let first = this.scheme.protect(L11, 0, HEAD);
      let cur = first;
      let deleted: i32 = 0;
      let found = ABSENT;
      let isStale: bool = false;
      while (true) {
        const slot = format.index(cur);
        let next: i32 = 0;
        let its: i32 = 0;
        const free = this.besides(kLeft, kFirst, k);
        if (slot != 0) {
          // L12: what comes next, and the mark. L13: the key. Neither is looked at again.
          next = this.scheme.protect(L12, free, this.geometry.slot(slot, S_NEXT));
          its = this.memory.load(L13, this.geometry.slot(slot, S_VALUE));
          isStale = this.scheme.mustRestart(format.marked(next) == 0 ? 0 : slot);
        }
        if (isStale || slot == 0 || (its >= key && format.marked(next) == 0)) {
          this.notePlace(left, owner, cur, next);
          found = slot != 0 && its == key ? PRESENT : ABSENT;
          break;
        }
        if (format.marked(next) == 0) {
          left = this.geometry.slot(slot, S_NEXT);
          owner = slot;
          kLeft = k;
          first = next;
          kFirst = free;
          deleted = 0;
        } else {
          deleted++;
        }
        cur = next;
        k = free;
      }
      if (isStale) continue;
      if (deleted == 0) return found;
      if (mustNotUnlink) return IN_THE_WAY;
      const behind = format.index(cur);
      if (
        this.scheme.upgrade(owner, format.index(first), behind) &&
        this.cut(L14, C_FIND, left, owner, first, deleted, behind)
      ) {
        this.scheme.enter();
        pause = 0;
      }
    }
  }
}
