import { S_NEXT } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import type { StepCards } from '../../src/kernel/step-card.ts';
import { HEAD, MichaelScottQueue, Q1 } from '../../src/kernel/structures/michael-scott.ts';
import type { Contract } from '../../src/kernel/structure-card.ts';
import type { Answer, OperationBody } from '../../src/laboratory/operations.ts';

export const X2 = 253;

export const CARDS: StepCards = {
  X2: {
    access: 'load',
    says: 'slot {slot} was registered after slot {holder}',
    saysNull: 'nothing was registered after slot {holder}',
  },
};

/** A queue of slots whose objects may be gone: the registry, in the order in which objects were registered. */
export class Registry extends MichaelScottQueue<Scheme> {
  /** How many of the registered objects nothing refers to. It is for a moment at which no other thread is inside an operation. */
  unreferenced(): number {
    const { link } = this.geometry;
    let count = 0;
    this.scheme.enter();
    let node = link.index(this.memory.load(Q1, HEAD));
    for (;;) {
      node = link.index(this.memory.load(X2, this.geometry.slot(node, S_NEXT)));
      if (node === 0) break;
      count++;
    }
    this.scheme.leave();
    // The latest is still in a variable of the thread that made it.
    return Math.max(0, count - 1);
  }
}

/** A count as an answer. */
function counted(count: number): Answer {
  return count === 0 ? { outcome: 'no' } : { outcome: 'value', value: count };
}

export const operations: Readonly<Record<string, OperationBody>> = {
  look: ({ structure }) => counted((structure as unknown as Registry).unreferenced()),
};

/** Of the objects that are registered at an instant of it, a look counts all but the latest, which a thread keeps. */
export const contracts: Readonly<Record<string, Contract>> = {
  look: { ofInside: (registered) => counted(Math.max(0, registered.length - 1)) },
};

export { Registry as structure };
