import { expect, test } from 'vitest';
import type { FreeList } from '../../src/laboratory/edge.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { C_RESTARTS, GLOBAL, S_BIRTH, S_DEATH } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { W2, Versions } from '../../src/kernel/schemes/versions.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { upTo } from './counted-steps.ts';
import {
  choiceOf,
  counter,
  damages,
  laboratory,
  LimitedMemory,
  queueSlots,
  type Laboratory,
} from './laboratory.ts';

// When the clock of versions moves, and what is in the words.

/** Another thread moves the clock on right before this one does. */
class Outrun extends LimitedMemory {
  override cas(step: number, address: number, expected: number, desired: number): boolean {
    if (step === W2) this.poke(GLOBAL, this.peek(GLOBAL) + 1);
    return super.cas(step, address, expected, desired);
  }
}

const lab = (values: number[] = []): Laboratory => laboratory(choiceOf(Versions, 0, 0, 16), 40, 2, values);
const clockOf = ({ memory }: Laboratory): number => memory.peek(GLOBAL);

test('the clock moves when a slot is taken that was retired at that time, and at no other time', () => {
  const all = lab([1, 2, 3, 4]);
  const [{ queue }] = all.threads as [Participant];
  // Slots that were never used.
  for (const n of upTo(5)) expect([queue.enqueue(n), clockOf(all)]).toEqual([OK, 1]);
  for (const n of upTo(6)) expect([n, queue.dequeue(), clockOf(all)]).toEqual([n, VALUE, 1]);
  expect([queue.isEmpty(), clockOf(all)]).toEqual([false, 1]);
  // Six slots that were retired at 1: the first of them moves the clock, and the others were retired before.
  for (const n of upTo(6)) expect([n, queue.enqueue(n), clockOf(all)]).toEqual([n, OK, 2]);
  for (const n of upTo(10)) {
    expect([n, queue.dequeue(), clockOf(all)]).toEqual([n, VALUE, n + 1]);
    expect([n, queue.enqueue(n), clockOf(all)]).toEqual([n, OK, n + 2]);
  }
});

test('an operation has to start over once the clock has moved, and not before', () => {
  const all = lab([1, 2]);
  const [{ scheme }, { queue }] = all.threads as [Participant, Participant];
  scheme.enter();
  expect(queue.dequeue()).toBe(VALUE);
  expect(scheme.mustRestart()).toBe(false);
  expect(queue.enqueue(3)).toBe(OK);
  expect(counter(all, 1, C_RESTARTS)).toBe(0);
  expect(scheme.mustRestart()).toBe(true);
  scheme.restart();
  expect(scheme.mustRestart()).toBe(false);
  expect([1, 2].map((thread) => counter(all, thread, C_RESTARTS))).toEqual([1, 0]);
});

test('a slot is born later than it was retired, whichever thread moves the clock', () => {
  const all = lab();
  const { queue, slab, scheme } = assemble(new Outrun(all.memory.words), 1, Versions);
  expect([queue.enqueue(1), queue.dequeue(), clockOf(all)]).toEqual([OK, VALUE, 1]);
  const slot = slab.take();
  scheme.born(slot);
  const at = (word: number): number => all.memory.peek(all.geometry.slot(slot, word));
  expect([at(S_DEATH), at(S_BIRTH), clockOf(all)]).toEqual([1, 2, 2]);
});

test.each([1, 2 ** 29 - 3, 2 ** 30 - 3])(
  'Head is the same word again in no other life, with the clock at %i and later',
  (time) => {
    const all = lab();
    const [{ queue }] = all.threads as [Participant];
    all.memory.poke(GLOBAL, time);
    const words = new Set<number>();
    for (const n of upTo(500)) {
      expect([queue.enqueue(n), queue.dequeue()]).toEqual([OK, VALUE]);
      words.add(all.memory.peek(HEAD));
      const [dummy] = queueSlots(all) as [number];
      const birth = all.memory.peek(all.geometry.slot(dummy, S_BIRTH));
      expect(all.geometry.link.tag(all.memory.peek(HEAD))).toBe((birth + 1) & 0xffff);
    }
    expect(words.size).toBe(500);
    expect(damages(all)).toBe(0);
  },
);

/** How many slots one thread has taken, one in and one out, when a version of so many bits has come round. */
function takenUntilRound(free: number, bits: number, freeList: FreeList): number {
  const words = attachWords(
    createBuffer({ slots: free + 1, threads: 1, freeList }, choiceOf(Versions, 0, 0, bits)),
  );
  const { queue } = assemble(new LimitedMemory(words), 1, Versions);
  const pair = (): void => expect([queue.enqueue(1), queue.dequeue()]).toEqual([OK, VALUE]);
  const takes = (moves: number): number => {
    let taken = 0;
    for (const begun = words[GLOBAL]!; words[GLOBAL]! < begun + moves; taken++) pair();
    return taken;
  };
  // Up to the first move each slot was never used.
  takes(1);
  return takes(2 ** bits);
}

test.each([1, 2, 5, 16])(
  'with %i free slots a version of b bits comes round after 2^b takes from a stack, and after so many times 2^b from a ring',
  (free) => {
    for (const bits of [2, 5]) {
      expect([bits, takenUntilRound(free, bits, 'stack')]).toEqual([bits, 2 ** bits]);
      expect([bits, takenUntilRound(free, bits, 'ring')]).toEqual([bits, free * 2 ** bits]);
    }
  },
);
