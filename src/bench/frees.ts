import { assemble } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import type { SchemeClass } from '../laboratory/scheme-class.ts';
import type { Handle } from './handle.ts';
import type { Histogram } from './histogram.ts';
import { tellingSlab } from './ages.ts';

/**
 * A thread's view of a queue that counts the slots which each of its operations frees. The slab is a subclass of the kernel's, so a thread
 * that has no such view runs the kernel's own methods and nothing else.
 */
export class FreeingHandle implements Handle {
  readonly #histogram: Histogram;
  readonly #handle: Handle;
  #freed = 0;

  /** @param open the handle of a participant, whose operations are counted */
  constructor(
    { memory, thread, scheme }: Participant,
    histogram: Histogram,
    open: (participant: Participant) => Handle,
  ) {
    this.#histogram = histogram;
    const own = scheme.constructor as unknown as SchemeClass;
    const slab = tellingSlab(() => void this.#freed++);
    this.#handle = open(assemble(memory, thread, own, { slab }));
  }

  enqueue(value: number): boolean {
    return this.#counted(this.#handle.enqueue(value));
  }

  dequeue(): number {
    return this.#counted(this.#handle.dequeue());
  }

  #counted<T>(answer: T): T {
    this.#histogram.record(this.#freed);
    this.#freed = 0;
    return answer;
  }
}
