// Queues with a fault, chosen by the URL: `faulty.mjs?fault=cycle`. Each behaves until a thread has made 3000
// operations, and then does its one wrong thing.
import { R_COUNTERS, RETIRED, S_NEXT, S_STATE } from '../../../dist/src/kernel/layout.js';
import { HEAD, MichaelScottQueue, TAIL } from '../../../dist/src/kernel/structures/michael-scott.js';
import { D12, D2, E5, E6, E7, E9 } from '../../../dist/src/kernel/structures/michael-scott.js';

const WHEN = 3000;

class Timed extends MichaelScottQueue {
  asked = 0;

  isEmpty() {
    this.asked++;
    return super.isEmpty();
  }

  /** True for one enqueue and one dequeue of each thread that makes pairs: the operations of the thread, counted by the kernel. */
  get isTime() {
    const begun = this.memory.peek(this.record.base + R_COUNTERS) - this.asked;
    return begun === WHEN || begun === WHEN + 1;
  }
}

const faults = {
  /** The last node becomes its own successor. By E5 to E9, so that it is the last one, in the queue, when it does. */
  cycle: class extends Timed {
    enqueue(value) {
      while (this.isTime) {
        const last = this.memory.load(E5, TAIL);
        const tail = this.geometry.link.index(last);
        const next = this.geometry.slot(tail, S_NEXT);
        const nothing = this.memory.load(E6, next);
        const isLast = this.memory.load(E7, TAIL) === last && this.geometry.link.index(nothing) === 0;
        if (isLast && this.memory.cas(E9, next, nothing, this.scheme.link(nothing, tail, tail))) break;
      }
      return super.enqueue(value);
    }
  },
  /** An operation looks at Head forever. */
  spin: class extends Timed {
    enqueue(value) {
      while (this.isTime) this.memory.load(D2, HEAD);
      return super.enqueue(value);
    }
  },
  /** A value is dropped on the way in. */
  loses: class extends Timed {
    enqueue(value) {
      const dropped = this.isTime;
      const answer = super.enqueue(value);
      if (dropped) super.dequeue();
      return answer;
    }
  },
  /** A value goes in twice. */
  doubles: class extends Timed {
    enqueue(value) {
      if (this.isTime) super.enqueue(value);
      return super.enqueue(value);
    }
  },
  /** Two values of a producer change places: all are there, but the order is not. */
  swaps: class extends MichaelScottQueue {
    enqueue(value) {
      const sequence = value & 0xffff;
      if (sequence === 1000) return super.enqueue(value + 1);
      return super.enqueue(sequence === 1001 ? value - 1 : value);
    }
  },
  /** A slot is taken out of the queue and given to nobody. */
  forgets: class extends MichaelScottQueue {
    retire(slot) {
      if (this.memory.peek(this.record.base + R_COUNTERS) >= WHEN) this.record.release();
      else super.retire(slot);
    }
  },
  /** A slot is taken out of the queue, and lost while it is being retired. */
  drops: class extends MichaelScottQueue {
    retire(slot) {
      if (this.memory.peek(this.record.base + R_COUNTERS) < WHEN) return super.retire(slot);
      this.memory.poke(this.geometry.slot(slot, S_STATE), RETIRED);
      this.record.release();
    }
  },
  /** Head names a slot far outside of the slab. */
  wild: class extends Timed {
    dequeue() {
      if (this.isTime) this.memory.store(D2, HEAD, this.geometry.link.indexMask);
      return super.dequeue();
    }
  },
  throws: class extends Timed {
    dequeue() {
      if (this.isTime) {
        this.memory.load(D12, HEAD);
        throw new Error('boom');
      }
      return super.dequeue();
    }
  },
  exits: class extends Timed {
    enqueue(value) {
      if (this.isTime) process.exit(3);
      return super.enqueue(value);
    }
  },
};

export const structure = faults[new URL(import.meta.url).searchParams.get('fault')];
