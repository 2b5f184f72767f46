// A scheme of a user's own that has to know when a slot was born: a slot that was not alive in any era that is announced is freed.
import { layout, Scheme } from 'lockfree-lab';

const { GLOBAL, LIST_COUNT, R_ANNOUNCE, S_BIRTH, S_DEATH } = layout;

/** Reads the clock. */
export const G1 = 244;
/** Announces an era. */
export const G2 = 245;
/** Takes it back. */
export const G3 = 246;
/** Moves the clock on. */
export const G4 = 247;
/** Reads an announced era. */
export const G5 = 248;
/** Takes back what a dead thread announced. */
export const G6 = 249;

export const CARDS = {
  G1: { access: 'load', fills: 'era', says: 'the era is {word}' },
  G2: { access: 'store', says: 'announces {word}' },
  G3: { access: 'store', says: 'announces no era any more' },
  G4: { access: 'add', says: 'moves the clock on' },
  G5: { access: 'load', fills: 'announced', says: '{holder} announces {word}' },
  G6: { access: 'store', says: 'takes back what {holder} announced, which is dead' },
};

const CLOCK = GLOBAL;

// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class Eras extends Scheme {
  static NUMBER = 0;
  static ID = 'eras';
  static TITLE = 'eras';
  static IDEA =
    'A thread announces the era in which it reads; a slot is kept while an era is announced in which it lived.';
  static PAPER = 'Ramalhete and Correia 2017, SPAA';
  static ABA = 1;
  static STALE_READS = false;
  static RECLAIMS = true;
  static SURVIVES_STALL = true;
  static SURVIVES_DEATH = true;
  static PROGRESS = 'lock-free';
  static HOLDS = 0;
  static TAGS = false;
  static PARAMS = 'threshold=1:1:65535,late=0:0:1';
  static BOUND = 'protections x threads x (in use + threads) + threads x threshold';

  static bound(threads, threshold, _late, protections, inUse) {
    return protections * threads * (inUse + threads) + threads * threshold;
  }
  static needs(threads, threshold, _late, _protections, inUse) {
    return inUse + 1 + threads * (threshold + 2);
  }

  /** The parameter `late` is what must not be: the slot seems to be born after it was published. */
  born(slot) {
    const { memory, geometry } = this;
    memory.poke(geometry.slot(slot, S_BIRTH), memory.load(G1, CLOCK) + geometry.param1);
  }
  protect(step, k, source) {
    const mine = this.record.base + R_ANNOUNCE + k;
    while (true) {
      const word = this.memory.load(step, source);
      const era = this.memory.load(G1, CLOCK) * 2 + 1;
      if (this.memory.peek(mine) === era) return word;
      this.memory.store(G2, mine, era);
    }
  }
  leave() {
    const mine = this.record.base + R_ANNOUNCE;
    for (let k = 0; k < this.geometry.protections; k++)
      if (this.memory.peek(mine + k) !== 0) this.memory.store(G3, mine + k, 0);
  }
  retire(slot) {
    this.takeBack(slot);
    this.keep(slot);
    if (this.memory.peek(this.list(0) + LIST_COUNT) >= this.geometry.param0) this.scan();
  }
  collect() {
    this.adopt();
    this.scan();
  }
  idle() {
    if (this.memory.peek(this.list(0) + LIST_COUNT) !== 0) this.scan();
  }
  keep(slot) {
    const { memory, geometry } = this;
    memory.poke(geometry.slot(slot, S_DEATH), memory.load(G1, CLOCK));
    memory.add(G4, CLOCK, 1);
    this.record.unreclaimed(1);
    this.push(this.list(0), slot, this.now());
  }
  silence(thread) {
    const theirs = this.geometry.record(thread) + R_ANNOUNCE;
    for (let k = 0; k < this.geometry.protections; k++) this.memory.store(G6, theirs + k, 0);
  }

  scan() {
    const { memory, geometry } = this;
    const eras = [];
    for (let thread = 1; thread <= geometry.threads; thread++)
      for (let k = 0; k < geometry.protections; k++) {
        const announced = memory.load(G5, geometry.record(thread) + R_ANNOUNCE + k);
        if (announced !== 0) eras.push(announced >> 1);
      }
    for (let slot = this.pop(this.list(0)); slot !== 0; slot = this.pop(this.list(0))) {
      const [birth, death] = [S_BIRTH, S_DEATH].map((word) => memory.peek(geometry.slot(slot, word)));
      if (eras.some((era) => birth <= era && era <= death)) this.push(this.list(1), slot, this.stampOf(slot));
      else this.reclaim(slot);
    }
    for (let slot = this.pop(this.list(1)); slot !== 0; slot = this.pop(this.list(1)))
      this.push(this.list(0), slot, this.stampOf(slot));
  }
}
