import { TIME_MASK, announcing, isTimeAgain } from './clock.ts';
import { Geometry, GLOBAL, LIST_STAMP, LIST_TOP, R_ANNOUNCE, R_OWN } from './layout.ts';
import { Memory } from './memory.ts';
import { Scheme } from './scheme.ts';

// What the schemes of epochs share. A thread announces an epoch while others have to wait for it; the epoch advances when each thread that
// announces one announces the current one. A retired slot waits in limbo, stamped with an epoch, until the epoch has moved on far enough.
// Which threads announce when, and how far is enough, is up to the scheme, and so is the proof.

/** The global epoch. */
export const EPOCH: i32 = GLOBAL;

/** Limbo lists, one for each epoch modulo 4, and the list where a slot waits while the one it belongs to is emptied. */
const LIMBO_LISTS: i32 = 4;
const WAITING: i32 = 4;

/** Own words: operations that this thread is inside of, one in the other, and its retires since it last tried to advance. */
const INSIDE: i32 = R_OWN;
const SINCE_ADVANCE: i32 = R_OWN + 1;

/** The epoch after another one. */
export function nextEpoch(epoch: i32): i32 {
  return (epoch + 1) & TIME_MASK;
}

/** An operation begins. True if it is the outermost one: the thread was outside. */
export function comesInside(scheme: Scheme): bool {
  const inside = scheme.record.base + INSIDE;
  const count = scheme.memory.peek(inside);
  scheme.memory.poke(inside, (count + 1) | 0);
  return count == 0;
}

/** An operation ends. True if it was the outermost one: the thread is outside. */
export function comesOutside(scheme: Scheme): bool {
  const inside = scheme.record.base + INSIDE;
  const count = (scheme.memory.peek(inside) - 1) | 0;
  scheme.memory.poke(inside, count);
  return count == 0;
}

/** How many operations the thread is inside of, one in the other. */
export function insideOf(scheme: Scheme): i32 {
  return scheme.memory.peek(scheme.record.base + INSIDE);
}

/** True if the thread is inside of no operation. */
export function isOutside(scheme: Scheme): bool {
  return insideOf(scheme) == 0;
}

/** The operations of a dead thread are forgotten: the next owner of the record would take them for its own, and itself for being inside. */
export function forgetInside(scheme: Scheme, record: i32): void {
  scheme.memory.poke(record + INSIDE, 0);
}

/** Counts a retire. True with every `period`-th one: it is time to try to advance. */
export function isTimeToAdvance(scheme: Scheme, period: i32, by: i32 = 1): bool {
  return isTimeAgain(scheme, SINCE_ADVANCE, period, by);
}

/**
 * How many slots of the chain in hand can be retired together: all, or as many as a period has. 0 if it is time to try to advance before, since these would be more than the rest
 * of this period has. It could be that rest as well, but chains that stay whole are faster (bench/TRIED.md).
 */
export function retiresTogether(scheme: Scheme, period: i32): i32 {
  const chained = scheme.record.chained();
  const most = chained < period ? chained : period;
  return scheme.memory.peek(scheme.record.base + SINCE_ADVANCE) + most <= period ? most : 0;
}

/** Puts the last `n` slots of the chain in hand in limbo, with the stamp `epoch`: see `keepInLimbo`. The first hand is empty. */
export function keepChainInLimbo(scheme: Scheme, n: i32, epoch: i32): void {
  const list = limboOf(scheme, epoch);
  if (scheme.memory.peek(list + LIST_STAMP) != epoch) {
    scheme.reclaimList(list);
    scheme.memory.poke(list + LIST_STAMP, epoch);
  }
  scheme.slab.pushChain(list, n, epoch);
}

/**
 * Moves the epoch on from `epoch` if every thread that announces one announces this, which is read at step `look`; at step `move`, which
 * fails if another thread has moved it. False if a thread announces another one.
 */
export function advanceEpoch(memory: Memory, geometry: Geometry, epoch: i32, look: i32, move: i32): bool {
  const current = announcing(epoch);
  for (let thread: i32 = 1; thread <= geometry.threads; thread++) {
    const announced = memory.load(look, geometry.record(thread) + R_ANNOUNCE);
    if (announced != 0 && announced != current) return false;
  }
  memory.cas(move, EPOCH, epoch, nextEpoch(epoch));
  return true;
}

/**
 * Puts a retired slot that is in hand in limbo, with the stamp `epoch`: the list of that epoch. A list with another stamp is at least 4
 * epochs old, and no slot waits for longer than 3: it is freed before it is used again.
 */
export function keepInLimbo(scheme: Scheme, slot: i32, epoch: i32): void {
  const list = limboOf(scheme, epoch);
  if (scheme.memory.peek(list + LIST_STAMP) != epoch) {
    // There is one hand: the slot waits on a list of its own meanwhile, so that it has an owner at every moment.
    scheme.push(scheme.list(WAITING), slot, epoch);
    scheme.reclaimList(list);
    scheme.memory.poke(list + LIST_STAMP, epoch);
    scheme.pop(scheme.list(WAITING));
  }
  scheme.push(list, slot, epoch);
}

/** Frees the limbo lists that are `grace` epochs old at `epoch`. The epoch only grows, so a list that was old enough when it was read stays so. */
export function freeLimbo(scheme: Scheme, epoch: i32, grace: i32): void {
  for (let n: i32 = 0; n < LIMBO_LISTS; n++) {
    const list = scheme.list(n);
    if (scheme.memory.peek(list + LIST_TOP) != 0) {
      if (((epoch - scheme.memory.peek(list + LIST_STAMP)) & TIME_MASK) >= grace) scheme.reclaimList(list);
    }
  }
}

/** The list of an epoch. */
function limboOf(scheme: Scheme, epoch: i32): i32 {
  return scheme.list(epoch & (LIMBO_LISTS - 1));
}
