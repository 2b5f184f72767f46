import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announcementOf } from '../../../src/laboratory/announcements.ts';
import type { Participant } from '../../../src/laboratory/participant-view.ts';
import { boundOf, type SchemeChoice } from '../../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../../src/laboratory/scheme-class.ts';
import { usualStructure } from '../../../src/laboratory/structures.ts';
import { checkGeometry } from '../../../src/laboratory/shared.ts';
import {
  C_FREED,
  C_RETIRED,
  HOLDS_BAGS,
  HOLDS_BATCHES,
  HOLDS_ONLINE,
  HOLDS_OPERATIONS,
  HOLDS_RESERVATIONS,
  RETIRED,
  R_PEAK,
  R_UNRECLAIMED,
} from '../../../src/kernel/layout.ts';
import { EMPTY, OK, VALUE } from '../../../src/kernel/structure.ts';
import { UNBOUNDED } from '../../../src/kernel/scheme.ts';
import {
  countedGarbage,
  counter,
  damages,
  eager,
  field,
  garbage,
  laboratory,
  lookAtHead,
  looksAway,
  queueSlots,
  schemes,
  slotsInState,
  type Laboratory,
} from '../laboratory.ts';
import { choicesOf, claim, pass, churn } from './suite.ts';
import { runs } from '../../effort.ts';

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  const room = 40;

  describe('garbage', () => {
    const choices = choicesOf(scheme);

    claim(
      scheme.SURVIVES_STALL && scheme.bound(3, 1, 1, 2, 1) !== UNBOUNDED,
      'garbage stays within the bound while a thread is stalled',
      () =>
        choices.every((choice) => {
          // Three values, a dummy, and the value that is passed on.
          const bound = boundOf(choice, 3, usualStructure, 5);
          const lab = laboratory(choice, 400, 3, [1, 2, 3]);
          lookAtHead(lab.threads[0]!);
          let most = 0;
          churn(lab.threads.slice(1), 301, () => (most = Math.max(most, garbage(lab))));
          expect(most).toBe(slotsInState(lab, RETIRED).length === 0 ? 0 : most);
          return bound !== null && most <= bound;
        }),
    );

    claim(
      scheme.SURVIVES_STALL && scheme.RECLAIMS,
      'the others always find a slot while a thread is stalled',
      () =>
        choices.every((choice) => {
          const lab = laboratory(choice, 400, 3, [1, 2, 3]);
          lookAtHead(lab.threads[0]!);
          return Array.from({ length: 1000 }).every((_, i) => pass(lab.threads[1 + (i % 2)]!, i));
        }),
    );

    claim(
      scheme.SURVIVES_DEATH && scheme.RECLAIMS,
      'the others always find a slot although nobody adopts a dead thread that was looking',
      () => {
        const lab = laboratory(eager(scheme), room, 3, [1, 2, 3]);
        lookAtHead(lab.threads[0]!);
        // Nobody has noticed the death yet, so the record is active still.
        return Array.from({ length: 1000 }).every((_, i) => pass(lab.threads[1 + (i % 2)]!, i));
      },
    );

    if (!scheme.RECLAIMS || !scheme.SURVIVES_STALL) {
      test.each([50, 200])('garbage grows with the slab while a thread is stalled: %i slots', (slots) => {
        const lab = laboratory(eager(scheme), slots, 3);
        lookAtHead(lab.threads[0]!);
        churn(lab.threads.slice(1), slots);
        expect(garbage(lab)).toBe(slots - queueSlots(lab).length);
        const { param0, param1 } = eager(scheme);
        expect(scheme.bound(3, param0, param1, 2, 1)).toBe(UNBOUNDED);
      });
    }

    const bounded = choices.filter((choice) => boundOf(choice, 3) !== null);
    if (bounded.length > 0) {
      test('the bound holds when every thread keeps all that it may keep', () => {
        for (const choice of bounded) {
          for (const threads of [1, 2, 3, 4]) {
            const lab = laboratory(choice, 500, threads);
            for (let i = 0; i < threads; i++) hoard(lab, choice, i);
            const bound = boundOf(choice, threads, usualStructure, 2 * threads + 1);
            expect(garbage(lab)).toBeLessThanOrEqual(bound!);
          }
        }
      });
    }

    // A collector stops all threads, and a scan that neutralizes lets them start over: neither comes because a thread has time.
    const disturbs = scheme.HOLDS === HOLDS_OPERATIONS || scheme.HOLDS === HOLDS_RESERVATIONS;
    const helps = scheme.RECLAIMS && !disturbs;
    claim(helps, 'dequeues that find the queue empty free what is left', () =>
      choices.every((choice) => {
        const lab = laboratory(choice, 400, 2, [1, 2, 3]);
        const [first, second] = lab.threads as [Participant, Participant];
        lookAtHead(first);
        while (second.queue.dequeue() === VALUE);
        looksAway(first);
        for (let n = 0; n < 3; n++) expect(second.queue.dequeue()).toBe(EMPTY);
        return garbage(lab) === 0;
      }),
    );

    test('what the records count is what is retired, and the peak is the most there was', () => {
      const lab = laboratory(choices.at(-1)!, 400, 2, [1, 2, 3]);
      lookAtHead(lab.threads[0]!);
      let most = 0;
      churn(lab.threads.slice(1), 100, () => {
        const now = countedGarbage(lab);
        most = Math.max(most, now);
        expect(slotsInState(lab, RETIRED)).toHaveLength(now);
        expect(garbage(lab)).toBe(now);
      });
      // The peak is taken before a scan, so it can be one more than what any operation left behind. No thread counts what is parked, or held by its count.
      const peaks = keepsNoCount(scheme) ? [0] : [most, most + 1];
      expect(peaks).toContain(field(lab, 2, R_PEAK));
      expect(counter(lab, 2, C_RETIRED) - counter(lab, 2, C_FREED)).toBe(garbage(lab));
    });

    test('the bound holds for any mix of operations and of looks that block reclamation', () => {
      fc.assert(
        fc.property(fc.nat(choices.length - 1), moves(3, 120), (which, program) => {
          const choice = choices[which]!;
          const lab = laboratory(choice, 300, 3, [1, 2, 3, 4, 5, 6, 7, 8]);
          let most = 0;
          run(lab, program, () => {
            most = Math.max(most, queueSlots(lab).length);
            const bound = boundOf(choice, 3, usualStructure, most);
            if (bound !== null) expect(garbage(lab)).toBeLessThanOrEqual(bound);
          });
          expect(damages(lab)).toBe(0);
        }),
        { numRuns: runs(60) },
      );
    });
  });

  describe('the slots it needs', () => {
    const cases = choicesOf(scheme).flatMap((choice) => [1, 2, 3, 4].map((threads) => ({ choice, threads })));

    test.each(cases)(
      'one slot fewer is refused: $choice.param0, $choice.param1, $threads threads',
      ({ choice, threads }) => {
        const needs = scheme.needs(threads, choice.param0, choice.param1, 2, 1);
        expect(() => checkGeometry({ slots: needs, threads }, choice)).not.toThrow();
        if (needs > 2) {
          expect(() => checkGeometry({ slots: needs - 1, threads }, choice)).toThrow(
            `give at least ${needs} (--slots ${needs})`,
          );
        }
      },
    );

    claim(scheme.RECLAIMS, 'they suffice for one more value after any mix of operations and looks', () => {
      const program = moves(4, 150).map((all) =>
        all.filter(({ act }) => (scheme.SURVIVES_STALL && !pinsAll(scheme)) || act !== 'look'),
      );
      const which = fc.nat(cases.length - 1);
      const suffice = fc.property(which, fc.nat(3), program, fc.boolean(), (n, pick, all, hold) => {
        const { choice, threads } = cases[n]!;
        const lab = laboratory(choice, scheme.needs(threads, choice.param0, choice.param1, 2, 1), threads);
        const looking = run(
          lab,
          all.filter(({ thread }) => thread < threads),
        );
        // The one that enqueues next looks at nothing; the others stay as they are.
        const last = pick % threads;
        if (looking.delete(last)) looksAway(lab.threads[last]!);
        // A thread announces two slots, or has one in hand and announces one at most.
        const idle = lab.threads.filter((_, i) => i !== last && !looking.has(i));
        if (hold) for (const { slab } of idle) slab.take();
        expect(hasOneMore(lab, last)).toBe(true);
      });
      // An assertion prints the counterexample, a check does not.
      const parameters = { numRuns: runs(150, 4) };
      if (scheme.RECLAIMS) fc.assert(suffice, parameters);
      return scheme.RECLAIMS || !fc.check(suffice, parameters).failed;
    });

    claim(scheme.RECLAIMS, 'they suffice when every other thread keeps all that it may keep', () =>
      cases.every(({ choice, threads }) => {
        const lab = laboratory(choice, scheme.needs(threads, choice.param0, choice.param1, 2, 1), threads);
        for (let retirer = 1; retirer < threads; retirer++) hoard(lab, choice, retirer);
        return hasOneMore(lab, 0);
      }),
    );
  });
});

/** True under a scheme where the slots themselves tell what is unreclaimed. */
function keepsNoCount({ HOLDS }: SchemeClass): boolean {
  const announces = announcementOf({ holds: HOLDS });
  return announces?.parks !== undefined || announces?.counts === true;
}

/** True if a look may hold back all that is in use, however much that is. */
function pinsAll(scheme: SchemeClass): boolean {
  const [less, more] = [1, 2].map((inUse) => scheme.bound(2, 1, 1, 2, inUse));
  return scheme.RECLAIMS && (more === UNBOUNDED || more !== less);
}

interface Move {
  readonly thread: number;
  readonly act: 'enqueue' | 'dequeue' | 'look' | 'leave';
}

function moves(threads: number, maxLength: number): fc.Arbitrary<Move[]> {
  const act = fc.constantFrom('enqueue', 'dequeue', 'dequeue', 'look', 'leave') as fc.Arbitrary<Move['act']>;
  return fc.array(fc.record({ thread: fc.nat(threads - 1), act }), { maxLength, size: 'max' });
}

/**
 * A thread that looks does nothing else until it leaves, or looks again: it is stalled, or goes round its loop. Returns the threads
 * that still look at the end.
 */
function run(lab: Laboratory, program: readonly Move[], after: () => void = () => {}): Set<number> {
  const looking = new Set<number>();
  for (const [i, { thread, act }] of program.entries()) {
    const own = lab.threads[thread]!;
    if (act === 'leave' || act === 'look') {
      if (looking.delete(thread)) looksAway(own);
      if (act === 'look') {
        lookAtHead(own);
        looking.add(thread);
      }
    } else if (!looking.has(thread)) {
      if (act === 'enqueue') own.queue.enqueue(i);
      else own.queue.dequeue();
      // Nobody knows when its next operation will be.
      own.scheme.offline();
    }
    after();
  }
  return looking;
}

/** True if thread `i`, when it has emptied the queue, finds a slot for one value more, whatever the others keep. */
function hasOneMore(lab: Laboratory, i: number): boolean {
  const { queue } = lab.threads[i]!;
  while (queue.dequeue() === VALUE);
  return queue.enqueue(1) === OK && queue.dequeue() === VALUE && queue.dequeue() === EMPTY;
}

/**
 * Thread `i` keeps as much as it may: while all others look on, two slots each (where the scheme survives that, whatever is in use), or for as long as it
 * has no need to free them. Then the others look away, and it does nothing more.
 */
function hoard(lab: Laboratory, choice: SchemeChoice, i: number): void {
  const own = lab.threads[i]!;
  const others = lab.threads.filter((other) => other !== own);
  const { scheme, param0, param1 } = choice;
  if (scheme.SURVIVES_STALL && !pinsAll(scheme) && param0 <= 2 * others.length) {
    while (queueSlots(lab).length < 2 * others.length + 2 && own.queue.enqueue(1) === OK);
    for (const other of others) {
      lookAtHead(other);
      own.queue.dequeue();
      own.queue.dequeue();
    }
    while (own.queue.dequeue() === VALUE);
    for (const other of others) looksAway(other);
    return;
  }
  if (scheme.HOLDS === HOLDS_BAGS) {
    // Three bags, each with what is retired in the operations that it takes to look at all threads.
    const most = 3 * lab.threads.length * param0;
    while (queueSlots(lab).length <= most && own.queue.enqueue(1) === OK);
    while (field(lab, own.thread, R_UNRECLAIMED) < most && queueSlots(lab).length > 1) own.queue.dequeue();
    return;
  }
  if (scheme.HOLDS === HOLDS_BATCHES) {
    // A batch that is not handed over: no thread counts what is in it.
    for (let n = 1; n < param0; n++) if (own.queue.enqueue(1) === OK) own.queue.dequeue();
    return;
  }
  const untilFreed = scheme.HOLDS === HOLDS_ONLINE ? 2 * param0 : param0 * (param1 & 0xffff);
  const keeps = scheme.SURVIVES_STALL ? param0 - 1 : untilFreed - 1;
  while (field(lab, own.thread, R_UNRECLAIMED) < keeps && own.queue.enqueue(1) === OK) own.queue.dequeue();
  own.scheme.offline();
}
