import { type Audit, audit, type HeldSlot } from '../../src/judge/audit/audit.ts';
import type { OperationBody } from '../../src/laboratory/operations.ts';
import { ACTIVE, R_STATUS, statusIn } from '../../src/kernel/layout.ts';
import type { StepCards } from '../../src/kernel/step-card.ts';
import type { Contract, WatchedCall } from '../../src/kernel/structure-card.ts';

export const X4 = 228;

export const CARDS: StepCards = {
  X4: { access: 'load', says: 'the record of {holder} is {word}' },
};

/** The slots that a dead thread has in hand, or was taking out of a hand-over, which nothing else has a claim on. */
function soleSlots(now: Audit, dead: number): HeldSlot[] {
  return [...now.slotsInHand(), ...now.takenFromHandOvers()].filter(
    ({ thread, counts }) => thread === dead && counts,
  );
}

/**
 * Operations of an heir. `recover(n)` settles the slot in the hand of the dead thread n: it asks an audit whether anything else has a
 * claim on the slot, so it is for a moment after `adopt` at which no other thread is inside an operation. Answers with the slot, or "no"
 * if there was none to recover, or the thread lives.
 *
 * The words are read through the memory, plainly, so that the reads are on record and are judged as any other.
 */
export const operations: Readonly<Record<string, OperationBody>> = {
  recover: ({ scheme, memory, geometry }, dead) => {
    if (memory.load(X4, geometry.record(dead) + R_STATUS) === ACTIVE) return { outcome: 'no' };
    const length = geometry.slot(geometry.slots + 1, 0);
    const words = Int32Array.from({ length }, (_, address) => memory.peek(address));
    const now = audit(words);
    const isOwn = ({ thread }: { readonly thread: number }): boolean => thread === dead;
    const chain = now.chainsInHand().find(isOwn);
    const drawn = now.drawn().find(isOwn)?.slot ?? 0;
    const sole = soleSlots(now, dead).map(({ slot }) => slot);
    const inHand = now.slotsInHand().some((each) => isOwn(each) && each.counts && each.slot !== drawn);
    const taken = now.takenFromHandOvers().some((each) => isOwn(each) && each.counts);
    scheme.recover(dead, inHand, false, chain?.sole, taken, now.claimsOf(dead), drawn);
    return sole.length === 0 ? { outcome: 'no' } : { outcome: 'value', value: sole[0] };
  },
};

/** What is wrong with what a thread was told that recovers, by who had what before and after. */
function wrongOf({ argument, outcome, value, before, after }: WatchedCall): string | null {
  const dead = argument ?? 0;
  const was = audit(before);
  const had = statusIn(before[was.geometry.record(dead) + R_STATUS]) === ACTIVE ? [] : soleSlots(was, dead);
  const left = soleSlots(audit(after), dead);
  const named = had.map(({ slot }) => slot).join(' and ');
  if (outcome === 'no' && had.length > 0)
    return `T${dead} had slot ${named} in hand before, and nothing else had a claim on it`;
  if (outcome === 'value' && !had.some(({ slot }) => slot === value))
    return `T${dead} had ${named === '' ? 'no slot' : `slot ${named} alone`} in hand before`;
  return had.length > 0 && left.length > 0 ? `T${dead} still has slot ${left[0].slot} in hand` : null;
}

export const contracts: Readonly<Record<string, Contract>> = { recover: { ofWords: wrongOf } };
