import { claimsLockFreedom, claimsOf, type SchemeChoice, unsafeUnder } from '../laboratory/registry.ts';
import { charged, mayShowAba } from '../judge/damage/allowed.ts';
import { cameRound } from '../judge/damage/came-round.ts';
import { selfName } from '../mutant/self.ts';
import type { Audit } from '../judge/audit/audit.ts';
import { type Geometry, H_TAG_BITS, S_BIRTH } from '../kernel/layout.ts';
import { slotAbout, structureCard, structureOf } from '../laboratory/structures.ts';
import type { Finding, StepRecord, TraceEvent } from '../observe/trace.ts';

/** True if the claims of a scheme allow ABA within a program of a few operations. */
export function mayBreak({ scheme, tagBits }: SchemeChoice): boolean {
  return mayShowAba(claimsOf(scheme).abaSafe, tagBits);
}

/**
 * The step at which an ABA begins that the claims of a scheme allow; null if none does. The first one, 0, of a structure that is not safe
 * under the scheme, as its card says: whatever is found follows from that.
 */
export function abaAllowed(
  choice: SchemeChoice,
  events: readonly TraceEvent[],
  { geometry, words }: Audit,
): number | null {
  const { scheme } = choice;
  const structure = structureOf(geometry)?.structure;
  if (structure !== undefined && unsafeUnder(structure, choice) !== null) return 0;
  return claimsOf(scheme).abaSafe === 'yes' ? null : cameRound(events, geometry, words[H_TAG_BITS]);
}

/**
 * Whose the fault may be where a claim of a scheme is broken, if not the scheme's own, as a part of a sentence.
 *
 * @param mutant left out, the one that this very lab is
 */
export function alteredText(variant: string | null, mutant: string | null = selfName): string {
  if (mutant !== null) return `, and the mutant ${mutant} of the lab was run, which has a fault`;
  return variant === null ? '' : `, and ${variant} took the place of a part of the kernel`;
}

/** What a run of a scheme is held against its claims by. */
export interface JudgedRun {
  readonly choice: SchemeChoice;
  readonly events: readonly TraceEvent[];
  readonly findings: readonly Finding[];
  readonly audit: Audit;
}

/** What a run did that its scheme promises not to do. */
export interface BrokenClaims {
  readonly findings: readonly Finding[];
  /** The step at which an ABA begins that the scheme's claims allow; null if none does. */
  readonly since: number | null;
}

/**
 * What a scheme's claims exclude and a run shows. A scheme that does not promise to exclude ABA, or not once a tag has come round, is
 * allowed an ABA that happened with all that follows from it, and nothing else; and one that is not lock-free, or whose structure is not, may let a thread wait for
 * another one that stands still.
 */
export function brokenPromises({ choice, events, findings, audit }: JudgedRun): BrokenClaims {
  const since = abaAllowed(choice, events, audit);
  const mayWait = !claimsLockFreedom(choice.scheme, structureCard(audit.geometry));
  return {
    since,
    findings: charged(findings, since).filter(
      ({ kind, thread }) => !(mayWait && kind === 'livelock' && isAnotherInside(events, thread)),
    ),
  };
}

/** True if a thread other than this one is inside an operation at the end of a run. */
function isAnotherInside(events: readonly TraceEvent[], thread: number | null): boolean {
  const inside = new Set<number>();
  for (const event of events) {
    if (event.kind === 'invoke') inside.add(event.thread);
    if (event.kind === 'return') inside.delete(event.thread);
  }
  return [...inside].some((each) => each !== thread);
}

/**
 * The slot that a stale compare-and-swap names, with its birth when its word was read and at its use, under a scheme of versions; null if the
 * finding is about no such step.
 */
export function birthsBetween(
  events: readonly TraceEvent[],
  geometry: Geometry,
  { step, since }: Finding,
): { readonly slot: number; readonly births: readonly [first: number, second: number] } | null {
  const used = events.find((event): event is StepRecord => event.kind === 'step' && event.step === step);
  if (used === undefined || since === undefined || used.access !== 'cas') return null;
  const slot = slotAbout(geometry, used.address, used.before);
  const birthAt = (before: number): number =>
    events.findLast(
      (event): event is StepRecord =>
        event.kind === 'step' && event.step < before && event.address === geometry.slot(slot, S_BIRTH),
    )?.after ?? 0;
  return { slot, births: [birthAt(since), birthAt(used.step)] };
}

/** How often the word of a stale compare-and-swap changed between its read and its use; null if the finding is about no such step. */
export function changesBetween(events: readonly TraceEvent[], { step, since }: Finding): number | null {
  const used = events.find((event): event is StepRecord => event.kind === 'step' && event.step === step);
  if (used === undefined || since === undefined || used.access !== 'cas') return null;
  return events.filter(
    (event) =>
      event.kind === 'step' &&
      event.step > since &&
      event.step < used.step &&
      event.address === used.address &&
      event.before !== event.after,
  ).length;
}
