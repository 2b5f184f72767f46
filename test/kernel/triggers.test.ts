import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { boundOf, type SchemeChoice } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import {
  C_OPERATIONS,
  DEAD,
  GLOBAL,
  RETIRED,
  R_COUNTERS,
  R_PEAK,
  R_STATUS,
  SETTLED,
} from '../../src/kernel/layout.ts';
import { EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { Epochs, P6 } from '../../src/kernel/schemes/epochs.ts';
import { H4, HazardPointers } from '../../src/kernel/schemes/hazard-pointers.ts';
import { NoReclaim } from '../../src/kernel/schemes/no-reclaim.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import {
  choiceOf,
  counter,
  dies,
  field,
  garbage,
  LimitedMemory,
  MortalMemory,
  lookAtHead,
  slotsInState,
  type Laboratory,
} from './laboratory.ts';
import { counting, upTo } from './counted-steps.ts';

// Everything that the kernel does when a count reaches a number, held against that number: it happens there, not one earlier and not
// one later.

const hazards = (threshold: number): SchemeChoice => choiceOf(HazardPointers, threshold);

describe('hazard pointers', () => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [32, 2],
  ])(
    'with threshold=%i and %i threads the retire that reaches the threshold scans, and no other',
    (threshold, threads) => {
      const lab = counting(hazards(threshold), threads, 3 * threshold);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo(3 * threshold)) {
        expect(queue.dequeue()).toBe(VALUE);
        const scans = n % threshold === 0;
        // Two hazards of each thread are read.
        expect([n, lab.memory.since(H4)]).toEqual([n, scans ? 2 * threads : 0]);
        expect([n, garbage(lab)]).toEqual([n, n % threshold]);
        expect(slotsInState(lab, RETIRED)).toHaveLength(n % threshold);
      }
    },
  );

  test('what another thread announces stays, and counts: while it is at the threshold every retire scans', () => {
    const lab = counting(hazards(2), 2, 8);
    const [{ queue }, onlooker] = lab.threads as [Participant, Participant];
    const retire = (): number[] => {
      expect(queue.dequeue()).toBe(VALUE);
      return [lab.memory.since(H4) / 4, garbage(lab)];
    };
    expect(lookAtHead(onlooker)).toEqual([1, 2]);
    expect([retire(), retire(), retire(), retire()]).toEqual([
      [0, 1],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    onlooker.scheme.leave();
    expect([retire(), retire(), retire()]).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  test('a dequeue that finds the queue empty scans if one slot is retired, and not if none is', () => {
    const lab = counting(hazards(5), 1, 1);
    const [{ queue }] = lab.threads as [Participant];
    const found = (answer: number): number[] => {
      expect(queue.dequeue()).toBe(answer);
      return [lab.memory.since(H4) / 2, garbage(lab)];
    };
    expect([found(VALUE), found(EMPTY), found(EMPTY)]).toEqual([
      [0, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  test.each([
    [1, 1],
    [4, 1],
    [1, 2],
    [3, 2],
    [4, 2],
    [5, 3],
    [6, 3],
  ])('with threshold=%i a thread of %i reaches its share of the bound, and no more', (threshold, threads) => {
    const share = boundOf(hazards(threshold), threads)! / threads;
    const lab = counting(hazards(threshold), threads, 2 * threads + threshold + 10);
    const [{ queue }, ...others] = lab.threads as [Participant, ...Participant[]];
    // Each of the others announces two slots that are retired then.
    for (const other of others) {
      lookAtHead(other);
      for (let n = 0; n < 2; n++) queue.dequeue();
    }
    while (queue.dequeue() === VALUE);
    expect(field(lab, 1, R_PEAK)).toBe(share);
  });
});

const epochs = (grace: number, period: number): SchemeChoice => choiceOf(Epochs, grace, period);
const epochOf = ({ memory }: Laboratory): number => memory.peek(GLOBAL);

describe('epochs', () => {
  test.each([1, 2, 3].flatMap((grace) => [1, 2, 5].map((period) => [grace, period] as const)))(
    'with grace=%i, period=%i every period-th retire tries to advance, and a slot is free grace epochs later: none earlier, none later',
    (grace, period) => {
      const lab = counting(epochs(grace, period), 2, (grace + 4) * period);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo((grace + 4) * period)) {
        expect(queue.dequeue()).toBe(VALUE);
        const epoch = Math.floor(n / period);
        expect([n, lab.memory.since(P6), epochOf(lab)]).toEqual([n, n % period === 0 ? 1 : 0, epoch]);
        // Slot n is the n-th to be retired, in epoch floor((n - 1) / period).
        const kept = upTo(n).filter((slot) => epoch - Math.floor((slot - 1) / period) < grace);
        expect([n, slotsInState(lab, RETIRED)]).toEqual([n, kept]);
        expect(garbage(lab)).toBe(kept.length);
      }
    },
  );

  test.each([1, 2, 3])('T%i, while it is pinned, lets the epoch move on once, and no further', (pinned) => {
    const lab = counting(epochs(2, 1), 3, 20);
    const own = lab.threads[pinned - 1]!;
    const { queue } = lab.threads[pinned % 3]!;
    const next = (): number[] => upTo(3).map(() => (queue.dequeue(), epochOf(lab)));
    lab.memory.poke(GLOBAL, 7);
    own.scheme.enter();
    expect(next()).toEqual([8, 8, 8]);
    own.scheme.leave();
    expect(next()).toEqual([9, 10, 11]);
  });

  test.each([1, 2, 3])('a collect moves the epoch on grace=%i times, unless a thread is pinned', (grace) => {
    const lab = counting(epochs(grace, 50), 2, 3);
    const [first, second] = lab.threads as [Participant, Participant];
    first.queue.dequeue();
    second.scheme.enter();
    first.scheme.collect();
    expect([epochOf(lab), garbage(lab)]).toEqual([1, grace === 1 ? 0 : 1]);
    second.scheme.leave();
    first.queue.dequeue();
    first.scheme.collect();
    expect([epochOf(lab), garbage(lab)]).toEqual([1 + grace, 0]);
  });

  test('a dequeue that finds the queue empty tries to advance if one slot is retired, and not if none is', () => {
    const lab = counting(epochs(2, 100), 1, 1);
    const [{ queue }] = lab.threads as [Participant];
    const found = (answer: number): number[] => {
      expect(queue.dequeue()).toBe(answer);
      return [lab.memory.since(P6), epochOf(lab), garbage(lab)];
    };
    expect([found(VALUE), found(EMPTY), found(EMPTY), found(EMPTY)]).toEqual([
      [0, 0, 1],
      [1, 1, 1],
      [1, 2, 0],
      [0, 2, 0],
    ]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'a retire %i epochs after another one first empties the limbo list if that is the same, 4 or 8 epochs old',
    (later) => {
      const lab = counting(epochs(3, 100), 1, 3);
      const [{ queue }] = lab.threads as [Participant];
      lab.memory.poke(GLOBAL, 2);
      queue.dequeue();
      lab.memory.poke(GLOBAL, 2 + later);
      queue.dequeue();
      const emptied = later === 4 || later === 8;
      expect(slotsInState(lab, RETIRED)).toEqual(emptied ? [2] : [1, 2]);
      expect(garbage(lab)).toBe(emptied ? 1 : 2);
    },
  );

  test.each([1, 2, 3])('grace=%i is counted across the wrap: the epoch after 2^30 - 1 is 0', (grace) => {
    const lab = counting(epochs(grace, 1), 1, 8);
    const [{ queue }] = lab.threads as [Participant];
    lab.memory.poke(GLOBAL, 2 ** 30 - 2);
    const passed = upTo(6).map((n) => {
      queue.dequeue();
      expect([n, slotsInState(lab, RETIRED)]).toEqual([n, upTo(n).filter((slot) => n - slot + 1 < grace)]);
      return epochOf(lab);
    });
    expect(passed).toEqual([2 ** 30 - 1, 0, 1, 2, 3, 4]);
  });
});

/** T1 dies before an access of its second dequeue under no-reclaim, and T2 puts its record right. False if T1 was done before that. */
function lostOnce(accesses: number): boolean {
  const size = { slots: 8, threads: 2, initial: [1, 2] };
  const memory = new LimitedMemory(new Int32Array(createBuffer(size, choiceOf(NoReclaim))));
  const threads = [1, 2].map((thread) => assemble(memory, thread, NoReclaim));
  const [{ queue, record, geometry }, heir] = threads as [Participant, Participant];
  queue.dequeue();
  const mortal = new MortalMemory(memory.words, accesses + 1);
  const died = dies(() => void assemble(mortal, 1, NoReclaim).queue.dequeue());
  memory.poke(record.base + R_STATUS, DEAD);
  heir.scheme.adopt();
  if (memory.peek(record.base + R_STATUS) === SETTLED) {
    const hands = audit(memory.words.slice()).slotsInHand();
    heir.scheme.recover(
      1,
      hands.some(({ thread, counts }) => thread === 1 && counts),
    );
  }
  const lab = { memory, geometry, threads };
  // In the slab, which the threads' count is held against, and by the states of slots.
  expect([accesses, garbage(lab)]).toEqual([accesses, slotsInState(lab, RETIRED).length]);
  return died;
}

describe('counts', () => {
  test('a slot that no-reclaim loses is counted once, wherever its thread dies', () => {
    let accesses = 0;
    while (lostOnce(accesses)) accesses++;
    expect(accesses).toBeGreaterThan(15);
  });

  test.each([
    [2 ** 32 - 2, 2 ** 32 - 1],
    [2 ** 32 - 1, 2 ** 32],
    [2 ** 31 - 1, 2 ** 31],
    [2 ** 33 - 1, 2 ** 33],
  ])('after %i comes %i: the high word grows when the low one is 0 again', (before, after) => {
    const lab = counting(choiceOf(Tagged, 0, 0, 12), 1, 0);
    const [{ queue, record }] = lab.threads as [Participant];
    const address = record.base + R_COUNTERS + 2 * C_OPERATIONS;
    lab.memory.poke(address, before | 0);
    lab.memory.poke(address + 1, Math.floor(before / 2 ** 32));
    queue.isEmpty();
    expect(counter(lab, 1, C_OPERATIONS)).toBe(after);
  });

  test.each([0, 1, 2])('a slab with %i slots beside the queue has so many on its free list', (free) => {
    const lab = counting(choiceOf(Tagged, 0, 0, 12), 1, 3, 0, 4 + free);
    const [{ queue }] = lab.threads as [Participant];
    const answers = upTo(free + 1).map(() => queue.enqueue(7));
    expect(answers).toEqual([...upTo(free).map(() => OK), FULL]);
  });
});
