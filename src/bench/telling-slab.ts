import { Slab } from '../kernel/slab.ts';

/** A slab that tells of each slot that a thread puts back, before it is on the free list: from then on another thread may take it. */
export function tellingSlab(free: (slot: number) => void): typeof Slab {
  return class extends Slab {
    override give(slot: number, hand?: number): void {
      free(slot);
      super.give(slot, hand);
    }
  };
}
