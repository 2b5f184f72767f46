import { assemble } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import { Slab } from '../kernel/slab.ts';
import { nanoseconds } from './figures.ts';
import type { Histogram } from './histogram.ts';

/** When each slot was retired, for the threads of one queue. */
export function createStamps(slots: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * (slots + 1)));
}

/** A slab that tells of each slot that a thread puts back, before it is on the free list: from then on another thread may take it. */
export function tellingSlab(free: (slot: number) => void): typeof Slab {
  return class extends Slab {
    override give(slot: number, hand?: number): void {
      free(slot);
      super.give(slot, hand);
    }
  };
}

/** A scheme's class as one to extend: none of its methods is abstract. */
type Concrete = new (...parts: ConstructorParameters<SchemeClass>) => { retire(slot: number): void };

/**
 * A thread's view of a queue, with a look at the clock when it retires a slot and when it frees one: the difference goes to the
 * histogram, in nanoseconds. The scheme and the slab are subclasses of the kernel's, so a thread that has no such view runs the
 * kernel's own methods and nothing else. It may have both, since neither holds state.
 */
export class Ages {
  readonly participant: Participant;
  /** Slots that were retired before that do not count: they may have been freed and retired again where nobody looked. */
  #from = 0;

  constructor({ memory, thread, scheme }: Participant, stamps: Float64Array, histogram: Histogram) {
    const own = scheme.constructor as Concrete;
    class AgedScheme extends own {
      override retire(slot: number): void {
        // The thread that retires a slot has it in hand: no other thread stamps it.
        stamps[slot] = nanoseconds();
        super.retire(slot);
      }
    }
    const free = (slot: number): void => {
      const retired = stamps[slot];
      stamps[slot] = 0;
      if (retired > this.#from) histogram.record(nanoseconds() - retired);
    };
    this.participant = assemble(memory, thread, AgedScheme as unknown as SchemeClass, {
      slab: tellingSlab(free),
    });
  }

  /** Slots that are retired from now on count. */
  begin(): void {
    this.#from = nanoseconds();
  }
}
