import { audit } from '../../src/judge/audit/audit.ts';
import type { OperationBody } from '../../src/laboratory/operations.ts';
import { ACTIVE, R_STATUS } from '../../src/kernel/layout.ts';

/**
 * Operations of an heir. `recover(n)` settles the slot in the hand of the dead thread n: it asks an audit whether anything else has a
 * claim on the slot, so it is for a moment after `adopt` at which no other thread is inside an operation. Answers with the slot, or "no"
 * if there was none to recover, or the thread lives.
 *
 * The words are read through the memory, plainly, so that the reads are on record and are judged as any other.
 */
export const operations: Readonly<Record<string, OperationBody>> = {
  recover: ({ scheme, memory, geometry }, dead) => {
    if (memory.peek(geometry.record(dead) + R_STATUS) === ACTIVE) return { outcome: 'no' };
    const length = geometry.slot(geometry.slots + 1, 0);
    const words = Int32Array.from({ length }, (_, address) => memory.peek(address));
    const now = audit(words);
    const hand = now.slotsInHand().find(({ thread }) => thread === dead);
    const chain = now.chainsInHand().find(({ thread }) => thread === dead);
    const taken = now.takenFromHandOvers().find(({ thread }) => thread === dead);
    const claims = now.claimsOf(dead);
    scheme.recover(dead, hand?.counts === true, false, chain?.sole, taken?.counts === true, claims);
    const had = [hand, taken].find((each) => each?.counts === true);
    return had === undefined ? { outcome: 'no' } : { outcome: 'value', value: had.slot };
  },
};
