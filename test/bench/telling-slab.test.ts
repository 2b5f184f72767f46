import { expect, test } from 'vitest';
import { assemble, participateBySpec } from '../../src/laboratory/participant.ts';
import { Ages, collecting, CountedFrees, FreeingHandle, tellingSlab } from '../../src/bench/frees.ts';
import { Histogram, HISTOGRAM_WORDS } from '../../src/bench/histogram.ts';
import { schemeContender } from '../../src/bench/scheme-contender.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { audit } from '../../src/judge/audit/audit.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { RingSlab } from '../../src/kernel/structures/ring-slab.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { Epochs } from '../../src/kernel/schemes/epochs.ts';
import { HazardPointers } from '../../src/kernel/schemes/hazard-pointers.ts';
import { MarkSweep } from '../../src/kernel/schemes/mark-sweep.ts';
import { Neutralization } from '../../src/kernel/schemes/neutralization.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { Versions } from '../../src/kernel/schemes/versions.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { R_HAND, R_TAKES } from '../../src/kernel/layout.ts';
import { ReferenceCounting } from '../../src/kernel/schemes/reference-counting.ts';
import { choiceOf, laboratory, lookAtHead } from '../kernel/laboratory.ts';

test('a slab that tells puts a slot back out of the hand that it is in, and leaves the other one alone', () => {
  const { memory } = laboratory(choiceOf(ReferenceCounting), 8, 1);
  const told: number[] = [];
  const slab = tellingSlab((slot) => told.push(slot));
  const own = assemble(memory, 1, ReferenceCounting, { slab });
  const retired = own.slab.take();
  const fresh = own.slab.take();
  const { base } = own.record;
  memory.poke(base + R_TAKES, retired);
  expect(memory.peek(base + R_HAND)).toBe(fresh);
  own.slab.give(retired, R_TAKES);
  expect([told, memory.peek(base + R_HAND), memory.peek(base + R_TAKES)]).toEqual([[retired], fresh, 0]);
});

test('a slab whose free list is a ring is told of as well', async () => {
  const words = attachWords(
    createBuffer({ slots: 8, threads: 1, freeList: 'ring' }, await chooseScheme('tagged')),
  );
  const plain = assemble(new AtomicsMemory(words), 1, Tagged);
  const handle = new FreeingHandle(plain, histogram(), handleOf);
  const aged = new Ages(plain, new Float64Array(9), histogram());
  for (const { slab } of [plain, aged.participant]) expect(slab).toBeInstanceOf(RingSlab);
  expect([handle.enqueue(1), handle.dequeue()]).toEqual([false, 1]);
  expect(audit(words).freeList()).toHaveLength(7);
});

const histogram = (): Histogram => new Histogram(new Int32Array(HISTOGRAM_WORDS));

function handleOf({
  structure,
}: Participant): ConstructorParameters<typeof FreeingHandle>[2] extends (of: Participant) => infer Handle
  ? Handle
  : never {
  return {
    enqueue: (value) => structure.put(value) === 0,
    dequeue: () => (structure.take() === VALUE ? 1 : -1),
  };
}

test('each time is counted that the scheme has an operation start over, and each slot that a call frees', () => {
  const asked = { read: 0, write: 0 };
  class Restless extends Tagged {
    /** Every second time. */
    override mustRestart(): boolean {
      return ++asked.read % 2 === 1;
    }
    override upgrade(): boolean {
      return ++asked.write % 2 === 0;
    }
  }
  const { memory } = laboratory(choiceOf(Tagged), 8, 1);
  const seen = histogram();
  const handle = new FreeingHandle(assemble(memory, 1, Restless), seen, handleOf);
  for (let i = 0; i < 3; i++) {
    handle.enqueue(i);
    handle.dequeue();
    handle.dequeue();
  }
  // The scheme is asked whether what was read may be believed where the queue is empty, and before each write: by 3 enqueues and 3 dequeues.
  expect(asked.read).toBe(6);
  expect(asked.write).toBeGreaterThanOrEqual(12);
  expect(handle.restarts()).toBe((asked.read + asked.write) / 2);
  expect([seen.count, seen.max]).toEqual([9, 1]);
});

test.each([
  // Without a clock there is nothing to be counted, and epochs inherit a scan that they never make.
  ['hazard-pointers', HazardPointers, 'scans', 'advances', NaN],
  ['epochs', Epochs, 'advances', 'scans', 0],
] as const)(
  '%s: what it has of scans and tries to move the clock on is counted',
  (_, scheme, has, lacks, none) => {
    const { memory } = laboratory(choiceOf(scheme), 80, 1);
    const handle = new FreeingHandle(assemble(memory, 1, scheme), histogram(), handleOf);
    expect(handle[has]()).toBe(0);
    for (let i = 0; i < 200; i++) {
      handle.enqueue(i);
      handle.dequeue();
    }
    // With parameters of 1 each dequeue makes one, since it retires a slot; and those that find nothing free may make more.
    expect(handle[has]()).toBeGreaterThanOrEqual(200);
    expect(handle[has]()).toBeLessThan(450);
    expect(handle[lacks]()).toBe(none);
  },
);

test('what a call frees is counted by the record of its thread, where nobody can look at the slab', () => {
  const { memory } = laboratory(choiceOf(Tagged), 8, 1);
  const seen = histogram();
  const own = assemble(memory, 1, Tagged);
  const handle = new CountedFrees(handleOf(own), memory.words, own.record.base, seen);
  for (let i = 0; i < 3; i++) {
    handle.enqueue(i);
    expect([handle.dequeue(), handle.dequeue()]).toEqual([1, -1]);
  }
  expect([seen.count, seen.max, seen.mean]).toEqual([9, 1, 1 / 3]);
  expect(handle.restarts()).toBe(0);
});

test.each([
  { id: 'neutralization', scheme: Neutralization },
  { id: 'versions', scheme: Versions },
])('how often an operation starts over is counted by the record of its thread, under $id', ({ scheme }) => {
  const { memory } = laboratory(choiceOf(scheme, 1, 0, 12), 12, 2, [1, 2]);
  const [own, other] = [1, 2].map((thread) => assemble(memory, thread, scheme)) as [Participant, Participant];
  const handle = new CountedFrees(handleOf(own), memory.words, own.record.base, histogram());
  for (let restarts = 1; restarts <= 2; restarts++) {
    lookAtHead(own);
    expect([own.scheme.mustRestart(), handle.restarts()]).toEqual([false, restarts - 1]);
    // What it frees is taken again by the second of these.
    expect([other.structure.take(), other.structure.put(3)]).toEqual([VALUE, OK]);
    expect([own.scheme.mustRestart(), handle.restarts()]).toEqual([true, restarts]);
    own.scheme.leave();
  }
});

test('each time is counted that a thread finds nothing free and the scheme collects', () => {
  const { memory } = laboratory(choiceOf(MarkSweep), 8, 1);
  const seen = histogram();
  const handle = handleOf(collecting(assemble(memory, 1, MarkSweep), seen));
  for (let i = 0; i < 16; i++) {
    handle.enqueue(i);
    handle.dequeue();
  }
  // Seven slots are free at first, and then each time.
  expect(seen.count).toBe(2);
  expect(seen.max).toBeGreaterThan(0);
});

test.each([
  ['debra:period=1', true],
  ['hyaline:batch=1,eras=on', true],
  ['hyaline:batch=1', false],
  ['hazard-pointers', false],
  ['mark-sweep', false],
  ['tagged', false],
])('the moves of the clock of %s are counted: %s', async (spec, hasClock) => {
  const queue = schemeContender(await chooseScheme(spec), 'atomics').make({
    workload: 'pairs',
    threads: 1,
    capacity: 8,
    points: new Map(),
  });
  const { buffer } = queue.partsFor(1).state as { readonly buffer: SharedArrayBuffer };
  const { structure } = await participateBySpec(new AtomicsMemory(attachWords(buffer)), 1, spec, null);
  const before = queue.counts?.()['clockMoves'];
  for (let i = 0; i < 16; i++) {
    structure.put(i);
    structure.take();
  }
  const after = queue.counts?.()['clockMoves'];
  if (hasClock) expect(after! - (before ?? 0)).toBeGreaterThan(8);
  else expect([before, after]).toEqual([undefined, undefined]);
});
