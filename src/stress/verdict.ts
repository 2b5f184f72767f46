import { counted, listed } from '../counted.ts';
import { charged, chargedUnnumbered } from '../judge/damage/allowed.ts';
import { nameOfStructure, operationThat } from '../laboratory/structures.ts';
import { claimsLockFreedom, claimsOf, survives, unsafeText } from '../laboratory/registry.ts';
import { announcesSlots } from '../laboratory/announcements.ts';
import type { StressPlan } from './options.ts';
import { type Garbage, type LookedFor, ORDER, type Stop, type StressResult } from './result.ts';
import { isWildIndex, type StressRun } from './run.ts';

/** Holds what was seen against what the scheme claims. */
export function resultOf(plan: StressPlan, run: StressRun, again: string): StressResult {
  const { choice, damageAllowed } = plan;
  const claims = claimsOf(choice.scheme);
  const garbage = run.garbage.result(damageAllowed);
  const history = run.history();
  const deliveredSince = run.deliveredBefore === null ? null : history.delivered - run.deliveredBefore;
  const failures = [
    ...run.stops.filter((stop) => stop.reason === 'crashed' && !isWildIndex(stop)).map(crash),
    ...boundFailures(plan, run, garbage),
    ...(damageAllowed ? [] : progressFailures(plan, run)),
    ...run.failures,
  ];
  const cameRound = run.inspection.cameRound();
  const allowed = damageAllowed
    ? [
        ...chargedUnnumbered(run.findings, plan.threads, cameRound.seen),
        ...run.findings.filter(({ kind }) => run.inspection.unexcused.includes(kind)),
      ]
    : run.findings;
  const broken = plan.isUnsafe ? charged(run.findings, 0) : allowed;
  const damaged = run.findings.length > 0 || failures.length > 0;
  return {
    scheme: choice.spec,
    structure: nameOfStructure(plan.structure),
    // The path may be long.
    ...(plan.variant !== null && { variant: plan.variant.replace(/^.*[\\/]/, '') }),
    claims,
    tagBits: plan.tagBits,
    freeListTagBits: run.audit.geometry.top.tagBits,
    engine: plan.engine,
    verdict: failures.length > 0 || broken.length > 0 ? 'broken' : 'as-claimed',
    damageAllowed,
    ...(plan.isUnsafe && { unsafe: unsafeText(plan.structure, choice) ?? '' }),
    cameRound,
    findings: run.findings.map((each) => (broken.includes(each) ? { ...each, charged: true } : each)),
    failures,
    audit: run.audit,
    threads: plan.threads,
    slots: plan.slots,
    cache: plan.cache,
    freeList: plan.freeList,
    mix: plan.mix,
    keys: plan.keys,
    operations: run.operations,
    seconds: run.seconds,
    rounds: run.rounds,
    seed: plan.seed,
    perturb: plan.perturb,
    interrupted: run.interrupted,
    stops: run.stops,
    missed: plan.stoppings
      .map(({ text }) => text)
      .filter((text) => !run.stops.some(({ point }) => point === text)),
    garbage,
    deliveredSince,
    halt: allowedHalt(plan, run),
    history,
    looked: lookedFor(plan, run),
    flight: damaged ? run.flight() : [],
    snapshot: damaged ? run.audit.words : null,
    again,
  };
}

function crash({ thread, operation, label, error }: Stop): string {
  return `T${thread} crashed in its ${operation ?? 'work'}${label === null ? '' : `, last at ${label}`}: ${error}.`;
}

/** True if the claims speak of what has happened to the threads that were stopped. */
function speaksOf({ choice }: StressPlan, { stops }: StressRun): boolean {
  const { stall, death } = survives(choice);
  return stops.every(({ reason }) => (reason !== 'stalled' || stall) && (reason !== 'killed' || death));
}

function boundFailures(
  plan: StressPlan,
  run: StressRun,
  { peak, bound, seen, isExcused }: Garbage,
): string[] {
  if (bound === null || seen !== 'unbounded' || isExcused || !speaksOf(plan, run)) return [];
  return [`The scheme promises at most ${bound} unreclaimed slots, and there were ${peak}.`];
}

function progressFailures(plan: StressPlan, run: StressRun): string[] {
  // With one role gone the other one comes to a halt by itself, and so does everybody once nothing is left to be allocated.
  const judged = plan.mix !== 'producers-consumers' && plan.choice.scheme.RECLAIMS && speaksOf(plan, run);
  if (!judged || plan.card.waits !== undefined || !run.garbage.halted) return [];
  return [`${haltIn(run)}: no value was delivered any more.`];
}

/** That all threads waited for those that had stopped, and why they may; null if they did not, or may not. */
function allowedHalt({ card, structure }: StressPlan, run: StressRun): string | null {
  if (card.waits === undefined || !run.garbage.halted || run.stops.length === 0) return null;
  return `${haltIn(run)}, and no value was delivered any more: ${run.lastOfOthers().map(lastText).join('; ')}. The card of ${structure.ID} claims no more: it is not lock-free, and ${card.waits}.`;
}

/** Where a thread goes round: in the operation that it does not come out of, or over the answers of the last ones. */
function lastText({ thread, flight, label }: ReturnType<StressRun['lastOfOthers']>[number]): string {
  const last = flight.at(-1);
  if (last === undefined) return `T${thread} made no operation`;
  if (last.outcome === 'pending')
    return `T${thread} was in its ${last.operation}${label === null ? '' : `, last at ${label}`}`;
  const kinds = new Map<string, number>();
  for (const { operation, outcome } of flight) {
    const kind = `${operation} answered ${outcome}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const told = [...kinds].map(([kind, count]) => `${kind} (${counted(count, 'time')})`);
  return `of the last ${counted(flight.length, 'operation')} of T${thread} ${listed(told)}${label === null ? '' : `, the last one at ${label}`}`;
}

function haltIn({ stops }: StressRun): string {
  return `The others came to a halt after ${stops.map(({ thread }) => `T${thread}`).join(' and ')} had stopped`;
}

/** What a run looked for, and how often. */
function lookedFor(plan: StressPlan, run: StressRun): LookedFor[] {
  const { timed, empty, full, asked, ordered, rounds, stalls, watched, departures } = run.inspection.count();
  const compiled = plan.engine === 'wasm' ? 'a compiled thread cannot be stopped between two steps' : null;
  const alone = plan.threads === 1 ? 'there is one thread' : null;
  const leaky = plan.choice.scheme.RECLAIMS
    ? null
    : 'it frees nothing, so nobody can tell which slots are left';
  const filled =
    plan.card.capacity === undefined ? null : 'it may hold as many values as it can, whatever slots are free';
  const hazards = announcesSlots(plan.choice.scheme) ? null : 'the scheme announces no slots';
  const claims = claimsLockFreedom(plan.choice.scheme, plan.card)
    ? null
    : `the ${plan.card.waits === undefined ? 'scheme' : 'structure'} does not claim to be lock-free`;
  const { order } = plan.card;
  const isQueue = order === 'FIFO';
  const keyed = order === 'SET' ? 'it has no such answer' : null;
  const uncounted = order === 'SET' ? 'its keys come and go while nobody counts them' : null;
  const ask = operationThat(plan.card, 'ask');
  const stopping = plan.stoppings.length > 0 ? 'a thread was to stop for good' : null;
  return [
    one('slots with no owner or two', rounds, 'round'),
    one(isQueue ? 'lost, duplicate and misplaced values' : 'lost and duplicate values', ordered, 'value'),
    one(ORDER, timed, 'timed operation'),
    one('false "empty"', empty, 'timed answer', keyed),
    one('false "full"', full, 'timed answer', uncounted ?? leaky ?? filled),
    one(`false answers of ${ask}`, asked, 'timed answer'),
    one('no progress while a thread stands still', stalls, 'stall', alone ?? compiled ?? claims),
    one('a free of a slot that is announced', watched, 'announced slot', hazards ?? alone ?? compiled),
    one('slots lost by a departure', departures, 'departure', alone ?? stopping),
  ];
}

function one(what: string, times: number, unit: string, not: string | null = null): LookedFor {
  return { what, times: not === null ? times : 0, unit, not };
}
