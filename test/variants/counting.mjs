// A scheme of a user's own that counts what names each slot: the pointer words of the structure, and the threads that are at it.
import { layout, Scheme } from 'lockfree-lab';

const { LIST_COUNT, R_ANNOUNCE, S_BIRTH, S_NEXT } = layout;

/** One more names a slot. */
export const Y1 = 193;
/** One less. */
export const Y2 = 194;
/** Looks whether what it holds is still named there. */
export const Y3 = 195;
/** A slot is used again. */
export const Y4 = 196;
/** Takes a slot that nothing names. */
export const Y5 = 197;

// The memory of a slab is always a slot's: to count one that was freed meanwhile does no harm, since the count is taken back.
export const CARDS = {
  Y1: { access: 'add', needsNoLife: true, says: 'counts slot {holder} up' },
  Y2: { access: 'add', needsNoLife: true, says: 'counts slot {holder} down' },
  Y3: {
    access: 'load',
    validates: ['same word'],
    renews: true,
    says: '{name} still names slot {slot}',
    saysNull: '{name} still names nothing',
    saysFailed: '{name} has changed',
  },
  Y4: { access: 'add', needsNoLife: true, says: 'begins to count slot {holder}' },
  Y5: {
    access: 'cas',
    needsNoLife: true,
    says: 'nothing names slot {holder}',
    saysFailed: 'something names slot {holder}',
  },
};

/** Twice the number of what names the slot, and 1 more while it is free. */
const COUNT = S_BIRTH;

// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class Counting extends Scheme {
  static NUMBER = 0;
  static ID = 'counting';
  static TITLE = 'counts';
  static IDEA = 'Each slot counts the words and threads that name it, and is freed when there are none.';
  static PAPER = 'Valois 1995';
  static ABA = 1;
  static STALE_READS = false;
  static RECLAIMS = true;
  static SURVIVES_STALL = false;
  static SURVIVES_DEATH = false;
  static PROGRESS = 'lock-free, while every thread that holds a slot wakes up';
  static HOLDS = 0;
  static TAGS = false;
  static PARAMS = 'careless=0:0:1';
  static BOUND = 'unbounded: a held slot holds all that came after it';

  static bound() {
    return -1;
  }
  static needs(threads, _careless, _none, protections, inUse) {
    return inUse + 1 + 2 * threads * (protections + 1);
  }

  begin(inUse) {
    const { memory, geometry } = this;
    const count = (slot, by) => {
      if (slot === 0) return;
      const word = geometry.slot(slot, COUNT);
      memory.poke(word, memory.peek(word) + by);
    };
    for (let slot = 1; slot <= geometry.slots; slot++) {
      if (slot > inUse) count(slot, 1);
      else count(geometry.link.index(memory.peek(geometry.slot(slot, S_NEXT))), 2);
    }
    for (let n = 0; n < geometry.roots; n++) count(geometry.link.index(memory.peek(geometry.root(n))), 2);
  }
  leave() {
    for (let k = 0; k < this.geometry.protections; k++) this.letGo(this.record.base, k);
  }
  protect(step, k, source) {
    while (true) {
      const word = this.memory.load(step, source);
      const slot = this.geometry.link.index(word);
      this.hold(slot);
      if (slot !== 0 && this.memory.load(Y3, source) !== word) {
        this.release(slot);
        continue;
      }
      this.letGo(this.record.base, k);
      this.memory.poke(this.record.base + R_ANNOUNCE + k, slot);
      // What must not be: the thread goes on without its claim.
      if (this.geometry.param0 === 1) this.letGo(this.record.base, k);
      return word;
    }
  }
  born(slot) {
    this.memory.add(Y4, this.geometry.slot(slot, COUNT), -1);
  }
  hold(slot) {
    if (slot !== 0) this.memory.add(Y1, this.geometry.slot(slot, COUNT), 2);
  }
  release(slot) {
    if (slot !== 0) this.memory.add(Y2, this.geometry.slot(slot, COUNT), -2);
  }
  retire(slot) {
    this.takeBack(slot);
    this.release(slot);
    this.keep(slot);
    this.sweep();
  }
  collect() {
    this.adopt();
    this.sweep();
  }
  idle() {
    if (this.memory.peek(this.list(0) + LIST_COUNT) !== 0) this.sweep();
  }
  keep(slot) {
    this.record.unreclaimed(1);
    this.push(this.list(0), slot, this.now());
  }
  silence(thread) {
    for (let k = 0; k < this.geometry.protections; k++) this.letGo(this.geometry.record(thread), k);
  }

  letGo(base, k) {
    const held = this.memory.peek(base + R_ANNOUNCE + k);
    this.memory.poke(base + R_ANNOUNCE + k, 0);
    this.release(held);
  }

  /** A slot that is freed names its successor no more, which may be free to go then: so they are looked at until none was freed. */
  sweep() {
    const { memory, geometry } = this;
    for (let freed = true; freed;) {
      freed = false;
      for (let slot = this.pop(this.list(0)); slot !== 0; slot = this.pop(this.list(0))) {
        if (!memory.cas(Y5, geometry.slot(slot, COUNT), 0, 1)) {
          this.push(this.list(1), slot, this.stampOf(slot));
          continue;
        }
        this.release(geometry.link.index(memory.peek(geometry.slot(slot, S_NEXT))));
        this.reclaim(slot);
        freed = true;
      }
      for (let slot = this.pop(this.list(1)); slot !== 0; slot = this.pop(this.list(1)))
        this.push(this.list(0), slot, this.stampOf(slot));
    }
  }
}
