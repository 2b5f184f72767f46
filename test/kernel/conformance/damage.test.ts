import { describe, expect, test } from 'vitest';
import type { Participant } from '../../../src/laboratory/participant-view.ts';
import {
  DAMAGE_BAD_RETIRE,
  DAMAGE_DOUBLE_FREE,
  DAMAGE_NOT_FREE,
  LINKED,
  R_DAMAGE,
  R_DAMAGES,
  R_DAMAGE_SLOT,
  S_STATE,
} from '../../../src/kernel/layout.ts';
import { eager, field, freeSlots, laboratory, lookAtHead, schemes } from '../laboratory.ts';

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  const room = 40;

  describe('damage', () => {
    test('a second free of a slot is noticed', () => {
      const lab = laboratory(eager(scheme), room, 1);
      const { slab } = lab.threads[0]!;
      const slot = slab.take();
      slab.give(slot);
      expect(field(lab, 1, R_DAMAGES)).toBe(0);
      slab.give(slot);
      expect([R_DAMAGE, R_DAMAGE_SLOT, R_DAMAGES].map((word) => field(lab, 1, word))).toEqual([
        DAMAGE_DOUBLE_FREE,
        slot,
        1,
      ]);
    });

    test('a second retire of a slot is noticed, and so is one of a slot that never was in the queue', () => {
      for (const prepare of [
        ({ scheme: own }: Participant, slot: number) => own.retire(slot),
        ({ slab }: Participant) => void slab.take(),
      ]) {
        const lab = laboratory(eager(scheme), room, 2, [1, 2]);
        // A thread that looks keeps the slot retired where the scheme can.
        lookAtHead(lab.threads[1]!);
        const slot = prepare.length === 2 ? 1 : freeSlots(lab)[0]!;
        prepare(lab.threads[0]!, slot);
        lab.threads[0]!.scheme.retire(slot);
        expect(field(lab, 1, R_DAMAGE)).toBe(DAMAGE_BAD_RETIRE);
        expect(field(lab, 1, R_DAMAGE_SLOT)).toBe(slot);
      }
    });

    test('a slot on the free list that is not free is noticed when it is taken', () => {
      const lab = laboratory(eager(scheme), room, 1);
      const slot = freeSlots(lab)[0]!;
      lab.memory.poke(lab.geometry.slot(slot, S_STATE), LINKED);
      expect(lab.threads[0]!.slab.take()).toBe(slot);
      expect(field(lab, 1, R_DAMAGE)).toBe(DAMAGE_NOT_FREE);
    });

    test('the first damage stays on record and the others are counted', () => {
      const lab = laboratory(eager(scheme), room, 1);
      const { record } = lab.threads[0]!;
      record.damage(DAMAGE_BAD_RETIRE, 3);
      record.damage(DAMAGE_DOUBLE_FREE, 4);
      expect([R_DAMAGE, R_DAMAGE_SLOT, R_DAMAGES].map((word) => field(lab, 1, word))).toEqual([
        DAMAGE_BAD_RETIRE,
        3,
        2,
      ]);
    });
  });
});
