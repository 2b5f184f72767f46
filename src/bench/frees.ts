import { assemble } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import { counterAt } from '../judge/audit/thread-records.ts';
import { C_FREED, C_RESTARTS, R_COUNTERS } from '../kernel/layout.ts';
import { Slab } from '../kernel/slab.ts';
import { type Handle, type KeyOperation, onKey } from './handle.ts';
import type { Histogram } from './histogram.ts';
import { nanoseconds } from './figures.ts';

/** A scheme's class as one to extend: none of its methods is abstract. */
type Concrete = new (...parts: ConstructorParameters<SchemeClass>) => {
  mustRestart(passed?: number): boolean;
  upgrade(first: number, second: number, third: number): boolean;
  collect(): void;
  retire(slot: number): void;
};

/** A thread's view of a structure that counts how long the scheme collects, in nanoseconds, each time that the thread finds nothing free. */
export function collecting({ memory, thread, scheme }: Participant, histogram: Histogram): Participant {
  const own = scheme.constructor as Concrete;
  class CollectingScheme extends own {
    override collect(): void {
      const began = nanoseconds();
      super.collect();
      histogram.record(nanoseconds() - began);
    }
  }
  return assemble(memory, thread, CollectingScheme as unknown as SchemeClass, {});
}

/**
 * A handle that counts the slots which each of its operations frees, and how often operations start over, by what its thread's record says:
 * for compiled code, whose slab has no place for a look.
 */
export class CountedFrees implements Handle {
  readonly #handle: Handle;
  readonly #histogram: Histogram;
  readonly #words: Int32Array;
  readonly #record: number;
  /** The low word of the thread's counter. */
  readonly #counter: number;

  constructor(handle: Handle, words: Int32Array, record: number, histogram: Histogram) {
    this.#handle = handle;
    this.#histogram = histogram;
    this.#words = words;
    this.#record = record;
    this.#counter = record + R_COUNTERS + 2 * C_FREED;
  }

  restarts(): number {
    return counterAt(this.#words, this.#record, C_RESTARTS);
  }

  enqueue(value: number): boolean {
    const before = this.#words[this.#counter];
    return this.#counted(before, this.#handle.enqueue(value));
  }

  dequeue(): number {
    const before = this.#words[this.#counter];
    return this.#counted(before, this.#handle.dequeue());
  }

  key(operation: KeyOperation, key: number): number {
    const before = this.#words[this.#counter];
    return this.#counted(before, onKey(this.#handle, operation, key));
  }

  #counted<T>(before: number, answer: T): T {
    this.#histogram.record((this.#words[this.#counter] - before) | 0);
    return answer;
  }
}

/**
 * Counts the calls of a method that some schemes have: by which they scan what the others announce, or try to move the clock on.
 *
 * @param scheme a class that is this view's own
 * @returns null if the scheme has no such method
 */
function countedCall(scheme: { readonly prototype: object }, name: string): { count: number } | null {
  const methods = scheme.prototype as Record<string, unknown>;
  const original = methods[name];
  if (typeof original !== 'function') return null;
  const calls = { count: 0 };
  methods[name] = function counted(this: unknown, ...given: unknown[]): unknown {
    calls.count++;
    return Reflect.apply(original, this, given);
  };
  return calls;
}

/**
 * A thread's view of a queue that counts how often operations start over, and the slots which each of its operations frees. The slab is a subclass of the kernel's, so a thread
 * that has no such view runs the kernel's own methods and nothing else.
 */
export class FreeingHandle implements Handle {
  readonly #histogram: Histogram;
  readonly #handle: Handle;
  #freed = 0;
  #restarts = 0;
  /** Null if the scheme has no such method. */
  readonly #calls: Readonly<Record<'scan' | 'advance', { count: number } | null>>;

  /** @param open the handle of a participant, whose operations are counted */
  constructor(
    { memory, thread, scheme, slab: its }: Participant,
    histogram: Histogram,
    open: (participant: Participant) => Handle,
  ) {
    this.#histogram = histogram;
    const own = scheme.constructor as Concrete;
    const startsOver = (): void => void this.#restarts++;
    class RestartingScheme extends own {
      override mustRestart(passed?: number): boolean {
        const isOver = super.mustRestart(passed);
        if (isOver) startsOver();
        return isOver;
      }
      override upgrade(first: number, second: number, third: number): boolean {
        const isUpgraded = super.upgrade(first, second, third);
        if (!isUpgraded) startsOver();
        return isUpgraded;
      }
    }
    this.#calls = {
      scan: countedCall(RestartingScheme, 'scan'),
      advance: countedCall(RestartingScheme, 'advance'),
    };
    const slab = tellingSlab(() => void this.#freed++, its.constructor as typeof Slab);
    this.#handle = open(assemble(memory, thread, RestartingScheme as unknown as SchemeClass, { slab }));
  }

  restarts(): number {
    return this.#restarts;
  }

  scans(): number {
    return this.#calls.scan?.count ?? NaN;
  }

  advances(): number {
    return this.#calls.advance?.count ?? NaN;
  }

  enqueue(value: number): boolean {
    return this.#counted(this.#handle.enqueue(value));
  }

  dequeue(): number {
    return this.#counted(this.#handle.dequeue());
  }

  key(operation: KeyOperation, key: number): number {
    return this.#counted(onKey(this.#handle, operation, key));
  }

  #counted<T>(answer: T): T {
    this.#histogram.record(this.#freed);
    this.#freed = 0;
    return answer;
  }
}

/** When each slot was retired, for the threads of one queue. */
export function createStamps(slots: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * (slots + 1)));
}

/**
 * A slab that tells of each slot that a thread puts back, before it is on the free list: from then on another thread may take it.
 *
 * @param own the slab of the laboratory's free list
 */
export function tellingSlab(free: (slot: number) => void, own: typeof Slab = Slab): typeof Slab {
  return class extends own {
    override give(slot: number, hand?: number): void {
      free(slot);
      super.give(slot, hand);
    }
  };
}

/**
 * A thread's view of a queue, with a look at the clock when it retires a slot and when it frees one: the difference goes to the
 * histogram, in nanoseconds. The scheme and the slab are subclasses of the kernel's, so a thread that has no such view runs the
 * kernel's own methods and nothing else. It may have both, since neither holds state.
 */
export class Ages {
  readonly participant: Participant;
  /** Slots that were retired before that do not count: they may have been freed and retired again where nobody looked. */
  #from = 0;

  constructor({ memory, thread, scheme, slab }: Participant, stamps: Float64Array, histogram: Histogram) {
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
      slab: tellingSlab(free, slab.constructor as typeof Slab),
    });
  }

  /** Slots that are retired from now on count. */
  begin(): void {
    this.#from = nanoseconds();
  }
}
