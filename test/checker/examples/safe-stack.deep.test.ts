import { expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';
import { failureOf } from '../failure-of.ts';
import { safeStack } from './safe-stack.ts';

test("partial order sampling finds Vyukov's SafeStack broken within two minutes, and the line replays it", () => {
  const failure = failureOf(() => check({ ...safeStack, strategy: 'pos', maxSeconds: 120 }));
  // The list has lost a cell that is counted, or two threads hold the same one.
  expect(['livelock', 'property']).toContain(failure.kind);
  expect(failure.message).toContain('by pos with seed 1');
  expect(failureOf(() => check({ ...safeStack, replay: failure.replay })).kind).toBe(failure.kind);
});
