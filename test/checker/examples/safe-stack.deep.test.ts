import { expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';
import { failureOf } from '../failure-of.ts';
import { safeStack } from './safe-stack.ts';

test("a random walk finds the cell that two threads of Vyukov's SafeStack hold, within two minutes", () => {
  // That a cell is lost is no failure here: threads may look for it forever.
  const threads = safeStack.threads.map((code) => ({ code, serves: true }));
  const failure = failureOf(() =>
    check({
      ...safeStack,
      threads,
      strategy: 'random-walk',
      seed: 2,
      maxExecutions: 100_000,
      maxSeconds: 600,
    }),
  );
  expect(failure.kind).toBe('property');
  const results = [...failure.message.matchAll(/T\d returns (\S+)/g)].map(([, cell]) => cell);
  expect(results.length).toBeGreaterThan(new Set(results).size);
});

test("partial order sampling finds that Vyukov's SafeStack loses a cell, and the line replays it", () => {
  const failure = failureOf(() => check({ ...safeStack, strategy: 'pos', maxSeconds: 120 }));
  // The list has lost a cell that is counted, or two threads hold the same one.
  expect(['livelock', 'property']).toContain(failure.kind);
  expect(failure.message).toContain('by pos with seed 1');
  expect(failureOf(() => check({ ...safeStack, replay: failure.replay })).kind).toBe(failure.kind);
});
