import { cardOfStructure, usualStructure } from '../../laboratory/structures.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';
import { type HistoryFinding, listedNames, type HistoryOperation } from './history.ts';
import { modelOf } from './models.ts';
import { searchOrder } from './sequential-search.ts';

/**
 * Decides the linearizability of a history by search, duplicate values and all: see `searchOrder`.
 *
 * @returns a linearization, or a finding, or null when `mostStates` states did not suffice to decide
 */
export function searchLinearization(
  operations: readonly HistoryOperation[],
  mostStates: number,
  card: StructureCard = cardOfStructure(usualStructure),
): readonly HistoryOperation[] | HistoryFinding | null {
  const { says, specification } = modelOf(card);
  const found = searchOrder(operations, specification, mostStates);
  if (found === null) return null;
  if ('order' in found) return found.order;
  const { longest, stuck } = found;
  return {
    kind: 'not linearizable',
    note:
      `No order of the ${operations.length} operations is one of ${says}: ` +
      `at best ${longest.length} fit, and then ${listedNames(stuck)} cannot follow.`,
    operations: [...longest, ...stuck],
  };
}
