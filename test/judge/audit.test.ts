import { C_D13, HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { describe, expect, test } from 'vitest';
import { audit, auditJson, equation } from '../../src/judge/audit/audit.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { UsageError } from '../../src/errors.ts';
import * as layout from '../../src/kernel/layout.ts';
import { list, sixSlots } from './handmade.ts';
import { abaDequeue, RecordedLab } from './recorded.ts';

const { ACTIVE, DEAD, FREE_TOP, LEFT, R_HAND, R_STATUS, S_LIMBO, S_NEXT, VACANT } = layout;

describe('each owner class', () => {
  test('a fresh buffer is a queue and a free list', async () => {
    const now = audit((await sixSlots()).words);
    expect(equation(now)).toBe('reachable 3 · in hand 0 · retired 0 · free 3 · leaked 0  = 6 slots');
    expect(now.inside()).toEqual([1, 2, 3]);
    expect(now.values()).toEqual([10, 20]);
    expect(now.freeList()).toEqual([4, 5, 6]);
    expect(now.totals).toMatchObject({ everAllocated: 3, inUse: 3, freed: 0 });
  });

  test('a slot that no word names is leaked', async () => {
    const now = audit((await sixSlots()).root(FREE_TOP, 5).words);
    expect(now).toMatchObject({ free: 2, leaked: 1, surplus: 0 });
    expect(now.slotsOf('leaked')).toEqual([4]);
  });

  test('a slot that a thread holds is in hand', async () => {
    const now = audit(
      (await sixSlots()).root(FREE_TOP, 5).record(1, R_STATUS, ACTIVE).record(1, R_HAND, 4).words,
    );
    expect(now).toMatchObject({ inHand: 1, leaked: 0, surplus: 0 });
    expect(now.slotsInHand()).toEqual([{ thread: 1, slot: 4, counts: true }]);
  });

  test('an intent yields to any other claim', async () => {
    const now = audit((await sixSlots()).record(1, R_STATUS, ACTIVE).record(1, R_HAND, 4).words);
    expect(now).toMatchObject({ inHand: 0, free: 3, surplus: 0 });
    expect(now.slotsInHand()).toEqual([{ thread: 1, slot: 4, counts: false }]);
  });

  test.each([
    [VACANT, 0],
    [LEFT, 0],
    [ACTIVE, 1],
    [DEAD, 1],
    [layout.INHERITING, 1],
    [layout.inheritedBy(2), 1],
    [layout.SETTLED, 1],
  ])('a hand counts by the status of its record: %d', async (status, inHand) => {
    const now = audit(
      (await sixSlots()).root(FREE_TOP, 5).record(1, R_STATUS, status).record(1, R_HAND, 4).words,
    );
    expect(now).toMatchObject({ inHand, leaked: 1 - inHand });
  });

  test.each([VACANT, LEFT, DEAD])(
    'a retired list counts whatever its record says (%d), chained by limbo words',
    async (status) => {
      const made = (await sixSlots()).root(FREE_TOP, 0).record(2, R_STATUS, status);
      made.record(2, list(3), 6).slot(6, S_LIMBO, 4).record(1, list(4), 5);
      const now = audit(made.words);
      expect(now).toMatchObject({ retired: 3, leaked: 0, surplus: 0, retiredTwice: 0 });
      expect(now.retiredLists()).toEqual([
        { thread: 1, list: 4, slots: [5] },
        { thread: 2, list: 3, slots: [6, 4] },
      ]);
    },
  );

  test('two claims make one surplus, three make two', async () => {
    // The free list runs on into the queue: slots 1 to 3 are free and reachable, and slot 3 is retired as well.
    const made = (await sixSlots()).slot(6, S_NEXT, 1).record(1, list(0), 3);
    const now = audit(made.words);
    expect(now).toMatchObject({ reachable: 3, free: 6, retired: 1, surplus: 4, conflicts: 3, leaked: 0 });
    expect(now.slotsOf('conflict')).toEqual([1, 2, 3]);
    expect(now.classesOf(3)).toEqual(['reachable', 'retired', 'free', 'conflict']);
    expect(equation(now, { ascii: true })).toBe(
      'reachable 3 . in hand 0 . retired 1 . free 6 . leaked 0 . counted more than once -4 (3 slots have several owners)  = 6 slots',
    );
  });

  test('hazards and pins own nothing', async () => {
    const made = (await sixSlots('hazard-pointers:threshold=1')).root(FREE_TOP, 5);
    made.record(1, R_STATUS, ACTIVE).record(1, layout.R_ANNOUNCE, 4);
    expect(audit(made.words)).toMatchObject({ leaked: 1, inHand: 0, retired: 0 });
  });
});

describe('each overlay', () => {
  test('stranded: Tail leads to it and Head does not', async () => {
    const now = audit((await sixSlots()).slot(2, S_NEXT, 0).words);
    expect(now).toMatchObject({ reachable: 3, stranded: 1, leaked: 0 });
    expect(now.slotsOf('stranded')).toEqual([3]);
    expect(now.inside()).toEqual([1, 2]);
  });

  test('Tail behind Head strands what Head has passed', async () => {
    const now = audit((await sixSlots()).root(HEAD, 3).root(TAIL, 1).words);
    expect(now.slotsOf('stranded')).toEqual([1, 2]);
  });

  test('cyclic: the slots of the cycle, not those that lead into it', async () => {
    const now = audit((await sixSlots()).slot(3, S_NEXT, 2).slot(6, S_NEXT, 6).words);
    expect(now.slotsOf('cyclic')).toEqual([2, 3, 6]);
    expect(now.inside()).toEqual([1, 2, 3]);
    expect(now.freeList()).toEqual([4, 5, 6]);
  });

  test('a cycle that only Tail leads to is found, and one that queue and free list share is counted once', async () => {
    const tailOnly = (await sixSlots()).root(HEAD, 4).root(FREE_TOP, 0).root(TAIL, 1).slot(3, S_NEXT, 1);
    expect(audit(tailOnly.words).slotsOf('cyclic')).toEqual([1, 2, 3]);
    const shared = (await sixSlots()).slot(3, S_NEXT, 4).slot(6, S_NEXT, 4);
    expect(audit(shared.words)).toMatchObject({ cyclic: 3, reachable: 6, free: 3 });
  });

  test('a cycle that no root leads to is leaked, and no cycle of ours', async () => {
    const now = audit((await sixSlots()).root(FREE_TOP, 0).slot(6, S_NEXT, 4).words);
    expect(now).toMatchObject({ leaked: 3, cyclic: 0 });
  });

  test('retired twice: on two lists, or on a list that runs in a circle', async () => {
    const merged = (await sixSlots()).root(FREE_TOP, 0).record(1, list(0), 4).record(2, list(0), 5);
    merged.slot(4, S_LIMBO, 6).slot(5, S_LIMBO, 6);
    expect(audit(merged.words)).toMatchObject({ retired: 3, retiredTwice: 1, surplus: 0 });
    const circle = (await sixSlots()).root(FREE_TOP, 0).record(1, list(0), 4);
    circle.slot(4, S_LIMBO, 5).slot(5, S_LIMBO, 6).slot(6, S_LIMBO, 5);
    const now = audit(circle.words);
    expect(now.slotsOf('retiredTwice')).toEqual([5, 6]);
    expect(now.retiredLists()[0].slots).toEqual([4, 5, 6]);
  });

  test('wild: words that name a slot beyond the last one end the walk there', async () => {
    // Six slots take three bits, so index 7 does not exist.
    const made = (await sixSlots()).slot(2, S_NEXT, 7).root(FREE_TOP, 7).record(1, list(1), -1);
    made.record(2, R_STATUS, ACTIVE).record(2, R_HAND, 1 << 30);
    expect(audit(made.words)).toMatchObject({ wild: 4, reachable: 3, stranded: 1, free: 0, leaked: 3 });
  });

  test('tags are ignored', async () => {
    const made = (await sixSlots('tagged'))
      .root(HEAD, (5 << 3) | 1)
      .root(TAIL, (-1 << 3) | 3)
      .slot(1, S_NEXT, (9 << 3) | 2);
    expect(audit(made.words)).toMatchObject({ reachable: 3, stranded: 0, wild: 0, leaked: 0 });
  });
});

describe('the counters of the records', () => {
  test('two words make one exact number', async () => {
    const made = (await sixSlots())
      .counter(1, layout.C_OPERATIONS, -1, 1)
      .counter(2, layout.C_OPERATIONS, 3, 0);
    expect(audit(made.words).totals.operations).toBe(2 ** 33 - 1 + 3);
    expect(audit(made.words).threads.map(({ operations }) => operations)).toEqual([2 ** 33 - 1, 3]);
  });

  test('how many slots were allocated, and are in use, the slots say, whatever a thread did not come to count', async () => {
    const made = (await sixSlots())
      .slot(1, layout.S_LIFE, -2)
      .slot(2, layout.S_LIFE, 7)
      .counter(1, layout.C_ALLOCATED, -1, 1)
      .counter(2, layout.C_FREED, 2 ** 30, 0);
    // Slot 1 has begun 2^32 - 2 lives, or that many beyond another 2^32, of which the counters know.
    const everAllocated = 2 ** 33 - 2 + 7 + 1;
    expect(audit(made.words).totals).toMatchObject({ everAllocated, inUse: 3, freed: everAllocated - 3 });
    made.slot(4, layout.S_STATE, layout.HELD);
    expect(audit(made.words).totals).toMatchObject({ everAllocated, inUse: 4, freed: everAllocated - 4 });
  });

  test('failures are added up by step', async () => {
    const made = (await sixSlots())
      .counter(1, C_D13, 4, 0)
      .counter(2, C_D13, 5, 0)
      .counter(2, layout.C_A3, 1, 0);
    expect(audit(made.words).totals.failures).toEqual({
      A3: 1,
      F3: 0,
      E9: 0,
      E13: 0,
      E17: 0,
      D10: 0,
      D13: 9,
    });
  });

  test('the damage that a thread noticed is passed on', async () => {
    const made = (await sixSlots())
      .record(2, layout.R_DAMAGE, layout.DAMAGE_DOUBLE_FREE)
      .record(2, layout.R_DAMAGE_SLOT, 4);
    made.record(2, layout.R_DAMAGES, 2);
    const { threads } = audit(made.words);
    expect(threads[0].damage).toBeNull();
    expect(threads[1].damage).toEqual({ kind: layout.DAMAGE_DOUBLE_FREE, slot: 4, count: 2 });
  });
});

describe('real runs', () => {
  test('I1: the peak outlives the garbage', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=8', {
      slots: 24,
      threads: 1,
      initial: [1, 2, 3, 4, 5, 6],
    });
    for (let i = 0; i < 5; i++) lab.dequeue(1);
    expect(audit(lab.words)).toMatchObject({
      retired: 5,
      unreclaimed: 5,
      totals: { unreclaimedCounted: 5, unreclaimedPeak: 5 },
    });
    lab.act(1, ({ scheme }) => scheme.collect());
    lab.dequeue(1);
    expect(audit(lab.words)).toMatchObject({
      retired: 1,
      unreclaimed: 1,
      totals: { unreclaimedCounted: 1, unreclaimedPeak: 5 },
    });
  });

  test('I3: a reclaimed slot is subtracted once', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=2', { slots: 8, threads: 1 });
    for (let i = 0; i < 20; i++) {
      lab.enqueue(1, i);
      lab.dequeue(1);
      const now = audit(lab.words);
      expect(now.totals.inUse).toBe(now.slots - now.free);
      expect(now.totals.inUse).toBe(1 + now.retired);
      expect([now.unreclaimed, now.totals.unreclaimedCounted]).toEqual([now.retired, now.retired]);
      expect(now.totals).toMatchObject({
        everAllocated: i + 2,
        retiredEver: i + 1,
        freed: i + 1 - now.retired,
      });
    }
  });

  test('I4: the leaky baseline has as much unreclaimed as it leaks', async () => {
    const lab = await RecordedLab.make('no-reclaim', { slots: 12, threads: 2 });
    for (let i = 0; i < 6; i++) {
      lab.enqueue(1 + (i % 2), i);
      lab.dequeue(1);
    }
    const now = audit(lab.words);
    expect(now).toMatchObject({ leaked: 6, retired: 0, free: 5, reachable: 1, surplus: 0 });
    expect(now.totals).toMatchObject({
      unreclaimedCounted: 6,
      unreclaimedPeak: 6,
      retiredEver: 6,
      freed: 0,
      inUse: 7,
    });
    expect(auditJson(now)).toMatchObject({ unreclaimed: 6, unreclaimedPeak: 6 });
    expect(now.threads.map(({ unreclaimed, peak }) => [unreclaimed, peak])).toEqual([
      [6, 6],
      [0, 0],
    ]);
  });

  test.each(['naive', 'tagged', 'hazard-pointers:threshold=3', 'epochs:period=2'])(
    '%s keeps the equation without leak or conflict after every operation',
    async (scheme) => {
      const lab = await RecordedLab.make(scheme, { slots: 16, threads: 2, initial: [7] });
      const expected = [7];
      for (let i = 0; i < 200; i++) {
        const thread = 1 + (i % 2);
        if ((i * 7919) % 5 < 3) {
          if (lab.enqueue(thread, i)) expected.push(i);
        } else expect(lab.dequeue(thread)).toBe(expected.shift() ?? null);
        const now = audit(lab.words);
        expect(now).toMatchObject({
          leaked: 0,
          surplus: 0,
          stranded: 0,
          cyclic: 0,
          wild: 0,
          retiredTwice: 0,
          inHand: 0,
        });
        expect(now.values()).toEqual(expected);
        expect(now.totals.inUse).toBe(now.slots - now.free);
        expect([now.unreclaimed, now.totals.unreclaimedCounted]).toEqual([now.retired, now.retired]);
      }
    },
  );

  test('the textbook ABA under naive reuse: all slots are free and reachable', async () => {
    const now = audit((await abaDequeue('naive')).words);
    expect(equation(now)).toBe(
      'reachable 6 · in hand 0 · retired 0 · free 6 · leaked 0 · counted twice −6 (6 slots have two owners)  = 6 slots',
    );
    expect(now.slotsOf('conflict')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each(['tagged', 'no-reclaim', 'hazard-pointers:threshold=1', 'epochs:period=1'])(
    'and under %s no conflict',
    async (scheme) => {
      expect(audit((await abaDequeue(scheme)).words)).toMatchObject({ conflicts: 0, stranded: 0, cyclic: 0 });
    },
  );
});

test('a header that does not fit is refused in one sentence', async () => {
  const { words } = await sixSlots();
  for (const bad of [
    new Int32Array(0),
    words.subarray(0, words.length - 1),
    words.slice().fill(-1),
    words.slice().fill(2 ** 31 - 1),
  ]) {
    expect(() => audit(bad)).toThrow(UsageError);
  }
});

test('lists are cut off at a limit, numbers are not', async () => {
  const lab = await RecordedLab.make('no-reclaim', {
    slots: 40,
    threads: 1,
    initial: Array.from({ length: 30 }, (_, i) => i),
  });
  for (let i = 0; i < 20; i++) lab.dequeue(1);
  const now = audit(lab.words);
  expect(now.inside(3)).toEqual([21, 22, 23]);
  expect(now.values(2)).toEqual([20, 21]);
  expect(now.freeList(2)).toEqual([32, 33]);
  expect(auditJson(now, 5)).toMatchObject({ leaked: 20, leakedSlots: [1, 2, 3, 4, 5] });
});

// Work that grows with the square of the slots would take hours here: it ends in the time limit of a test.
test('a million slots are audited', async () => {
  const words = attachWords(createBuffer({ slots: 1_000_000, threads: 4 }, await chooseScheme('naive')));
  expect(audit(words)).toMatchObject({ free: 999_999, leaked: 0 });
});
