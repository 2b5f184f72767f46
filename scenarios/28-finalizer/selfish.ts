import { Registry } from './variant.ts';

export { operations } from './variant.ts';

export const labelsOf: string = new URL('./variant.js', import.meta.url).href;

/** A registry whose held values refer to the objects: whatever is registered can be reached. */
class SelfishRegistry extends Registry {
  override unreferenced(): number {
    return 0;
  }
}

export { SelfishRegistry as structure };
