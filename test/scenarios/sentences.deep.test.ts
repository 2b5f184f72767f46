import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { falsehoods } from './falsehoods.ts';

describe('nothing that a story says is false, over some hundred schedules under each scheme', () => {
  test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s',
    async (_, scenario) => {
      expect(await falsehoods(scenario, { runs: 40, seed: 2 })).toEqual([]);
    },
    1_200_000,
  );
});
