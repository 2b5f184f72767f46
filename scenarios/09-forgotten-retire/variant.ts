import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';

/** A queue whose dequeue forgets D19: the old dummy node is handed to nobody. */
class ForgetfulQueue extends MichaelScottQueue<Scheme> {
  protected override retire(_slot: number): void {}
}

export { ForgetfulQueue as structure };
