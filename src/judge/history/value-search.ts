import { cardOfStructure, usualStructure } from '../../laboratory/structures.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';
import { counted, listed, plural } from '../../counted.ts';
import { type HistoryFinding, listedNames, type HistoryOperation, type ShowValue } from './history.ts';
import { modelOf } from './models.ts';
import { searchOrder } from './sequential-search.ts';

/** How the operations of a history are called in a note. */
export interface NoteNames {
  readonly show: ShowValue;
  /** The key that all of them are about; left out: they are about several, or about no key. */
  readonly key?: string;
}

/**
 * Decides the linearizability of a history by search, duplicate values and all: see `searchOrder`.
 *
 * @returns a linearization, or a finding, or null when `mostStates` states did not suffice to decide
 */
export function searchLinearization(
  operations: readonly HistoryOperation[],
  mostStates: number,
  card: StructureCard = cardOfStructure(usualStructure),
  naming: NoteNames = { show: String },
): readonly HistoryOperation[] | HistoryFinding | null {
  const { says, specification } = modelOf(card);
  const found = searchOrder(operations, specification, mostStates);
  if (found === null) return null;
  if ('order' in found) return found.order;
  const { longest, stuck } = found;
  return {
    kind: 'not linearizable',
    note: `No order of the ${operationsText(operations, naming)} is one of ${says}: at best ${fitText(operations, longest.length)}, and then ${listedNames(stuck)} cannot follow.`,
    operations: [...longest, ...stuck],
  };
}

function isStart({ thread }: HistoryOperation): boolean {
  return thread === 0;
}

/** `2 operations and the put of A at the start`: what was inside at the start is searched as if it had been put in before all else. */
function operationsText(operations: readonly HistoryOperation[], { show, key }: NoteNames): string {
  const start = operations.filter(isStart);
  const about = key === undefined ? '' : ` on the key ${key}`;
  const own = `${counted(operations.length - start.length, 'operation')}${about}`;
  if (start.length === 0) return own;
  const values = start.flatMap(({ value }) => (value === null ? [] : [show(value)]));
  return `${own} and the ${plural(start.length, 'put')} of ${listed(values)} at the start`;
}

function fitText(operations: readonly HistoryOperation[], most: number): string {
  const of = operations.some(isStart) ? ` of these ${operations.length}` : '';
  return `${most}${of} ${plural(most, 'fits', 'fit')}`;
}
