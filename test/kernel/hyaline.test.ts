import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { DEAD, RETIRED, R_STATUS } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { HY4, Hyaline } from '../../src/kernel/schemes/hyaline.ts';
import { upTo } from './counted-steps.ts';
import { accounted, inherit } from './kills.ts';
import {
  choiceOf,
  dies,
  garbage,
  Interrupted,
  laboratory,
  lookAtHead,
  looksAway,
  MortalMemory,
  stateOf,
} from './laboratory.ts';

// Who frees a batch, whom a batch waits for with eras and without, and what becomes of it when a thread dies.

const hyaline = (batch: number, eras = 0) => choiceOf(Hyaline, batch, eras);
const freedBy = ({ memory }: ReturnType<typeof laboratory>) =>
  audit(memory.words).threads.map(({ freed }) => freed);
const passes = ({ queue }: Participant, count: number): void => {
  for (const n of upTo(count)) expect([queue.enqueue(n), queue.dequeue()]).toEqual([OK, VALUE]);
};

/** What is not reclaimed after 100 passes of a worker, while a reader stands. */
function mostHeldBack(eras: number): number {
  const lab = laboratory(hyaline(1, eras), 400, 2, [1, 2, 3]);
  const [reader, worker] = lab.threads as [Participant, Participant];
  lookAtHead(reader);
  passes(worker, 100);
  return garbage(lab);
}

describe('hyaline', () => {
  test('a batch is handed over with one slot more than there are threads inside, and the last of them frees it', () => {
    const lab = laboratory(hyaline(1), 40, 3, [1, 2, 3, 4, 5, 6]);
    const [first, second, worker] = lab.threads as [Participant, Participant, Participant];
    lookAtHead(first);
    lookAtHead(second);
    for (const kept of [1, 2, 3]) expect([worker.queue.dequeue(), garbage(lab)]).toEqual([VALUE, kept]);
    expect(audit(lab.memory.words).heldBack()[0]!.note).toMatch(
      /^Slot \d+ is in a batch of 3 that was handed over: T1's and T2's lists hold it back\.$/,
    );
    looksAway(first);
    expect([garbage(lab), freedBy(lab)]).toEqual([3, [0, 0, 0]]);
    looksAway(second);
    expect([garbage(lab), freedBy(lab)]).toEqual([0, [0, 3, 0]]);
    expect([worker.queue.dequeue(), garbage(lab), freedBy(lab)]).toEqual([VALUE, 0, [0, 3, 1]]);
  });

  test('a batch waits for so many slots, and for a thread that finds the queue empty', () => {
    const lab = laboratory(hyaline(4), 40, 1);
    const [own] = lab.threads as [Participant];
    for (const n of upTo(9)) {
      passes(own, 1);
      expect([n, garbage(lab)]).toEqual([n, n % 4]);
    }
    expect(audit(lab.memory.words).heldBack()[0]!.note).toMatch(
      /in a batch of 1 that T1 collects: no thread/,
    );
    own.queue.dequeue();
    expect(garbage(lab)).toBe(0);
  });

  test('a stalled reader holds back everything, and with eras what was born before it stopped', () => {
    expect([mostHeldBack(0), mostHeldBack(1) > 2, mostHeldBack(1) < 12]).toEqual([100, true, true]);
  });

  test('a batch with one slot that was born before a reader stopped is held back as a whole', () => {
    const lab = laboratory(hyaline(4, 1), 60, 3, [1]);
    const [reader, worker, other] = lab.threads as [Participant, Participant, Participant];
    const [head] = lookAtHead(reader);
    expect(worker.queue.dequeue()).toBe(VALUE);
    // The clock moves on twice, so that what the worker retires beside that slot is younger than the reader's era. Both batches of the other
    // thread have a slot that is no younger.
    passes(other, 8);
    passes(worker, 3);
    expect([stateOf(lab, head), garbage(lab)]).toEqual([RETIRED, 12]);
    looksAway(reader);
    expect(garbage(lab)).toBe(0);
  });

  test('what comes next on a list is read before the batch is counted down: after that it may be freed, and begin another life', () => {
    const lab = laboratory(hyaline(1), 40, 3, [1, 2, 3, 4, 5, 6]);
    const [, other, worker] = lab.threads as [Participant, Participant, Participant];
    const memory = new Interrupted(lab.memory.words, 'after', HY4, () => {
      looksAway(other);
      // The slots of the batch are taken again, and retired while one looks on.
      lookAtHead(other);
      passes(worker, 8);
    });
    const reader = assemble(memory, 1, Hyaline);
    for (const each of [reader, other]) lookAtHead(each);
    for (const _ of upTo(3)) expect(worker.queue.dequeue()).toBe(VALUE);
    looksAway(reader);
    looksAway(other);
    worker.scheme.collect();
    expect(accounted(lab.memory.words, Hyaline).unreclaimed).toBe(0);
  });

  test.each([0, 1])(
    'a thread may die at any access of what it hands over and counts down: eras %i',
    (eras) => {
      let deaths = 0;
      for (let died = true; died; deaths++) {
        const lab = laboratory(hyaline(1, eras), 30, 3, [1, 2, 3, 4, 5, 6, 7]);
        const { words } = lab.memory;
        const [, reader, heir] = lab.threads as [Participant, Participant, Participant];
        lookAtHead(reader);
        died = dies(() => {
          const mortal = assemble(new MortalMemory(words, deaths), 1, Hyaline);
          lookAtHead(mortal);
          for (const _ of upTo(3)) heir.queue.dequeue();
          looksAway(mortal);
          mortal.queue.dequeue();
          mortal.queue.dequeue();
        });
        if (died) lab.memory.poke(lab.geometry.record(1) + R_STATUS, DEAD);
        accounted(words, Hyaline);
        inherit(heir, words, false);
        accounted(words, Hyaline);
        looksAway(reader);
        heir.scheme.collect();
        const now = accounted(words, Hyaline);
        expect([deaths, now.unreclaimed, now.inHand]).toEqual([deaths, 0, 0]);
      }
      expect(deaths).toBeGreaterThan(80);
    },
  );
});
