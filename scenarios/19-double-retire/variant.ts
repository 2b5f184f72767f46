import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';

/** A queue whose dequeue retires the dummy node that it has read also where another dequeue was first. */
class EagerQueue extends MichaelScottQueue<Scheme> {
  protected override outrun(dummy: number): void {
    super.outrun(dummy);
    this.retire(dummy);
  }
}

export { EagerQueue as structure };
