import { Memory } from './memory.ts';
import {
  ACTIVE,
  FREE_LIST_RING,
  Geometry,
  HAND_OWNED,
  LEFT,
  R_CHAIN_COUNT,
  R_HAND_KIND,
  R_STATUS,
  R_TAKES,
  VACANT,
} from './layout.ts';
import { J1, J2, J5 } from './steps.ts';

/**
 * Takes up a record by its number, whichever thread had it before: for a thread that is given its number from outside, such as a worker that is
 * started again. The caller sees to it that no other thread is at work on the record; two that are clear each other's protections. It
 * adopts nothing: what a former owner that died had in hand is overwritten by the first operation, unless an heir has settled it.
 */
export function takeUp(memory: Memory, geometry: Geometry, thread: i32): void {
  const record = geometry.record(thread);
  // J5: the record is in use again.
  memory.store(J5, record + R_STATUS, ACTIVE);
  // Operations that unlink no chain, and take nothing out of a hand-over, do not look at these.
  memory.poke(record + R_CHAIN_COUNT, 0);
  memory.poke(record + R_TAKES, 0);
  if (geometry.freeList == FREE_LIST_RING) memory.poke(record + R_HAND_KIND, HAND_OWNED);
}

/** Registers the calling thread in a vacant record and returns its number, from 1, or 0 if every record is taken. */
export function join(memory: Memory, geometry: Geometry): i32 {
  for (let thread: i32 = 1; thread <= geometry.threads; thread++) {
    const status = geometry.record(thread) + R_STATUS;
    const seen = memory.load(J1, status);
    // A record that was left may be taken up with its lists: they are the new thread's own from now on.
    if ((seen == VACANT || seen == LEFT) && memory.cas(J2, status, seen, ACTIVE)) return thread;
  }
  return 0;
}
