import { Registry } from './variant.ts';

export { CARDS, X2, operations } from './variant.ts';

/** A registry whose held values refer to the objects: whatever is registered can be reached. */
class SelfishRegistry extends Registry {
  override unreferenced(): number {
    return 0;
  }
}

export { SelfishRegistry as structure };
