// A ring whose card claims more than is so: that EMPTY and FULL are said only of an instant at which nothing was inside, or all was full.
import { QUEUE_OPERATIONS } from '../../dist/src/kernel/structures/queue-card.js';
import { CARD as EARLY, VyukovRing } from '../../dist/src/kernel/structures/vyukov-ring.js';

class StrictRing extends VyukovRing {
  static NUMBER = 103;
  static ID = 'strict-ring';
}

export { StrictRing as structure };

export const CARD = { ...EARLY, operations: QUEUE_OPERATIONS };
