import { describe, expect, test } from 'vitest';
import { announcementOf, countsClaims, parkedWords } from '../../../src/laboratory/announcements.ts';
import { audit } from '../../../src/judge/audit/audit.ts';
import { assemble } from '../../../src/laboratory/participant.ts';
import type { Participant } from '../../../src/laboratory/participant-view.ts';
import type { SchemeClass } from '../../../src/laboratory/scheme-class.ts';
import {
  BATCH_OWN,
  FREE,
  HOLDS_BATCHES,
  GLOBAL,
  HELD,
  HOLDS_ONLINE,
  LINKED,
  LISTS,
  LIST_COUNT,
  LIST_STAMP,
  LIST_TOP,
  LIST_WORDS,
  RETIRED,
  R_LISTS,
  R_STATUS,
  SETTLED,
  S_LIMBO,
  S_STATE,
  VACANT,
  R_TAKES,
} from '../../../src/kernel/layout.ts';
import { handOvers } from '../../../src/judge/audit/hands.ts';
import { TAIL } from '../../../src/kernel/structures/michael-scott.ts';
import { join } from '../../../src/kernel/join.ts';
import { EMPTY, OK, VALUE } from '../../../src/kernel/structure.ts';
import {
  choiceOf,
  damages,
  dies,
  eager,
  field,
  freeSlots,
  garbage,
  handOf,
  laboratory,
  MortalMemory,
  lookAtHead,
  looksAway,
  queueSlots,
  schemes,
  slotsInState,
  stateOf,
  type Laboratory,
} from '../laboratory.ts';
import { claim, die } from './suite.ts';
import { deep, stride } from '../../effort.ts';

/** What T1 does until it dies: its retires pass the threshold, and its last dequeue finds the queue empty. */
function work({ queue, scheme }: Participant, log: string[]): void {
  for (const value of [11, 12]) if (queue.enqueue(value) === OK) log.push(`enqueued ${value}`);
  queue.isEmpty();
  while (queue.dequeue() === VALUE) log.push(`dequeued ${queue.result()}`);
  if (queue.enqueue(13) === OK) log.push('enqueued 13');
  while (queue.enqueue(14) === OK) log.push('enqueued 14');
  while (queue.dequeue() === VALUE) log.push(`dequeued ${queue.result()}`);
  scheme.collect();
}

/** Who has a claim on each slot, at a moment without operations; a slot in hand is no claim. */
function claims(lab: Laboratory): number[] {
  const { memory, geometry } = lab;
  const count = Array.from({ length: geometry.slots + 1 }, () => 0);
  const note = (slot: number): void => void count[slot]!++;
  const queue = queueSlots(lab);
  expect(queue).toContain(geometry.link.index(memory.peek(TAIL)));
  for (const slot of [...queue, ...freeSlots(lab)]) note(slot);
  for (const { thread } of lab.threads) {
    for (let n = 0; n < LISTS; n++) {
      const list = geometry.record(thread) + R_LISTS + n * LIST_WORDS;
      let length = 0;
      for (
        let slot = memory.peek(list + LIST_TOP);
        slot !== 0;
        slot = memory.peek(geometry.slot(slot, S_LIMBO))
      ) {
        note(slot);
        length++;
      }
      expect(memory.peek(list + LIST_COUNT)).toBe(length);
    }
  }
  for (const { slot } of handOvers(memory.words, geometry)) note(slot);
  return count;
}

/** T1 dies at its n-th step while T2 looks on, and T3 puts things right. Returns the state of the slot that was recovered, if any. */
function dieAt(scheme: SchemeClass, step: number): { died: boolean; recovered: number | null } {
  const lab = laboratory(eager(scheme), scheme.needs(3, ...parameters(scheme), 2, 1) + 3, 3, [1, 2]);
  const [, second, third] = lab.threads as [Participant, Participant, Participant];
  const looks = scheme.SURVIVES_STALL && scheme.RECLAIMS;
  if (looks) lookAtHead(second);
  const log: string[] = [];
  const mortal = new MortalMemory(lab.memory.words, step, false);
  const died = dies(() => work(assemble(mortal, 1, scheme), log));
  die(lab, 1);
  const before = garbage(lab);
  const hand = handOf(lab, 1);
  third.scheme.adopt();
  if (scheme.RECLAIMS) expect(garbage(lab)).toBeLessThanOrEqual(before);
  let recovered: number | null = null;
  if (field(lab, 1, R_STATUS) === SETTLED) {
    if (!countsClaims({ holds: scheme.HOLDS })) expect(hand + field(lab, 1, R_TAKES)).not.toBe(0);
    expect(join(lab.memory, lab.geometry)).toBe(0);
    const sole = claims(lab)[hand] === 0;
    // Without reclamation a slot that another thread dequeued and dropped has no claim on it either; here there is no other thread.
    if (sole) recovered = stateOf(lab, hand);
    const taken = field(lab, 1, R_TAKES);
    const soleTaken = taken !== 0 && taken !== hand && claims(lab)[taken] === 0;
    third.scheme.recover(1, sole, false, 0, soleTaken, audit(lab.memory.words).claimsOf(1));
    expect(handOf(lab, 1)).toBe(0);
  }
  expect(field(lab, 1, R_STATUS)).toBe(VACANT);
  expectEverySlotHasAnOwner(lab, scheme);
  if (looks) looksAway(second);
  third.scheme.collect();
  expectEverySlotHasAnOwner(lab, scheme);
  if (scheme.RECLAIMS) expect(garbage(lab)).toBe(0);
  expectOrder(third, log);
  return { died, recovered };
}

/** T1 dies at a step of its second dequeue: its first slot has been in limbo since four epochs ago, on the list that it needs now. */
function dieEmptying(scheme: SchemeClass, step: number): boolean {
  // With a period that is not reached: of 20 retires, whichever parameter it is.
  const lab = laboratory(choiceOf(scheme, scheme.HOLDS === HOLDS_ONLINE ? 20 : 3, 20), 90, 2, [1, 2, 3, 4]);
  const [first, second] = lab.threads as [Participant, Participant];
  expect([first.queue.dequeue(), first.queue.dequeue()]).toEqual([VALUE, VALUE]);
  first.scheme.offline();
  // A collect moves the epoch on for as long as a grace period is.
  while (lab.memory.peek(GLOBAL) < 12) second.scheme.collect();
  expect(lab.memory.peek(GLOBAL)).toBe(12);
  expect(garbage(lab)).toBe(2);
  const { queue } = assemble(new MortalMemory(lab.memory.words, step, false), 1, scheme);
  const died = dies(() => void queue.dequeue());
  die(lab, 1);
  second.scheme.adopt();
  if (field(lab, 1, R_STATUS) === SETTLED) second.scheme.recover(1, claims(lab)[handOf(lab, 1)] === 0);
  expectEverySlotHasAnOwner(lab, scheme);
  second.scheme.collect();
  expect(garbage(lab)).toBe(0);
  expectEverySlotHasAnOwner(lab, scheme);
  return died;
}

function parameters(scheme: SchemeClass): [number, number] {
  const { param0, param1 } = eager(scheme);
  return [param0, param1];
}

function expectEverySlotHasAnOwner(lab: Laboratory, scheme: SchemeClass): void {
  const owners = claims(lab).slice(1);
  const retired = slotsInState(lab, RETIRED);
  if (scheme.RECLAIMS) expect(owners).toEqual(owners.map(() => 1));
  else expect(owners).toEqual(owners.map((_, i) => (retired.includes(i + 1) ? 0 : 1)));
  expect(garbage(lab)).toBe(retired.length);
  expect(damages(lab)).toBe(0);
}

/** The queue still works, and what is in it is what T1 left there, but for an operation that was under way. */
function expectOrder({ queue }: Participant, log: readonly string[]): void {
  const gone = log.filter((entry) => entry.startsWith('dequeued')).length;
  const sent = [
    1,
    2,
    ...log.filter((entry) => entry.startsWith('enqueued')).map((entry) => Number(entry.slice(9))),
  ];
  const left: number[] = [];
  while (queue.dequeue() === VALUE) left.push(queue.result());
  const expected = sent.slice(gone);
  const started = [11, 12, 13, 14];
  const ways = [expected, expected.slice(1), ...started.map((value) => [...expected, value])].map(String);
  expect(ways).toContain(String(left));
  if (queue.enqueue(99) === OK) {
    expect(queue.dequeue()).toBe(VALUE);
    expect(queue.result()).toBe(99);
  }
  expect(queue.dequeue()).toBe(EMPTY);
}

/** Takes the retired slots off a thread's lists, and out of all hand-overs, as if another thread had retired them. */
function forgetLists(lab: Laboratory, thread: number): void {
  for (let word = 0; word < LISTS * LIST_WORDS; word++) {
    if (word % LIST_WORDS !== LIST_STAMP) lab.memory.poke(lab.geometry.record(thread) + R_LISTS + word, 0);
  }
  if (lab.geometry.holds === HOLDS_BATCHES) lab.memory.poke(lab.geometry.record(thread) + BATCH_OWN, 0);
  const [from, to] = parkedWords(lab.geometry);
  for (const { record } of lab.threads)
    for (let word = from; word < to; word++) lab.memory.poke(record.base + word, 0);
}

describe.each(schemes.map((scheme, i) => ({ id: scheme.ID, scheme, i })))('$id', ({ scheme, i }) => {
  // In the short form under every other scheme.
  test.runIf(deep || i % 2 === 0)(
    'a thread may die at any step: every slot finds an owner, and no value is lost or doubled',
    () => {
      const recovered = new Set<number>();
      let steps = 0;
      for (let died = true; died; steps += stride(3)) {
        const end = dieAt(scheme, steps);
        died = end.died;
        if (end.recovered !== null) recovered.add(end.recovered);
      }
      expect(steps).toBeGreaterThan(50);
      // Unlinked or never linked; retired and not kept yet; on the way back to the free list.
      expect(recovered).toContain(LINKED);
      if (scheme.RECLAIMS) expect(recovered).toContain(FREE);
    },
  );

  if (typeof announcementOf({ holds: scheme.HOLDS })?.epochs?.grace === 'function') {
    test('a thread may die at any step of a retire that first empties the limbo list of an old epoch', () => {
      let steps = 0;
      for (let died = true; died; steps++) died = dieEmptying(scheme, steps);
      expect(steps).toBeGreaterThan(10);
    });
  }

  test.each([
    { state: FREE, name: 'free' },
    { state: HELD, name: 'held' },
    { state: LINKED, name: 'linked' },
    { state: RETIRED, name: 'retired' },
  ])('a slot in hand whose state is $name is recovered', ({ state }) => {
    const lab = laboratory(eager(scheme), 40, 2, [1, 2]);
    const slot = lab.threads[0]!.slab.take();
    lab.memory.poke(lab.geometry.slot(slot, S_STATE), state);
    die(lab, 1);
    lab.threads[1]!.scheme.adopt();
    expect(field(lab, 1, R_STATUS)).toBe(SETTLED);
    lab.threads[1]!.scheme.recover(1, true);
    expect(field(lab, 1, R_STATUS)).toBe(VACANT);
    expect(handOf(lab, 1)).toBe(0);
    expectEverySlotHasAnOwner(lab, scheme);
    lab.threads[1]!.scheme.collect();
    // One that was never linked goes back without being retired: nobody has seen it.
    const given = scheme.RECLAIMS || state !== RETIRED;
    expect(freeSlots(lab).includes(slot)).toBe(given);
  });

  claim(
    !scheme.STALE_READS,
    'a slot that is recovered from a dead thread which had unlinked it, or retired it, is still protected',
    () =>
      [LINKED, RETIRED].every((state) => {
        const lab = laboratory(eager(scheme), 40, 3, [1, 2]);
        const [head] = lookAtHead(lab.threads[1]!);
        expect(lab.threads[2]!.queue.dequeue()).toBe(VALUE);
        // As it is when T1 has died right after D13, or after its first write as a retirer.
        if (scheme.STALE_READS) expect(lab.threads[0]!.slab.take()).toBe(head);
        else forgetLists(lab, 3);
        lab.threads[0]!.record.hold(head);
        lab.memory.poke(lab.geometry.slot(head, S_STATE), state);
        die(lab, 1);
        lab.threads[2]!.scheme.adopt();
        lab.threads[2]!.scheme.recover(1, true);
        lab.threads[2]!.scheme.collect();
        return stateOf(lab, head) === RETIRED;
      }),
  );

  test('a slot in hand on which another has a claim is left to its owner', () => {
    const lab = laboratory(eager(scheme), 40, 2, [1, 2]);
    lab.threads[0]!.record.hold(2);
    die(lab, 1);
    lab.threads[1]!.scheme.adopt();
    lab.threads[1]!.scheme.recover(1, false);
    expect(field(lab, 1, R_STATUS)).toBe(VACANT);
    expect(queueSlots(lab)).toEqual([1, 2, 3]);
    expectEverySlotHasAnOwner(lab, scheme);
  });
});
