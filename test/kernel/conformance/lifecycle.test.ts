import { describe, expect, test } from 'vitest';
import { assemble } from '../../../src/laboratory/participant.ts';
import { ACTIVE, LEFT, RETIRED, R_ANNOUNCE, R_STATUS, VACANT } from '../../../src/kernel/layout.ts';
import { OK } from '../../../src/kernel/structure.ts';
import { join } from '../../../src/kernel/join.ts';
import {
  eager,
  field,
  garbage,
  laboratory,
  lookAtHead,
  looksAway,
  queueSlots,
  schemes,
  slotsInState,
} from '../laboratory.ts';
import {
  choicesOf,
  claim,
  churn,
  isFreedByOthers,
  die,
  retiredByT1,
  expectAllAccountedFor,
} from './suite.ts';

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  const room = 40;

  describe('leaving, dying and joining', () => {
    test('a thread that leaves frees what it can, and its record can be had again', () => {
      const lab = laboratory(choicesOf(scheme).at(-1)!, 200, 2);
      churn([lab.threads[0]!], 5);
      lab.threads[0]!.scheme.depart();
      expect(field(lab, 1, R_STATUS)).toBe(LEFT);
      expect(slotsInState(lab, RETIRED)).toHaveLength(scheme.RECLAIMS ? 0 : 5);
      expect(join(lab.memory, lab.geometry)).toBe(1);
      expect(field(lab, 1, R_STATUS)).toBe(ACTIVE);
    });

    test('what a leaving thread cannot free is taken over and freed by an heir', () => {
      const lab = retiredByT1(scheme);
      lab.threads[0]!.scheme.depart();
      const kept = garbage(lab);
      looksAway(lab.threads[1]!);
      lab.threads[2]!.scheme.adopt();
      lab.threads[2]!.scheme.collect();
      expect(field(lab, 1, R_STATUS)).toBe(VACANT);
      expect(garbage(lab)).toBe(scheme.RECLAIMS ? 0 : kept);
      expect(slotsInState(lab, RETIRED)).toHaveLength(garbage(lab));
      expectAllAccountedFor(lab, scheme);
    });

    claim(
      scheme.RECLAIMS,
      'an enqueue that finds no free slot takes over what a leaving thread could not free, or a dead one kept',
      () =>
        [true, false].every((leaves) => {
          const lab = retiredByT1(scheme);
          if (leaves) lab.threads[0]!.scheme.depart();
          else die(lab, 1);
          looksAway(lab.threads[1]!);
          const { queue } = lab.threads[2]!;
          while (queue.enqueue(9) === OK);
          return queueSlots(lab).length === lab.geometry.slots;
        }),
    );

    test('what a leaving thread cannot free is freed by the thread that takes its record up', () => {
      const lab = retiredByT1(scheme);
      lab.threads[0]!.scheme.depart();
      const kept = garbage(lab);
      expect(join(lab.memory, lab.geometry)).toBe(1);
      looksAway(lab.threads[1]!);
      const successor = assemble(lab.memory, 1, scheme);
      successor.scheme.collect();
      expect(garbage(lab)).toBe(scheme.RECLAIMS ? 0 : kept);
      expectAllAccountedFor(lab, scheme);
    });

    test('what a dead thread retired is taken over and freed, and what it announced is taken back', () => {
      const lab = retiredByT1(scheme);
      const kept = garbage(lab);
      lookAtHead(lab.threads[0]!);
      die(lab, 1);
      looksAway(lab.threads[1]!);
      lab.threads[2]!.scheme.adopt();
      lab.threads[2]!.scheme.collect();
      expect(field(lab, 1, R_STATUS)).toBe(VACANT);
      expect([0, 1].map((k) => field(lab, 1, R_ANNOUNCE + k))).toEqual([0, 0]);
      expect(garbage(lab)).toBe(scheme.RECLAIMS ? 0 : kept);
      expectAllAccountedFor(lab, scheme);
    });

    claim(
      !scheme.STALE_READS,
      'a thread that takes up the record of one that died while it was looking is protected',
      () => {
        const lab = laboratory(eager(scheme), room, 3, [1, 2, 3]);
        lookAtHead(lab.threads[0]!);
        die(lab, 1);
        lab.threads[1]!.scheme.adopt();
        expect(join(lab.memory, lab.geometry)).toBe(1);
        const [head, next] = lookAtHead(assemble(lab.memory, 1, scheme));
        const others = lab.threads.slice(1);
        return !isFreedByOthers(lab, head, others) && !isFreedByOthers(lab, next, others);
      },
    );

    test('any thread may leave or die, and any other be its heir', () => {
      for (const gone of [1, 2, 3]) {
        for (const heir of [1, 2, 3].filter((thread) => thread !== gone)) {
          const lab = laboratory(eager(scheme), room, 3, [1, 2, 3]);
          if (heir % 2 === 0) lab.threads[gone - 1]!.scheme.depart();
          else die(lab, gone);
          lab.threads[heir - 1]!.scheme.adopt();
          expect([gone, heir, field(lab, gone, R_STATUS)]).toEqual([gone, heir, VACANT]);
          expect(join(lab.memory, lab.geometry)).toBe(gone);
        }
      }
    });

    test('a record has one heir', () => {
      const lab = retiredByT1(scheme);
      lab.threads[0]!.scheme.depart();
      looksAway(lab.threads[1]!);
      lab.threads[1]!.scheme.adopt();
      const held = [1, 2, 3].map((thread) => field(lab, thread, R_STATUS));
      lab.threads[2]!.scheme.adopt();
      expect(held).toEqual([VACANT, ACTIVE, ACTIVE]);
      expectAllAccountedFor(lab, scheme);
    });

    test('nobody can join when every record is taken, or waits to be settled', () => {
      const lab = laboratory(eager(scheme), room, 2);
      expect(join(lab.memory, lab.geometry)).toBe(0);
      die(lab, 1);
      expect(join(lab.memory, lab.geometry)).toBe(0);
      lab.memory.poke(lab.geometry.record(2) + R_STATUS, VACANT);
      expect(join(lab.memory, lab.geometry)).toBe(2);
      expect(join(lab.memory, lab.geometry)).toBe(0);
    });
  });
});
