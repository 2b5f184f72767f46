import { claimsLockFreedom } from '../laboratory/registry.ts';
import { HOLDS_HAZARDS } from '../kernel/layout.ts';
import type { Plan } from './options.ts';
import type { LookedFor } from './result.ts';
import type { Run } from './run.ts';

/** The name of one of them: answers in an order in which the structure cannot give them. */
export const ORDER = 'an order that the times forbid';

/** What a run looked for, and how often. */
export function lookedFor(plan: Plan, run: Run): LookedFor[] {
  const { timed, empty, full, asked, ordered, rounds, stalls, watched, departures } = run.inspection.count();
  const compiled = plan.engine === 'wasm' ? 'a compiled thread cannot be stopped between two steps' : null;
  const alone = plan.threads === 1 ? 'there is one thread' : null;
  const leaky = plan.choice.scheme.RECLAIMS
    ? null
    : 'it frees nothing, so nobody can tell which slots are left';
  const filled =
    plan.card.capacity === undefined ? null : 'it may hold as many values as it can, whatever slots are free';
  const hazards = plan.choice.scheme.HOLDS === HOLDS_HAZARDS ? null : 'the scheme announces no slots';
  const claims = claimsLockFreedom(plan.choice.scheme) ? null : 'the scheme does not claim to be lock-free';
  const isQueue = plan.card.order === 'FIFO';
  const stopping = plan.stoppings.length > 0 ? 'a thread was to stop for good' : null;
  return [
    one('slots with no owner or two', rounds, 'round'),
    one(isQueue ? 'lost, duplicate and misplaced values' : 'lost and duplicate values', ordered, 'value'),
    one(ORDER, timed, 'timed operation'),
    one('false "empty"', empty, 'timed answer'),
    one('false "full"', full, 'timed answer', leaky ?? filled),
    one('false answers of isEmpty', asked, 'timed answer'),
    one('no progress while a thread stands still', stalls, 'stall', alone ?? compiled ?? claims),
    one('a free of a slot that is announced', watched, 'announced slot', hazards ?? alone ?? compiled),
    one('slots lost by a departure', departures, 'departure', alone ?? stopping),
  ];
}

function one(what: string, times: number, unit: string, not: string | null = null): LookedFor {
  return { what, times: not === null ? times : 0, unit, not };
}
