import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { claimsOnTheirWay } from '../../src/judge/audit/counts.ts';
import { leakGraph } from '../../src/report/plots/leak-graph.ts';
import { handLines } from '../../src/report/text/hand-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { COUNT_WORD, RETIRED, R_STATUS, SETTLED, S_NEXT } from '../../src/kernel/layout.ts';
import { ReferenceCounting } from '../../src/kernel/schemes/reference-counting.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { boundOf } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { deep } from '../effort.ts';
import { killPusherAndPopper, killTwice } from './kills.ts';
import { die } from './conformance/suite.ts';
import {
  choiceOf,
  field,
  freeSlots,
  garbage,
  laboratory,
  lookAtHead,
  looksAway,
  queueSlots,
  type Laboratory,
} from './laboratory.ts';

const [OFF, ON] = [0, 1].map((cut) => choiceOf(ReferenceCounting as SchemeClass, cut)) as [
  ReturnType<typeof choiceOf>,
  ReturnType<typeof choiceOf>,
];

function countOf({ memory, geometry }: Laboratory, slot: number): number {
  return memory.peek(geometry.slot(slot, COUNT_WORD));
}

/** T1 looks at the head, and T2 passes `values` through the queue. */
function lookedAt(choice: typeof OFF, values: number, slots = 40): Laboratory {
  const lab = laboratory(choice, slots, 2, [1]);
  lookAtHead(lab.threads[0]!);
  for (let n = 0; n < values; n++) {
    expect(lab.threads[1]!.queue.enqueue(n)).toBe(OK);
    expect(lab.threads[1]!.queue.dequeue()).toBe(VALUE);
  }
  return lab;
}

describe('a node that a stalled thread uses', () => {
  test('pins every node that came after it, and all of them are freed when it is let go', () => {
    const lab = lookedAt(OFF, 20);
    expect(garbage(lab)).toBe(20);
    looksAway(lab.threads[0]!);
    expect(garbage(lab)).toBe(0);
    expect(freeSlots(lab)).toHaveLength(40 - queueSlots(lab).length);
  });

  test('pins nothing with cut=on but what the thread names itself', () => {
    const lab = lookedAt(ON, 20);
    expect(garbage(lab)).toBe(2);
    expect(boundOf(ON, 2)).toBe(6);
    looksAway(lab.threads[0]!);
    expect(garbage(lab)).toBe(0);
  });

  test('is told with the chain that it pins', () => {
    const lab = lookedAt(OFF, 4);
    const now = audit(lab.memory.words);
    const held = now.heldBack();
    expect(held).toHaveLength(4);
    expect(now.heldByCounts).toBe(4);
    const [head, next, ...others] = now.chainsOfClaims()[0]!.slots as [number, number, ...number[]];
    expect(others).toHaveLength(2);
    const noteOf = (slot: number): string => held.find((each) => each.slot === slot)!.note;
    expect(noteOf(head)).toBe(`Slot ${head} is retired and has 1 claim: T1's claim 0 holds it back.`);
    expect(noteOf(others[1]!)).toBe(
      `Slot ${others[1]} is retired and has 1 claim: T1's claim 1 holds slot ${next}, and T1's claim 0 holds slot ${head}, from each of which next words lead to it.`,
    );
    const intent = handLines({ thread: 2, slot: head, counts: false }, now, plainStyle()).join('\n');
    expect(intent).toContain('does not have it: it is retired and held by its count.');
    const { rows, edges } = leakGraph(now);
    expect(rows.find(({ name }) => name === 'held by counts, T1')?.slots).toEqual(
      [head, next, ...others].map((slot) => `slot${slot}`),
    );
    expect(edges).toContainEqual({ from: `slot${head}`, to: `slot${next}`, kind: 'next', text: '' });
  });
});

test('a claim on a slot that is free, or in another life, does no harm, and is not lost when the slot is taken', () => {
  const lab = laboratory(OFF, 12, 2, [1]);
  const [first, second] = lab.threads as [(typeof lab.threads)[0], (typeof lab.threads)[0]];
  const [free] = freeSlots(lab);
  first.scheme.hold(free!);
  expect(countOf(lab, free!)).toBe(3);
  expect(second.queue.enqueue(5)).toBe(OK);
  expect(queueSlots(lab)).toContain(free);
  for (let n = 0; n < 2; n++) expect(second.queue.dequeue()).toBe(VALUE);
  expect(second.queue.enqueue(6)).toBe(OK);
  expect(second.queue.dequeue()).toBe(VALUE);
  // It was retired by now, and waits for the claim alone.
  expect(lab.memory.peek(lab.geometry.slot(free!, 2))).toBe(RETIRED);
  first.scheme.release(free!);
  expect(freeSlots(lab)).toContain(free);
});

test('what nobody has a claim on is leaked, whatever its count says, and it is said why', () => {
  const lab = lookedAt(OFF, 3);
  const { memory, geometry, threads } = lab;
  const head = audit(memory.words).chainsOfClaims()[0]!.slots[0]!;
  // One claim too many, as where an assignment forgot to give up what the word held.
  memory.poke(geometry.slot(head, COUNT_WORD), countOf(lab, head) + 2);
  expect(audit(memory.words).leaked).toBe(0);
  looksAway(threads[0]!);
  const lost = audit(memory.words);
  expect(lost.slotsOf('leaked')).toContain(head);
  expect(claimsOnTheirWay(memory.words, geometry, lost.marks)[head]).toBe(1);
});

test('slots that name each other in a circle are leaked: no count of them comes to 0', () => {
  const lab = lookedAt(OFF, 3);
  const { memory, geometry, threads } = lab;
  const [first, second] = audit(memory.words).chainsOfClaims()[0]!.slots as [number, number];
  const behind = geometry.link.index(memory.peek(geometry.slot(second, S_NEXT)));
  // The second names the first in place of the third.
  memory.poke(geometry.slot(second, S_NEXT), first);
  memory.poke(geometry.slot(first, COUNT_WORD), countOf(lab, first) + 2);
  memory.poke(geometry.slot(behind, COUNT_WORD), countOf(lab, behind) - 2);
  expect(audit(memory.words).slotsOf('leaked')).not.toContain(first);
  looksAway(threads[0]!);
  const { leaked } = audit(memory.words);
  expect(audit(memory.words).slotsOf('leaked')).toEqual(expect.arrayContaining([first, second]));
  expect(leaked).toBeGreaterThanOrEqual(2);
});

test('what a dead thread has a claim on an heir gives up, at any moment, and the rest when its record is settled', () => {
  const lab = lookedAt(OFF, 5);
  die(lab, 1);
  expect(garbage(lab)).toBe(5);
  lab.threads[1]!.scheme.adopt();
  expect(garbage(lab)).toBe(0);
  expect(field(lab, 1, R_STATUS)).not.toBe(SETTLED);
});

const structures = [MichaelScottQueue, TreiberStack] as unknown as StructureClass[];

// With cut=off, and on a stack: kills.test.ts.
test('a thread may die, and its heir too, with cut=on: every claim of theirs ends', () => {
  const each = deep ? 1 : 23;
  for (const structure of deep ? structures : structures.slice(0, 1)) {
    const scheme = ReferenceCounting as SchemeClass;
    expect(killTwice(scheme, 0, [each, 7], structure, ON)).toBeGreaterThan(30);
    if (structure !== structures[0])
      expect(killPusherAndPopper(scheme, 0, [1, 5], ON).pairs).toBeGreaterThan(50);
  }
});
