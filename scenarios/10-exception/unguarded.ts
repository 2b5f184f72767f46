import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { serialize } from './serialize.ts';

/** A queue that calls the user's code while it has a slot in hand. */
export class SerializingQueue extends MichaelScottQueue<Scheme> {
  protected override prepare(node: number, value: number): void {
    super.prepare(node, serialize(value));
  }
}

export { SerializingQueue as structure };
