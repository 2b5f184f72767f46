import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { FreeList } from '../../src/laboratory/edge.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import {
  DEAD,
  FREE,
  FREE_LIST_RING,
  LINKED,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_HAND,
  R_MAGAZINE,
  R_STATUS,
  S_LIMBO,
  S_NEXT,
  S_STAMP,
  S_STATE,
} from '../../src/kernel/layout.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { accounted, inherit } from './kills.ts';
import { dies, eager, MortalMemory } from './laboratory.ts';

const [FIRST, SECOND, HEIR, THIRD] = [1, 2, 3, 4];
const FREE_LISTS = ['stack', 'ring'] as const;
/** Which of the two dead threads only meant to take what the other one has, and in which order they are settled. */
const ORDERS = [
  { stale: FIRST, real: SECOND, backwards: false },
  { stale: FIRST, real: SECOND, backwards: true },
  { stale: SECOND, real: FIRST, backwards: false },
  { stale: SECOND, real: FIRST, backwards: true },
];

/** A laboratory in which two threads are dead, and so many slots have left the free list that no word names: what their hands say of these is up to the caller. */
function laboratory(taken: number, freeList: FreeList = 'stack') {
  const size = { slots: 48, threads: 4, cache: 4, chain: 4, freeList, initial: [1, 2] };
  const words = new Int32Array(createBuffer(size, eager(Tagged)));
  const { geometry, slab, record } = assemble(new AtomicsMemory(words), HEIR, Tagged);
  const slots = Array.from({ length: taken }, () => slab.take());
  words[record.base + R_HAND] = 0;
  for (const thread of [FIRST, SECOND]) words[geometry.record(thread) + R_STATUS] = DEAD;
  const put = (slot: number, word: number, value: number): void =>
    void (words[geometry.slot(slot, word)] = value);
  const say = (thread: number, word: number, value: number): void =>
    void (words[geometry.record(thread) + word] = value);
  const chain = (thread: number, first: number, count: number): void => {
    say(thread, R_CHAIN, first);
    say(thread, R_CHAIN_COUNT, count);
  };
  /** Every slot is accounted for before and after. */
  const settle = (backwards: boolean) => {
    accounted(words, Tagged);
    inherit(assemble(new AtomicsMemory(words), HEIR, Tagged), words, backwards);
    return accounted(words, Tagged);
  };
  return { words, slots, put, say, chain, settle };
}

/** A third thread dies when it has taken a slot, which is free still; where the free list is a ring, before it knows which one. Returns the slot. */
function diesWithSlot(words: Int32Array): number {
  for (let left = 0; ; left++) {
    const memory = new MortalMemory(words, Infinity);
    const { slab, geometry } = assemble(memory, THIRD, Tagged);
    const record = geometry.record(THIRD);
    const before = words.slice();
    memory.left = left;
    if (!dies(() => void slab.take())) throw new Error('it has a slot, and lives');
    words[record + R_STATUS] = DEAD;
    const now = audit(words);
    const isRing = geometry.freeList === FREE_LIST_RING;
    const its = [...(isRing ? now.drawn() : now.slotsInHand())].find(
      ({ thread, counts }) => thread === THIRD && counts,
    );
    if (its !== undefined) return its.slot;
    words.set(before);
  }
}

/** The thread whose magazine counts, or none. */
function owner(words: Int32Array): number | undefined {
  return audit(words)
    .magazinesInHand()
    .find(({ counts }) => counts)?.thread;
}

describe('a dead thread that meant to take a magazine, and whose word says that it is one', () => {
  test.each(ORDERS)(
    'has nothing of a longer one that another dead thread has: $stale and $real, backwards: $backwards',
    ({ stale, real, backwards }) => {
      const lab = laboratory(2);
      const [top, below] = lab.slots as [number, number];
      for (const slot of lab.slots) lab.put(slot, S_STATE, FREE);
      lab.put(top, S_LIMBO, below);
      lab.put(top, S_STAMP, 1);
      lab.put(below, S_LIMBO, 0);
      lab.put(below, S_STAMP, 0);
      lab.say(real, R_MAGAZINE, top);
      lab.say(stale, R_MAGAZINE, below);
      expect(owner(lab.words)).toBe(real);
      lab.settle(backwards);
    },
  );

  test.each(ORDERS)(
    'has nothing of a chain that another dead thread was giving back: $stale and $real, backwards: $backwards',
    ({ stale, real, backwards }) => {
      const lab = laboratory(3);
      const [first, second, last] = lab.slots as [number, number, number];
      lab.put(first, S_NEXT, second);
      lab.put(second, S_NEXT, last);
      for (const slot of [first, second]) lab.put(slot, S_STATE, FREE);
      lab.put(last, S_STATE, LINKED);
      lab.put(first, S_LIMBO, 0);
      lab.put(first, S_STAMP, 0);
      lab.chain(real, first, 3);
      lab.say(stale, R_MAGAZINE, first);
      expect(owner(lab.words)).toBeUndefined();
      lab.settle(backwards);
    },
  );

  /** A third thread is dead too, with a slot in its first hand, or drawn, that comes behind the chain's one in a magazine that there was once. */
  test.each(ORDERS.flatMap((order) => FREE_LISTS.map((freeList) => ({ ...order, freeList }))))(
    'has nothing of such a chain either if the magazine had one more, which a third one has: $stale and $real, backwards: $backwards, $freeList',
    ({ stale, real, backwards, freeList }) => {
      const lab = laboratory(2, freeList);
      const [first, last] = lab.slots as [number, number];
      const third = diesWithSlot(lab.words);
      lab.put(first, S_NEXT, last);
      lab.put(last, S_STATE, LINKED);
      lab.put(first, S_STATE, FREE);
      // The chain's thread died before it wrote this word anew.
      lab.put(first, S_LIMBO, third);
      lab.put(first, S_STAMP, 1);
      lab.chain(real, first, 2);
      lab.say(stale, R_MAGAZINE, first);
      expect(owner(lab.words)).toBeUndefined();
      expect(lab.settle(backwards).inHand).toBe(0);
    },
  );

  test('has a magazine of which a slot has no other owner, though a chain that was only meant leads to one of it', () => {
    const lab = laboratory(2);
    const [first, second] = lab.slots as [number, number];
    for (const slot of lab.slots) lab.put(slot, S_STATE, FREE);
    lab.put(first, S_LIMBO, second);
    lab.put(first, S_STAMP, 1);
    lab.put(second, S_LIMBO, 0);
    lab.say(FIRST, R_MAGAZINE, first);
    lab.chain(SECOND, first, 1);
    expect(owner(lab.words)).toBe(FIRST);
    lab.settle(false);
  });
});

describe('a dead thread that meant to unlink a chain, of which others have made one since', () => {
  test.each(ORDERS)(
    'has nothing twice where the new one goes the other way round: $stale and $real, backwards: $backwards',
    ({ stale, real, backwards }) => {
      const lab = laboratory(3);
      const [first, second, last] = lab.slots as [number, number, number];
      for (const slot of lab.slots) lab.put(slot, S_STATE, LINKED);
      lab.put(first, S_NEXT, second);
      lab.put(second, S_NEXT, last);
      // The thread died before it wrote this word anew: it says what it said in the queue.
      lab.put(last, S_NEXT, second);
      lab.chain(real, first, 3);
      lab.chain(stale, last, 3);
      const chains = audit(lab.words).chainsInHand();
      expect(chains.flatMap(({ has }) => has).toSorted()).toEqual([first, second, last].toSorted());
      lab.settle(backwards);
    },
  );

  test.each(ORDERS.flatMap((order) => [1, 2].map((most) => ({ ...order, most }))))(
    'has nothing of it that leads further, nor if it goes as far: $stale and $real, backwards: $backwards, up to $most slots',
    ({ stale, real, backwards, most }) => {
      const lab = laboratory(4);
      const [first, second, last, other] = lab.slots as [number, number, number, number];
      for (const slot of lab.slots) lab.put(slot, S_STATE, LINKED);
      lab.put(first, S_NEXT, second);
      lab.put(second, S_NEXT, last);
      lab.put(other, S_NEXT, second);
      lab.chain(real, first, 3);
      // It leads to one slot less than the other one, or to as many.
      lab.chain(stale, other, most + 1);
      expect(lab.settle(backwards).inHand).toBe(0);
    },
  );
});
