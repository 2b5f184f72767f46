import { S_NEXT, S_VALUE } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import type { StepCards } from '../../src/kernel/step-card.ts';
import { HEAD, MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Contract } from '../../src/kernel/structure-card.ts';
import type { OperationBody } from '../../src/laboratory/operations.ts';

export const N1 = 198;
export const N2 = 199;
export const N3 = 246;
export const N4 = 247;
export const N5 = 249;

export const CARDS: StepCards = {
  N1: { access: 'load', fills: 'dummy', headsLoop: true, says: 'slot {slot} is the dummy node' },
  N2: {
    access: 'load',
    fills: 'oldest',
    slotFrom: 'N1',
    says: 'slot {slot} comes next',
    saysNull: 'nothing follows slot {holder}',
  },
  N3: {
    access: 'load',
    validates: ['N1', 'N2'],
    says: 'Head still names slot {slot}',
    saysFailed: 'Head has moved on',
  },
  N4: { access: 'load', fills: 'value', slotFrom: 'N2', says: 'slot {holder} holds {word}' },
  N5: {
    access: 'load',
    validates: ['N1', 'N2'],
    says: 'Head still names slot {slot}',
    saysFailed: 'Head has moved on',
  },
};

/** A queue that shows its oldest value and leaves it inside. Code of the user is called on the way, which asks whether the queue is empty. */
export class VisitedQueue extends MichaelScottQueue<Scheme> {
  /** The oldest value, and null if there is none. */
  visit(): number | null {
    const { link } = this.geometry;
    this.scheme.enter();
    let value: number | null = null;
    for (; ; this.scheme.restart()) {
      const dummy = this.scheme.protect(N1, 0, HEAD);
      const oldest = this.scheme.protect(N2, 1, this.geometry.slot(link.index(dummy), S_NEXT));
      if (dummy !== this.memory.load(N3, HEAD)) continue;
      if (link.index(oldest) === 0) {
        if (this.scheme.mustRestart()) continue;
        break;
      }
      this.onTheWay();
      value = this.memory.load(N4, this.geometry.slot(link.index(oldest), S_VALUE));
      // N5: the node was the oldest one when its value was read.
      if (dummy === this.memory.load(N5, HEAD) && !this.scheme.mustRestart()) break;
    }
    this.scheme.leave();
    this.afterwards();
    return value;
  }

  /** Code of the user that is called inside of the visit. */
  protected onTheWay(): void {
    this.isEmpty();
  }

  /** Code of the user that is called after it. */
  protected afterwards(): void {}
}

export const operations: Readonly<Record<string, OperationBody>> = {
  visit: ({ structure }) => {
    const value = (structure as unknown as VisitedQueue).visit();
    return value === null ? { outcome: 'empty' } : { outcome: 'value', value };
  },
};

/** A visit answers with the oldest value inside at an instant of it, and leaves it there. */
export const contracts: Readonly<Record<string, Contract>> = {
  visit: {
    ofInside: ([oldest]) =>
      oldest === undefined ? { outcome: 'empty' } : { outcome: 'value', value: oldest },
  },
};

export { VisitedQueue as structure };
