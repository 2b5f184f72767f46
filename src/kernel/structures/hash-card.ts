import type { Invariant } from '../invariants.ts';
import type { StructureCard } from '../structure-card.ts';
import { CARD as MICHAEL } from './michael-list.ts';

/** What is said of the only root of a list, said of buckets. */
const OF_BUCKETS: readonly (readonly [ofHead: string, ofBuckets: string])[] = [
  [
    'Following next from Head visits every node of the list once',
    'Following next from a bucket visits every node of its list once and none of another',
  ],
  ['Head, or the next word', 'A bucket, or the next word'],
];

function ofBuckets(invariant: Invariant): Invariant {
  const says = OF_BUCKETS.reduce((text, [head, buckets]) => text.replace(head, buckets), invariant.says);
  return { ...invariant, says };
}

/** The number of the bucket that a key belongs in: of as many as a power of two it has the low bits of the key. */
function bucketOf(key: number, roots: number): number {
  return key & (roots - 1);
}

/** The card of a list whose roots are many. */
export const BUCKETS: StructureCard = {
  ...MICHAEL,
  roots: [{ name: 'Bucket', names: 'the node with the smallest key of its list' }],
  buckets: bucketOf,
  invariants: [
    ...MICHAEL.invariants.map(ofBuckets),
    {
      name: 'its own bucket',
      says: 'Every node is in the list of the bucket that its key belongs in.',
      about: ['first root', 'next', 'value'],
      brokenIn: (state) => {
        const { roots } = state.geometry;
        const astray = state.inside
          .subarray(0, state.length)
          .find((slot) => bucketOf(state.valueOf(slot), roots) !== state.rootOf[slot]);
        if (astray === undefined) return null;
        const key = state.valueOf(astray);
        return `Slot ${astray} with ${key} is in bucket ${state.rootOf[astray]}, and ${key} belongs in bucket ${bucketOf(key, roots)}`;
      },
    },
  ],
};
