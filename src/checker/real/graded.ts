import { counted, plural, withCommas } from '../../counted.ts';
import type { Grade, Observation, ObservedOutcome } from '../observe-types.ts';
import type { Allowed } from './allowed.ts';
import { NO_END } from './outcome.ts';

/** What was seen on real threads. */
export interface Seen {
  /** Rounds that ended. */
  readonly rounds: number;
  /** By outcome in how many of them, and whether `finally` holds. */
  readonly outcomes: ReadonlyMap<string, { readonly count: number; readonly holds: boolean | null }>;
  /** Of each round without an end the threads that had not ended, counted from 0. */
  readonly hangs: readonly (readonly number[])[];
  readonly seconds: number;
  readonly interrupted: boolean;
}

const ORDER: readonly Grade[] = ['forbidden', 'unknown', 'expected', 'interesting'];

/** All outcomes with their grades: what was seen, and what the model allows beside it. */
function gradedOutcomes(seen: Seen, allowed: Allowed, rare: number): ObservedOutcome[] {
  const found = new Map(seen.outcomes);
  if (seen.hangs.length > 0) found.set(NO_END, { count: seen.hangs.length, holds: null });
  const all = seen.rounds + seen.hangs.length;
  const outcomes = [...found].map(([outcome, { count, holds }]): ObservedOutcome => {
    const allowedGrade = count < rare * all ? 'interesting' : 'expected';
    const otherGrade = allowed.complete ? 'forbidden' : 'unknown';
    return { outcome, count, grade: allowed.outcomes.has(outcome) ? allowedGrade : otherGrade, holds };
  });
  for (const [outcome, holds] of allowed.outcomes) {
    if (!found.has(outcome)) outcomes.push({ outcome, count: 0, grade: 'interesting', holds });
  }
  return outcomes.toSorted(
    (a, b) =>
      ORDER.indexOf(a.grade) - ORDER.indexOf(b.grade) ||
      b.count - a.count ||
      (a.outcome < b.outcome ? -1 : 1),
  );
}

/** What the observation says, in all. */
export function observationOf(
  seen: Seen,
  allowed: Allowed,
  { rare, patience, threads }: { readonly rare: number; readonly patience: number; readonly threads: number },
): Observation {
  const outcomes = gradedOutcomes(seen, allowed, rare);
  const { complete } = allowed;
  const rounds = seen.rounds + seen.hangs.length;
  const text = [
    `${counted(rounds, 'round')} on ${counted(threads, 'worker thread')} in ${seen.seconds.toFixed(1)} s; the model allows ${counted(allowed.outcomes.size, 'outcome')}${complete ? '' : ' and perhaps more'}`,
    ...rows(outcomes, rounds),
    ...remarks(outcomes, seen, allowed, patience),
  ].join('\n');
  return { rounds, outcomes, complete, interrupted: seen.interrupted, seconds: seen.seconds, text };
}

function rows(outcomes: readonly ObservedOutcome[], rounds: number): string[] {
  const cells = outcomes.map(({ outcome, count, grade, holds }) => [
    grade,
    withCommas(count),
    rounds === 0 ? '' : `${((100 * count) / rounds).toFixed(count > 0 && count < rounds / 1000 ? 4 : 1)} %`,
    holds === false ? `${outcome}   finally fails` : outcome,
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...cells.map((row) => row[i].length), 0));
  return cells.map(
    ([grade, count, share, outcome]) =>
      `  ${grade.padEnd(widths[0])}  ${count.padStart(widths[1])}  ${share.padStart(widths[2])}  ${outcome}`,
  );
}

function remarks(
  outcomes: readonly ObservedOutcome[],
  { hangs, interrupted }: Seen,
  { complete, races }: Allowed,
  patience: number,
): string[] {
  const forbidden = outcomes.filter(({ grade }) => grade === 'forbidden');
  const unknown = outcomes.some(({ grade }) => grade === 'unknown');
  const unseen = outcomes.filter(({ count }) => count === 0).length;
  const lines: string[] = [];
  if (forbidden.length > 0)
    lines.push(
      `${counted(forbidden.length, 'outcome was', 'outcomes were')} seen that the model never shows, and it was explored to its end: one of the two is wrong.`,
    );
  if (unknown)
    lines.push(
      'The model was not explored to its end, so nobody knows whether it allows what is marked as unknown.',
    );
  if (races.length > 0 && (forbidden.length > 0 || !complete))
    lines.push(
      `Plain accesses of ${races.join(', ')} race. For these an engine may do more than any order of steps shows: make them atomic, and look again.`,
    );
  if (hangs.length > 0) {
    const who = [...new Set(hangs.flat())].toSorted((a, b) => a - b).map((thread) => `T${thread + 1}`);
    lines.push(
      `${counted(hangs.length, 'round')} did not end within ${patience} s: ${who.join(', ')} had not. A machine that is very busy may need more patience.`,
    );
  }
  if (unseen > 0)
    lines.push(
      `${counted(unseen, 'outcome')} that the model allows ${plural(unseen, 'was', 'were')} not seen: that proves nothing, more rounds may show ${plural(unseen, 'it', 'them')}.`,
    );
  if (interrupted) lines.push('It was ended early by its signal.');
  return lines;
}
