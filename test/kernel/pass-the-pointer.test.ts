import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { DEAD, R_ANNOUNCE, R_STATUS, S_NEXT } from '../../src/kernel/layout.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { K1, K6, PassThePointer } from '../../src/kernel/schemes/pass-the-pointer.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { accounted, inherit } from './kills.ts';
import { upTo } from './counted-steps.ts';
import {
  choiceOf,
  dies,
  garbage,
  Interrupted,
  laboratory,
  lookAtHead,
  looksAway,
  MortalMemory,
  queueSlots,
  type Laboratory,
} from './laboratory.ts';

const choice = choiceOf(PassThePointer);
const scheme: SchemeClass = PassThePointer;

/** A laboratory whose queue holds so many values. */
const holding = (values: number, threads: number, slots = 60): Laboratory =>
  laboratory(choice, slots, threads, upTo(values));

const takes = ({ queue }: Participant, count: number): void => {
  for (const _ of upTo(count)) expect(queue.dequeue()).toBe(VALUE);
};

const parked = ({ memory }: Laboratory): [thread: number, hazard: number, slot: number][] =>
  audit(memory.words)
    .handOvers()
    .map(({ thread, hazard, slot }) => [thread, hazard, slot]);

/** The worker retires what the reader announces, and the reader leaves between its look and the step that parks it. */
function late(threads = 2): Laboratory {
  const lab = holding(9, threads);
  const [reader] = lab.threads as [Participant];
  lookAtHead(reader);
  const memory = new Interrupted(lab.memory.words, 'before', K6, () => looksAway(reader));
  takes(assemble(memory, 2, scheme), 1);
  expect(parked(lab)).toEqual([[1, 0, 1]]);
  return lab;
}

describe('pass-the-pointer', () => {
  test('what a stalled reader announces is parked with it, all else is free at once, and both when it looks away', () => {
    const lab = holding(9, 2);
    const [reader, worker] = lab.threads as [Participant, Participant];
    const [head, next] = lookAtHead(reader);
    takes(worker, 6);
    expect(parked(lab)).toEqual([
      [1, 0, head],
      [1, 1, next],
    ]);
    expect([garbage(lab), audit(lab.memory.words).retired]).toEqual([2, 0]);
    looksAway(reader);
    expect(garbage(lab)).toBe(0);
  });

  test('a reader that announces other slots, and does not leave, keeps one for each word', () => {
    const lab = holding(20, 2);
    const [reader, worker] = lab.threads as [Participant, Participant];
    reader.scheme.enter();
    for (const _ of upTo(9)) {
      const head = reader.scheme.protect(0, 0, HEAD);
      reader.scheme.protect(0, 1, lab.geometry.slot(head, S_NEXT));
      takes(worker, 2);
      expect(parked(lab).map(([thread, hazard]) => [thread, hazard])).toEqual([
        [1, 0],
        [1, 1],
      ]);
      expect(garbage(lab)).toBe(2);
    }
  });

  test('a slot is parked with the first thread that announces it, and goes on to the next one', () => {
    const lab = holding(5, 4);
    const [first, second, third, worker] = lab.threads as Participant[];
    const heads = [first!, second!, third!].map((reader) => lookAtHead(reader)[0]);
    takes(worker!, 1);
    expect(parked(lab)).toEqual([[1, 0, heads[0]]]);
    looksAway(first!);
    expect(parked(lab)).toEqual([[2, 0, heads[0]]]);
    looksAway(second!);
    expect(parked(lab)).toEqual([[3, 0, heads[0]]]);
    looksAway(third!);
    expect(garbage(lab)).toBe(0);
  });

  describe('a slot may be parked with a thread that has just left', () => {
    test('an audit says that nobody holds it back, and whom it waits for', () => {
      const [held] = audit(late().memory.words).heldBack();
      expect(held).toMatchObject({ slot: 1, thread: 1, list: null, holders: [] });
      expect(held!.note).toBe(
        'Slot 1 is parked with T1, at its hazard 0: no thread announces it any more, and it waits for T1 to end an operation, or for a thread that finds no slot free.',
      );
    });

    test('the end of its next operation frees it', () => {
      const lab = late();
      expect(lab.threads[0]!.queue.isEmpty()).toBe(false);
      expect(garbage(lab)).toBe(0);
    });

    test('a thread that finds the queue empty looks at what is parked with itself', () => {
      const lab = late();
      lab.threads[0]!.scheme.idle();
      expect(garbage(lab)).toBe(0);
    });

    test('a thread that finds no slot free frees it, in place of the answer "full"', () => {
      const lab = late();
      const worker = lab.threads[1]!;
      while (queueSlots(lab).length < lab.geometry.slots) expect(worker.queue.enqueue(7)).toBe(OK);
      expect(garbage(lab)).toBe(0);
    });

    test('an heir frees what is parked with a dead thread, and only that: others may announce it', () => {
      const lab = late(3);
      const [, worker, onlooker] = lab.threads as [Participant, Participant, Participant];
      lab.memory.poke(lab.geometry.record(3) + R_ANNOUNCE, 1);
      lab.memory.poke(lab.geometry.record(1) + R_STATUS, DEAD);
      worker.scheme.adopt();
      expect(parked(lab)).toEqual([[3, 0, 1]]);
      looksAway(onlooker);
      expect(garbage(lab)).toBe(0);
    });
  });

  test('the sum of what is parked and in hand is within the bound, which counts one for each word and one for each hand', () => {
    expect([1, 2, 3].map((threads) => PassThePointer.bound(threads, 0, 0, 2, 9))).toEqual([3, 6, 9]);
    expect([1, 2, 3].map((threads) => PassThePointer.needs(threads, 0, 0, 2, 1))).toEqual([2, 5, 8]);
  });

  // T1 has parked and unparked slots in each of its accesses: it exchanges one that waits with T2, and takes one from itself.
  test('a thread that dies at any access of an exchange leaves every slot with one owner, and an heir finds it', () => {
    let deaths = 0;
    for (let died = true; died; deaths++) {
      const lab = holding(9, 4);
      const { words } = lab.memory;
      const [, reader, heir, worker] = lab.threads as Participant[];
      // What T1 dequeues next is announced by T2, with whom another slot waits that T2 announced before.
      lookAtHead(reader!);
      takes(worker!, 1);
      reader!.memory.store(K1, reader!.record.base + R_ANNOUNCE, queueSlots(lab)[0]!);
      const memory = new MortalMemory(words, deaths);
      died = dies(() => {
        const mortal = assemble(memory, 1, scheme);
        lookAtHead(mortal);
        takes(worker!, 1);
        looksAway(mortal);
        mortal.queue.dequeue();
      });
      if (died) lab.memory.poke(lab.geometry.record(1) + R_STATUS, DEAD);
      accounted(words, scheme);
      inherit(heir!, words, false);
      accounted(words, scheme);
      looksAway(reader!);
      heir!.scheme.collect();
      const now = accounted(words, scheme);
      expect([deaths, now.unreclaimed, now.inHand]).toEqual([deaths, 0, 0]);
    }
    expect(deaths).toBeGreaterThan(60);
  });
});
