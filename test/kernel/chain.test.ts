import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { type SchemeChoice, schemes } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import { DEAD, OP_TAKE, R_CHAIN, R_CHAIN_COUNT, R_STATUS, S_NEXT } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
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
  test.each(
    [eager(Tagged), choiceOf(HazardPointers, 4), choiceOf(Qsbr, 4)].map(
      (choice) => [choice.spec, choice] as const,
    ),
  )(
    'where it goes out of a cache and back into it, or to a list, as a whole, nothing of it is lost before any access: %s',
    (_, choice) => {
      expect(killTwice(choice.scheme, 4, [1, 1000], usualStructure, choice, 'stack', 3)).toBeGreaterThan(200);
    },
  );

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
