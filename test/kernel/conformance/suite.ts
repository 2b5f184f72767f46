import { expect, test } from 'vitest';
import type { Participant } from '../../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../../src/laboratory/scheme-class.ts';
import { DEAD, FREE, RETIRED, R_STATUS } from '../../../src/kernel/layout.ts';
import { OK, VALUE } from '../../../src/kernel/structure.ts';
import {
  choiceOf,
  damages,
  eager,
  freeSlots,
  garbage,
  laboratory,
  lifeOf,
  lookAtHead,
  queueSlots,
  slotsInState,
  stateOf,
  type Laboratory,
} from '../laboratory.ts';

/** The choices of a scheme's parameters under which each of its promises is tried. */
export function choicesOf(scheme: SchemeClass): SchemeChoice[] {
  const pairs: Record<string, [number, number][]> = {
    'threshold,period': [
      [1, 1],
      [1, 8],
      [5, 3],
      [32, 8],
    ],
    threshold: [
      [1, 0],
      [2, 0],
      [5, 0],
      [32, 0],
    ],
    'threshold,linger': [
      [1, 0],
      [5, 0],
      [32, 0],
      [1, 1],
      [5, 1],
    ],
    // The upper half of the second is by how much a region is more than one operation.
    'grace,period,region': [
      [2, 1],
      [3, 1],
      [2, 3],
      [3, 16],
      [2, 1 | (2 << 16)],
      [2, 3 | (6 << 16)],
    ],
    period: [
      [1, 0],
      [3, 0],
      [16, 0],
    ],
    'batch,eras': [
      [1, 0],
      [1, 1],
      [3, 0],
      [3, 1],
    ],
    patience: [
      [1, 0],
      [3, 0],
    ],
    cut: [
      [0, 0],
      [1, 0],
    ],
    'period,free': [
      [1, 0],
      [1, 1],
      [3, 0],
      [3, 1],
    ],
  };
  const names = scheme.PARAMS.replaceAll(/=[^,]*/g, '');
  return (pairs[names] ?? [[0, 0]]).map(([param0, param1]) => choiceOf(scheme, param0, param1, 12));
}

/**
 * A test of something that a scheme claims, or does not. Where it does not, the test is not skipped: what others promise must really
 * fail, or the claim is too modest.
 */
export function claim(claimed: boolean, sentence: string, holds: () => boolean): void {
  test(claimed ? sentence : `it is not claimed, and not so, that ${sentence}`, () =>
    expect(holds()).toBe(claimed),
  );
}

/** One value through the queue. False if there was no slot for it. */
export function pass({ queue }: Participant, value: number): boolean {
  const enqueued = queue.enqueue(value) === OK;
  return queue.dequeue() === VALUE && enqueued;
}

/** Passes values through the queue in turn, and calls `after` each time. */
export function churn(threads: readonly Participant[], rounds: number, after: () => void = () => {}): void {
  for (let round = 0; round < rounds; round++) {
    for (const thread of threads) {
      pass(thread, round);
      after();
    }
  }
}

/** True if the slot was freed, or begins another life, while the others work. */
export function isFreedByOthers(lab: Laboratory, slot: number, others: readonly Participant[]): boolean {
  const life = lifeOf(lab, slot);
  let freed = false;
  const look = (): void => void (freed ||= stateOf(lab, slot) === FREE || lifeOf(lab, slot) !== life);
  churn(others, 20, look);
  // A scheme with a collector frees when nothing else is free.
  for (const { scheme } of others) scheme.collect();
  look();
  return freed;
}

export function die(lab: Laboratory, thread: number): void {
  lab.memory.poke(lab.geometry.record(thread) + R_STATUS, DEAD);
}

/** T1 has dequeued three values while T2 looked on, so that a scheme that protects cannot free all of them. */
export function retiredByT1(scheme: SchemeClass): Laboratory {
  const lab = laboratory(eager(scheme), 40, 3, [1, 2, 3, 4]);
  lookAtHead(lab.threads[1]!);
  for (let n = 0; n < 3; n++) expect(lab.threads[0]!.queue.dequeue()).toBe(VALUE);
  if (!scheme.STALE_READS) expect(garbage(lab)).toBeGreaterThan(0);
  return lab;
}

export function expectAllAccountedFor(lab: Laboratory, scheme: SchemeClass): void {
  const retired = slotsInState(lab, RETIRED).length;
  expect(freeSlots(lab).length + queueSlots(lab).length + retired).toBe(lab.geometry.slots);
  expect(damages(lab)).toBe(0);
  if (scheme.RECLAIMS && scheme.STALE_READS) expect(retired).toBe(0);
}
