import assert from 'node:assert/strict';
import { audit, type Audit } from '../../src/judge/audit/audit.ts';
import { claimsOnTheirWay } from '../../src/judge/audit/counts.ts';
import { miscount } from '../../src/judge/audit/census.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { type Batch, chainsIn } from '../../src/laboratory/batch.ts';
import type { FreeList } from '../../src/laboratory/edge.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { structureCard, usualStructure } from '../../src/laboratory/structures.ts';
import type { StructureCard } from '../../src/kernel/structure-card.ts';
import {
  DEAD,
  FREE,
  Geometry,
  HOLDS_NOTHING,
  R_STATUS,
  SETTLED,
  S_STATE,
  S_VALUE,
  VACANT,
} from '../../src/kernel/layout.ts';
import { announcementOf, countsClaims } from '../../src/laboratory/announcements.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import type { MichaelList } from '../../src/kernel/structures/michael-list.ts';
import { TOP, TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { EMPTY, OK, VALUE } from '../../src/kernel/structure.ts';
import { dies, eager, LimitedMemory, lookInside, looksAway, MortalMemory } from './laboratory.ts';

const THREADS = 4;
const [VICTIM, HEIR, SECOND, ONLOOKER] = [1, 2, 3, 4] as const;

/** The same with keys: some are inside, some not, and nodes are deleted behind and before others. */
function workOnKeys({ structure, scheme }: Participant, log: string[]): void {
  const set = structure as unknown as MichaelList<Scheme>;
  const put = (key: number): void => void (set.insert(key) === OK && log.push(`in ${key}`));
  const take = (key: number): void => void (set.remove(key) === OK && log.push(`out ${key}`));
  put(11);
  put(2);
  set.contains(3);
  for (const key of [2, 1, 11, 4, 3]) take(key);
  put(12);
  put(13);
  take(12);
  scheme.depart();
}

/** What a victim does: values go in and out, retires pass the threshold, magazines are filled and emptied, and it leaves. */
function work({ structure, scheme }: Participant, log: string[]): void {
  const put = (value: number): void => void (structure.put(value) === OK && log.push(`in ${value}`));
  const take = (): boolean => structure.take() === VALUE && log.push(`out ${structure.result()}`) > 0;
  put(11);
  structure.isEmpty();
  while (take());
  put(12);
  put(13);
  take();
  scheme.depart();
}

/** The same with chains of up to three values: longer than a magazine, and longer than what is inside. */
function workOnChains({ structure, scheme, geometry }: Participant, log: string[]): void {
  const chains = chainsIn(structure, geometry.chain) as Batch;
  const put = (...values: number[]): void => {
    chains.values.set(values);
    const count = chains.putMany(values.length);
    for (const value of values.slice(0, count)) log.push(`in ${value}`);
  };
  const take = (): void => {
    const count = chains.takeMany(geometry.chain);
    for (const value of chains.values.subarray(0, count)) log.push(`out ${value}`);
  };
  put(11, 12, 13);
  take();
  take();
  take();
  put(14, 15);
  scheme.depart();
}

function mortal(words: Int32Array, thread: number, scheme: SchemeClass): [Participant, MortalMemory] {
  const memory = new MortalMemory(words, Infinity);
  return [assemble(memory, thread, scheme), memory];
}

function bury(words: Int32Array, { record }: Participant): void {
  words[record.base + R_STATUS] = DEAD;
}

/** Every slot has one owner, and the scheme's count is what the slab says. */
export function accounted(words: Int32Array, scheme: SchemeClass): Audit {
  const now = audit(words);
  const { leaked, retiredLost, surplus, wild, retiredTwice, totals, threads } = now;
  assert.deepEqual(
    { leaked: leaked - (scheme.RECLAIMS ? 0 : retiredLost), surplus, wild, retiredTwice },
    { leaked: 0, surplus: 0, wild: 0, retiredTwice: 0 },
  );
  assert.equal(miscount(now, totals.unreclaimedCounted), null);
  assert.deepEqual(now.strayWrites(), []);
  assert.ok(threads.every(({ damage }) => damage === null));
  // A count is never too low, and what it is more belongs to a thread in the middle of something, or dead.
  if (countsClaims({ holds: scheme.HOLDS })) {
    const onTheirWay = claimsOnTheirWay(words, now.geometry, now.marks);
    assert.ok(
      onTheirWay.every((left) => left >= 0),
      `a count is too low: ${String(onTheirWay)}`,
    );
  }
  return now;
}

/** Adopts what there is, then settles every record that waits for it, each by an audit of its own. */
export function inherit(
  { scheme, memory, geometry }: Participant,
  words: Int32Array,
  backwards: boolean,
): void {
  scheme.adopt();
  const threads = Array.from({ length: geometry.threads }, (_, i) => i + 1);
  for (const thread of backwards ? threads.toReversed() : threads) {
    if (memory.peek(geometry.record(thread) + R_STATUS) !== SETTLED) continue;
    const now = audit(words.slice());
    const sole = (hands: ReturnType<Audit['slotsInHand']>): boolean =>
      hands.some((hand) => hand.thread === thread && hand.counts);
    const chain = now.chainsInHand().find((each) => each.thread === thread);
    scheme.recover(
      thread,
      sole(now.slotsInHand()),
      sole(now.magazinesInHand()),
      chain?.sole,
      sole(now.takenFromHandOvers()),
      now.claimsOf(thread),
      now.drawn().find((each) => each.thread === thread)?.slot,
    );
  }
}

/** What is inside after these, in the order in which it comes out. */
function inside(log: readonly string[], order: StructureCard['order']): number[] {
  const values = [1, 2, 3];
  for (const [what, value] of log.map((entry) => entry.split(' '))) {
    if (what === 'in') values.push(Number(value));
    else if (order === 'SET') values.splice(values.indexOf(Number(value)), 1);
    else assert.equal(order === 'FIFO' ? values.shift() : values.pop(), Number(value));
  }
  if (order === 'SET') return values.toSorted((a, b) => a - b);
  return order === 'FIFO' ? values : values.toReversed();
}

/** In the end everything is back that the scheme gives back, and the structure holds what the victim left in it. */
function atTheEnd(words: Int32Array, survivor: Participant, scheme: SchemeClass, log: string[]): void {
  const { structure, geometry, scheme: own } = survivor;
  const { order } = structureCard(geometry);
  assert.ok(survivor.thread === SECOND || survivor.thread === ONLOOKER);
  for (const thread of [VICTIM, HEIR]) assert.equal(words[geometry.record(thread) + R_STATUS], VACANT);
  accounted(words, scheme);
  for (let n = 0; n < 3; n++) own.collect();
  const now = accounted(words, scheme);
  assert.equal(now.inHand, 0);
  assert.equal(now.totals.unreclaimedCounted, now.unreclaimed);
  if (scheme.RECLAIMS) assert.deepEqual([now.unreclaimed, now.free], [0, now.slots - now.reachable]);
  if (countsClaims({ holds: scheme.HOLDS }))
    assert.ok(claimsOnTheirWay(words, now.geometry, now.marks).every((left) => left === 0));
  const expected = inside(log, order);
  if (order === 'SET') {
    holdsKeys(survivor, words, expected);
    return;
  }
  const left: number[] = [];
  while (structure.take() === VALUE) left.push(structure.result());
  // The operation that was under way may have had its effect.
  const withOne = (value: number): number[] =>
    order === 'FIFO' ? [...expected, value] : [value, ...expected];
  const ways = [expected, expected.slice(1), ...[11, 12, 13].map(withOne)];
  if (geometry.chain > 1)
    ways.push([...expected, 11, 12, 13], [...expected, 14, 15], expected.slice(2), expected.slice(3));
  assert.ok(
    ways.some((way) => String(way) === String(left)),
    `${String(left)} is left of ${String(log)}`,
  );
  assert.equal(structure.take(), EMPTY);
}

/** The keys that are left: as expected, or the operation that was under way had its effect as well. All of them can be taken. */
function holdsKeys({ structure }: Participant, words: Int32Array, expected: readonly number[]): void {
  const now = audit(words);
  const left = now.values();
  const set = structure as unknown as MichaelList<Scheme>;
  const differ = [...new Set([...left, ...expected])].filter(
    (key) => left.includes(key) !== expected.includes(key),
  );
  assert.ok(differ.length <= 1, `${String(left)} is left in the place of ${String(expected)}`);
  // A list is in the order of its keys, and each bucket is a list.
  for (const chain of now.chains()) {
    const keys = chain.map((slot) => words[now.geometry.slot(slot, S_VALUE)]!);
    assert.deepEqual(
      keys,
      keys.toSorted((a, b) => a - b),
    );
  }
  for (const key of left) assert.equal(set.remove(key), OK);
  assert.equal(set.isEmpty(), true);
}

/** What a thread protects is not freed while it looks. */
function leaves(words: Int32Array, looker: Participant, seen: readonly number[]): void {
  const { geometry } = looker;
  if (announcementOf(geometry)?.namesSlots === true)
    for (const slot of seen) assert.notEqual(words[geometry.slot(slot, S_STATE)], FREE);
  looksAway(looker);
}

/**
 * Kills a victim before each of its accesses, plain ones included, and its heir before each of the accesses that it makes to adopt and to
 * settle the record. A second heir puts both right.
 *
 * @param each how many accesses there are between two kills of the victim, and of the heir
 * @returns how many pairs of kills there were
 */
export function killTwice(
  scheme: SchemeClass,
  cache: number,
  each: readonly [number, number],
  structure: StructureClass = usualStructure,
  choice: SchemeChoice = eager(scheme),
  freeList: FreeList = 'stack',
  chain: number = 1,
): number {
  const slots = leastSlots(choice, THREADS, cache, structure, chain) + 5;
  const size = { slots, threads: THREADS, cache, freeList, initial: [1, 2, 3], structure, chain };
  let pairs = 0;
  for (let victimDies = 0; ; victimDies += each[0]) {
    const words = new Int32Array(createBuffer(size, choice));
    const onlooker = assemble(new LimitedMemory(words), ONLOOKER, scheme);
    const seen = scheme.SURVIVES_STALL && scheme.RECLAIMS ? lookInside(onlooker) : [];
    const log: string[] = [];
    const [victim, memory] = mortal(words, VICTIM, scheme);
    memory.left = victimDies;
    const ofChains = chain > 1 ? workOnChains : work;
    const does = structureCard(victim.geometry).order === 'SET' ? workOnKeys : ofChains;
    const died = dies(() => does(victim, log));
    if (died) bury(words, victim);
    accounted(words, scheme);
    for (let heirDies = 0; ; heirDies += each[1]) {
      const again = copyOf(words);
      const [heir, its] = mortal(again, HEIR, scheme);
      its.left = heirDies;
      const heirDied = dies(() => inherit(heir, again, false));
      bury(again, heir);
      accounted(again, scheme);
      const second = assemble(new LimitedMemory(again), SECOND, scheme);
      inherit(second, again, heirDies % 2 === 1);
      const looking = assemble(new LimitedMemory(again), ONLOOKER, scheme);
      leaves(again, looking, seen);
      atTheEnd(again, second, scheme, log);
      pairs++;
      if (!heirDied) break;
    }
    if (!died) return pairs;
  }
}

/**
 * A thread pushes a value and dies before each of its accesses; a second one takes what is inside and dies before each of its own, while
 * an onlooker has what the first one linked under protection. An heir puts both right, in either order. What the onlooker protects is
 * not freed by that: it was seen, though the record of the thread that linked it does not tell.
 *
 * @param each how many accesses there are between two deaths of the first thread, and of the second
 * @returns how often both died, and how often the first had linked its slot and not said so
 */
export function killPusherAndPopper(
  scheme: SchemeClass,
  cache: number,
  each: readonly [number, number],
  choice: SchemeChoice = eager(scheme),
): { readonly pairs: number; readonly linked: number } {
  const structure = TreiberStack as StructureClass;
  const slots = leastSlots(choice, THREADS, cache, structure) + 3;
  const words = new Int32Array(createBuffer({ slots, threads: THREADS, cache, structure }, choice));
  let [pairs, linked] = [0, 0];
  for (let pusherDies = 0; ; pusherDies += each[0]) {
    const pushed = copyOf(words);
    const [pusher, its] = mortal(pushed, VICTIM, scheme);
    its.left = pusherDies;
    if (!dies(() => void pusher.structure.put(7))) return { pairs, linked };
    bury(pushed, pusher);
    accounted(pushed, scheme);
    if (new Geometry(its).link.index(pushed[TOP]!) !== 0) linked++;
    for (let popperDies = 0, died = true; died; popperDies += each[1]) {
      const both = copyOf(pushed);
      const onlooker = assemble(new LimitedMemory(both), ONLOOKER, scheme);
      const seen = lookInside(onlooker);
      const [popper, memory] = mortal(both, HEIR, scheme);
      memory.left = popperDies;
      died = dies(() => {
        while (popper.structure.take() === VALUE);
        popper.scheme.depart();
      });
      if (died) bury(both, popper);
      accounted(both, scheme);
      const heir = assemble(new LimitedMemory(both), SECOND, scheme);
      inherit(heir, both, popperDies % 2 === 1);
      for (let n = 0; n < 3; n++) heir.scheme.collect();
      const now = accounted(both, scheme);
      assert.equal(now.inHand, 0);
      const [slot] = seen as [number];
      const holds = slot !== 0 && scheme.HOLDS !== HOLDS_NOTHING && !scheme.STALE_READS;
      if (holds) assert.notEqual(both[now.geometry.slot(slot, S_STATE)], FREE);
      looksAway(onlooker);
      for (let n = 0; n < 3; n++) heir.scheme.collect();
      while (heir.structure.take() === VALUE) assert.equal(heir.structure.result(), 7);
      for (let n = 0; n < 3; n++) heir.scheme.collect();
      const after = accounted(both, scheme);
      if (scheme.RECLAIMS) assert.deepEqual([after.unreclaimed, after.free], [0, after.slots]);
      pairs++;
    }
  }
}

function copyOf(words: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(words.byteLength));
  copy.set(words);
  return copy;
}
