import { claimsOf, type SchemeChoice } from '../engines/registry.ts';
import { isTakenUp, notFollowing, notFromAba } from '../check/allowed.ts';
import type { Audit } from '../check/audit.ts';
import { FREE_TOP } from '../kernel/layout.ts';
import type { Finding, StepRecord, TraceEvent } from '../observe/trace.ts';

/** A tag narrower than this comes round within the programs of a search, which is what its claim allows. */
const WIDE_TAG = 12;

/** True if the claims of a scheme allow damage. */
export function mayBreak({ scheme, tagBits }: SchemeChoice): boolean {
  const { abaSafe } = claimsOf(scheme);
  return abaSafe === 'no' || (abaSafe === 'until the tag wraps' && tagBits !== null && tagBits < WIDE_TAG);
}

/** What a run of a scheme is held against its claims by. */
export interface Judged {
  readonly choice: SchemeChoice;
  readonly events: readonly TraceEvent[];
  readonly findings: readonly Finding[];
  readonly audit: Audit;
}

/** What a run did that its scheme promises not to do. */
export interface Broken {
  readonly findings: readonly Finding[];
}

/**
 * What a scheme's claims exclude and a run shows. A scheme that does not promise to exclude ABA, and a tag that came round, are allowed ABA
 * with all that follows from it, and nothing else; that a record was taken up without an heir (J5) is the caller's fault.
 */
export function brokenPromises(judged: Judged): Broken {
  const { choice, findings } = judged;
  const charged =
    claimsOf(choice.scheme).abaSafe === 'no'
      ? notFromAba(findings)
      : notFollowing(
          findings,
          findings.findIndex((finding) => hasWrapped(finding, judged)),
        );
  return { findings: charged.filter(({ label }) => !isTakenUp(label)) };
}

/** True if between the read and the use of an ABA a word changed as often as its tag can count. */
function hasWrapped({ kind, step, since }: Finding, { events, audit }: Judged): boolean {
  const { tagBits } = audit.geometry.link;
  if (kind !== 'ABA' || tagBits === 0 || since === undefined || step === null) return false;
  const changes = new Map<number, number>();
  for (const event of events) {
    if (event.kind !== 'step' || event.step <= since || event.step >= step) continue;
    if (event.before !== event.after && event.address !== FREE_TOP)
      changes.set(event.address, (changes.get(event.address) ?? 0) + 1);
  }
  return Math.max(0, ...changes.values()) >= 2 ** tagBits;
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
