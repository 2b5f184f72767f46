import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { cardOfStructure, usualStructure } from '../../src/laboratory/structures.ts';
import { decideByPatterns } from '../../src/judge/history/queue-patterns.ts';
import { searchLinearization } from '../../src/judge/history/value-search.ts';
import { histories, linearizableByBruteForce, objection } from './histories.ts';

const STATES = 1_000_000;

/** How many random histories were decided by the patterns and by the search, and how many by the search alone. */
export interface Compared {
  readonly both: number;
  readonly searched: number;
}

/**
 * The patterns of wrong queue histories and the search of Wing and Gong say the same of random histories of up to so many operations with
 * distinct values. A few of the larger ones are too wide to search, and in a few the answers of isEmpty are more than the patterns decide.
 */
export function patternsAgreeWithSearch(operations: number, runs: number): Compared {
  let [both, searched] = [0, 0];
  const compare = fc.property(histories(operations), (history) => {
    const verdicts = [
      decideByPatterns(history, String, cardOfStructure(usualStructure)),
      searchLinearization(history, STATES),
    ];
    if (verdicts[1] === null) return;
    if (verdicts[0] === null) {
      searched++;
      return;
    }
    both++;
    assert.equal(Array.isArray(verdicts[0]), Array.isArray(verdicts[1]));
    for (const order of verdicts) if (Array.isArray(order)) assert.equal(objection(order, history), null);
  });
  fc.assert(compare, { numRuns: runs });
  return { both, searched };
}

/**
 * The search and a trial of every order say the same of random histories of up to six operations; of so many values, or distinct ones.
 *
 * @returns how many are linearizable
 */
export function searchAgreesWithBruteForce(runs: number, values?: number): number {
  let good = 0;
  const compare = fc.property(histories(6, values), (history) => {
    const order = searchLinearization(history, STATES);
    assert.equal(Array.isArray(order), linearizableByBruteForce(history));
    if (!Array.isArray(order)) return;
    good++;
    assert.equal(objection(order, history), null);
  });
  fc.assert(compare, { numRuns: runs });
  return good;
}
