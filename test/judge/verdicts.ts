import { expect } from 'vitest';
import type { HistoryOperation } from '../../src/judge/history/history.ts';
import { linearizable } from '../../src/judge/history/linearizability.ts';
import { letter } from './histories.ts';

/** The kind of damage that a history shows, and the note; `linearizable` and no note if it shows none. */
export function findingOf(
  history: readonly HistoryOperation[],
  initial: readonly number[] = [],
): [kind: string, note: string] {
  const verdict = linearizable(history, initial, letter);
  return verdict.linearizable === false ? [verdict.finding.kind, verdict.finding.note] : ['linearizable', ''];
}

export function expectLinearizable(
  history: readonly HistoryOperation[],
  initial: readonly number[] = [],
): void {
  expect(findingOf(history, initial)).toEqual(['linearizable', '']);
}
