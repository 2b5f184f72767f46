// A scheme of a user's own whose threads announce in a way of their own, and park what they retire in words of their own: it says so itself.
import { layout, Scheme } from 'lockfree-lab';

const { C_OWN_1, GLOBAL, R_ANNOUNCE, R_OWN, S_STAMP } = layout;

/** Reads the counter to take a ticket. */
export const TK1 = 217;
/** Shows the ticket. */
export const TK2 = 218;
/** Hides it. */
export const TK3 = 219;
/** Reads the counter to stamp a slot. */
export const TK4 = 227;
/** Moves it on. */
export const TK5 = 224;
/** Looks at a ticket. */
export const TK6 = 225;
/** Waits for a ticket. */
export const TK7 = 226;

export const CARDS = {
  TK1: { access: 'load', fills: 'ticket', says: 'the next ticket is {word}' },
  TK2: { access: 'store', says: 'shows {word}' },
  TK3: { access: 'store', says: 'hides its ticket' },
  TK4: { access: 'load', fills: 'count', headsLoop: true, says: 'the counter is {word}' },
  TK5: {
    access: 'cas',
    expectedFrom: 'TK4',
    failures: C_OWN_1,
    says: 'moves the counter on to {word}',
    saysFailed: 'another thread moved the counter on',
  },
  TK6: { access: 'load', fills: 'shown', says: '{holder} shows {word}' },
  TK7: { access: 'load', fills: 'shown', headsLoop: true, says: '{holder} shows {word} still' },
};

/** The word in which a thread shows its ticket: the complement of it, which is never 0; behind all that the lab's schemes announce. */
const SHOWN = R_ANNOUNCE + 5;
/** How often the places were looked through: guarded by nothing. */
const LOOKS = GLOBAL + 1;

// oxlint-disable-next-line import/no-default-export -- the module of a scheme is chosen by its path
export default class Tickets extends Scheme {
  static NUMBER = 0;
  static ID = 'tickets';
  static TITLE = 'tickets';
  static IDEA =
    'A slot is freed when every thread that shows a ticket has taken it after the slot was retired.';
  static PAPER = 'none';
  static ABA = 1;
  static STALE_READS = false;
  static RECLAIMS = true;
  static SURVIVES_STALL = false;
  static SURVIVES_DEATH = false;
  static PROGRESS = 'blocking';
  static HOLDS = 101;
  static TAGS = false;
  static PARAMS = 'places=1:0:3,careless=0:0:1';
  static BOUND = 'threads x (places + 1)';

  static bound(threads, places) {
    return threads * (places + 1);
  }
  static needs(threads, places, _careless, _protections, inUse) {
    return inUse + threads * (places + 1);
  }

  enter() {
    const ticket = this.memory.load(TK1, GLOBAL);
    this.memory.store(TK2, this.record.base + SHOWN, ~ticket);
  }
  leave() {
    this.memory.store(TK3, this.record.base + SHOWN, 0);
  }
  collect() {
    this.adopt();
    this.look();
  }
  idle() {
    this.look();
  }
  silence(thread) {
    this.memory.store(TK3, this.geometry.record(thread) + SHOWN, 0);
  }
  takeOwn(thread) {
    for (const place of placesOf(this.geometry, thread)) {
      const slot = this.memory.peek(place);
      if (slot === 0) continue;
      this.record.hold(slot);
      this.memory.poke(place, 0);
      this.keep(slot);
    }
  }

  /** There is a place: this thread leaves with one more than it keeps slots in. */
  keep(slot) {
    const { memory } = this;
    memory.poke(this.geometry.slot(slot, S_STAMP), this.next());
    const places = placesOf(this.geometry, this.record.thread);
    memory.poke(
      places.find((place) => memory.peek(place) === 0),
      slot,
    );
    this.record.release();
    while (places.every((place) => memory.peek(place) !== 0)) {
      const first = this.look();
      if (first === 0) continue;
      const stamp = this.stampOf(memory.peek(places[0]));
      while (holds(memory.load(TK7, first), stamp));
    }
  }

  next() {
    while (true) {
      const count = this.memory.load(TK4, GLOBAL);
      if (this.memory.cas(TK5, GLOBAL, count, count + 1)) return count + 1;
      this.record.count(C_OWN_1);
    }
  }

  /** Frees what no shown ticket holds back. Returns the word that holds the first one back, or 0. */
  look() {
    const { memory, geometry } = this;
    const isCareless = geometry.param1 === 1;
    if (isCareless) memory.poke(LOOKS, memory.peek(LOOKS) + 1);
    const shown = [];
    const last = isCareless ? 0 : geometry.threads;
    for (let thread = 1; thread <= last; thread++) {
      const address = geometry.record(thread) + SHOWN;
      shown.push([address, memory.load(TK6, address)]);
    }
    let first = 0;
    for (const [n, place] of placesOf(geometry, this.record.thread).entries()) {
      const slot = memory.peek(place);
      if (slot === 0) continue;
      const by = shown.find(([, word]) => holds(word, this.stampOf(slot)));
      if (by !== undefined) {
        if (n === 0) [first] = by;
        continue;
      }
      this.record.hold(slot);
      memory.poke(place, 0);
      this.slab.give(slot);
    }
    return first;
  }
}

/** A ticket that was taken before the slot got its stamp holds it back. */
function holds(word, stamp) {
  return word !== 0 && ~word < stamp;
}

function placesOf(geometry, thread) {
  return Array.from({ length: geometry.param0 + 1 }, (_, n) => geometry.record(thread) + R_OWN + n);
}

const slotsIn = (words, geometry) =>
  Array.from({ length: geometry.threads }, (_, i) => i + 1).flatMap((thread) =>
    placesOf(geometry, thread)
      .map((place, hazard) => ({ thread, hazard, slot: words[place] }))
      .filter(({ slot }) => slot !== 0),
  );

export const ANNOUNCES = {
  name: (n) => (n === 5 ? 'ticket' : `announce${n}`),
  show: (word) => (word === 0 ? 'no ticket' : `ticket ${~word}`),
  short: ([word]) => `shows ticket ${~word}`,
  long: ([word], still) => `${still} shows ticket ${~word}`,
  by: 'ticket',
  replacedWithin: true,
  clock: 'Counter',
  parks: {
    slots: slotsIn,
    places: ({ param0 }) => [R_OWN, R_OWN + param0 + 1],
    most: ({ threads, param0 }) => threads * (param0 + 2),
    heldBack: ({ words, geometry, threads }) =>
      slotsIn(words, geometry).map(({ thread, slot }) => {
        const stamp = words[geometry.slot(slot, S_STAMP)];
        const holders = threads
          .map((each) => ({ thread: each, address: geometry.record(each) + SHOWN }))
          .filter(({ address }) => holds(words[address], stamp))
          .map((each) => ({ ...each, name: 'ticket', of: `number ${~words[each.address]}` }));
        const who = holders.map((each) => `T${each.thread}'s ticket ${~words[each.address]}`).join(' and ');
        const why = holders.length === 0 ? 'nobody waits for it' : `${who} is older`;
        return {
          slot,
          thread,
          holders,
          note: `Slot ${slot} waits in a place of T${thread} with stamp ${stamp}: ${why}.`,
        };
      }),
  },
};
