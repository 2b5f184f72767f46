import { DEAD, R_STATUS } from '../kernel/layout.ts';
import { OK, VALUE } from '../kernel/structures/michael-scott.ts';
import { J6 } from '../kernel/steps.ts';
import type { Participant } from './participant-view.ts';

/** What an operation answers; `value` only where it delivers one. */
export interface Answer {
  readonly outcome: Outcome;
  readonly value?: number;
}

export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes, in the order of their numbers on the wire. */
export const OUTCOMES = ['done', 'ok', 'full', 'value', 'empty', 'yes', 'no', 'threw'] as const;

/** An operation of a program: the kernel's own, or one of a variant's module. It may throw; the thread then goes on. */
export type OperationBody = (participant: Participant, argument: number) => Answer;

/** One operation of a thread's program, as it is posted to a worker. */
export interface Operation {
  readonly name: string;
  readonly argument: number | null;
  /** Of a batch, `enqueueMany` or `dequeueMany`: the operations that it is asked to make, one after the other. */
  readonly batch?: readonly Operation[];
}

/** What a thread calls, with every batch as the operations that it makes. */
export function callsIn(program: readonly Operation[]): Operation[] {
  return program.flatMap((operation) => operation.batch ?? [operation]);
}

/** The operations that every program may use, beside those of its variant. */
export const operations: Readonly<Record<string, OperationBody>> = {
  enqueue: ({ queue }, value) => ({ outcome: queue.enqueue(value) === OK ? 'ok' : 'full' }),
  dequeue: ({ queue }) =>
    queue.dequeue() === VALUE ? { outcome: 'value', value: queue.result() } : { outcome: 'empty' },
  isEmpty: ({ queue }) => ({ outcome: queue.isEmpty() ? 'yes' : 'no' }),
  /** Reclaims what can be reclaimed, as an allocator does that finds no free slot. */
  collect: ({ scheme }) => {
    scheme.collect();
    return { outcome: 'done' };
  },
  /** Takes over the retired slots of threads that left or died. */
  adopt: ({ scheme }) => {
    scheme.adopt();
    return { outcome: 'done' };
  },
  /** Dies, as a worker that is terminated: nothing is cleaned up. The explorer lets the thread die before any of its steps as well. */
  die: ({ memory, record }) => {
    memory.store(J6, record.base + R_STATUS, DEAD);
    return { outcome: 'done' };
  },
  /** Leaves: what cannot be reclaimed waits for an heir. */
  leave: ({ scheme }) => {
    scheme.depart();
    return { outcome: 'done' };
  },
};
