// A scheme of a user's own, in one file, with labels and cards of its own: a slot is freed under a latch.
import { layout, Scheme } from 'lockfree-lab';

const { C_OWN_1, GLOBAL, R_ANNOUNCE } = layout;

/** Reads the latch. */
export const LA1 = 221;
/** Takes it. */
export const LA2 = 222;
/** Gives it back. */
export const LA3 = 223;

export const CARDS = {
  LA1: {
    access: 'load',
    fills: 'latch',
    headsLoop: true,
    says: 'the latch is {word}',
  },
  LA2: {
    access: 'cas',
    expectedFrom: 'LA1',
    failures: C_OWN_1,
    says: 'takes the latch',
    saysFailed: 'another thread took the latch',
    short: 'take the latch',
  },
  LA3: { access: 'store', says: 'gives the latch back' },
};

/** How many slots were freed: guarded by the latch. */
const FREED = GLOBAL + 1;

// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class Latched extends Scheme {
  static NUMBER = 0;
  static ID = 'latched';
  static TITLE = 'a latch around the free list';
  static IDEA = 'A slot is freed at once, by one thread at a time.';
  static PAPER = 'none';
  static ABA = 0;
  static STALE_READS = true;
  static RECLAIMS = true;
  static SURVIVES_STALL = false;
  static SURVIVES_DEATH = false;
  static PROGRESS = 'blocking';
  static HOLDS = 0;
  static TAGS = false;
  static PARAMS = 'careless=0:0:1,forgetful=0:0:1';
  static BOUND = 'threads';

  static bound(threads) {
    return threads;
  }
  static needs(threads) {
    return 1 + threads;
  }

  enter() {}
  leave() {}
  protect(step, k, source) {
    return this.memory.load(step, source);
  }
  link(old, slot) {
    return slot;
  }
  retire(slot) {
    this.takeBack(slot);
    this.keep(slot);
  }
  collect() {}
  idle() {}
  silence() {}

  keep(slot) {
    const { memory, geometry } = this;
    if (geometry.param0 === 0) this.take();
    memory.poke(FREED, memory.peek(FREED) + 1);
    if (geometry.param0 === 0) memory.store(LA3, GLOBAL, 0);
    // Its own announced word: a step, so that there is one after the slot was let go of.
    if (geometry.param1 === 1) {
      this.record.release();
      memory.store(LA3, this.record.base + R_ANNOUNCE, 0);
    } else this.slab.give(slot);
  }

  take() {
    while (true) {
      const latch = this.memory.load(LA1, GLOBAL);
      if (latch !== 0) continue;
      if (this.memory.cas(LA2, GLOBAL, 0, this.record.thread)) return;
      this.record.count(C_OWN_1);
    }
  }
}
