import { S_NEXT } from '../../src/kernel/layout.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';

/** Clears the next word of the node that Head named at D2. */
export const X1 = 192;

/** A queue whose dequeue, outrun by another one, tidies up behind it: the node that both read has left the queue. */
class UncleanQueue extends MichaelScottQueue<Scheme> {
  protected override outrun(dummy: number): void {
    super.outrun(dummy);
    // X1: a store compares nothing: it hits whatever the slot is by now.
    this.memory.store(X1, this.geometry.slot(dummy, S_NEXT), 0);
  }
}

export { UncleanQueue as structure };
