import { beforeAll, describe, expect, test } from 'vitest';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { chooseScheme, needsOf, type SchemeChoice } from '../../src/laboratory/registry.ts';
import { DEAD, GLOBAL, R_ANNOUNCE, R_STATUS } from '../../src/kernel/layout.ts';
import { P1 } from '../../src/kernel/schemes/epochs.ts';
import { FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { counting, upTo } from './counted-steps.ts';
import { garbage, type Laboratory } from './laboratory.ts';

const isPinned = ({ memory, geometry }: Laboratory, thread: number): boolean =>
  memory.peek(geometry.record(thread) + R_ANNOUNCE) !== 0;

// Regions of several operations; what epochs do otherwise is in triggers.test.ts.

describe('a region of epochs', () => {
  let [often, seldom]: [SchemeChoice, SchemeChoice] = [null!, null!];
  beforeAll(async () => {
    [often, seldom] = [await chooseScheme('epochs:period=1,region=3'), await chooseScheme('epochs:region=3')];
  });

  test('is one pin for so many operations, which end it', () => {
    const lab = counting(seldom, 1, 0);
    const [{ queue }] = lab.threads as [Participant];
    for (const n of upTo(9)) {
      expect(queue.enqueue(n)).toBe(OK);
      expect([n, lab.memory.since(P1), isPinned(lab, 1)]).toEqual([n, n % 3 === 1 ? 1 : 0, n % 3 !== 0]);
    }
  });

  test('ends before its thread tries to advance, and the next operation pins', () => {
    const lab = counting(often, 2, 9);
    const [{ queue }] = lab.threads as [Participant];
    for (const n of upTo(6)) {
      expect(queue.dequeue()).toBe(VALUE);
      expect([n, lab.memory.since(P1), isPinned(lab, 1), lab.memory.peek(GLOBAL)]).toEqual([n, 1, false, n]);
    }
    expect(garbage(lab)).toBe(1);
  });

  test('of a thread that does nothing more holds back what others retire, until it goes offline', () => {
    const lab = counting(often, 2, 40);
    const [idle, { queue }] = lab.threads as [Participant, Participant];
    expect(idle.queue.isEmpty()).toBe(false);
    for (const n of upTo(10)) expect([queue.dequeue(), garbage(lab)]).toEqual([VALUE, n]);
    idle.scheme.offline();
    for (const _ of upTo(3)) queue.dequeue();
    expect(garbage(lab)).toBe(1);
    // It was in no region any more, and has gone offline once.
    idle.scheme.offline();
    expect(isPinned(lab, 1)).toBe(false);
  });

  test('stays until the last of several operations has ended that are one in the other', () => {
    const lab = counting(often, 2, 9);
    const [{ queue, scheme }] = lab.threads as [Participant];
    scheme.enter();
    for (const _ of upTo(4)) expect([queue.dequeue(), isPinned(lab, 1)]).toEqual([VALUE, true]);
    scheme.offline();
    expect(isPinned(lab, 1)).toBe(true);
  });

  test('does not keep its own thread from reclaiming, with as few slots as its scheme needs', () => {
    const slots = needsOf(seldom, 1);
    const lab = counting(seldom, 1, 0, 0, slots);
    const [{ queue }] = lab.threads as [Participant];
    for (const n of upTo(30)) expect([n, queue.enqueue(n), queue.dequeue()]).toEqual([n, OK, VALUE]);
    expect([queue.enqueue(1), queue.enqueue(2)]).toEqual([OK, FULL]);
  });

  test('that a dead thread was in is not its heir’s', () => {
    const lab = counting(seldom, 2, 9);
    const [dead, heir] = lab.threads as [Participant, Participant];
    dead.queue.isEmpty();
    dead.queue.isEmpty();
    lab.memory.poke(lab.geometry.record(1) + R_STATUS, DEAD);
    heir.scheme.adopt();
    expect(isPinned(lab, 1)).toBe(false);
    // The next owner of its record begins a region of its own.
    for (const n of upTo(3)) expect([n, dead.queue.isEmpty(), isPinned(lab, 1)]).toEqual([n, false, n < 3]);
  });
});
