import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';

/** A queue that moves Tail on and does not let go of the node that it named: the claim that should end is there once more. */
class ForgetfulQueue extends MichaelScottQueue<Scheme> {
  protected override moveTail(step: number, tail: number, successor: number, failures: number): void {
    this.scheme.hold(this.geometry.link.index(tail));
    super.moveTail(step, tail, successor, failures);
  }
}

export { ForgetfulQueue as structure };
