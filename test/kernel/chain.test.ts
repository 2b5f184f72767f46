import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { type Batch, chainsIn } from '../../src/laboratory/batch.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { type SchemeChoice, schemes } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import {
  C_ALLOCATED,
  C_FREED,
  C_RETIRED,
  DAMAGE_BAD_RETIRE,
  DAMAGE_DOUBLE_FREE,
  DEAD,
  FREE,
  type Geometry,
  HELD,
  OP_TAKE,
  RETIRED,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_COUNTERS,
  R_PEAK,
  R_STATUS,
  R_UNRECLAIMED,
  S_NEXT,
  S_STATE,
} from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { VALUE } from '../../src/kernel/structure.ts';
import { Epochs } from '../../src/kernel/schemes/epochs.ts';
import { HazardPointers } from '../../src/kernel/schemes/hazard-pointers.ts';
import { Qsbr } from '../../src/kernel/schemes/qsbr.ts';
import { ReferenceCounting } from '../../src/kernel/schemes/reference-counting.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { S4, S5, S6, TOP, TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { some, stride } from '../effort.ts';
import { accounted, inherit, killTwice } from './kills.ts';
import { choiceOf, dies, eager, LimitedMemory, MortalMemory } from './laboratory.ts';

/** A stack that can be emptied by one compare-and-swap: all of it is a chain then, and is retired slot by slot. */
class Flushed<S extends Scheme> extends TreiberStack<S> {
  /** Returns how many slots there were. */
  flush(): number {
    const { link } = this.geometry;
    this.begin(OP_TAKE);
    this.scheme.enter();
    while (true) {
      const oldTop = this.scheme.protect(S4, 0, TOP);
      const first = link.index(oldTop);
      let count = 0;
      for (let slot = first; slot !== 0; count++)
        slot = link.index(this.memory.load(S5, this.geometry.slot(slot, S_NEXT)));
      this.record.intendChain(first, count);
      if (this.memory.cas(S6, TOP, oldTop, this.scheme.link(oldTop, 0, 0))) {
        this.scheme.leave();
        this.retireChain();
        this.end();
        return count;
      }
      this.record.releaseChain();
    }
  }
}

const [VICTIM, HEIR, SECOND] = [1, 2, 3];
const VALUES = [1, 2, 3];
const structure = Flushed as unknown as StructureClass<Flushed<Scheme>>;

function stack(scheme: SchemeClass, choice: SchemeChoice = eager(scheme)): Int32Array {
  const size = { slots: 24, threads: 3, cache: 0, initial: VALUES, structure };
  return new Int32Array(createBuffer(size, choice));
}

/** A thread that dies before the access with this number. */
function mortal(words: Int32Array, thread: number, scheme: SchemeClass, accesses: number) {
  const memory = new MortalMemory(words, Infinity);
  const participant = assemble(memory, thread, scheme, { structure });
  memory.left = accesses;
  return participant;
}

function bury(words: Int32Array, base: number): void {
  words[base + R_STATUS] = DEAD;
}

/** Kills a thread that flushes before each of its accesses, and its heir before each of its own. Returns how often the chain was cut off. */
function killAtEach(
  scheme: SchemeClass,
  each: number,
  choice: SchemeChoice = eager(scheme),
): { readonly cut: number; readonly whole: number } {
  const seen = { cut: 0, whole: 0 };
  for (let victimDies = 0; ; victimDies++) {
    const words = stack(scheme, choice);
    const victim = mortal(words, VICTIM, scheme, victimDies);
    const died = dies(() => void victim.structure.flush());
    if (died) bury(words, victim.record.base);
    const now = accounted(words, scheme);
    const isCut = words[TOP] !== 0 && now.geometry.link.index(words[TOP]!) !== 0;
    seen[isCut ? 'whole' : 'cut']++;
    if (!died) return seen;
    for (let heirDies = 0; ; heirDies += each) {
      const again = words.slice();
      const heir = mortal(again, HEIR, scheme, heirDies);
      const heirDied = dies(() => inherit(heir, again, false));
      bury(again, heir.record.base);
      accounted(again, scheme);
      const second = assemble(new LimitedMemory(again), SECOND, scheme, { structure });
      inherit(second, again, heirDies % 2 === 1);
      for (let n = 0; n < 4; n++) second.scheme.collect();
      const after = accounted(again, scheme);
      assert.deepEqual([after.inHand, after.reachable], [0, isCut ? VALUES.length : 0]);
      if (scheme.RECLAIMS) assert.equal(after.free, after.slots - after.reachable);
      if (!heirDied) break;
    }
  }
}

/** Writes down what states the slots are given, in order. */
class Noted extends LimitedMemory {
  readonly states: { readonly slot: number; readonly state: number }[] = [];
  geometry: Geometry | null = null;

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

describe('a chain that one step unlinks is in the second hand of its thread', () => {
  test.each(
    some(
      schemes.map((scheme) => ({ id: scheme.ID, scheme })),
      4,
    ),
  )('under $id nothing of it is lost, wherever the thread and its heir die', ({ scheme }) => {
    const { cut, whole } = killAtEach(scheme, stride(9));
    expect(whole).toBeGreaterThan(5);
    expect(cut).toBeGreaterThan(10);
  });

  // Its heir lives: where both die see kills.test.ts.
  test('where it goes out of a cache and back into it as a whole, nothing of it is lost before any access', () => {
    expect(killTwice(Tagged, 4, [1, 1000], usualStructure, eager(Tagged), 'stack', 3)).toBeGreaterThan(200);
  });

  // Of what a dead thread has of a chain the first slot may have a claim to end, and the others have that of the one before them alone.
  test.each([
    { cut: 'off', param0: 0 },
    { cut: 'on', param0: 1 },
  ])('where claims are counted, with cut=$cut, each one ends once', ({ param0 }) => {
    const { cut } = killAtEach(ReferenceCounting, stride(9), choiceOf(ReferenceCounting, param0));
    expect(cut).toBeGreaterThan(20);
  });

  test('where claims are counted each slot of it is freed, and none is left a claim', () => {
    const words = stack(ReferenceCounting);
    expect(mortal(words, VICTIM, ReferenceCounting, Infinity).structure.flush()).toBe(VALUES.length);
    const now = accounted(words, ReferenceCounting);
    expect([now.reachable, now.free]).toEqual([0, now.slots]);
  });

  test('the auditor says which slots the thread has, and of a chain that it means to unlink that it has none', () => {
    const [scheme] = schemes as [SchemeClass];
    const words = stack(scheme);
    const { record, geometry } = mortal(words, VICTIM, scheme, Infinity);
    record.intendChain(3, 3);
    expect(audit(words).chainsInHand()).toEqual([{ thread: VICTIM, slots: [3, 2, 1], has: [], sole: 0 }]);
    words[TOP] = 0;
    const cut = audit(words);
    expect(cut.chainsInHand()).toEqual([{ thread: VICTIM, slots: [3, 2, 1], has: [3, 2, 1], sole: 3 }]);
    expect([cut.inHand, cut.leaked]).toEqual([3, 0]);
    // The first one is in the other hand as well while it is handed over.
    expect(record.unchain()).toBe(3);
    words[record.base + R_CHAIN] = 3;
    words[record.base + R_CHAIN_COUNT] = 3;
    expect(audit(words).chainsInHand()).toEqual([{ thread: VICTIM, slots: [3, 2, 1], has: [2, 1], sole: 3 }]);
    expect(audit(words).inHand).toBe(3);
    // One too many is counted while the chain is moved on: what comes behind it has another owner, or nobody's.
    words[record.base + R_CHAIN] = geometry.link.index(words[geometry.slot(3, S_NEXT)]!);
    expect(audit(words).chainsInHand()).toEqual([{ thread: VICTIM, slots: [2, 1], has: [2, 1], sole: 2 }]);
  });
});
