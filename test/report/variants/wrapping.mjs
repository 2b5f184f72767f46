// Operations that bring a counter shortly before its wrap.
import { GLOBAL, S_LIFE, S_STAMP } from '../../../dist/src/kernel/layout.js';
import { HEAD } from '../../../dist/src/kernel/structures/michael-scott.js';

/** Looks at Head, and at the stamp and the life of the slot that it names. */
export const Z1 = 250;
export const Z2 = 251;

export const operations = {
  /** The epoch is the last one before the wrap. */
  lastEpoch: ({ memory }) => {
    memory.load(Z1, HEAD);
    memory.poke(GLOBAL, 2 ** 30 - 1);
    return { outcome: 'done' };
  },
  /** The dummy node has lived through 2^31 lives, and its stamp is the last one. */
  oldSlot: ({ memory, geometry }) => {
    const slot = geometry.link.index(memory.load(Z1, HEAD));
    const [life, stamp] = [geometry.slot(slot, S_LIFE), geometry.slot(slot, S_STAMP)];
    memory.poke(life, 2 ** 31);
    memory.poke(stamp, 2 ** 32 - 1);
    memory.load(Z2, life);
    memory.load(Z2, stamp);
    return { outcome: 'done' };
  },
};
