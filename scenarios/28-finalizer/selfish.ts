import type { Contract } from '../../src/kernel/structure-card.ts';
import { Registry } from './variant.ts';

export { operations } from './variant.ts';

export const labelsOf: string = new URL('./variant.js', import.meta.url).href;

/** A registry whose held values refer to the objects: whatever is registered can be reached. */
class SelfishRegistry extends Registry {
  override unreferenced(): number {
    return 0;
  }
}

/** Something refers to each object that is registered. */
export const contracts: Readonly<Record<string, Contract>> = {
  look: { ofInside: () => ({ outcome: 'no' }) },
};

export { SelfishRegistry as structure };
