/** A structure under a scheme that it is not safe under, as its card says, with a small program in which the explorer finds that. */
export interface RedCell {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  readonly kind: 'use after free' | 'order broken' | 'livelock';
  /** The fewest preemptions of an execution that shows it: with one less every execution is clean. */
  readonly preemptions: number;
}

/** Two nodes are deleted and unlinked, the second while nothing names it but the first, at which a search stands. */
const BEHIND_DELETED = 'harris-list:[1 2] ?3 | -1 -2';

/**
 * The same with a second node that is born after the search has announced its era: the remove before that moves the clock. Under Hyaline a
 * batch moves it, which has more slots than there are threads inside: so each remove has a second one beside it, and no batch an older slot.
 */
const BORN_LATER = 'harris-list:[1 4] ?3 | -4 +2 -1 -2';
const BORN_LATER_IN_BATCHES = 'harris-list:[1 5 6 7] ?4 | -5 -6 +2 +3 -7 -1 -2 -3';

/** One segment is used up, and the next one has a value: the thread that takes it frees the first one. */
const BEHIND_PLACES = 'segments:[A B C] d | d d';

export const redCells: readonly RedCell[] = [
  {
    program: BEHIND_DELETED,
    scheme: 'hazard-pointers:threshold=1',
    slots: 14,
    kind: 'use after free',
    preemptions: 1,
  },
  {
    // The hazards of the thread that removes linger as well: it takes them back when it finds no key to remove.
    program: `${BEHIND_DELETED} -3`,
    scheme: 'hazard-pointers:threshold=1,linger=on',
    slots: 20,
    kind: 'use after free',
    preemptions: 1,
  },
  { program: BEHIND_DELETED, scheme: 'pass-the-pointer', slots: 14, kind: 'use after free', preemptions: 1 },
  {
    program: BORN_LATER,
    scheme: 'hazard-eras:threshold=1',
    slots: 14,
    kind: 'use after free',
    preemptions: 1,
  },
  {
    program: BORN_LATER,
    scheme: 'interval:threshold=1,period=1',
    slots: 14,
    kind: 'use after free',
    preemptions: 1,
  },
  {
    program: BORN_LATER_IN_BATCHES,
    scheme: 'hyaline:batch=1,eras=on',
    slots: 14,
    kind: 'use after free',
    preemptions: 1,
  },
  // The search reads a node that has been inserted again with another key, and goes on from there.
  {
    program: 'harris-list:[1 2] ?2 | -1 +3',
    scheme: 'tagged',
    slots: 6,
    kind: 'order broken',
    preemptions: 1,
  },
  { program: 'scot-list:[1 2] ?2 | -1 +3', scheme: 'tagged', slots: 6, kind: 'order broken', preemptions: 1 },
  {
    program: BEHIND_DELETED,
    scheme: 'reference-counting:cut=on',
    slots: 14,
    kind: 'livelock',
    preemptions: 1,
  },
  // T1 has a place of the segment that is freed.
  { program: BEHIND_PLACES, scheme: 'naive', slots: 8, kind: 'use after free', preemptions: 1 },
  { program: BEHIND_PLACES, scheme: 'tagged', slots: 8, kind: 'use after free', preemptions: 1 },
  { program: BEHIND_PLACES, scheme: 'versions', slots: 8, kind: 'use after free', preemptions: 1 },
];
