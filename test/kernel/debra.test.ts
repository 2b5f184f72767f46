import { describe, expect, test } from 'vitest';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { GLOBAL } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { B3, Debra } from '../../src/kernel/schemes/debra.ts';
import { counting, upTo } from './counted-steps.ts';
import { choiceOf, garbage, lookAtHead, looksAway, type Laboratory } from './laboratory.ts';

// What epochs with bags do when a count reaches a number, held against that number.

const [BATCH, ONE] = [0, 1];
const debra = (period: number, free = BATCH): SchemeChoice => choiceOf(Debra, period, free);
const epochOf = ({ memory }: Laboratory): number => memory.peek(GLOBAL);

/** Dequeues so many values, and says how many slots were retired and not free after each. */
function garbageOf(lab: Laboratory, { queue }: Participant, dequeues: number): number[] {
  return upTo(dequeues).map(() => {
    expect(queue.dequeue()).toBe(VALUE);
    return garbage(lab);
  });
}

/** By how much each number is less than the one before it, where it is. */
const drops = (numbers: readonly number[]): number[] =>
  numbers.slice(1).flatMap((n, i) => (n < numbers[i]! ? [numbers[i]! - n] : []));

describe('epochs with bags', () => {
  test.each([
    [1, 1],
    [1, 3],
    [3, 2],
  ])(
    'with period=%i and %i threads one look comes with every so many operations, and the epoch moves on when all were looked at',
    (period, threads) => {
      const lab = counting(debra(period), threads, 0);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo(8 * period * threads)) {
        expect(queue.isEmpty()).toBe(true);
        expect([n, lab.memory.since(B3)]).toEqual([n, n % period === 0 ? 1 : 0]);
        expect([n, epochOf(lab)]).toEqual([n, Math.floor(n / (period * threads))]);
      }
    },
  );

  test.each([
    [1, 1, BATCH],
    [3, 2, BATCH],
    [1, 1, ONE],
    [3, 2, ONE],
  ])(
    'a thread that only takes keeps three bags at most: period=%i, %i threads, free=%i',
    (period, threads, free) => {
      const bag = period * threads;
      const lab = counting(debra(period, free), threads, 20 * bag);
      const kept = garbageOf(lab, lab.threads[0]!, 20 * bag);
      expect(Math.max(...kept)).toBeLessThanOrEqual(3 * bag);
      expect(Math.max(...kept.slice(4 * bag))).toBeGreaterThan(2 * bag);
      // A bag at once, but for the slot that was retired in the same operation; or one slot for each that is retired.
      expect(Math.max(0, ...drops(kept))).toBe(free === BATCH ? bag - 1 : 0);
    },
  );

  test.each([BATCH, ONE])(
    'what a stalled reader has held back is freed when it has left, at once or one with each operation: free=%i',
    (free) => {
      const lab = counting(debra(1, free), 2, 20);
      const [worker, reader] = lab.threads as [Participant, Participant];
      lookAtHead(reader);
      expect(garbageOf(lab, worker, 19).at(-1)).toBe(19);
      expect(epochOf(lab)).toBe(1);
      looksAway(reader);
      const kept = upTo(40).map(() => {
        expect(worker.queue.isEmpty()).toBe(false);
        return garbage(lab);
      });
      expect(kept.at(-1)).toBe(0);
      // All but the two that were retired before the epoch stood still.
      expect(Math.max(...drops([19, ...kept]))).toBe(free === BATCH ? 17 : 1);
    },
  );

  test('a look counts in the epoch in which it was made, and in no later one', () => {
    const lab = counting(debra(1), 3, 3);
    const [reader, worker, other] = lab.threads as [Participant, Participant, Participant];
    lookAtHead(reader);
    // It looks at T1, which is pinned at the epoch that there is.
    expect(worker.queue.isEmpty()).toBe(false);
    other.scheme.collect();
    expect(epochOf(lab)).toBe(1);
    for (const _ of upTo(9)) expect(worker.queue.isEmpty()).toBe(false);
    expect(epochOf(lab)).toBe(1);
  });

  test('a thread that does nothing holds nothing back, and what it retired last stays with it', () => {
    const lab = counting(debra(1), 2, 9);
    const [worker, idle] = lab.threads as [Participant, Participant];
    expect(idle.queue.dequeue()).toBe(VALUE);
    for (const _ of upTo(40)) expect([worker.queue.enqueue(7), worker.queue.dequeue()]).toEqual([OK, VALUE]);
    expect(garbage(lab)).toBeLessThanOrEqual(1 + 3 * 2);
    idle.scheme.collect();
    worker.scheme.collect();
    expect(garbage(lab)).toBe(0);
  });
});
