import { D10, E13, MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';

/** A queue whose threads do not help: each moves Tail over its own node alone, and the others go round until it has done so. */
class UnhelpfulQueue extends MichaelScottQueue<Scheme> {
  protected override moveTail(step: number, tail: number, successor: number, failures: number): void {
    if (step !== D10 && step !== E13) super.moveTail(step, tail, successor, failures);
  }
}

export { UnhelpfulQueue as structure };
