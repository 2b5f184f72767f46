import { expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { Word } from '../../src/checker/types.ts';
import { deep, some } from '../effort.ts';

/** More than there is room for on a stack of calls, if each step takes one or two. */
const STEPS = 5000;

function count({ counter }: { counter: Word<number> }): void {
  for (let i = 1; i < STEPS; i++) counter.add(1);
}

test.runIf(deep).each(some(['exhaustive', 'bounded'] as const, 1))(
  'an execution may have more steps than a stack of calls: %s',
  (strategy) => {
    const { executions, complete, interleavings } = check({
      words: { counter: 0 },
      strategy,
      ...(strategy === 'bounded' ? { preemptions: 0 } : { interleavings: true }),
      stepLimit: STEPS,
      threads: [count],
      finally: ({ counter }) => counter === STEPS - 1,
    });
    expect([executions, complete]).toEqual([1, true]);
    expect(interleavings).toBe(strategy === 'bounded' ? null : 1n);
  },
  60_000,
);
