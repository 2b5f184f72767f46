import { Scheme } from '../scheme.ts';
import type { StructureCard } from '../structure-card.ts';
import { BUCKETS } from './hash-card.ts';
import { MichaelList } from './michael-list.ts';

export const CARD: StructureCard = {
  ...BUCKETS,
  // Its methods are those of the list, which read from the laboratory how many roots it has.
  compiledAs: 'michael-list',
};

/** The most buckets: each has a line of its own. */
const MOST_BUCKETS: i32 = 1024;
/** Slots for each bucket, where the slab has enough and not too many. */
const SLOTS_OF_BUCKET: i32 = 4;

/**
 * The hash set of Michael, "High Performance Dynamic Lock-Free Hash Tables and List-Based Sets", SPAA 2002: an array of buckets, each the root of
 * an ordered list of his. Operations on keys of two buckets share no word of it. All of its steps are those of the list (michael-list.ts), whose
 * `find` begins at the bucket that the key belongs in: the low bits of the key say which, so keys that follow each other are in buckets that
 * follow each other. A hash that scatters them would be one more function of the key, and no step.
 *
 * There are as many buckets as a quarter of the slots, or the next lower power of two, from 2 to MOST_BUCKETS, and never more later.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The keys of the nodes that are not marked are the set's content.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Following next from a bucket visits every node of its list once and none of another, and ends at null.
 * - The key of each node of the list is greater than that of the node before it, deleted or not.
 * - A bucket, or the next word of a node, moves from a node to the one behind it, or to a new one before it.
 * - The next word of a node that is deleted does not change as long as the node is inside.
 * - A node leaves the list only when it is deleted.
 * - Every node is in the list of the bucket that its key belongs in.
 * - Every node of the structure has the state LINKED.
 * - A node keeps its value as long as it is inside, unless it is a dummy.
 * invariants:end
 * Non-invariants
 * - What the list's own are: see michael-list.ts.
 * - `isEmpty` finds each bucket empty at an instant of its own. There need not have been one at which all were: a key can be put into a
 *   bucket behind the search and another one be taken out of a bucket before it. So the card has no such operation.
 * - Buckets need not have equally many nodes, nor is there an order among keys of different buckets.
 */
export class HashSet<S extends Scheme> extends MichaelList<S> {
  static override readonly NUMBER: i32 = 13;
  static override readonly ID: string = 'hash-set';
  static override readonly KIND: string = 'set';
  static override readonly TITLE: string = 'hash set';
  static override readonly IDEA: string =
    'A set of integers as an array of buckets, each the root of an ordered list: operations on keys of two buckets share no word of it.';
  static override readonly PAPER: string = 'Michael 2002, SPAA';
  /** With the fewest slots: see `rootsFor`. */
  static override readonly ROOTS: i32 = 2;
  static override readonly CELLS: i32 = 0;
  static override readonly MARK_BITS: i32 = 1;
  /** Those of the list. */
  static override readonly PROTECTIONS: i32 = 3;
  /** Slots that it uses when it is empty. */
  static override readonly DUMMIES: i32 = 0;

  /**
   * Its buckets, by the slots of the slab: pointer words, the node with the smallest key of each. They bear no mark.
   * about-Bucket:begin (made by npm run refresh from the invariants)
   * - Following next from a bucket visits every node of its list once and none of another, and ends at null.
   * - The key of each node of the list is greater than that of the node before it, deleted or not.
   * - A bucket, or the next word of a node, moves from a node to the one behind it, or to a new one before it.
   * - A node leaves the list only when it is deleted.
   * - Every node is in the list of the bucket that its key belongs in.
   * about-Bucket:end
   */
  static rootsFor(slots: i32): i32 {
    let buckets: i32 = 2;
    while (buckets < MOST_BUCKETS && (buckets << 1) * SLOTS_OF_BUCKET <= slots) buckets <<= 1;
    return buckets;
  }
}
