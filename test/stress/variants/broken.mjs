// Queues, slabs and schemes that break one promise again and again, chosen by the URL: `broken.mjs?queue=hasty`, `?slab=shy`,
// `?scheme=forgetful`.
import { GLOBAL, LIST_COUNT, LIST_TOP, R_LOADED_COUNT } from '../../../dist/src/kernel/layout.js';
import { EMPTY, FULL } from '../../../dist/src/kernel/structure.js';
import { HEAD, MichaelScottQueue } from '../../../dist/src/kernel/structures/michael-scott.js';
import { HazardPointers } from '../../../dist/src/kernel/schemes/hazard-pointers.js';
import { Slab } from '../../../dist/src/kernel/slab.js';
import { D12, D2, E5 } from '../../../dist/src/kernel/structures/michael-scott.js';

const asked = new URL(import.meta.url).searchParams;
const OFTEN = 50;

const queues = {
  /** Now and then says "empty" without a look. */
  hasty: class extends MichaelScottQueue {
    calls = 0;
    dequeue() {
      return ++this.calls % OFTEN === 0 ? EMPTY : super.dequeue();
    }
  },
  /** Takes a value and says "empty". */
  dropping: class extends MichaelScottQueue {
    dequeue() {
      super.dequeue();
      return EMPTY;
    }
  },
  /** Looks at Head without an atomic access. */
  racy: class extends MichaelScottQueue {
    isEmpty() {
      const isEmpty = super.isEmpty();
      this.memory.peek(HEAD);
      return isEmpty;
    }
  },
  /** Delivers what it takes out by one step the other way round, now and then. */
  reversing: class extends MichaelScottQueue {
    calls = 0;
    dequeueChain(values, at, count) {
      const taken = super.dequeueChain(values, at, count);
      if (++this.calls % OFTEN === 0) values.words.subarray(at, at + taken).reverse();
      return taken;
    }
  },
  /** Loses the last value of a chain, now and then. */
  cutting: class extends MichaelScottQueue {
    calls = 0;
    dequeueChain(values, at, count) {
      const taken = super.dequeueChain(values, at, count);
      return ++this.calls % OFTEN === 0 && taken > 1 ? taken - 1 : taken;
    }
  },
  /** Takes every queue for empty. */
  blind: class extends MichaelScottQueue {
    isEmpty() {
      return true;
    }
  },
  /** Takes no queue for empty. */
  sure: class extends MichaelScottQueue {
    isEmpty() {
      return false;
    }
  },
  /** Now and then says "full" without a look. */
  lazy: class extends MichaelScottQueue {
    calls = 0;
    enqueue(value) {
      return ++this.calls % OFTEN === 0 ? FULL : super.enqueue(value);
    }
  },
  /** Now and then puts the first value behind the others before it takes one. Of one thread there is seldom another one inside. */
  swapping: class extends MichaelScottQueue {
    calls = 0;
    dequeue() {
      if (++this.calls % OFTEN === 0 && super.dequeue() !== EMPTY) {
        const first = this.result();
        while (super.enqueue(first) === FULL);
      }
      return super.dequeue();
    }
  },
  /** One thread works at a time, and the others wait for it. */
  locked: class extends MichaelScottQueue {
    lock() {
      while (!this.memory.cas(E5, GLOBAL, 0, 1));
    }
    enqueue(value) {
      this.lock();
      const answer = super.enqueue(value);
      this.memory.store(D12, GLOBAL, 0);
      return answer;
    }
    dequeue() {
      this.lock();
      const answer = super.dequeue();
      this.memory.store(D12, GLOBAL, 0);
      return answer;
    }
  },
};

const slabs = {
  /** Does not try again when another thread was faster: an enqueue then says "full". */
  shy: class extends Slab {
    take() {
      const before = this.memory.load(D2, HEAD);
      // A while, in which others may move the word: so that it happens soon.
      for (let n = 0; n < 100; n++) this.memory.load(D2, HEAD);
      const slot = super.take();
      if (slot === 0 || this.memory.load(D2, HEAD) === before) return slot;
      this.give(slot);
      return 0;
    }
  },
  /** Seals a magazine with one slot more than it has: once it is empty, slot 0 is sealed in its place. */
  overcounting: class extends Slab {
    seal() {
      const count = this.record.base + R_LOADED_COUNT;
      this.memory.poke(count, this.memory.peek(count) + 1);
      super.seal();
    }
  },
};

const schemes = {
  /** Hazard pointers that nobody reads, with tags, so that no ABA follows. */
  heedless: class extends HazardPointers {
    static NUMBER = 0;
    static ID = 'heedless';
    static TAGS = true;
    link(old, slot) {
      return this.geometry.link.bump(old, slot);
    }
    isHeldBack() {
      return false;
    }
  },
  /** A thread that leaves forgets what it has not freed. */
  forgetful: class extends HazardPointers {
    static NUMBER = 0;
    static ID = 'forgetful';
    depart() {
      this.memory.poke(this.list(0) + LIST_TOP, 0);
      this.memory.poke(this.list(0) + LIST_COUNT, 0);
      super.depart();
    }
  },
};

export const structure = queues[asked.get('queue')];
export const slab = slabs[asked.get('slab')];
// oxlint-disable-next-line import/no-default-export -- that is where a scheme of one's own is looked for
export default schemes[asked.get('scheme')];
