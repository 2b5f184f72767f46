// Stacks that break one promise again and again, chosen by the URL: `broken-stack.mjs?stack=losing`.
import { EMPTY, VALUE } from '../../../dist/src/kernel/structure.js';
import { TreiberStack } from '../../../dist/src/kernel/structures/treiber-stack.js';

const OFTEN = 50;

class Counting extends TreiberStack {
  calls = 0;

  get isTime() {
    return ++this.calls % OFTEN === 0;
  }
}

const stacks = {
  /** Takes a value and says "empty". */
  losing: class extends Counting {
    pop() {
      const answer = super.pop();
      return this.isTime ? EMPTY : answer;
    }
  },
  /** Delivers its last value once more. */
  doubling: class extends Counting {
    delivered = false;
    pop() {
      if (this.delivered && this.isTime) return VALUE;
      const answer = super.pop();
      this.delivered ||= answer === VALUE;
      return answer;
    }
  },
  /** Takes two values and delivers the lower one first, the upper one with its next call: in a burst, while more pops are to follow. */
  swapping: class extends Counting {
    pushed = 0;
    popped = 0;
    kept = null;
    given = null;
    push(value) {
      if (this.popped > 0) this.pushed = this.popped = 0;
      this.pushed++;
      return super.push(value);
    }
    pop() {
      this.popped++;
      this.given = this.kept;
      this.kept = null;
      if (this.given !== null) return VALUE;
      const first = super.pop();
      if (first !== VALUE || this.popped >= this.pushed || !this.isTime) return first;
      const upper = super.result();
      if (super.pop() === VALUE) this.kept = upper;
      else this.given = upper;
      return VALUE;
    }
    result() {
      return this.given ?? super.result();
    }
  },
  /** Now and then says "empty" without a look. */
  hasty: class extends Counting {
    pop() {
      return this.isTime ? EMPTY : super.pop();
    }
  },
  /** Takes every stack for empty. */
  blind: class extends TreiberStack {
    isEmpty() {
      return true;
    }
  },
  /** Takes no stack for empty. */
  sure: class extends TreiberStack {
    isEmpty() {
      return false;
    }
  },
  /** Forgets now and then to retire what it has taken off. */
  littering: class extends Counting {
    retire(slot) {
      if (!this.isTime) super.retire(slot);
      else this.record.release();
    }
  },
};

export const structure = stacks[new URL(import.meta.url).searchParams.get('stack')];
