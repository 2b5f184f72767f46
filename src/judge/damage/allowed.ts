import { cardOf } from '../../laboratory/labels.ts';
import type { DamageKind, Finding } from '../../observe/trace.ts';

/** What a scheme does of itself, whatever was done to the queue. */
const OF_THE_SCHEME: ReadonlySet<DamageKind> = new Set(['bound exceeded', 'miscount']);

/**
 * With this number of bits or more a tag has to last through any pause of a run of free threads, which cannot be asked whether it came
 * round.
 */
const WIDE_TAG = 12;

/** How far a scheme's claims exclude ABA. */
type AbaSafe = 'yes' | 'no' | 'until the tag wraps';

/** What the claims of a scheme allow that do not exclude ABA, as a part of a sentence. */
export function allowanceOf(abaSafe: AbaSafe): string {
  return abaSafe === 'no'
    ? 'allows ABA and what follows from it'
    : 'allows ABA once its tag has wrapped, and what follows from that';
}

/** True if a slab alone, with no record of the steps that led there, may be damaged by what the claims of its scheme allow. */
export function mayShowAba(abaSafe: AbaSafe, tagBits: number | null): boolean {
  return abaSafe === 'no' || (abaSafe === 'until the tag wraps' && tagBits !== null && tagBits < WIDE_TAG);
}

/**
 * The findings of a run that break a claim: all but those that follow from an ABA that the claims allow.
 *
 * That ABA begins at a step (see `cameRound`), and what is found at that step or later follows from it, apart from what a scheme does of
 * itself. What shows only at the end, without a step, follows from it too.
 *
 * @param since that step; null if there is none, or the scheme's claims exclude ABA
 */
export function charged<F extends Pick<Finding, 'kind' | 'step' | 'label'>>(
  findings: readonly F[],
  since: number | null,
): F[] {
  return findings.filter(({ kind, step, label }) => {
    const follows = since !== null && (step === null || step >= since) && !OF_THE_SCHEME.has(kind);
    return !follows && !isTakenUp(label);
  });
}

/** True of a step by which a thread takes up a record that had an owner before: without an heir that is the caller's fault. */
function isTakenUp(label: string | null): boolean {
  return label !== null && cardOf(label)?.followsOwners === true;
}

/** Answers that are wrong as well if only a read that looks again took bits for identity: nothing need be damaged. */
const OF_STALE_READS: ReadonlySet<DamageKind> = new Set([
  'false empty',
  'false non-empty',
  'false answer',
  'order broken',
]);

/** What was seen of words that come round, where steps have no numbers: at a compare-and-swap, only at reads that look again, or not. */
export type CameRoundSeen = 'swapped' | 'passed' | 'nothing';

/**
 * The same where ABA is allowed and steps have no numbers: of free threads, or in a slab alone. It takes two threads; and a stray write
 * can follow only from a damaged structure, which is found as other damage.
 *
 * @param seen null if nobody could look
 */
export function chargedUnnumbered<F extends Pick<Finding, 'kind'>>(
  findings: readonly F[],
  threads: number,
  seen: CameRoundSeen | null,
): F[] {
  if (threads === 1 || seen === 'nothing') return [...findings];
  if (seen === 'passed') return findings.filter(({ kind }) => !OF_STALE_READS.has(kind));
  const strayOnly = findings.every(({ kind }) => kind === 'stray write' || OF_THE_SCHEME.has(kind));
  return findings.filter(({ kind }) => strayOnly || OF_THE_SCHEME.has(kind));
}
