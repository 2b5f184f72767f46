import { describe, expect, test } from 'vitest';
import { RETIRED, R_ANNOUNCE } from '../../src/kernel/layout.ts';
import { H2, HazardPointers, LINGER_ON } from '../../src/kernel/schemes/hazard-pointers.ts';
import { EMPTY, OK, VALUE } from '../../src/kernel/structure.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { boundOf, needsOf } from '../../src/laboratory/registry.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { counting } from './counted-steps.ts';
import { some, stride } from '../effort.ts';
import { killBeside } from './heirs.ts';
import { killTwice } from './kills.ts';
import { choiceOf, field, garbage, slotsInState } from './laboratory.ts';

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

  test('an idle thread holds two slots back, until it looks at an empty queue or leaves', () => {
    const eager = choiceOf(HazardPointers as SchemeClass, 1, LINGER_ON);
    for (const end of [
      (idle: Participant) => idle.queue.dequeue(),
      (idle: Participant) => idle.scheme.depart(),
    ]) {
      const made = counting(eager, 2, 4);
      const [busy, idle] = made.threads as [Participant, Participant];
      expect(idle.queue.dequeue()).toBe(VALUE);
      for (let n = 0; n < 3; n++) expect(busy.queue.dequeue()).toBe(VALUE);
      busy.scheme.collect();
      // The one that it has retired, and the one that it took the value from; and not what came later.
      expect(slotsInState(made, RETIRED)).toEqual([1, 2]);
      end(idle);
      busy.scheme.collect();
      expect(garbage(made)).toBe(0);
    }
  });

  // A thread that died names slots, too: its heir takes that back.
  test.each(some(['michael-scott', 'treiber-stack', 'michael-list', 'scot-list'], 1))(
    'a thread may die before any access, beside others and with its heir, on %s',
    (id) => {
      const structure = structureById(id) as StructureClass;
      const eager = choiceOf(HazardPointers as SchemeClass, 1, LINGER_ON);
      const each = [stride(101), stride(41)] as const;
      expect(killTwice(eager.scheme, 0, each, structure, eager)).toBeGreaterThan(8);
      const { deaths } = killBeside(eager.scheme, 0, stride(29), structure, eager);
      expect(deaths).toBeGreaterThan(4);
    },
    600_000,
  );
});
