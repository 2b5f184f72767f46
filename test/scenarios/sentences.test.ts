import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { falsehoods } from './falsehoods.ts';

describe('nothing that a story says is false', () => {
  test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'of %s, under every scheme, with any slots and any schedule',
    async (_, scenario) => {
      expect(await falsehoods(scenario, { runs: 0.4, seed: 1 })).toEqual([]);
    },
  );
});
