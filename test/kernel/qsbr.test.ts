import { describe, expect, test } from 'vitest';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { GLOBAL, R_ANNOUNCE } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { Qsbr, U1, U3, U8 } from '../../src/kernel/schemes/qsbr.ts';
import { counting, upTo } from './counted-steps.ts';
import { choiceOf, field, garbage, lookAtHead, looksAway, type Laboratory } from './laboratory.ts';

// What quiescent states do when a count reaches a number, held against that number; and what a thread that is idle holds back.

const qsbr = (period: number): SchemeChoice => choiceOf(Qsbr, period);
const epochOf = ({ memory }: Laboratory): number => memory.peek(GLOBAL);
const passes = ({ queue }: Participant): unknown[] => [queue.enqueue(7), queue.dequeue()];

describe('quiescent states', () => {
  test.each([
    [1, 1],
    [1, 3],
    [3, 2],
    [16, 2],
  ])(
    'with period=%i and %i threads every so many retires the epoch moves on, and what was retired before the last move is freed',
    (period, threads) => {
      const lab = counting(qsbr(period), threads, 0);
      const [worker] = lab.threads as [Participant];
      for (const n of upTo(4 * period)) {
        expect(passes(worker)).toEqual([OK, VALUE]);
        const moves = Math.floor(n / period);
        expect([n, epochOf(lab)]).toEqual([n, moves]);
        expect([n, lab.memory.since(U8)]).toEqual([n, n % period === 0 ? threads : 0]);
        expect([n, garbage(lab)]).toEqual([n, n < 2 * period ? n : period + (n % period)]);
      }
    },
  );

  test('a thread comes online once, and looks at the epoch once at the end of each operation', () => {
    const lab = counting(qsbr(9), 2, 3);
    const [{ queue, scheme }] = lab.threads as [Participant];
    const looks = (): number[] => [lab.memory.since(U1), lab.memory.since(U3)];
    for (const expected of [
      [1, 1],
      [0, 1],
      [0, 1],
    ]) {
      expect(queue.dequeue()).toBe(VALUE);
      expect(looks()).toEqual(expected);
    }
    scheme.offline();
    scheme.offline();
    expect(field(lab, 1, R_ANNOUNCE)).toBe(0);
    expect(queue.isEmpty()).toBe(true);
    expect(looks()).toEqual([1, 1]);
  });

  test.each([0, 2 ** 30 - 2])(
    'threads that work hold nothing back, an idle one holds back all, and one that goes offline nothing, from epoch %i on',
    (epoch) => {
      const lab = counting(qsbr(1), 2, 1);
      lab.memory.poke(GLOBAL, epoch);
      const [worker, other] = lab.threads as [Participant, Participant];
      const garbageAfter = (rounds: number): number[] =>
        upTo(rounds).map(() => {
          expect(passes(worker)).toEqual([OK, VALUE]);
          return garbage(lab);
        });
      const both = upTo(9).map(() => {
        expect([worker, other].map(passes)).toEqual([
          [OK, VALUE],
          [OK, VALUE],
        ]);
        return garbage(lab);
      });
      // Two of each thread.
      expect(Math.max(...both)).toBeLessThanOrEqual(4);
      // What the idle thread has not let go of after two epochs stays, and all that comes to it.
      const idle = garbageAfter(9);
      expect(idle.slice(2)).toEqual(upTo(7).map((n) => idle[1]! + n));
      other.scheme.offline();
      expect(Math.max(...garbageAfter(9).slice(3))).toBeLessThanOrEqual(4);
    },
  );

  test('a thread that is in an operation is waited for, whatever it announced, and may go offline after it', () => {
    const lab = counting(qsbr(1), 2, 3);
    const [worker, reader] = lab.threads as [Participant, Participant];
    lookAtHead(reader);
    expect(upTo(5).map(() => passes(worker))).toEqual(upTo(5).map(() => [OK, VALUE]));
    expect(garbage(lab)).toBe(5);
    expect(epochOf(lab)).toBe(1);
    looksAway(reader);
    expect(upTo(3).map(() => passes(worker))).toEqual(upTo(3).map(() => [OK, VALUE]));
    expect(garbage(lab)).toBeLessThanOrEqual(2);
  });
});
