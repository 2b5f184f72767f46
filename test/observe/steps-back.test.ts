import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepBack, stepOn } from '../../src/observe/steps-back.ts';
import type { StepRecord, TraceEvent } from '../../src/observe/trace.ts';

test('the step before and the step after are those that a look at every event finds', () => {
  const event = fc.record({
    kind: fc.constantFrom('step', 'invoke', 'return'),
    thread: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(event),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
      (drawn, at, by) => {
        let step = 0;
        const events = drawn.map((each) => {
          if (each.kind === 'step') step++;
          // An operation begins right before the step of its number.
          return { ...each, step: each.kind === 'invoke' ? step + 1 : step } as unknown as TraceEvent;
        });
        const isMeant = ({ thread }: StepRecord): boolean => thread === by;
        const steps = events.filter((each): each is StepRecord => each.kind === 'step' && each.thread === by);
        expect(stepBack(events, at, isMeant)).toBe(steps.findLast((each) => each.step <= at));
        expect(stepOn(events, at, isMeant)).toBe(steps.find((each) => each.step > at));
      },
    ),
    { numRuns: 300 },
  );
});
