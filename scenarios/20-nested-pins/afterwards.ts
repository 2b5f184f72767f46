import { VisitedQueue } from './variant.ts';

export { CARDS, N1, N2, N3, N4, N5, operations } from './variant.ts';

/** The same visit, which has copied the value and let go of the node before it calls the code of the user. */
class CopyingQueue extends VisitedQueue {
  protected override onTheWay(): void {}

  protected override afterwards(): void {
    this.isEmpty();
  }
}

export { CopyingQueue as structure };
