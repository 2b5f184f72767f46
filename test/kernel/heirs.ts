import assert from 'node:assert/strict';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { cardOfStructure, usualStructure } from '../../src/laboratory/structures.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Dpor } from '../../src/search/dpor.ts';
import type { Model } from '../../src/model/machine.ts';
import type { Code } from '../../src/model/thread-tree.ts';
import { DEAD, Geometry, R_STATUS, S_NEXT, SETTLED, VACANT } from '../../src/kernel/layout.ts';
import { Memory } from '../../src/kernel/memory.ts';
import { ThreadRecord } from '../../src/kernel/record.ts';
import { Slab } from '../../src/kernel/slab.ts';
import { accounted, inherit } from './kills.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import type { MichaelList } from '../../src/kernel/structures/michael-list.ts';
import {
  choiceOf,
  dies,
  eager,
  KILLED,
  LimitedMemory,
  lookInside,
  looksAway,
  MortalMemory,
} from './laboratory.ts';

const [VICTIM, HEIR] = [1, 2];

/** Ends its thread before an access. Plain ones are steps here, so that two threads at work on one record are found out. */
class Mortal extends Memory {
  readonly #memory: Memory;
  #left: number;

  constructor(memory: Memory, left: number) {
    super();
    this.#memory = memory;
    this.#left = left;
  }

  #live(): Memory {
    if (this.#left-- <= 0) throw KILLED;
    return this.#memory;
  }

  load(step: number, address: number): number {
    return this.#live().load(step, address);
  }

  store(step: number, address: number, value: number): void {
    this.#live().store(step, address, value);
  }

  cas(step: number, address: number, expected: number, desired: number): boolean {
    return this.#live().cas(step, address, expected, desired);
  }

  exchange(step: number, address: number, value: number): number {
    return this.#live().exchange(step, address, value);
  }

  add(step: number, address: number, value: number): number {
    return this.#live().add(step, address, value);
  }

  or(step: number, address: number, bits: number): number {
    return this.#live().or(step, address, bits);
  }

  peek(address: number): number {
    return this.#memory.load(0, address);
  }

  poke(address: number, value: number): void {
    this.#live().store(0, address, value);
  }
}

/** A thread adopts, `times` times, and is marked as dead before the access of that number, as by who sees its worker end. */
function adopting(thread: number, scheme: SchemeClass, times: number, accesses: number): Code {
  return (memory) => [
    () => {
      const geometry = new Geometry(memory);
      const mortal = new Mortal(memory, accesses);
      const record = new ThreadRecord(mortal, geometry, thread);
      const own = new scheme(mortal, geometry, record, new Slab(mortal, geometry, record));
      const died = dies(() => {
        for (let n = 0; n < times; n++) own.adopt();
      });
      if (died) memory.store(0, record.base + R_STATUS, DEAD);
    },
  ];
}

/** T1 died with retired slots on its list, free ones in its cache, and a slot in hand; all others are at work. */
function afterOneDeath(scheme: SchemeClass, threads: number, cache: number): Int32Array {
  const parameters = { 'hazard-pointers': [9, 0], epochs: [2, 9] }[scheme.ID] ?? [0, 0];
  const choice = choiceOf(scheme, parameters[0], parameters[1], 12);
  const slots = leastSlots(choice, threads, cache) + 5;
  const words = new Int32Array(createBuffer({ slots, threads, cache, initial: [1, 2, 3] }, choice));
  for (let thread = threads; thread >= 1; thread--) {
    const { queue, slab, record } = assemble(new LimitedMemory(words), thread, scheme);
    if (thread !== VICTIM) continue;
    queue.dequeue();
    queue.dequeue();
    slab.take();
    words[record.base + R_STATUS] = DEAD;
  }
  return words;
}

/**
 * All orders in which heirs that live, and one that dies before an access, adopt what a dead thread left. In every state that is met
 * each slot has one owner and the count is right; and at the end whoever comes next finds everything.
 *
 * @param heirs how many threads adopt beside the one that dies
 * @param accesses before which access it dies
 * @returns how many executions there were, and whether it died in one of them
 */
export function heirsMeet(
  scheme: SchemeClass,
  cache: number,
  heirs: number,
  accesses: number,
): { executions: number; died: boolean } {
  const words = afterOneDeath(scheme, heirs + 2, cache);
  const codes = Array.from({ length: heirs + 1 }, (_, i) =>
    adopting(HEIR + i, scheme, i === 1 ? 2 : 1, i === 0 ? accesses : Infinity),
  );
  const model: Model = { words, threads: codes };
  const geometry = new Geometry(new LimitedMemory(words));
  const status = (all: Int32Array, thread: number): number => all[geometry.record(thread) + R_STATUS];
  let died = false;
  const search = new Dpor(
    model,
    memoryDependence(words.length),
    ({ words: end }) => {
      died ||= status(end, HEIR) !== status(words, HEIR);
      const after = end.slice();
      const survivor = assemble(new LimitedMemory(after), HEIR + 1, scheme);
      inherit(survivor, after, false);
      for (const thread of [VICTIM, HEIR]) {
        const now = status(after, thread);
        assert.ok(now === VACANT || (thread === HEIR && now === status(words, HEIR)), `T${thread}: ${now}`);
      }
      // One that did not die keeps what it adopted.
      for (let n = 0; n < 3 * (heirs + 1); n++)
        assemble(new LimitedMemory(after), HEIR + (n % (heirs + 1)), scheme).scheme.collect();
      const { unreclaimed, inHand } = accounted(after, scheme);
      if (scheme.RECLAIMS) assert.deepEqual([unreclaimed, inHand], [0, 0]);
    },
    { onStep: (machine) => void accounted(machine.words, scheme) },
  );
  const { executions, complete, deadlocks, cut } = search.run();
  assert.deepEqual([complete, deadlocks, cut], [true, 0, 0]);
  assert.notEqual(status(words, VICTIM), SETTLED);
  return { executions, died };
}

/** What a thread that goes on does, whatever the structure: the n-th time it puts in, or takes out, or both. */
interface Work {
  readonly put: (of: Participant, n: number) => void;
  readonly take: (of: Participant, n: number) => void;
  /** Takes all out that is inside. */
  readonly drain: (of: Participant, words: Int32Array) => void;
}

const BY_VALUE: Work = {
  put: ({ structure }, n) => void structure.put(n),
  take: ({ structure }) => void structure.take(),
  drain: ({ structure }) => {
    while (structure.take() === VALUE);
  },
};

const setOf = ({ structure }: Participant): MichaelList<Scheme> =>
  structure as unknown as MichaelList<Scheme>;

/** Keys that are inside, are not, and lie before and behind others. */
const BY_KEY: Work = {
  put: (of, n) => void setOf(of).insert(n % 7),
  take: (of, n) => void setOf(of).remove((3 * n) % 7),
  drain: (of, words) => {
    for (const key of audit(words).values()) assert.equal(setOf(of).remove(key), OK);
    assert.equal(setOf(of).isEmpty(), true);
  },
};

/** The nodes of a set, the first and the last one left out, are deleted and still inside, as if threads had died right after that. */
function deleteInside(words: Int32Array, count: number): void {
  const geometry = new Geometry(new LimitedMemory(words));
  for (let slot = 2; slot < count; slot++) words[geometry.slot(slot, S_NEXT)]! |= geometry.link.marks;
}

/**
 * Kills a thread before each of its accesses, plain ones included, while another one is inside of an operation. That one then goes on: it
 * leaves, frees what it was the last to hold back, and uses these slots again. An heir puts the record right long after that. In a set the
 * thread comes by three nodes that are deleted: where such are unlinked together it dies with a chain as well.
 *
 * @param each how many accesses there are between two deaths
 * @returns how many deaths there were, and in how many of them a chain of several slots was in hand
 */
export function killBeside(
  scheme: SchemeClass,
  cache: number,
  each: number,
  structure: StructureClass = usualStructure,
  choice: SchemeChoice = eager(scheme),
): { readonly deaths: number; readonly chained: number } {
  const isSet = cardOfStructure(structure).order === 'SET';
  const initial = isSet ? [1, 2, 3, 4, 5] : [1, 2, 3];
  const { put, take, drain } = isSet ? BY_KEY : BY_VALUE;
  const slots = leastSlots(choice, 4, cache, structure) + 2 + initial.length;
  let [deaths, chained] = [0, 0];
  for (let accesses = 0; ; accesses += each) {
    const words = new Int32Array(createBuffer({ slots, threads: 4, cache, initial, structure }, choice));
    const beside = assemble(new LimitedMemory(words), 4, scheme);
    if (isSet) deleteInside(words, initial.length);
    else take(beside, 0);
    lookInside(beside);
    const memory = new MortalMemory(words, Infinity);
    const victim = assemble(memory, VICTIM, scheme);
    memory.left = accesses;
    const died = dies(() => {
      for (let n = 0; n < 2; n++) {
        put(victim, 13 + n);
        take(victim, n);
      }
      victim.scheme.depart();
    });
    if (died) words[victim.record.base + R_STATUS] = DEAD;
    if (
      accounted(words, scheme)
        .chainsInHand()
        .some(({ has }) => has.length > 1)
    )
      chained++;
    looksAway(beside);
    for (let n = 0; n < 2 * slots; n++) {
      if (n % 3 < 2) put(beside, 20 + n);
      if (n % 3 > 0) take(beside, n);
      accounted(words, scheme);
    }
    const heir = assemble(new LimitedMemory(words), HEIR, scheme);
    inherit(heir, words, false);
    accounted(words, scheme);
    drain(heir, words);
    for (let n = 0; n < 6; n++) {
      heir.scheme.collect();
      beside.scheme.collect();
    }
    const now = accounted(words, scheme);
    if (scheme.RECLAIMS)
      assert.deepEqual([now.unreclaimed, now.inHand], [0, 0], `death before access ${accesses}`);
    if (!died) return { deaths, chained };
    deaths++;
  }
}
