import { B_BEGUN, B_FLIGHT, type Desk, FLIGHT, OPERATIONS, OUTCOMES, OUTCOME_BITS } from './desk.ts';

/** An operation in the flight recorder of a thread. Threads keep no common time: the order is that of the thread. */
export interface FlightEntry {
  readonly thread: number;
  /** The thread's n-th operation of the run, from 1. */
  readonly number: number;
  readonly operation: 'enqueue' | 'dequeue' | 'isEmpty';
  readonly outcome: (typeof OUTCOMES)[number];
  /** What was enqueued or delivered; null for a dequeue that delivered nothing, and for isEmpty. */
  readonly value: number | null;
}

/** The last operations of a thread, oldest first; the last one may be pending. */
export function flightOf(desk: Desk, thread: number): FlightEntry[] {
  const begun = desk.read(thread, B_BEGUN) >>> 0;
  const length = Math.min(begun, FLIGHT);
  return Array.from({ length }, (_, i) => {
    const number = begun - length + i + 1;
    const at = B_FLIGHT + 2 * ((number - 1) & (FLIGHT - 1));
    const word = desk.read(thread, at);
    const operation = OPERATIONS[word >> OUTCOME_BITS] ?? 'enqueue';
    const outcome = OUTCOMES[word & ((1 << OUTCOME_BITS) - 1)];
    const hasValue = operation === 'enqueue' || outcome === 'value';
    return { thread, number, operation, outcome, value: hasValue ? desk.read(thread, at + 1) : null };
  });
}
