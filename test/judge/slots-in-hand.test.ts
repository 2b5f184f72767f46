import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import * as layout from '../../src/kernel/layout.ts';
import { sixSlots } from './handmade.ts';

const { ACTIVE, DEAD, FREE_TOP, R_HAND, R_STATUS, S_NEXT } = layout;

describe('a slot in hand', () => {
  test('two hands on one slot are one claim', async () => {
    const made = (await sixSlots()).root(FREE_TOP, 5);
    for (const thread of [1, 2]) made.record(thread, R_STATUS, ACTIVE).record(thread, R_HAND, 4);
    expect(audit(made.words)).toMatchObject({ inHand: 1, leaked: 0, surplus: 0 });
  });

  test('of several hands on one slot one counts, that of a thread that goes on before those of the dead', async () => {
    const made = (await sixSlots('naive', 3)).root(FREE_TOP, 5);
    for (const [thread, status] of [DEAD, DEAD, ACTIVE].entries())
      made.record(thread + 1, R_STATUS, status).record(thread + 1, R_HAND, 4);
    const counting = (): number[] =>
      audit(made.words)
        .slotsInHand()
        .filter(({ counts }) => counts)
        .map(({ thread }) => thread);
    expect(counting()).toEqual([3]);
    made.record(3, R_HAND, 0);
    expect(counting()).toEqual([1]);
    made.record(1, R_HAND, 0);
    expect(counting()).toEqual([2]);
  });

  const { FREE, HELD, LINKED, RETIRED } = layout;
  test.each([
    ['about to be taken', layout.HAND_TAKING, [FREE]],
    ['taken', layout.HAND_TAKEN, [FREE, HELD, LINKED]],
    ['about to be unlinked', layout.HAND_UNLINKING, [LINKED]],
    ['taken off a list', layout.HAND_OWNED, [FREE, HELD, LINKED, RETIRED]],
  ])('a slot in hand that is %s is so only in the states that this leads to', async (_, kind, states) => {
    for (const state of [FREE, HELD, LINKED, RETIRED]) {
      const made = (await sixSlots()).root(FREE_TOP, 5).record(1, R_STATUS, DEAD).record(1, R_HAND, 4);
      made.record(1, layout.R_HAND_KIND, kind).slot(4, layout.S_STATE, state).slot(4, S_NEXT, 0);
      const inHand = states.includes(state);
      expect(audit(made.words)).toMatchObject({ inHand: Number(inHand), leaked: Number(!inHand) });
      expect(audit(made.words).slotsInHand()).toEqual([{ thread: 1, slot: 4, counts: inHand }]);
      // A node that has a successor was linked, so the thread that took it has not got it any more.
      made.slot(4, S_NEXT, 2);
      const linked = kind === layout.HAND_TAKEN && state === LINKED;
      expect(audit(made.words).inHand).toBe(Number(inHand && !linked));
    }
  });
});
