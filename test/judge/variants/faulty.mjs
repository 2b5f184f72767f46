// One fault each: operations that do one wrong thing to the slab, and queues that answer wrongly, chosen by the URL:
// `faulty.mjs?queue=loses`, or a slab: `?slab=sealsHigh`.
import { R_LOADED_COUNT, S_NEXT, S_STAMP, S_VALUE } from '../../../dist/src/kernel/layout.js';
import { EMPTY, FULL, OK } from '../../../dist/src/kernel/structure.js';
import { HEAD, MichaelScottQueue, TAIL } from '../../../dist/src/kernel/structures/michael-scott.js';
import { Slab } from '../../../dist/src/kernel/slab.js';

/** Finds Head or Tail. */
export const Z1 = 250;
/** Does the wrong thing. */
export const Z2 = 251;

const done = { outcome: 'done' };
const slotAt = ({ memory, geometry }, root) => geometry.link.index(memory.load(Z1, root));

export const operations = {
  /** Writes into the node that was the dummy when it looked, as a clean-up does that comes too late. */
  cleansLate: (participant) => {
    const { memory, geometry } = participant;
    memory.store(Z2, geometry.slot(slotAt(participant, HEAD), S_NEXT), 0);
    return done;
  },
  /** Reads the node that was the dummy when it looked, without protection. */
  readsLate: (participant) => {
    const { memory, geometry } = participant;
    memory.load(Z2, geometry.slot(slotAt(participant, HEAD), S_NEXT));
    return done;
  },
  /** Gives a slot back twice. */
  freesTwice: ({ slab }) => {
    const slot = slab.take();
    slab.give(slot);
    slab.give(slot);
    return done;
  },
  /** Retires the dummy node, which Head still names. */
  retiresHead: (participant) => {
    participant.scheme.retire(slotAt(participant, HEAD));
    return done;
  },
  /** Makes the last node its own successor. */
  closesCircle: (participant) => {
    const tail = slotAt(participant, TAIL);
    participant.memory.store(Z2, participant.geometry.slot(tail, S_NEXT), tail);
    return done;
  },
  /** Makes the last node name a slot that there is not, and follows that. */
  leavesSlab: (participant) => {
    const { memory, geometry } = participant;
    const next = geometry.slot(slotAt(participant, TAIL), S_NEXT);
    memory.store(Z2, next, geometry.slots + 1);
    memory.load(Z2, geometry.slot(geometry.slots + 1, S_NEXT));
    return done;
  },
  /** Puts Tail where Head is. */
  swingsBack: (participant) => {
    participant.memory.store(Z2, TAIL, slotAt(participant, HEAD));
    return done;
  },
  /** Writes plainly where null is. */
  writesNull: ({ memory, geometry }) => {
    memory.load(Z1, HEAD);
    memory.poke(geometry.slot(0, S_STAMP), 1);
    return done;
  },
  /** Writes into the gap behind Head. */
  writesGap: ({ memory }) => {
    memory.store(Z1, HEAD + 1, 1);
    return done;
  },
  /** Counts a slot off that is none. */
  miscounts: ({ memory, record }) => {
    memory.load(Z1, HEAD);
    record.unreclaimed(-1);
    return done;
  },
  /** Looks at Head until it changes. */
  spins: ({ memory }) => {
    const head = memory.load(Z1, HEAD);
    while (memory.load(Z2, HEAD) === head);
    return done;
  },
  /** Awaits a change of Head. */
  waits: ({ memory }) => {
    memory.await(Z2, HEAD, memory.load(Z1, HEAD));
    return done;
  },
};

const queues = {
  /** Takes a value and puts it nowhere. */
  loses: class extends MichaelScottQueue {
    enqueue() {
      return OK;
    }
  },
  /** Delivers what nobody put in. */
  invents: class extends MichaelScottQueue {
    result() {
      return 90;
    }
  },
  /** Puts the first value behind the second. */
  shuffles: class extends MichaelScottQueue {
    dequeue() {
      super.dequeue();
      super.enqueue(this.result());
      return super.dequeue();
    }
  },
  /** Is always empty. */
  denies: class extends MichaelScottQueue {
    dequeue() {
      return EMPTY;
    }
  },
  /** Says that something is inside, without looking. */
  asserts: class extends MichaelScottQueue {
    isEmpty() {
      return false;
    }
  },
  /** Is always full. */
  refuses: class extends MichaelScottQueue {
    enqueue() {
      return FULL;
    }
  },
  /** Writes the payload once the node is linked. */
  storesLate: class extends MichaelScottQueue {
    prepare(node, value) {
      super.prepare(node, 0);
      this.node = node;
      this.value = value;
    }
    enqueue(value) {
      const answer = super.enqueue(value);
      this.memory.poke(this.geometry.slot(this.node, S_VALUE), this.value);
      return answer;
    }
  },
};

const slabs = {
  /** Seals a magazine with one slot more than it has. */
  sealsHigh: class extends Slab {
    seal() {
      const count = this.record.base + R_LOADED_COUNT;
      this.memory.poke(count, this.memory.peek(count) + 1);
      super.seal();
    }
  },
};

export const slab = slabs[new URL(import.meta.url).searchParams.get('slab')];
export const structure = queues[new URL(import.meta.url).searchParams.get('queue')];
