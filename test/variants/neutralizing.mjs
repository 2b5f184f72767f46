// A scheme of a user's own that asks for restarts: who wants to free slots tells all readers to start over, and waits for nobody.
import { layout, Scheme } from 'lockfree-lab';

const { LIST_COUNT, R_ANNOUNCE } = layout;

/** Begins to read. */
export const N1 = 224;
/** Looks whether it may believe what it has read. */
export const N2 = 225;
/** Announces a slot that it is about to use. */
export const N3 = 226;
/** Begins to write. */
export const N4 = 227;
/** Is done. */
export const N5 = 228;
/** Takes an announcement back. */
export const N6 = 229;
/** Reads what a thread does. */
export const N7 = 230;
/** Tells a reader to start over. */
export const N8 = 217;
/** Reads an announcement. */
export const N9 = 218;
/** Ends the reading or writing of a dead thread. */
export const N10 = 219;

export const CARDS = {
  N1: { access: 'store', says: 'begins to read' },
  N2: { access: 'load', says: 'its state is {word}' },
  N3: { access: 'store', says: 'announces slot {slot}', saysNull: 'announces nothing there' },
  N4: { access: 'cas', says: 'begins to write', saysFailed: 'it was told to start over' },
  N5: { access: 'store', says: 'is done' },
  N6: { access: 'store', says: 'takes its announcement back' },
  N7: { access: 'load', fills: 'state', says: 'the state of {holder} is {word}' },
  N8: {
    access: 'cas',
    expectedFrom: 'N7',
    says: 'tells {holder} to start over',
    saysFailed: '{holder} has gone on',
  },
  N9: {
    access: 'load',
    fills: 'slot',
    says: '{holder} announces slot {slot}',
    saysNull: '{holder} announces nothing there',
  },
  N10: { access: 'store', says: 'ends what {holder} did, which is dead' },
};

const [QUIET, READING, WRITING, NEUTRALIZED] = [0, 1, 2, 3];
const STATE = R_ANNOUNCE;
const SLOTS = R_ANNOUNCE + 1;
const MOST = 3;

// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class Neutralizing extends Scheme {
  static NUMBER = 0;
  static ID = 'neutralizing';
  static TITLE = 'readers that start over';
  static IDEA =
    'Who frees slots tells all readers to start over; before a thread writes it announces the slots that it uses.';
  static PAPER = 'after Singh, Brown and Mashtizadeh 2021, PPoPP';
  static ABA = 1;
  static STALE_READS = true;
  static RECLAIMS = true;
  static SURVIVES_STALL = true;
  static SURVIVES_DEATH = true;
  static PROGRESS = 'lock-free';
  static HOLDS = 0;
  static TAGS = false;
  static PARAMS = 'threshold=1:1:65535,careless=0:0:1';
  static BOUND = 'threads x (threshold + 3 x (threads - 1))';

  static bound(threads, threshold) {
    return threads * (threshold + MOST * (threads - 1));
  }
  static needs(threads, threshold, _careless, _protections, inUse) {
    return inUse + 1 + Neutralizing.bound(threads, threshold);
  }

  enter() {
    this.restart();
  }
  leave() {
    const base = this.record.base;
    this.memory.store(N5, base + STATE, QUIET);
    for (let k = 0; k < MOST; k++) {
      if (this.memory.peek(base + SLOTS + k) !== 0) this.memory.store(N6, base + SLOTS + k, 0);
    }
  }
  mustRestart() {
    return this.memory.load(N2, this.record.base + STATE) !== READING;
  }
  restart() {
    this.memory.store(N1, this.record.base + STATE, READING);
  }
  upgrade(...slots) {
    const base = this.record.base;
    for (let k = 0; k < MOST; k++) this.memory.store(N3, base + SLOTS + k, slots[k]);
    if (this.geometry.param1 === 1) return true;
    return this.memory.cas(N4, base + STATE, READING, WRITING);
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
    this.record.unreclaimed(1);
    this.push(this.list(0), slot, this.now());
  }
  silence(thread) {
    const base = this.geometry.record(thread);
    for (let word = STATE; word < SLOTS + MOST; word++) this.memory.store(N10, base + word, 0);
  }

  scan() {
    const { memory, geometry } = this;
    const announced = [];
    const others = Array.from({ length: geometry.threads }, (_, i) => geometry.record(i + 1)).filter(
      (base) => base !== this.record.base,
    );
    for (const base of others) {
      if (memory.load(N7, base + STATE) === READING) memory.cas(N8, base + STATE, READING, NEUTRALIZED);
    }
    for (const base of others)
      for (let k = 0; k < MOST; k++) announced.push(memory.load(N9, base + SLOTS + k));
    for (let slot = this.pop(this.list(0)); slot !== 0; slot = this.pop(this.list(0))) {
      if (announced.includes(slot)) this.push(this.list(1), slot, this.stampOf(slot));
      else this.reclaim(slot);
    }
    for (let slot = this.pop(this.list(1)); slot !== 0; slot = this.pop(this.list(1)))
      this.push(this.list(0), slot, this.stampOf(slot));
  }
}
