import { Slab } from '../../src/kernel/slab.ts';

/** A slab whose free list is a Treiber stack as one writes it down at first: its top names a slot and nothing else. */
class UntaggedSlab extends Slab {
  protected override below(_top: number, slot: number): number {
    return slot;
  }
}

export { UntaggedSlab as slab };
