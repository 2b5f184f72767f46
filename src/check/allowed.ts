import { cardOf } from '../engines/labels.ts';
import type { DamageKind, Finding } from '../observe/trace.ts';

/** What a scheme does of itself, whatever was done to the queue. */
const OF_THE_SCHEME: ReadonlySet<DamageKind> = new Set(['bound exceeded', 'miscount']);

/** The use of a slot in another life than the one in which it was read, and of its words: the next of a slot that was freed may be null. */
const STALE_USES: ReadonlySet<DamageKind> = new Set(['ABA', 'use after free', 'wild index']);

/**
 * Answers that are wrong as well if only a load took bits for identity (the check of Head before "empty", which reads a Head that has come
 * round): the judge cannot see that, since such a load changes nothing.
 */
const OF_STALE_LOADS: ReadonlySet<DamageKind> = new Set(['false empty', 'false non-empty', 'order broken']);

/**
 * The findings of a run that do not follow from one of them: those before it, and those that are the scheme's own.
 *
 * @param findings in the order in which they were found
 * @param first the index of the one that is allowed with all that follows from it; -1 if there is none
 */
export function notFollowing<F extends Pick<Finding, 'kind'>>(findings: readonly F[], first: number): F[] {
  return first === -1
    ? [...findings]
    : findings.filter(({ kind }, i) => i < first || OF_THE_SCHEME.has(kind));
}

/** True of a step by which a thread takes up a record that had an owner before. */
export function isTakenUp(label: string | null): boolean {
  return label !== null && cardOf(label)?.followsOwners === true;
}

/** The findings of a controlled run that do not follow from ABA, for a scheme that allows ABA. */
export function notFromAba(findings: readonly Finding[]): Finding[] {
  const first = findings.findIndex(({ kind }) => STALE_USES.has(kind));
  return notFollowing(findings, first).filter(
    ({ kind, label }) => !OF_STALE_LOADS.has(kind) && !isTakenUp(label),
  );
}

/**
 * The same for free threads, where ABA itself is not seen. It takes two threads; and a stray write can follow only from a damaged structure,
 * which is found as other damage.
 */
export function notFromUnseenAba(findings: readonly Finding[], threads: number): Finding[] {
  if (threads === 1) return [...findings];
  const strayOnly = findings.every(({ kind }) => kind === 'stray write');
  return findings.filter(({ kind }) => strayOnly || OF_THE_SCHEME.has(kind));
}
