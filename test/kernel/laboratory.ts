import assert from 'node:assert/strict';
import { Census, miscount } from '../../src/judge/audit/census.ts';
import { mark } from '../../src/judge/audit/mark.ts';
import { unreclaimedCounted } from '../../src/judge/audit/thread-records.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { eagerest, schemes, type SchemeChoice } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import {
  COUNTERS,
  C_RESTARTS,
  FREE_TOP,
  R_COUNTERS,
  R_DAMAGES,
  R_HAND,
  S_LIFE,
  S_NEXT,
  S_STATE,
  type Geometry,
} from '../../src/kernel/layout.ts';
import { HEAD, MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { S4, TOP } from '../../src/kernel/structures/treiber-stack.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import { D2, D4 } from '../../src/kernel/structures/michael-scott.ts';

/** More accesses than any test makes. */
const LIMIT = 2_000_000;

/** Atomics with an end: a call that would hang the test, which nothing can interrupt, throws. */
export class LimitedMemory extends AtomicsMemory {
  #left = LIMIT;

  override load(step: number, address: number): number {
    this.#spend();
    return super.load(step, address);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.#spend();
    return super.cas(step, address, expected, desired);
  }

  override peek(address: number): number {
    this.#spend();
    return super.peek(address);
  }

  #spend(): void {
    if (--this.#left < 0) throw new Error(`${LIMIT} accesses: this will not end`);
  }
}

export const KILLED: Error = new Error('killed');

/**
 * Ends its thread before an access: what it did by then stays, as when its worker is terminated there. Plain reads do not count, since
 * to die before one is to die before the next access that changes something, or that others can see.
 */
export class MortalMemory extends LimitedMemory {
  /** How many accesses the thread makes before it dies. */
  left: number;
  readonly #plain: boolean;

  /** @param plain false to count steps alone: plain writes are then made with the step before them */
  constructor(words: Int32Array, left: number, plain = true) {
    super(words);
    this.left = left;
    this.#plain = plain;
  }

  /** Comes before each of them. */
  protected live(): void {
    if (this.left-- <= 0) throw KILLED;
  }

  override load(step: number, address: number): number {
    this.live();
    return super.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    this.live();
    super.store(step, address, value);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.live();
    return super.cas(step, address, expected, desired);
  }

  override add(step: number, address: number, value: number): number {
    this.live();
    return super.add(step, address, value);
  }

  override poke(address: number, value: number): void {
    if (this.#plain) this.live();
    super.poke(address, value);
  }
}

/** Calls `act` once, right before or right after the first step `step`, a compare-and-swap or an addition. */
export class Interrupted extends LimitedMemory {
  readonly #step: number;
  readonly #when: 'before' | 'after';
  #act: (() => void) | null;

  constructor(words: Int32Array, when: 'before' | 'after', step: number, act: () => void) {
    super(words);
    this.#when = when;
    this.#step = step;
    this.#act = act;
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    return this.#around(step, () => super.cas(step, address, expected, desired));
  }

  override add(step: number, address: number, value: number): number {
    return this.#around(step, () => super.add(step, address, value));
  }

  #around<T>(step: number, access: () => T): T {
    const act = step === this.#step ? this.#act : null;
    if (act !== null) this.#act = null;
    if (this.#when === 'before') act?.();
    const answer = access();
    if (this.#when === 'after') act?.();
    return answer;
  }
}

/** Lets a thread act until it dies. True if it died. */
export function dies(act: () => void): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error !== KILLED) throw error;
    return true;
  }
}

export interface Laboratory {
  readonly memory: LimitedMemory;
  readonly geometry: Geometry;
  /** T1 and on. */
  readonly threads: Participant[];
}

/** A scheme with these parameters; the tag width is for schemes that have tags. */
export function choiceOf(scheme: SchemeClass, param0 = 0, param1 = 0, tagBits = 0): SchemeChoice {
  return { scheme, spec: scheme.ID, name: scheme.ID, param0, param1, tagBits: scheme.TAGS ? tagBits : 0 };
}

/** The scheme at its most eager, which suits small slabs: it scans at every retire, advances at every retire, has 12-bit tags. */
export function eager(scheme: SchemeClass): SchemeChoice {
  const { param0, param1 } = eagerest(choiceOf(scheme));
  return choiceOf(scheme, param0, param1, 12);
}

/** A laboratory on this thread, all of whose participants are called in turn. */
export function laboratory(
  choice: SchemeChoice,
  slots: number,
  threads: number,
  initial: number[] = [],
  cache?: number,
): Laboratory {
  const sizes = { slots, threads, initial, ...(cache === undefined ? {} : { cache }) };
  const memory = new LimitedMemory(new Int32Array(createBuffer(sizes, choice)));
  const all = Array.from({ length: threads }, (_, i) => assemble(memory, i + 1, choice.scheme));
  return { memory, geometry: all[0]!.geometry, threads: all };
}

/** A thread that looked uses nothing that it has seen any more, and does nothing more for now. */
export function looksAway({ scheme }: Pick<Participant, 'scheme'>): void {
  scheme.leave();
  scheme.offline();
}

/**
 * What a thread does that takes: it enters and protects the first slots, up to D4 of a queue, S4 of a stack and L1 of a list, in the first bucket that
 * leads to something. Returns them.
 */
export function lookInside(participant: Participant): number[] {
  const { scheme, geometry, memory } = participant;
  if (geometry.structure === MichaelScottQueue.NUMBER) return lookAtHead(participant);
  scheme.enter();
  const roots = Array.from({ length: geometry.roots }, (_, n) => geometry.root(n));
  const root = roots.find((at) => geometry.link.index(memory.peek(at)) !== 0) ?? TOP;
  return [geometry.link.index(scheme.protect(S4, 0, root))];
}

/** What a dequeue does up to D4: the thread enters and protects the dummy node and its successor. Returns both slots. */
export function lookAtHead({ scheme, geometry }: Participant): [head: number, next: number] {
  scheme.enter();
  const head = geometry.link.index(scheme.protect(D2, 0, HEAD));
  const next = geometry.link.index(scheme.protect(D4, 1, geometry.slot(head, S_NEXT)));
  return [head, next];
}

export function stateOf({ memory, geometry }: Laboratory, slot: number): number {
  return memory.peek(geometry.slot(slot, S_STATE));
}

export function lifeOf({ memory, geometry }: Laboratory, slot: number): number {
  return memory.peek(geometry.slot(slot, S_LIFE));
}

export function field({ memory, geometry }: Laboratory, thread: number, word: number): number {
  return memory.peek(geometry.record(thread) + word);
}

/** A counter of a record, both words. */
export function counter(lab: Laboratory, thread: number, which: number): number {
  if (which >= COUNTERS && which !== C_RESTARTS) throw new Error(`there is no counter ${which}`);
  const low = field(lab, thread, R_COUNTERS + 2 * which) >>> 0;
  return low + 2 ** 32 * (field(lab, thread, R_COUNTERS + 2 * which + 1) >>> 0);
}

function sumOf(lab: Laboratory, word: number): number {
  return lab.threads.reduce((sum, { thread }) => sum + field(lab, thread, word), 0);
}

/** Slots that are retired and not freed, counted in the slab. Throws if the scheme counts others. */
export function garbage(lab: Laboratory): number {
  const now = new Census(mark(lab.memory.words, lab.geometry));
  assert.equal(miscount(now, countedGarbage(lab)), null);
  return now.unreclaimed;
}

/** The same as the records count it, and the hand-overs. */
export function countedGarbage({ memory, geometry }: Laboratory): number {
  return unreclaimedCounted(memory.words, geometry);
}

export function damages(lab: Laboratory): number {
  return sumOf(lab, R_DAMAGES);
}

function chain(memory: Memory, geometry: Geometry, from: number, to: number | null): number[] {
  const slots: number[] = [];
  for (let slot = from; slot !== 0; slot = geometry.link.index(memory.peek(geometry.slot(slot, S_NEXT)))) {
    if (slots.length > geometry.slots) throw new Error(`the chain from slot ${from} has a cycle`);
    slots.push(slot);
    if (slot === to) break;
  }
  return slots;
}

/** The free list from its top. */
export function freeSlots({ memory, geometry }: Laboratory): number[] {
  return chain(memory, geometry, geometry.top.index(memory.peek(FREE_TOP)), null);
}

/** The queue's nodes from the dummy to the last. */
export function queueSlots({ memory, geometry }: Laboratory): number[] {
  return chain(memory, geometry, geometry.link.index(memory.peek(HEAD)), null);
}

/** The slots in a state. */
export function slotsInState(lab: Laboratory, state: number): number[] {
  return Array.from({ length: lab.geometry.slots }, (_, i) => i + 1).filter(
    (slot) => stateOf(lab, slot) === state,
  );
}

export function handOf(lab: Laboratory, thread: number): number {
  return field(lab, thread, R_HAND);
}

export { schemes };
