import { DEAD, R_STATUS } from '../kernel/layout.ts';
import { ABORT, FULL, NO, OK, VALUE } from '../kernel/structure.ts';
import { J6 } from '../kernel/steps.ts';
import type { StructureCard, StructureOperation } from '../kernel/structure-card.ts';
import type { Participant } from './participant-view.ts';

/** What an operation answers; `value` only where it delivers one. */
export interface Answer {
  readonly outcome: Outcome;
  readonly value?: number;
}

export type Outcome = (typeof OUTCOMES)[number];

/** The outcomes, in the order of their numbers on the wire. */
export const OUTCOMES = ['done', 'ok', 'full', 'value', 'empty', 'yes', 'no', 'threw', 'abort'] as const;

/** An operation of a program: the kernel's own, or one of a variant's module. It may throw; the thread then goes on. */
export type OperationBody = (participant: Participant, argument: number) => Answer;

/** One operation of a thread's program, as it is posted to a worker. */
export interface Operation {
  readonly name: string;
  readonly argument: number | null;
  /** Of a batch, such as `enqueueMany`: the operations that it is asked to make, one after the other. */
  readonly batch?: readonly Operation[];
}

/** What a thread calls, with every batch as the operations that it makes. */
export function callsIn(program: readonly Operation[]): Operation[] {
  return program.flatMap((operation) => operation.batch ?? [operation]);
}

/** An operation of a structure, by its name: what it is given, and what it answers as a number or a truth. */
type OperationMethod = (argument: number) => number | boolean;

/** What every structure out of which values come at one end is called by; only these are compiled. */
const USUAL = { put: 'put', take: 'take', ask: 'isEmpty' } as const;

/** Calls an operation, and says what its answer means. */
function bodyOf({ name, does, keyed, end, waits }: StructureOperation): OperationBody {
  const method = keyed === true || end !== undefined || waits === true ? name : USUAL[does];
  return ({ structure }, argument) => {
    const answered = (structure as unknown as Readonly<Record<string, OperationMethod>>)[method](argument);
    if (does === 'ask') return { outcome: answered ? 'yes' : 'no' };
    if (answered === NO) return { outcome: 'no' };
    if (answered === ABORT) return { outcome: 'abort' };
    if (does === 'put') return { outcome: answered === FULL ? 'full' : 'ok' };
    if (keyed === true) return { outcome: answered === OK ? 'ok' : 'no' };
    return answered === VALUE ? { outcome: 'value', value: structure.result() } : { outcome: 'empty' };
  };
}

/** The operations of a structure, by the names that its card gives them, and those beside it. */
export function operationsOf(card: StructureCard): Readonly<Record<string, OperationBody>> {
  return {
    ...Object.fromEntries(card.operations.map((operation) => [operation.name, bodyOf(operation)])),
    ...operations,
  };
}

/** The operations that every program may use, beside those of its structure and its variant. */
export const operations: Readonly<Record<string, OperationBody>> = {
  /** Reclaims what can be reclaimed, as an allocator does that finds no free slot. */
  collect: ({ scheme }) => {
    scheme.collect();
    return { outcome: 'done' };
  },
  /** Goes offline: it makes no operation for a while, and no other thread has to wait for it. */
  offline: ({ scheme }) => {
    scheme.offline();
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
