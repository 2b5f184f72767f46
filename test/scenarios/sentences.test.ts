import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { deep } from '../effort.ts';
import { casesTried, falsehoods } from './falsehoods.ts';

/** How many stories are made in all, spread over the scenarios and their cases: however many of these there are, it takes no longer. */
const STORIES = deep ? 140 : 35;

const counts = scenarios.map(casesTried);
const sum = (of: readonly number[]): number => of.reduce((subtotal, count) => subtotal + count, 0);

describe('nothing that a story says is false', () => {
  test.each(scenarios.map((scenario, i) => [scenario.id, scenario, sum(counts.slice(0, i))] as const))(
    'of %s, under every scheme, with any slots and any schedule',
    async (_, scenario, before) => {
      expect(await falsehoods(scenario, { runs: STORIES / sum(counts), seed: 1, before })).toEqual([]);
    },
  );
});
