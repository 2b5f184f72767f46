import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { type Batch, chainsIn } from '../../src/laboratory/batch.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import {
  C_ALLOCATED,
  C_FREED,
  C_RETIRED,
  DAMAGE_BAD_RETIRE,
  DAMAGE_DOUBLE_FREE,
  FREE,
  type Geometry,
  HELD,
  RETIRED,
  R_COUNTERS,
  R_PEAK,
  R_UNRECLAIMED,
  S_NEXT,
  S_STAMP,
  S_STATE,
} from '../../src/kernel/layout.ts';
import { VALUE } from '../../src/kernel/structure.ts';
import { Epochs } from '../../src/kernel/schemes/epochs.ts';
import { H4, HazardPointers } from '../../src/kernel/schemes/hazard-pointers.ts';
import { Qsbr } from '../../src/kernel/schemes/qsbr.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { choiceOf, eager, LimitedMemory, lookAtHead } from './laboratory.ts';

/** Writes down what states the slots are given, in order. */
class Noted extends LimitedMemory {
  readonly states: { readonly slot: number; readonly state: number }[] = [];
  geometry: Geometry | null = null;
  /** Words that a scan read. */
  looks = 0;

  override load(step: number, address: number): number {
    if (step === H4) this.looks++;
    return super.load(step, address);
  }

  override poke(address: number, value: number): void {
    super.poke(address, value);
    const { geometry } = this;
    if (geometry === null || address < geometry.slot(1, 0)) return;
    const slot = 1 + Math.floor((address - geometry.slot(1, 0)) / geometry.stride);
    if (slot <= geometry.slots && address === geometry.slot(slot, S_STATE))
      this.states.push({ slot, state: value });
  }
}

/** The queue with caches and chains, with four values inside: slot 1 is the dummy, and 2 to 5 are the nodes behind it. */
function queueOf(choice: SchemeChoice, chain = 4, cache = 8) {
  const sizes = { slots: 64, threads: 1, cache, chain, initial: [1, 2, 3, 4] };
  const memory = new Noted(new Int32Array(createBuffer(sizes, choice)));
  const thread = assemble(memory, 1, choice.scheme);
  memory.geometry = thread.geometry;
  return { ...thread, memory, chains: chainsIn(thread.structure, chain) as Batch };
}

const noticed = (words: Int32Array) => audit(words).threads[0]?.damage;

describe('a chain that moves as a whole', () => {
  const moving = [eager(Tagged), choiceOf(HazardPointers, 5), choiceOf(Epochs, 2, 8), choiceOf(Qsbr, 8)];
  const named = moving.map((choice) => ({ choice, id: choice.scheme.ID }));

  test.each(named)('under $id: a slot of it that was not in the structure is noticed', ({ choice }) => {
    const { memory, chains, geometry } = queueOf(choice);
    memory.words[geometry.slot(2, S_STATE)] = HELD;
    expect(chains.takeMany(3)).toBe(3);
    expect(noticed(memory.words)).toEqual({ kind: DAMAGE_BAD_RETIRE, slot: 2, count: 1 });
  });

  test.each(named)('under $id: each slot says that it is retired, and then that it is free', ({ choice }) => {
    const { memory, chains, scheme } = queueOf(choice);
    expect(chains.takeMany(3)).toBe(3);
    for (let n = 0; n < 3; n++) scheme.collect();
    for (const slot of [1, 2, 3])
      expect(memory.states.filter((each) => each.slot === slot).map(({ state }) => state)).toEqual([
        RETIRED,
        FREE,
      ]);
  });

  test.each(named.slice(1))(
    'under $id: a slot that is freed with its list, and is free, is noticed',
    (of) => {
      const { memory, chains, geometry, scheme } = queueOf(of.choice);
      expect(chains.takeMany(3)).toBe(3);
      memory.words[geometry.slot(2, S_STATE)] = FREE;
      for (let n = 0; n < 3; n++) scheme.collect();
      expect(noticed(memory.words)).toEqual({ kind: DAMAGE_DOUBLE_FREE, slot: 2, count: 1 });
    },
  );
});

test('a chain stays whole that has no room in what a thread may retire before it looks at the others', () => {
  for (const choice of [choiceOf(Epochs, 2, 4), choiceOf(Qsbr, 4)]) {
    const { memory, chains, structure } = queueOf(choice);
    expect(structure.take()).toBe(VALUE);
    expect(chains.putMany(1)).toBe(1);
    expect(chains.takeMany(4)).toBe(4);
    // What was retired after the epoch had moved on; what was retired before may be free.
    expect(audit(memory.words).retiredLists().at(-1)?.slots).toHaveLength(4);
  }
  const { memory, chains, structure, record } = queueOf(choiceOf(HazardPointers, 4));
  expect(structure.take()).toBe(VALUE);
  expect(chains.putMany(1)).toBe(1);
  expect(chains.takeMany(4)).toBe(4);
  expect(memory.words[record.base + R_UNRECLAIMED]).toBe(0);
});

/** What is on the list before, how long the chain is, how often the thread then looks at what all announce, and what is on the list after, from the top on. */
test.each([
  { before: 0, taken: 4, scans: 1, after: [] },
  { before: 1, taken: 3, scans: 1, after: [] },
  { before: 3, taken: 2, scans: 1, after: [5, 4] },
  { before: 0, taken: 5, scans: 1, after: [1] },
  { before: 2, taken: 3, scans: 1, after: [5, 4, 3] },
  { before: 2, taken: 4, scans: 2, after: [] },
])(
  'under hazard-pointers:threshold=4 a chain of $taken behind $before that wait is as whole as it can be',
  ({ before, taken, scans, after }) => {
    const { memory, chains, geometry, ...thread } = queueOf(choiceOf(HazardPointers, 4), 5);
    expect(chains.putMany(4)).toBe(4);
    for (let n = 0; n < before; n++) expect(thread.structure.take()).toBe(VALUE);
    memory.looks = 0;
    expect(chains.takeMany(taken)).toBe(taken);
    expect(memory.looks / geometry.protections).toBe(scans);
    expect(audit(memory.words).retiredLists()[0]?.slots ?? []).toEqual(after);
  },
);

test('under hazard-pointers no more slots wait than others announce, and one, where the threshold is lower than that', () => {
  const choice = choiceOf(HazardPointers, 1);
  const sizes = { slots: 64, threads: 2, cache: 8, chain: 4, initial: [1, 2, 3, 4, 5, 6] };
  const words = new Int32Array(createBuffer(sizes, choice));
  const [thread, other] = [1, 2].map((n) => assemble(new LimitedMemory(words), n, HazardPointers)) as [
    Participant,
    Participant,
  ];
  const announced = lookAtHead(other);
  const chains = chainsIn(thread.structure, 4) as Batch;
  expect(chains.takeMany(2)).toBe(2);
  expect(words[thread.record.base + R_UNRECLAIMED]).toBe(announced.length);
  expect(chains.takeMany(4)).toBe(4);
  expect(words[thread.record.base + R_UNRECLAIMED]).toBe(announced.length);
  expect(words[thread.record.base + R_PEAK]).toBe(announced.length + 1);
});

test('each slot of a chain has a next word that it never had: its tag is the next one', () => {
  const { memory, chains, geometry } = queueOf(eager(Tagged));
  for (let n = 0; n < 9; n++) expect([chains.putMany(3), chains.takeMany(3)]).toEqual([3, 3]);
  const nextOf = (slot: number) => memory.words[geometry.slot(slot, S_NEXT)]!;
  const before = Array.from({ length: geometry.slots }, (_, n) => nextOf(n + 1));
  const inside = audit(memory.words).chains().flat();
  expect(chains.putMany(3)).toBe(3);
  const fresh = audit(memory.words).chains().flat().slice(inside.length);
  expect(fresh).toHaveLength(3);
  const { link } = geometry;
  for (const slot of fresh) expect(nextOf(slot)).toBe(link.bump(before[slot - 1]!, link.index(nextOf(slot))));
});

test.each([
  { choice: choiceOf(HazardPointers, 9), stamp: 3 },
  { choice: choiceOf(Epochs, 2, 9), stamp: 0 },
])('each slot of a chain that waits says since when: $choice.spec', ({ choice, stamp }) => {
  const { memory, chains, geometry } = queueOf(choice);
  const stampOf = (slot: number) => geometry.slot(slot, S_STAMP);
  for (const slot of [1, 2, 3]) memory.words[stampOf(slot)] = 77;
  expect(chains.takeMany(3)).toBe(3);
  expect([1, 2, 3].map((slot) => memory.words[stampOf(slot)])).toEqual([stamp, stamp, stamp]);
});

interface Waiting {
  readonly moved: readonly number[];
  readonly waiting: number;
  readonly peak: number;
}

// Where there are no caches each slot is retired by itself.
test.each([1, 3, 5].flatMap((often) => [1, 3, 8].map((cache) => ({ often, cache }))))(
  'where chains move as a whole no more slots wait at a time than where they are retired slot by slot, every $often retires, with magazines of $cache',
  ({ often, cache }) => {
    for (const choice of [
      choiceOf(Tagged, 0, 0, 12),
      choiceOf(HazardPointers, often),
      choiceOf(Epochs, 2, often),
      choiceOf(Qsbr, often),
    ]) {
      const both = [0, cache].map((each) => queueOf(choice, 8, each));
      for (let n = 0; n < 60; n++) {
        const [slotBySlot, whole] = both.map(({ chains, memory, record }) => {
          const put = chains.putMany(1 + ((3 * n) % 7));
          const taken = chains.takeMany(1 + ((5 * n) % 8));
          const count = (counter: number) => memory.words[record.base + R_COUNTERS + 2 * counter]!;
          const moved = [put, taken, count(C_RETIRED), count(C_ALLOCATED)];
          const waiting = memory.words[record.base + R_UNRECLAIMED]!;
          expect(waiting).toBe(count(C_RETIRED) - count(C_FREED));
          return { moved, waiting, peak: memory.words[record.base + R_PEAK]! };
        }) as unknown as [Waiting, Waiting];
        expect(whole.moved).toEqual(slotBySlot.moved);
        expect(whole.peak).toBeLessThanOrEqual(slotBySlot.peak);
        if (choice.scheme === Tagged) expect(whole).toEqual(slotBySlot);
      }
    }
  },
);
