import { describe, expect, test } from 'vitest';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { explore } from '../../src/explore/explore.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { C_OWN_1, C_RESTARTS, FREE, R_ANNOUNCE, RESERVED, RETIRED } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { Neutralization, R7, R9 } from '../../src/kernel/schemes/neutralization.ts';
import { counting, upTo } from './counted-steps.ts';
import { choiceOf, counter, field, garbage, laboratory, lookAtHead, stateOf } from './laboratory.ts';
import { deep } from '../effort.ts';

// What a scan does to threads that read and to threads that write, and when it comes.

const neutralization = (threshold: number): SchemeChoice => choiceOf(Neutralization, threshold);

/** The most rounds that an operation of a program made again. */
const rounds = async (program: string): Promise<number> => {
  const found = await explore(program, 'neutralization:threshold=1', { slots: 12 });
  expect(found).toMatchObject({ complete: true, findings: [] });
  return found.maxRetries;
};

describe('neutralization', () => {
  test.each([
    [1, 1],
    [4, 2],
    [3, 3],
  ])(
    'with threshold=%i and %i threads every so many retires look at the phase of each thread and at what it reserves',
    (threshold, threads) => {
      const lab = counting(neutralization(threshold), threads, 0);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo(3 * threshold)) {
        expect([queue.enqueue(n), queue.dequeue()]).toEqual([OK, VALUE]);
        const scans = n % threshold === 0 ? 1 : 0;
        expect([n, lab.memory.since(R7), lab.memory.since(R9)]).toEqual([
          n,
          scans * threads,
          scans * threads * RESERVED,
        ]);
        expect([n, garbage(lab)]).toEqual([n, n % threshold]);
      }
    },
  );

  test('a thread that reads has to start over after a scan of another one, and not before, and holds nothing back', () => {
    const lab = laboratory(neutralization(2), 40, 2, [1, 2, 3, 4]);
    const [reader, other] = lab.threads as [Participant, Participant];
    const [head] = lookAtHead(reader);
    expect([other.queue.dequeue(), reader.scheme.mustRestart()]).toEqual([VALUE, false]);
    expect([other.queue.dequeue(), reader.scheme.mustRestart()]).toEqual([VALUE, true]);
    expect([stateOf(lab, head), garbage(lab)]).toEqual([FREE, 0]);
    expect([reader.scheme.upgrade(head, 0, 0), counter(lab, 1, C_OWN_1)]).toEqual([false, 1]);
    reader.scheme.restart();
    expect(reader.scheme.mustRestart()).toBe(false);
    // Once by a read, and once by a write.
    expect([1, 2].map((thread) => counter(lab, thread, C_RESTARTS))).toEqual([2, 0]);
  });

  test('a thread that writes goes on, and what it has reserved is kept until it leaves', () => {
    const lab = laboratory(neutralization(1), 40, 2, [1, 2, 3, 4]);
    const [writer, other] = lab.threads as [Participant, Participant];
    const [head, next] = lookAtHead(writer);
    expect(writer.scheme.upgrade(head, next, 0)).toBe(true);
    for (const kept of [1, 2, 2]) expect([other.queue.dequeue(), garbage(lab)]).toEqual([VALUE, kept]);
    expect([head, next].map((slot) => stateOf(lab, slot))).toEqual([RETIRED, RETIRED]);
    writer.scheme.leave();
    expect(upTo(1 + RESERVED).map((n) => field(lab, 1, R_ANNOUNCE + n - 1))).toEqual([0, 0, 0, 0]);
    expect([other.queue.dequeue(), garbage(lab)]).toEqual([VALUE, 0]);
  });

  test.runIf(deep)(
    'a reader starts over as often as the others retire: no number of rounds is enough',
    async () => {
      // Each dequeue costs a round in which Head has moved, and another one in which nothing has but the thread was neutralized.
      expect(await rounds('[A] i | d')).toBe(2);
      expect(await rounds('[A B] i | d d')).toBe(4);
      expect(await rounds('[A B C] i | d d d')).toBe(6);
    },
  );
});
