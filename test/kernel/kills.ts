import assert from 'node:assert/strict';
import { audit, type Audit } from '../../src/check/audit.ts';
import { miscount } from '../../src/check/census.ts';
import { assemble } from '../../src/engines/participant.ts';
import type { Participant } from '../../src/engines/participant-view.ts';
import type { SchemeClass } from '../../src/engines/scheme-class.ts';
import { createBuffer, leastSlots } from '../../src/engines/shared.ts';
import { DEAD, R_STATUS, SETTLED, VACANT } from '../../src/kernel/layout.ts';
import { EMPTY, OK, VALUE } from '../../src/kernel/structure.ts';
import { dies, eager, LimitedMemory, lookAtHead, MortalMemory } from './laboratory.ts';

const THREADS = 4;
const [VICTIM, HEIR, SECOND, ONLOOKER] = [1, 2, 3, 4] as const;

/** What a victim does: values go in and out, retires pass the threshold, magazines are filled and emptied, and it leaves. */
function work({ queue, scheme }: Participant, log: string[]): void {
  const enqueue = (value: number): void => void (queue.enqueue(value) === OK && log.push(`in ${value}`));
  const dequeue = (): boolean => queue.dequeue() === VALUE && log.push(`out ${queue.result()}`) > 0;
  enqueue(11);
  queue.isEmpty();
  while (dequeue());
  enqueue(12);
  enqueue(13);
  dequeue();
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
    const sole = (hands: ReturnType<Audit['hands']>): boolean =>
      hands.some((hand) => hand.thread === thread && hand.counts);
    scheme.recover(thread, sole(now.hands()), sole(now.magazinesInHand()));
  }
}

/** In the end everything is back that the scheme gives back, and the queue holds what the victim left in it. */
function atTheEnd(words: Int32Array, survivor: Participant, scheme: SchemeClass, log: string[]): void {
  const { queue, geometry, scheme: own } = survivor;
  assert.ok(survivor.thread === SECOND || survivor.thread === ONLOOKER);
  for (const thread of [VICTIM, HEIR]) assert.equal(words[geometry.record(thread) + R_STATUS], VACANT);
  accounted(words, scheme);
  for (let n = 0; n < 3; n++) own.collect();
  const now = accounted(words, scheme);
  assert.equal(now.inHand, 0);
  assert.equal(now.totals.unreclaimedCounted, now.unreclaimed);
  if (scheme.RECLAIMS) assert.deepEqual([now.unreclaimed, now.free], [0, now.slots - now.reachable]);
  const gone = log.filter((entry) => entry.startsWith('out')).length;
  const sent = [1, 2, 3, ...log.filter((entry) => entry.startsWith('in')).map((entry) => +entry.slice(3))];
  const left: number[] = [];
  while (queue.dequeue() === VALUE) left.push(queue.result());
  const expected = sent.slice(gone);
  // The operation that was under way may have had its effect.
  const ways = [expected, expected.slice(1), ...[11, 12, 13].map((value) => [...expected, value])];
  assert.ok(
    ways.some((way) => String(way) === String(left)),
    `${String(left)} is left of ${String(log)}`,
  );
  assert.equal(queue.dequeue(), EMPTY);
}

/**
 * Kills a victim before each of its accesses, plain ones included, and its heir before each of the accesses that it makes to adopt and to
 * settle the record. A second heir puts both right.
 *
 * @param each how many accesses there are between two kills of the victim, and of the heir
 * @returns how many pairs of kills there were
 */
export function killTwice(scheme: SchemeClass, cache: number, each: readonly [number, number]): number {
  const choice = eager(scheme);
  const slots = leastSlots(choice, THREADS, cache) + 5;
  const size = { slots, threads: THREADS, cache, initial: [1, 2, 3] };
  let pairs = 0;
  for (let victimDies = 0; ; victimDies += each[0]) {
    const words = new Int32Array(createBuffer(size, choice));
    const onlooker = assemble(new LimitedMemory(words), ONLOOKER, scheme);
    if (scheme.SURVIVES_STALL && scheme.RECLAIMS) lookAtHead(onlooker);
    const log: string[] = [];
    const [victim, memory] = mortal(words, VICTIM, scheme);
    memory.left = victimDies;
    const died = dies(() => work(victim, log));
    if (died) bury(words, victim);
    accounted(words, scheme);
    for (let heirDies = 0; ; heirDies += each[1]) {
      const again = new Int32Array(new SharedArrayBuffer(words.byteLength));
      again.set(words);
      const [heir, its] = mortal(again, HEIR, scheme);
      its.left = heirDies;
      const heirDied = dies(() => inherit(heir, again, false));
      bury(again, heir);
      accounted(again, scheme);
      const second = assemble(new LimitedMemory(again), SECOND, scheme);
      inherit(second, again, heirDies % 2 === 1);
      const looking = assemble(new LimitedMemory(again), ONLOOKER, scheme);
      looking.scheme.leave();
      atTheEnd(again, second, scheme, log);
      pairs++;
      if (!heirDied) break;
    }
    if (!died) return pairs;
  }
}
