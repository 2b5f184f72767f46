import { Scheme } from '../scheme.ts';
import { ROOTS, S_NEXT, S_VALUE } from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import { CUTS_CHAIN, CUTTING, READS_KEY, READS_NEXT } from './list-card.ts';
import { ABSENT, C_FIND, IN_THE_WAY, OrderedList, PRESENT } from './ordered-list.ts';

export const L15: i32 = 11;
export const L16: i32 = 12;
export const L17: i32 = 13;
export const L18: i32 = 14;
export const L19: i32 = 15;

export const CARDS: StepCards = {
  L15: {
    access: 'load',
    fills: 'first',
    headsLoop: true,
    says: '{name} names slot {slot}, from which the search goes on',
    saysNull: '{name} names nothing, and the list ends there',
  },
  L16: READS_NEXT,
  L17: READS_KEY,
  L18: {
    access: 'load',
    validates: ['same word'],
    says: '{name} still names slot {slot}, so all deleted nodes from there on are inside',
    saysFailed: '{name} has changed, and what comes behind a deleted node need not be there',
  },
  L19: CUTS_CHAIN,
};

export const CARD: StructureCard = {
  ...CUTTING,
  unsafeUnder: [
    {
      schemes: ['tagged'],
      because:
        'A tag shows in a compare-and-swap, and where no node is deleted a walk looks at no word again: it may follow a node into the place where that is now.',
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
 * The ordered list of Harris with the optimistic traversal of "SCOT" (arXiv 2504.06254, section 3): a set of integers, over a slab. The labels
 * are our own. L10 is the scheme's `retire`.
 *
 * A search walks over nodes that are deleted, as that of Harris does, and keeps the last node that is not, `left`, and the first one behind it.
 * Among deleted nodes it looks at left's next word after each read: as long as that names the first of them, all of them are inside, and so
 * was what was protected. If it names another one the search goes on from left, or begins again if left was deleted too.
 *
 * So it may be used where a scheme keeps what was protected before it was retired, as Michael's list, and where no node is deleted it reads as
 * little as that of Harris.
 *
 * Four protections: those of left, of the first node behind it, of the node that the search looks at, and of what comes next. None is copied: what
 * comes next is protected where none of the other three is. The third would not do for the fourth: under hazards a read looks again at the word
 * that it came from, in the node that the search looks at.
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
 * - A deleted node that a search looks at need not be inside any more after L18.
 * - The next word of a node that was unlinked still names the node that was behind it.
 * - A node whose state is LINKED may not be in the list yet: its owner is between that write and L7, or gives it back.
 * - Any number of nodes that are deleted may follow each other: they stay until a search ends behind them.
 */
export class ScotList<S extends Scheme> extends OrderedList<S> {
  static readonly NUMBER: i32 = 12;
  static readonly ID: string = 'scot-list';
  static readonly KIND: string = 'list';
  static readonly TITLE: string = 'SCOT list';
  static readonly IDEA: string =
    'A set of integers as a list in ascending order: a search walks over deleted nodes, and looks before each step whether they are inside.';
  static readonly PAPER: string = 'after Harris 2001, with the traversal of arXiv 2504.06254';
  static readonly ROOTS: i32 = 1;
  static readonly CELLS: i32 = 0;
  static readonly MARK_BITS: i32 = 1;
  /** Nodes that an operation protects at a time: left, the first one behind it, the one that it looks at, and the one behind that. */
  static readonly PROTECTIONS: i32 = 4;
  /** Slots that it uses when it is empty. */
  static readonly DUMMIES: i32 = 0;

  /**
   * Why what is read is of a node that is not freed, by induction. left is Head, or a protected node that was inside and not deleted when its
   * next word was read; so `first` was inside then, and is protected. Let cur be first, or a node behind it, protected when it was inside.
   * If L16 finds its next word without a mark: cur was not deleted then, so it was inside, and what comes next as well; it is left from then on.
   * If the word is marked: cur names what it names as long as it is inside. L18 finds left's word as it was: so left is not deleted, `first` and all
   * deleted nodes behind it are inside, and what comes next is, too. That was protected at L16, before.
   * If L18 finds another word nothing of what is behind left is believed any more; left itself is protected.
   *
   * Why the place is one: see the list of Harris. What has come between left and the place are the same nodes until left's word changes.
   *
   * LINEARIZATION POINT of an answer NO, of `contains`, and of an insert that finds its key: the last L16 of a node that has the key, and was
   * not deleted then. Of a key that is not inside: the read of left's next word, L16 or L15, which named the node behind the place, when there
   * was none deleted between the two. Had there been any, L19 would have cut them off, and another round have read the word again.
   */
  protected find(key: i32, mustNotUnlink: bool): i32 {
    const format = this.geometry.link;
    let pause: i32 = 0;
    let left: i32 = HEAD;
    let owner: i32 = 0;
    // Which protection is whose: none yet is left's.
    let kLeft: i32 = 0;
    let kFirst: i32 = 0;
    let goesOn: bool = false;
    while (true) {
      if (!goesOn) {
        pause = this.backOff(pause);
        left = HEAD;
        owner = 0;
        kLeft = 0;
        kFirst = 0;
      }
      goesOn = false;
      // L15: what comes behind left now. If left was deleted, that need not be inside: start over.
      let first = this.scheme.protect(L15, kFirst, left);
      if (format.marked(first) != 0) continue;
      let cur = first;
      let k = kFirst;
      let deleted: i32 = 0;
      let found = ABSENT;
      let isStale: bool = false;
      while (true) {
        const slot = format.index(cur);
        let next: i32 = 0;
        let its: i32 = 0;
        const free = this.besides(kLeft, kFirst, k);
        if (slot != 0) {
          // L16: what comes next, and the mark. L17: the key.
          next = this.scheme.protect(L16, free, this.geometry.slot(slot, S_NEXT));
          its = this.memory.load(L17, this.geometry.slot(slot, S_VALUE));
          // L18: among deleted nodes, by the induction above.
          goesOn = format.marked(next) != 0 && this.memory.load(L18, left) != first;
          isStale = this.scheme.mustRestart();
        }
        if (goesOn || isStale) break;
        if (slot == 0 || (its >= key && format.marked(next) == 0)) {
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
      if (isStale) goesOn = false;
      if (isStale || goesOn) continue;
      if (deleted == 0) return found;
      if (mustNotUnlink) return IN_THE_WAY;
      const behind = format.index(cur);
      if (
        this.scheme.upgrade(owner, format.index(first), behind) &&
        this.cut(L19, C_FIND, left, owner, first, deleted, behind)
      ) {
        this.scheme.enter();
        pause = 0;
      }
    }
  }
}
