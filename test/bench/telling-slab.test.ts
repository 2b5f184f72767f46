import { expect, test } from 'vitest';
import { assemble } from '../../src/laboratory/participant.ts';
import { tellingSlab } from '../../src/bench/ages.ts';
import { R_HAND, R_TAKES } from '../../src/kernel/layout.ts';
import { ReferenceCounting } from '../../src/kernel/schemes/reference-counting.ts';
import { choiceOf, laboratory } from '../kernel/laboratory.ts';

test('a slab that tells puts a slot back out of the hand that it is in, and leaves the other one alone', () => {
  const { memory } = laboratory(choiceOf(ReferenceCounting), 8, 1);
  const told: number[] = [];
  const slab = tellingSlab((slot) => told.push(slot));
  const own = assemble(memory, 1, ReferenceCounting, { slab });
  const retired = own.slab.take();
  const fresh = own.slab.take();
  const { base } = own.record;
  memory.poke(base + R_TAKES, retired);
  expect(memory.peek(base + R_HAND)).toBe(fresh);
  own.slab.give(retired, R_TAKES);
  expect([told, memory.peek(base + R_HAND), memory.peek(base + R_TAKES)]).toEqual([[retired], fresh, 0]);
});
