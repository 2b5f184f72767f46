import { OP_IS_EMPTY, S_NEXT } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { HEAD, MichaelScottQueue, Q1, Q2 } from '../../src/kernel/structures/michael-scott.ts';

/** A queue whose isEmpty leaves out Q3: it believes the next word of a node that may have left the queue. */
class HastyQueue extends MichaelScottQueue<Scheme> {
  override isEmpty(): boolean {
    const { link } = this.geometry;
    this.begin(OP_IS_EMPTY);
    this.scheme.enter();
    const head = this.scheme.protect(Q1, 0, HEAD);
    const next = this.memory.load(Q2, this.geometry.slot(link.index(head), S_NEXT));
    this.scheme.leave();
    this.end();
    return link.index(next) === 0;
  }
}

export { HastyQueue as structure };
