import { VisitedQueue } from '../20-nested-pins/variant.ts';

export { contracts, operations } from '../20-nested-pins/variant.ts';

export const labelsOf: string = new URL('../20-nested-pins/variant.js', import.meta.url).href;

/** A queue that shows its oldest value, and calls nothing on the way. */
class ViewedQueue extends VisitedQueue {
  protected override onTheWay(): void {}
}

export { ViewedQueue as structure };
