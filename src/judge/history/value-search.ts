import { structureOperation } from '../../laboratory/structures.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';
import { type HistoryFinding, listedNames, type Operation } from './history.ts';
import { searchOrder, type Specification } from './sequential-search.ts';

type Order = StructureCard['order'];

/** A structure that holds values: what is in it, in the order in which it was put in. "Full" is a no-op. */
function specification(order: Order): Specification<Operation, readonly number[]> {
  return {
    initial: [],
    after: (inside, { kind, outcome, value }) => {
      if (outcome === 'full') return inside;
      const does = structureOperation(kind)?.does;
      if (does === 'ask')
        return outcome === 'pending' || (outcome === 'yes') === (inside.length === 0) ? inside : null;
      if (does === 'put') return [...inside, value as number];
      if (outcome === 'empty') return inside.length === 0 ? inside : null;
      const next = order === 'FIFO' ? inside[0] : inside.at(-1);
      const delivers = inside.length > 0 && (outcome === 'pending' || next === value);
      if (!delivers) return null;
      return order === 'FIFO' ? inside.slice(1) : inside.slice(0, -1);
    },
    key: String,
    isIdle: (_inside, { kind, outcome }) =>
      outcome === 'full' || outcome === 'empty' || structureOperation(kind)?.does === 'ask',
  };
}

const SPECIFICATIONS: Readonly<Record<Order, Specification<Operation, readonly number[]>>> = {
  FIFO: specification('FIFO'),
  LIFO: specification('LIFO'),
};

/** What answers so, in a sentence. */
const KINDS: Readonly<Record<Order, string>> = { FIFO: 'a FIFO queue', LIFO: 'a stack' };

/**
 * Decides the linearizability of a history by search, duplicate values and all: see `searchOrder`.
 *
 * @returns a linearization, or a finding, or null when `mostStates` states did not suffice to decide
 */
export function searchLinearization(
  operations: readonly Operation[],
  mostStates: number,
  order: Order = 'FIFO',
): readonly Operation[] | HistoryFinding | null {
  const found = searchOrder(operations, SPECIFICATIONS[order], mostStates);
  if (found === null) return null;
  if ('order' in found) return found.order;
  const { longest, stuck } = found;
  return {
    kind: 'not linearizable',
    note:
      `No order of the ${operations.length} operations is one of ${KINDS[order]}: ` +
      `at best ${longest.length} fit, and then ${listedNames(stuck)} cannot follow.`,
    operations: [...longest, ...stuck],
  };
}
