import { SerializingQueue } from './unguarded.ts';

/** The same queue with a guard: whatever is thrown, the slot goes back to where it came from. */
class GuardedQueue extends SerializingQueue {
  protected override prepare(node: number, value: number): void {
    try {
      super.prepare(node, value);
    } catch (error) {
      this.slab.give(node);
      this.end();
      throw error;
    }
  }
}

export { GuardedQueue as structure };
