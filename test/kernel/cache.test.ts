import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit, equation } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { structures, usualStructure } from '../../src/laboratory/structures.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import {
  DEAD,
  FREE_TOP,
  HOLDS_NOTHING,
  RETIRED,
  R_LOADED,
  R_STATUS,
  SETTLED,
  S_STATE,
  VACANT,
} from '../../src/kernel/layout.ts';
import { OrderedList } from '../../src/kernel/structures/ordered-list.ts';
import { FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { dies, eager, LimitedMemory, MortalMemory, schemes } from './laboratory.ts';
import { deep, runs, some, stride } from '../effort.ts';

const THREADS = 3;

interface Lab {
  readonly memory: LimitedMemory;
  readonly threads: readonly Participant[];
}

function laboratory(
  scheme: SchemeClass,
  cache: number,
  extra: number,
  initial: readonly number[] = [],
  structure: StructureClass = usualStructure,
): Lab {
  const choice = eager(scheme);
  const slots = leastSlots(choice, THREADS, cache, structure) + extra;
  const memory = new LimitedMemory(
    new Int32Array(createBuffer({ slots, threads: THREADS, cache, initial, structure }, choice)),
  );
  const threads = Array.from({ length: THREADS }, (_, i) => assemble(memory, i + 1, scheme));
  return { memory, threads };
}

/** Every slot has one owner; what the scheme leaks by its claim is retired. */
function expectAccounted({ memory }: Lab, scheme: SchemeClass, cache: number): void {
  const now = audit(memory.words);
  const retired = (slot: number): boolean => memory.words[now.geometry.slot(slot, S_STATE)] === RETIRED;
  expect(now.slotsOf('leaked').filter((slot) => scheme.RECLAIMS || !retired(slot))).toEqual([]);
  expect({ surplus: now.surplus, wild: now.wild, twice: now.retiredTwice }).toEqual({
    surplus: 0,
    wild: 0,
    twice: 0,
  });
  expect(now.threads.every(({ damage }) => damage === null)).toBe(true);
  const caches = now.caches();
  expect(now.cached).toBe(caches.reduce((sum, { slots }) => sum + slots.length, 0));
  for (const { slots } of caches) expect(slots.length).toBeLessThanOrEqual(2 * cache);
}

/** Takes a value out, of a set this key. False if there was none. */
function takes(structure: Participant['structure'], key: number): boolean {
  return structure instanceof OrderedList ? structure.remove(key) === OK : structure.take() === VALUE;
}

/** Fills magazines, puts some on the free list and takes them again. */
function work({ structure, scheme }: Participant): void {
  for (let n = 0; n < 2; n++) {
    let count = 0;
    while (count < 9 && structure.put(count) === OK) count++;
    for (let key = 0; takes(structure, key); key++);
  }
  scheme.depart();
}

/** T1 dies before its n-th access, and T3 puts things right. False if it was done before that. */
function dieAt(scheme: SchemeClass, structure: StructureClass, cache: number, accesses: number): boolean {
  const lab = laboratory(scheme, cache, 6, [1, 2, 3], structure);
  const { memory, threads } = lab;
  // The first access marks the record as in use.
  const mortal = new MortalMemory(memory.words, accesses + 1);
  if (!dies(() => work(assemble(mortal, 1, scheme)))) return false;
  const status = threads[0]!.record.base + R_STATUS;
  memory.words[status] = DEAD;
  expectAccounted(lab, scheme, cache);
  const heir = threads[2]!.scheme;
  heir.adopt();
  expectAccounted(lab, scheme, cache);
  if (memory.words[status] === SETTLED) {
    const now = audit(memory.words.slice());
    const counts = (hands: typeof now.slotsInHand): boolean =>
      hands.call(now).some(({ thread, counts: sole }) => thread === 1 && sole);
    const taken = counts(now.takenFromHandOvers);
    heir.recover(1, counts(now.slotsInHand), counts(now.magazinesInHand), 0, taken, now.claimsOf(1));
  }
  expect(memory.words[status]).toBe(VACANT);
  expectAccounted(lab, scheme, cache);
  expect(audit(memory.words).inHand).toBe(0);
  return true;
}

// Of those that take slots: the others leave all of them free.
const cases = structures
  .filter(({ ROOTS }) => ROOTS > 0)
  .flatMap((structure) =>
    schemes.map((scheme) => ({ id: scheme.ID, kind: structure.KIND, scheme, structure })),
  );
// In the short form a stack under those that protect slots.
const chosen = cases.filter(
  ({ structure, scheme }) =>
    deep || structure === usualStructure || (scheme.HOLDS !== HOLDS_NOTHING && !scheme.STALE_READS),
);

describe.each(some(chosen, 4))('with caches a $kind under $id', ({ scheme, structure }) => {
  // In the short form one size of magazines for each, in turn.
  const sizes = deep ? [1, 2] : [1 + (schemes.indexOf(scheme) % 2)];
  // In the short form fewer of the stack: what is the slab's own is the same.
  const isUsual = structure === usualStructure;
  test('every slot has one owner after every operation of any program', () => {
    const acts = ['put', 'put', 'take', 'take', 'collect', 'idle', 'leave'] as const;
    const act = fc.record({ thread: fc.nat(THREADS - 1), what: fc.constantFrom(...acts) });
    let cached = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(4),
        fc.array(act, { maxLength: 60, size: 'max' }),
        (cache, extra, program) => {
          const lab = laboratory(scheme, cache, extra, [], structure);
          for (const [n, { thread, what }] of program.entries()) {
            const { structure: holds, scheme: own } = lab.threads[thread]!;
            if (what === 'put') holds.put(n % 9);
            if (what === 'take') takes(holds, n % 9);
            if (what === 'collect') own.collect();
            if (what === 'idle') own.idle();
            if (what === 'leave') {
              own.depart();
              assemble(lab.memory, thread + 1, scheme);
            }
            expectAccounted(lab, scheme, cache);
            cached += audit(lab.memory.words).cached;
          }
        },
      ),
      { numRuns: isUsual ? 40 : runs(40, 2) },
    );
    if (scheme.RECLAIMS) expect(cached).toBeGreaterThan(isUsual ? 100 : runs(100, 4));
  });

  test.each(sizes)('with magazines of %i a thread can die anywhere, and nothing is lost', (cache) => {
    let accesses = 0;
    while (dieAt(scheme, structure, cache, accesses)) accesses += stride(isUsual ? 5 : 19);
    expect(accesses).toBeGreaterThan(200);
  });
});

describe('a cache', () => {
  const tagged = schemes.find(({ ID }) => ID === 'tagged')!;

  test('keeps up to two magazines, and a whole magazine goes to the free list and comes from there', () => {
    const lab = laboratory(tagged, 2, 20, [1, 2, 3, 4, 5, 6, 7]);
    const [first, second] = lab.threads as [Participant, Participant];
    const top = (): number => first.geometry.top.index(lab.memory.words[FREE_TOP]!);
    const before = top();
    for (let n = 0; n < 4; n++) first.queue.dequeue();
    expect(audit(lab.memory.words).caches()).toEqual([{ thread: 1, slots: [4, 3, 2, 1] }]);
    expect(top()).toBe(before);
    first.queue.dequeue();
    expect(top()).toBe(2);
    expect(audit(lab.memory.words).freeList().slice(0, 3)).toEqual([2, 1, before]);
    expect(audit(lab.memory.words).caches()).toEqual([{ thread: 1, slots: [5, 4, 3] }]);
    second.queue.enqueue(8);
    expect(audit(lab.memory.words).caches()).toEqual([
      { thread: 1, slots: [5, 4, 3] },
      { thread: 2, slots: [1] },
    ]);
    expect(equation(audit(lab.memory.words))).toMatch(/free \d+ \(in caches 4\) · leaked 0 {2}=/);
  });

  test('is on the free list once its thread has left', () => {
    const lab = laboratory(tagged, 3, 0, [1, 2, 3, 4, 5]);
    const [first, second] = lab.threads as [Participant, Participant];
    for (let n = 0; n < 5; n++) first.queue.dequeue();
    first.scheme.depart();
    expect(audit(lab.memory.words).caches()).toEqual([]);
    let taken = 0;
    while (second.queue.enqueue(taken) === OK) taken++;
    expect(taken).toBe(second.geometry.slots - 1);
  });

  test('of another thread does not make an enqueue answer full, however small the slab', () => {
    for (const scheme of schemes.filter(({ RECLAIMS }) => RECLAIMS)) {
      const lab = laboratory(scheme, 3, 0);
      const [first, second, third] = lab.threads as [Participant, Participant, Participant];
      for (const other of [first, second]) {
        for (let n = 0; n < 40; n++) {
          if (other.queue.enqueue(n) === FULL) break;
        }
        while (other.queue.dequeue() === VALUE);
        other.scheme.collect();
        other.scheme.offline();
      }
      expect(audit(lab.memory.words).caches().length).toBe(2);
      expect(third.queue.enqueue(9)).toBe(OK);
    }
  });

  test('of a dead thread is adopted before an enqueue answers full', () => {
    for (const scheme of schemes.filter(({ RECLAIMS }) => RECLAIMS)) {
      const lab = laboratory(scheme, 4, 0);
      const [first, second] = lab.threads as [Participant, Participant];
      const { slots } = first.geometry;
      for (let n = 0; n < slots; n++) first.queue.enqueue(n);
      while (first.queue.dequeue() === VALUE);
      first.scheme.collect();
      expect(lab.memory.words[first.record.base + R_LOADED]).not.toBe(0);
      lab.memory.words[first.record.base + R_STATUS] = DEAD;
      let taken = 0;
      while (second.queue.enqueue(taken) === OK) taken++;
      expect(taken).toBe(slots - 1);
    }
  });
});
