import { VisitedQueue } from '../20-nested-pins/variant.ts';

export { CARDS, N1, N2, N3, N4, N5, operations } from '../20-nested-pins/variant.ts';

/** A queue that shows its oldest value, and calls nothing on the way. */
class ViewedQueue extends VisitedQueue {
  protected override onTheWay(): void {}
}

export { ViewedQueue as structure };
