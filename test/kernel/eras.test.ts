import { describe, expect, test } from 'vitest';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { GLOBAL, S_BIRTH } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { G2, G7, HazardEras } from '../../src/kernel/schemes/hazard-eras.ts';
import { I2, I5, I10, Interval } from '../../src/kernel/schemes/interval.ts';
import { D2, HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { counting, upTo } from './counted-steps.ts';
import { choiceOf, garbage, lookAtHead, queueSlots, type Laboratory } from './laboratory.ts';

// What the schemes of eras do when the clock or a count reaches a number, held against that number; and what one announcement holds back.

const eras = (threshold: number): SchemeChoice => choiceOf(HazardEras, threshold);
const intervals = (threshold: number, period: number): SchemeChoice => choiceOf(Interval, threshold, period);
const clockOf = ({ memory }: Laboratory): number => memory.peek(GLOBAL);

describe('hazard eras', () => {
  test.each([
    [1, 1],
    [3, 2],
  ])(
    'with threshold=%i and %i threads every retire moves the clock on, and the one that reaches the threshold scans',
    (threshold, threads) => {
      const lab = counting(eras(threshold), threads, 3 * threshold);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo(3 * threshold)) {
        expect(queue.dequeue()).toBe(VALUE);
        expect([n, clockOf(lab)]).toEqual([n, n]);
        // Two eras of each thread are read.
        expect([n, lab.memory.since(G7)]).toEqual([n, n % threshold === 0 ? 2 * threads : 0]);
        expect([n, garbage(lab)]).toEqual([n, n % threshold]);
      }
    },
  );

  test.each([
    [1, 0],
    [1, 2 ** 30 - 2],
    [20, 0],
    [20, 2 ** 30 - 21],
  ])(
    'a reader that stops holds back the dummy, %i values and what is born before the next retire, and no more, from era %i on',
    (values, era) => {
      const lab = counting(eras(1), 2, values);
      lab.memory.poke(GLOBAL, era);
      const [{ queue }, reader] = lab.threads as [Participant, Participant];
      lookAtHead(reader);
      const most = values + 2;
      const kept = upTo(3 * most).map(() => {
        expect([queue.enqueue(7), queue.dequeue()]).toEqual([OK, VALUE]);
        return garbage(lab);
      });
      expect(kept).toEqual(upTo(3 * most).map((n) => Math.min(n, most)));
      reader.scheme.leave();
      expect([queue.enqueue(7), queue.dequeue(), garbage(lab)]).toEqual([OK, VALUE, 0]);
    },
  );

  test('while the clock stands a thread that reads announces nothing again, and it does so in each era', () => {
    const lab = counting(eras(9), 2, 9);
    const [{ queue }, { scheme }] = lab.threads as [Participant, Participant];
    const read = (): number => {
      lab.memory.since(G2);
      scheme.protect(D2, 0, HEAD);
      return lab.memory.since(G2);
    };
    // An announcement is followed by a second look.
    expect([read(), read(), read()]).toEqual([2, 1, 1]);
    queue.dequeue();
    expect([read(), read()]).toEqual([2, 1]);
  });
});

/** How many slots an operation holds back that is outrun so many times. */
function heldWhileOutrun(choice: SchemeChoice, rounds: number): number[] {
  const lab = counting(choice, 2, 0);
  const [{ queue }, { scheme }] = lab.threads as [Participant, Participant];
  scheme.enter();
  return upTo(rounds).map(() => {
    scheme.protect(D2, 0, HEAD);
    for (const n of upTo(5)) expect([queue.enqueue(n), queue.dequeue()]).toEqual([OK, VALUE]);
    return garbage(lab);
  });
}

describe('intervals of eras', () => {
  test.each([
    [1, 1, 1],
    [3, 2, 2],
    [5, 4, 3],
  ])(
    'with threshold=%i, period=%i and %i threads every so many slots that a thread takes or retires move the clock on, and the threshold scans',
    (threshold, period, threads) => {
      const lab = counting(intervals(threshold, period), threads, 0);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo(3 * threshold * period)) {
        expect(queue.enqueue(n)).toBe(OK);
        expect([n, clockOf(lab)]).toEqual([n, Math.floor((2 * n - 1) / period)]);
        expect(queue.dequeue()).toBe(VALUE);
        expect([n, clockOf(lab)]).toEqual([n, Math.floor((2 * n) / period)]);
        // Both ends of the interval of each thread are read.
        expect([n, lab.memory.since(I10)]).toEqual([n, n % threshold === 0 ? 2 * threads : 0]);
        expect([n, garbage(lab)]).toEqual([n, n % threshold]);
      }
    },
  );

  test.each([
    [1, 1, 0],
    [1, 1, 2 ** 30 - 2],
    [20, 1, 0],
    [20, 5, 2 ** 30 - 21],
  ])(
    'a reader that stops holds back the dummy, %i values, and with period=%i what is taken before the clock moves, and no more, from era %i on',
    (values, period, era) => {
      const lab = counting(intervals(1, period), 2, values);
      lab.memory.poke(GLOBAL, era);
      // No slot lives for 2^30 eras.
      for (const slot of queueSlots(lab)) lab.memory.poke(lab.geometry.slot(slot, S_BIRTH), era);
      const [{ queue }, reader] = lab.threads as [Participant, Participant];
      lookAtHead(reader);
      // One in two of what a thread takes and retires is taken, the first one among them.
      const most = values + 1 + Math.ceil(period / 2);
      const kept = upTo(3 * most).map(() => {
        expect([queue.enqueue(7), queue.dequeue()]).toEqual([OK, VALUE]);
        return garbage(lab);
      });
      expect(kept).toEqual(upTo(3 * most).map((n) => Math.min(n, most)));
      reader.scheme.leave();
      expect([queue.enqueue(7), queue.dequeue(), garbage(lab)]).toEqual([OK, VALUE, 0]);
    },
  );

  test('among threads that only consume, those that read hold back what was retired since they began, and not all', () => {
    const lab = counting(intervals(1, 1), 2, 20);
    const [{ queue }, reader] = lab.threads as [Participant, Participant];
    for (const n of upTo(20)) {
      lookAtHead(reader);
      expect([queue.dequeue(), n, garbage(lab)]).toEqual([VALUE, n, 1]);
      reader.scheme.leave();
    }
  });

  test('a reader that stops while others only produce holds back none of what they put in, but what is taken before the clock moves', () => {
    const lab = counting(intervals(1, 1), 2, 0);
    const [{ queue }, reader] = lab.threads as [Participant, Participant];
    lookAtHead(reader);
    for (const n of upTo(20)) expect(queue.enqueue(n)).toBe(OK);
    for (const n of upTo(20)) {
      expect(queue.dequeue()).toBe(VALUE);
      // The dummy, and the node that was taken in the reader's last era.
      expect([n, garbage(lab)]).toEqual([n, Math.min(n, 2)]);
    }
  });

  test('an operation that is outrun lets go of nothing, where hazard eras let go of all but the last round', () => {
    expect(heldWhileOutrun(intervals(1, 1), 12)).toEqual(upTo(12).map((n) => 2 * n));
    expect(heldWhileOutrun(eras(1), 12)).toEqual(upTo(12).map(() => 2));
  });

  test('while the clock stands a thread that reads announces nothing again, and it does so in each era', () => {
    const lab = counting(intervals(9, 1), 2, 9);
    const [{ queue }, { scheme }] = lab.threads as [Participant, Participant];
    const read = (): number => {
      lab.memory.since(I5);
      scheme.protect(D2, 0, HEAD);
      return lab.memory.since(I5);
    };
    scheme.enter();
    expect([lab.memory.since(I2), read(), read()]).toEqual([1, 1, 1]);
    queue.dequeue();
    // An announcement is followed by a second look.
    expect([read(), read()]).toEqual([2, 1]);
  });
});
