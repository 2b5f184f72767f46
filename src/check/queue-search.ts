import { type HistoryFinding, listedNames, type Operation } from './history.ts';
import { searchOrder, type Specification } from './sequential-search.ts';

/** A FIFO queue: what is in it, head first. "Full" is a no-op. */
const queueSpecification: Specification<Operation, readonly number[]> = {
  initial: [],
  after: (queue, { kind, outcome, value }) => {
    if (outcome === 'full') return queue;
    if (kind === 'isEmpty')
      return outcome === 'pending' || (outcome === 'yes') === (queue.length === 0) ? queue : null;
    if (kind === 'enqueue') return [...queue, value as number];
    if (outcome === 'empty') return queue.length === 0 ? queue : null;
    const delivers = queue.length > 0 && (outcome === 'pending' || queue[0] === value);
    return delivers ? queue.slice(1) : null;
  },
  key: String,
  isIdle: (_queue, { kind, outcome }) => outcome === 'full' || outcome === 'empty' || kind === 'isEmpty',
};

/**
 * Decides the linearizability of a queue history by search, duplicate values and all: see `searchOrder`.
 *
 * @returns a linearization, or a finding, or null when `mostStates` states did not suffice to decide
 */
export function searchLinearization(
  operations: readonly Operation[],
  mostStates: number,
): readonly Operation[] | HistoryFinding | null {
  const found = searchOrder(operations, queueSpecification, mostStates);
  if (found === null) return null;
  if ('order' in found) return found.order;
  const { longest, stuck } = found;
  return {
    kind: 'not linearizable',
    note:
      `No order of the ${operations.length} operations is one of a FIFO queue: ` +
      `at best ${longest.length} fit, and then ${listedNames(stuck)} cannot follow.`,
    operations: [...longest, ...stuck],
  };
}
