import { describe, expect, test } from 'vitest';
import { audit, equation } from '../../src/judge/audit/audit.ts';
import * as layout from '../../src/kernel/layout.ts';
import { sixSlots } from './handmade.ts';

const { ACTIVE, FREE_TOP, H_CACHE, R_LOADED, R_MAGAZINE, R_SPARE, R_STATUS, S_LIMBO, S_NEXT, S_STAMP } =
  layout;

describe('magazines', () => {
  test('of the caches and of the free list are free, and each slot of them once', async () => {
    const made = (await sixSlots()).root(H_CACHE, 2).root(FREE_TOP, 4).slot(4, S_NEXT, 0);
    made.slot(4, S_LIMBO, 5).record(2, R_SPARE, 6);
    const now = audit(made.words);
    expect(now).toMatchObject({ free: 3, cached: 1, leaked: 0, surplus: 0 });
    expect(now.freeList()).toEqual([4, 5]);
    expect(now.caches()).toEqual([{ thread: 2, slots: [6] }]);
    expect(equation(now)).toContain('free 3 (in caches 1)');
  });

  test('that share a slot are a conflict, with each other, the free list and the queue', async () => {
    const made = (await sixSlots()).root(H_CACHE, 2).record(1, R_LOADED, 4).record(2, R_SPARE, 4);
    expect(audit(made.words)).toMatchObject({ free: 5, cached: 1, conflicts: 1, surplus: 2 });
    made.record(2, R_SPARE, 2);
    expect(audit(made.words).slotsOf('conflict')).toEqual([2, 4]);
  });

  test('in hand yield to a claim on the first slot, and else have all their slots', async () => {
    const made = (await sixSlots())
      .root(H_CACHE, 2)
      .root(FREE_TOP, 6)
      .slot(4, S_LIMBO, 5)
      .slot(4, S_STAMP, 1);
    made.record(1, R_STATUS, ACTIVE).record(1, R_MAGAZINE, 4);
    expect(audit(made.words)).toMatchObject({ free: 1, inHand: 2, leaked: 0, surplus: 0 });
    expect(audit(made.words).magazinesInHand()).toEqual([{ thread: 1, slot: 4, counts: true }]);
    made.record(2, R_LOADED, 4);
    expect(audit(made.words)).toMatchObject({ free: 3, inHand: 0, leaked: 0, surplus: 0 });
    expect(audit(made.words).magazinesInHand()).toEqual([{ thread: 1, slot: 4, counts: false }]);
  });
});
