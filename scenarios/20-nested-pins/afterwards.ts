import { VisitedQueue } from './variant.ts';

export { contracts, operations } from './variant.ts';

export const labelsOf: string = new URL('./variant.js', import.meta.url).href;

/** The same visit, which has copied the value and let go of the node before it calls the code of the user. */
class CopyingQueue extends VisitedQueue {
  protected override onTheWay(): void {}

  protected override afterwards(): void {
    this.isEmpty();
  }
}

export { CopyingQueue as structure };
