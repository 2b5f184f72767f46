// Operations that behave in ways in which the kernel's own never do.
import { R_OWN, R_SCRATCH } from '../../../dist/src/kernel/layout.js';
import { HEAD } from '../../../dist/src/kernel/structures/michael-scott.js';

export const Z1 = 250;
export const Z2 = 251;
export const Z3 = 252;

/** A word that nothing else uses: the two locks and the mark of `cleansUp` live in the first record. */
const wordOf = ({ geometry }, index) => geometry.record(1) + R_SCRATCH + index;

function lock({ memory }, address) {
  while (memory.exchange(Z1, address, 1) === 1) memory.await(Z2, address, 1);
}

export const operations = {
  /** Loops without a step. */
  hangs: ({ memory }) => {
    memory.load(Z1, HEAD);
    for (;;);
  },
  /** Throws after a step. */
  throws: ({ memory }) => {
    memory.load(Z1, HEAD);
    throw new RangeError('as it was told to');
  },
  /** Looks at Head until it changes. */
  spins: ({ memory }) => {
    const head = memory.load(Z1, HEAD);
    while (memory.load(Z2, HEAD) === head);
    return { outcome: 'done' };
  },
  /** Leaves a mark when it is unwound, then steps again in its `finally`, and leaves another one if it gets past that. */
  cleansUp: (participant) => {
    const { memory, record } = participant;
    try {
      for (;;) memory.load(Z1, HEAD);
    } finally {
      memory.poke(record.base + R_OWN + 2, 1);
      memory.load(Z2, HEAD);
      memory.poke(record.base + R_OWN + 3, 1);
    }
  },
  /** Two locks, in one order and in the other. */
  locksUp: (participant) => {
    lock(participant, wordOf(participant, 0));
    lock(participant, wordOf(participant, 1));
    return { outcome: 'done' };
  },
  locksDown: (participant) => {
    lock(participant, wordOf(participant, 1));
    lock(participant, wordOf(participant, 0));
    return { outcome: 'done' };
  },
  /** Sets bits of a word, twice, and answers with the word. */
  marks: (participant) => {
    const word = wordOf(participant, 0);
    const { memory } = participant;
    memory.or(Z1, word, 6);
    memory.or(Z2, word, 3);
    return { outcome: 'value', value: memory.load(Z3, word) };
  },
  /** Waits until another thread has changed Head. */
  waits: ({ memory }) => {
    memory.await(Z3, HEAD, memory.load(Z1, HEAD));
    return { outcome: 'done' };
  },
};
