import { describe, expect, test } from 'vitest';
import { R_ANNOUNCE } from '../../src/kernel/layout.ts';
import { H2, HazardPointers, LINGER_ON } from '../../src/kernel/schemes/hazard-pointers.ts';
import { EMPTY, OK, VALUE } from '../../src/kernel/structure.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { boundOf, needsOf } from '../../src/laboratory/registry.ts';
import { counting } from './counted-steps.ts';
import { choiceOf, field } from './laboratory.ts';

const [OFF, ON] = [0, LINGER_ON].map((linger) => choiceOf(HazardPointers as SchemeClass, 8, linger)) as [
  ReturnType<typeof choiceOf>,
  ReturnType<typeof choiceOf>,
];

/** A queue with `values` inside, its only thread, and what it announces. */
function lab(choice: typeof ON, values: number) {
  const made = counting(choice, 1, values);
  const [{ queue, scheme }] = made.threads as [Participant];
  const announced = () => [0, 1].map((n) => field(made, 1, R_ANNOUNCE + n)).toSorted((a, b) => a - b);
  const looks = () => made.memory.since(H2);
  return { queue, scheme, announced, looks };
}

describe('with linger=on', () => {
  test('a dequeue announces its successor alone: the last one has announced the dummy already', () => {
    const on = lab(ON, 4);
    const off = lab(OFF, 4);
    for (const { queue } of [on, off]) expect(queue.dequeue()).toBe(VALUE);
    expect([on.looks(), off.looks()]).toEqual([2, 2]);
    for (const { queue } of [on, off]) expect(queue.dequeue()).toBe(VALUE);
    expect([on.looks(), off.looks()]).toEqual([1, 2]);
    expect([on.announced(), off.announced()]).toEqual([
      [2, 3],
      [0, 0],
    ]);
  });

  test('nothing is announced once the queue was found empty, or the thread collects, goes offline or leaves', () => {
    const { queue, scheme, announced } = lab(ON, 1);
    expect(queue.dequeue()).toBe(VALUE);
    expect(announced()).toEqual([1, 2]);
    expect(queue.dequeue()).toBe(EMPTY);
    expect(announced()).toEqual([0, 0]);
    for (const end of [() => scheme.collect(), () => scheme.offline(), () => scheme.depart()]) {
      expect(queue.enqueue(7)).toBe(OK);
      expect(queue.dequeue()).toBe(VALUE);
      expect(announced()).not.toContain(0);
      end();
      expect(announced()).toEqual([0, 0]);
    }
  });

  test('a thread may keep as much more as it announces itself', () => {
    const eager = [0, LINGER_ON].map((linger) => choiceOf(HazardPointers as SchemeClass, 1, linger));
    expect(eager.map((choice) => boundOf(choice, 3))).toEqual([15, 21]);
    expect(eager.map((choice) => needsOf(choice, 3))).toEqual([14, 18]);
  });
});
