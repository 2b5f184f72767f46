import { operationThat } from '../laboratory/structures.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { B_BEGUN, B_FLIGHT, type Desk, FLIGHT, OPERATIONS, OUTCOMES, OUTCOME_BITS } from './desk.ts';

/** An operation in the flight recorder of a thread. Threads keep no common time: the order is that of the thread. */
export interface FlightEntry {
  readonly thread: number;
  /** The thread's n-th operation of the run, from 1. */
  readonly number: number;
  /** The name of the operation. */
  readonly operation: string;
  readonly outcome: (typeof OUTCOMES)[number];
  /** What was put in or delivered; null where nothing was. */
  readonly value: number | null;
}

/** The last operations of a thread, oldest first; the last one may be pending. */
export function flightOf(desk: Desk, thread: number, card: StructureCard): FlightEntry[] {
  const begun = desk.read(thread, B_BEGUN) >>> 0;
  const length = Math.min(begun, FLIGHT);
  return Array.from({ length }, (_, i) => {
    const number = begun - length + i + 1;
    const at = B_FLIGHT + 2 * ((number - 1) & (FLIGHT - 1));
    const word = desk.read(thread, at);
    const does = OPERATIONS[word >> OUTCOME_BITS] ?? 'put';
    const operation = operationThat(card, does);
    const outcome = OUTCOMES[word & ((1 << OUTCOME_BITS) - 1)];
    const hasValue = does === 'put' || outcome === 'value';
    return { thread, number, operation, outcome, value: hasValue ? desk.read(thread, at + 1) : null };
  });
}
