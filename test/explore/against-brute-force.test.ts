import { describe, expect, test } from 'vitest';
import { reducedAgrees, shapes, statesAgree } from './brute-force.ts';

describe.each(shapes)('random programs of $name', (shape) => {
  test('the reduced search sees every outcome, and every class of executions exactly once', () => {
    const { all, reduced } = reducedAgrees(shape, 1);
    expect(reduced).toBeGreaterThan(shape.programs);
    expect(all).toBeGreaterThanOrEqual(reduced);
  });

  test('the search over states sees every outcome, and counts every interleaving', () => {
    expect(statesAgree(shape, 2)).toBeGreaterThan(shape.programs);
  });
});
