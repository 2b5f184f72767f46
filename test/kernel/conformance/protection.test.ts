import { describe, expect, test } from 'vitest';
import { announcementOf } from '../../../src/laboratory/announcements.ts';
import type { Participant } from '../../../src/laboratory/participant-view.ts';
import { FREE, GLOBAL, RETIRED, R_ANNOUNCE } from '../../../src/kernel/layout.ts';
import { TAIL } from '../../../src/kernel/structures/michael-scott.ts';
import { OK, VALUE } from '../../../src/kernel/structure.ts';
import { E5 } from '../../../src/kernel/structures/michael-scott.ts';
import {
  damages,
  eager,
  field,
  garbage,
  laboratory,
  lifeOf,
  lookAtHead,
  looksAway,
  queueSlots,
  schemes,
  slotsInState,
  stateOf,
  type Laboratory,
} from '../laboratory.ts';
import { claim, churn, isFreedByOthers, pass } from './suite.ts';

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  const room = 40;

  describe('recycling', () => {
    claim(scheme.RECLAIMS, 'a slot comes back in another life', () => {
      const lab = laboratory(eager(scheme), room, 2);
      churn(lab.threads, 2 * room);
      expect(damages(lab)).toBe(0);
      return slotsInState(lab, FREE)
        .concat(queueSlots(lab))
        .some((slot) => lifeOf(lab, slot) > 1);
    });

    claim(scheme.RECLAIMS, 'a queue that was full has room again after dequeues', () => {
      const lab = laboratory(eager(scheme), room, 2);
      const [first, second] = lab.threads as [Participant, Participant];
      while (first.queue.enqueue(7) === OK);
      first.scheme.offline();
      while (second.queue.dequeue() === VALUE);
      return first.queue.enqueue(8) === OK;
    });
  });

  describe('protection', () => {
    const trio = (): Laboratory => laboratory(eager(scheme), room, 3, [1, 2, 3]);

    claim(!scheme.STALE_READS, 'the protected dummy node is not freed', () => {
      const lab = trio();
      const [head] = lookAtHead(lab.threads[0]!);
      return !isFreedByOthers(lab, head, lab.threads.slice(1));
    });

    claim(!scheme.STALE_READS, 'its protected successor is not freed', () => {
      const lab = trio();
      const [, next] = lookAtHead(lab.threads[0]!);
      return !isFreedByOthers(lab, next, lab.threads.slice(1));
    });

    claim(!scheme.STALE_READS, 'what any one thread protects, none of the others frees', () =>
      [0, 1, 2].every((looker) =>
        [0, 1, 2]
          .filter((worker) => worker !== looker)
          .every((worker) => {
            const lab = trio();
            const [head, next] = lookAtHead(lab.threads[looker]!);
            const others = [lab.threads[worker]!];
            return !isFreedByOthers(lab, head, others) && !isFreedByOthers(lab, next, others);
          }),
      ),
    );

    claim(!scheme.STALE_READS, 'the protected tail is not freed', () => {
      const lab = trio();
      const { scheme: own, geometry } = lab.threads[1]!;
      own.enter();
      const tail = geometry.link.index(own.protect(E5, 0, TAIL));
      return !isFreedByOthers(lab, tail, [lab.threads[0]!, lab.threads[2]!]);
    });

    claim(
      !scheme.STALE_READS,
      'a slot stays protected when its retirer departs and its list is adopted',
      () => {
        const lab = trio();
        const [head] = lookAtHead(lab.threads[0]!);
        const life = lifeOf(lab, head);
        expect(lab.threads[1]!.queue.dequeue()).toBe(VALUE);
        lab.threads[1]!.scheme.depart();
        lab.threads[2]!.scheme.adopt();
        const freed = isFreedByOthers(lab, head, [lab.threads[2]!]);
        return !freed && lifeOf(lab, head) === life && stateOf(lab, head) === RETIRED;
      },
    );

    test('a slot that was protected is freed after leave, if slots are freed at all', () => {
      const lab = trio();
      const [head, next] = lookAtHead(lab.threads[0]!);
      churn(lab.threads.slice(1), 5);
      looksAway(lab.threads[0]!);
      expect(isFreedByOthers(lab, head, lab.threads.slice(1))).toBe(scheme.RECLAIMS);
      expect(isFreedByOthers(lab, next, lab.threads.slice(1))).toBe(scheme.RECLAIMS);
    });

    claim(
      announcementOf({ holds: scheme.HOLDS })?.waitedFor !== 'online',
      'a thread that is idle between two operations holds nothing back',
      () => {
        const lab = trio();
        const [idle, other] = lab.threads as [Participant, Participant];
        expect(pass(idle, 4)).toBe(true);
        const retired = queueSlots(lab)[0]!;
        return !scheme.RECLAIMS || isFreedByOthers(lab, retired, [other]);
      },
    );

    if (typeof announcementOf({ holds: scheme.HOLDS })?.epochs?.grace === 'function') {
      test.each([1, 2, 3, 4, 5])(
        'slots are protected and freed across the wrap of the epoch, %i before',
        (before) => {
          const lab = trio();
          lab.memory.poke(GLOBAL, 2 ** 30 - before);
          const [head] = lookAtHead(lab.threads[0]!);
          expect(isFreedByOthers(lab, head, lab.threads.slice(1))).toBe(false);
          looksAway(lab.threads[0]!);
          expect(isFreedByOthers(lab, head, lab.threads.slice(1))).toBe(true);
          const epoch = lab.memory.peek(GLOBAL);
          expect(epoch).toBeGreaterThan(0);
          expect(epoch).toBeLessThan(100);
          expect(garbage(lab)).toBeLessThan(10);
        },
      );

      test('a thread that entered twice is protected until it has left twice', () => {
        const lab = trio();
        const [{ scheme: own }] = lab.threads as [Participant];
        const [head] = lookAtHead(lab.threads[0]!);
        own.enter();
        expect(isFreedByOthers(lab, head, lab.threads.slice(1))).toBe(false);
        own.leave();
        expect(isFreedByOthers(lab, head, lab.threads.slice(1))).toBe(false);
        looksAway({ scheme: own });
        expect(isFreedByOthers(lab, head, lab.threads.slice(1))).toBe(true);
      });
    }

    test('a thread that goes offline after an operation leaves nothing announced behind', () => {
      const lab = trio();
      const [{ queue, scheme: own }] = lab.threads as [Participant];
      for (const operation of [
        () => queue.enqueue(4),
        () => queue.isEmpty(),
        () => queue.dequeue(),
        () => [1, 2, 3, 4].map(() => queue.dequeue()),
      ]) {
        operation();
        own.offline();
        expect([0, 1].map((k) => field(lab, 1, R_ANNOUNCE + k))).toEqual([0, 0]);
      }
    });
  });
});
