import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import {
  C_ALLOCATED,
  C_EMPTY,
  C_FREED,
  C_FULL,
  C_OPERATIONS,
  C_RETIRED,
  FREE,
  FREE_TOP,
  H_INITIAL,
  HELD,
  LINKED,
  OP_NONE,
  RETIRED,
  R_COUNTERS,
  R_OPERATION,
  S_NEXT,
  S_VALUE,
} from '../../src/kernel/layout.ts';
import { HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import {
  choiceOf,
  counter,
  damages,
  field,
  freeSlots,
  handOf,
  laboratory,
  lifeOf,
  queueSlots,
  schemes,
  slotsInState,
  stateOf,
  type Laboratory,
} from './laboratory.ts';
import { choicesOf } from './conformance/suite.ts';
import { runs } from '../effort.ts';

const int32 = fc.oneof(
  fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);

/** An enqueue of a number, or the name of another operation. Long runs of one kind fill and empty the queue. */
const programs = fc
  .array(
    fc.oneof(
      fc.array(int32, { minLength: 1, maxLength: 12 }),
      fc
        .tuple(fc.constantFrom('dequeue' as const, 'isEmpty' as const), fc.integer({ min: 1, max: 12 }))
        .map(([name, times]) => Array.from({ length: times }, () => name)),
    ),
    { maxLength: 40, size: 'max' },
  )
  .map((parts) => parts.flat());

/** Every set of parameters that changes what one thread does. */
function choices(scheme: SchemeClass): fc.Arbitrary<SchemeChoice> {
  return fc
    .tuple(fc.constantFrom(...choicesOf(scheme)), fc.constantFrom(0, 1, 2, 12, 16))
    .map(([{ param0, param1 }, bits]) => choiceOf(scheme, param0, param1, bits));
}

/** A queue that holds what it is given, up to its capacity; without reclamation a slot is used once. */
class Model {
  readonly values: number[];
  readonly #reclaims: boolean;
  #room: number;

  constructor(initial: readonly number[], slots: number, reclaims: boolean) {
    this.values = [...initial];
    this.#room = slots - 1 - initial.length;
    this.#reclaims = reclaims;
  }

  enqueue(value: number): number {
    if (this.#room === 0) return FULL;
    this.#room--;
    this.values.push(value);
    return OK;
  }

  dequeue(): number | undefined {
    if (this.values.length > 0 && this.#reclaims) this.#room++;
    return this.values.shift();
  }
}

/** What must hold between operations, whatever came before. */
function expectInOrder(lab: Laboratory, values: readonly number[], scheme: SchemeClass): void {
  const { memory, geometry } = lab;
  const queue = queueSlots(lab);
  const free = freeSlots(lab);
  const retired = slotsInState(lab, RETIRED);
  expect(queue.slice(1).map((slot) => memory.peek(geometry.slot(slot, S_VALUE)))).toEqual(values);
  expect(geometry.link.index(memory.peek(TAIL))).toBe(queue.at(-1));
  expect(queue.map((slot) => stateOf(lab, slot))).toEqual(queue.map(() => LINKED));
  expect(slotsInState(lab, FREE)).toEqual(free.toSorted((a, b) => a - b));
  expect(slotsInState(lab, HELD)).toEqual([]);
  expect(queue.length + free.length + retired.length).toBe(geometry.slots);
  expect([handOf(lab, 1), field(lab, 1, R_OPERATION), damages(lab)]).toEqual([0, OP_NONE, 0]);
  const [allocated, freed, gone] = [C_ALLOCATED, C_FREED, C_RETIRED].map((which) =>
    counter(lab, 1, which),
  ) as [number, number, number];
  expect(gone - freed).toBe(retired.length);
  // Slots that were in use from the start were not allocated by anyone.
  const lives = Array.from({ length: geometry.slots }, (_, i) => lifeOf(lab, i + 1));
  expect(lives.reduce((sum, life) => sum + life, 0)).toBe(allocated + lab.memory.peek(H_INITIAL));
  if (!scheme.RECLAIMS) expect(Math.max(...lives)).toBeLessThanOrEqual(1);
}

describe.each(schemes.map((scheme) => ({ id: scheme.ID, scheme })))('$id', ({ scheme }) => {
  test('the queue is a queue: any 32-bit integers, full and empty, slots and counters in order', () => {
    let full = 0;
    let empty = 0;
    fc.assert(
      fc.property(
        choices(scheme),
        fc.nat(9),
        fc.array(int32, { maxLength: 6 }),
        programs,
        (choice, extra, initial, program) => {
          const least = Math.max(2, scheme.needs(1, choice.param0, choice.param1, 2, 1), initial.length + 1);
          const lab = laboratory(choice, least + extra, 1, initial);
          const { queue } = lab.threads[0]!;
          const model = new Model(initial, lab.geometry.slots, scheme.RECLAIMS);
          const seen = { full: 0, empty: 0 };
          for (const operation of program) {
            if (operation === 'isEmpty') expect(queue.isEmpty()).toBe(model.values.length === 0);
            else if (operation === 'dequeue') {
              const value = model.dequeue();
              expect(queue.dequeue()).toBe(value === undefined ? EMPTY : VALUE);
              if (value === undefined) seen.empty++;
              else expect(queue.result()).toBe(value);
            } else {
              const answer = model.enqueue(operation);
              expect(queue.enqueue(operation)).toBe(answer);
              if (answer === FULL) seen.full++;
            }
          }
          expectInOrder(lab, model.values, scheme);
          expect(counter(lab, 1, C_OPERATIONS)).toBe(program.length);
          expect([counter(lab, 1, C_FULL), counter(lab, 1, C_EMPTY)]).toEqual([seen.full, seen.empty]);
          full += seen.full;
          empty += seen.empty;
        },
      ),
      { numRuns: runs(200, 4) },
    );
    expect(full).toBeGreaterThan(100);
    expect(empty).toBeGreaterThan(100);
  });

  test('all slots but the dummy node hold values, then the answer is FULL', () => {
    const lab = laboratory(choiceOf(scheme, 2, 1, 2), 10, 1);
    const { queue } = lab.threads[0]!;
    for (let n = 1; n <= 9; n++) expect(queue.enqueue(n)).toBe(OK);
    for (let n = 0; n < 3; n++) expect(queue.enqueue(0)).toBe(FULL);
    expect(queue.dequeue()).toBe(VALUE);
    expect(queue.result()).toBe(1);
    expect(queue.enqueue(10)).toBe(scheme.RECLAIMS ? OK : FULL);
    expect(queue.enqueue(11)).toBe(FULL);
    while (queue.dequeue() === VALUE);
    expect(queue.enqueue(12)).toBe(scheme.RECLAIMS ? OK : FULL);
  });

  test('a counter goes on past 2^32 in its second word', () => {
    const lab = laboratory(choiceOf(scheme, 2, 1, 2), 10, 1);
    lab.memory.poke(lab.geometry.record(1) + R_COUNTERS + 2 * C_EMPTY, -2);
    for (let n = 0; n < 4; n++) expect(lab.threads[0]!.queue.dequeue()).toBe(EMPTY);
    expect(counter(lab, 1, C_EMPTY)).toBe(2 ** 32 + 2);
  });

  test('a result stays until the next value is delivered', () => {
    const { queue } = laboratory(choiceOf(scheme, 2, 1, 2), 10, 1, [-7]).threads[0]!;
    expect(queue.dequeue()).toBe(VALUE);
    expect(queue.dequeue()).toBe(EMPTY);
    expect(queue.result()).toBe(-7);
  });

  test('a lagging Tail is helped along by an enqueue and by a dequeue', () => {
    for (const operation of ['enqueue', 'dequeue'] as const) {
      const lab = laboratory(choiceOf(scheme, 2, 1, 2), 10, 1, [1]);
      const { queue, geometry, memory } = lab.threads[0]!;
      // As it is when the enqueuer of the first value has not come to E17 yet.
      memory.poke(TAIL, memory.peek(HEAD));
      if (operation === 'enqueue') expect(queue.enqueue(2)).toBe(OK);
      else expect(queue.dequeue()).toBe(VALUE);
      expect(geometry.link.index(memory.peek(TAIL))).toBe(queueSlots(lab).at(-1));
      expect(damages(lab)).toBe(0);
    }
  });
});

describe('the free list', () => {
  test.each([2, 3, 100])('hands out each of %i slots once, the last given first', (slots) => {
    const lab = laboratory(choiceOf(schemes[0]!), slots, 1);
    const { slab } = lab.threads[0]!;
    const taken: number[] = [];
    for (let slot = slab.take(); slot !== 0; slot = slab.take()) taken.push(slot);
    expect(taken).toEqual(Array.from({ length: slots - 1 }, (_, i) => i + 2));
    expect(handOf(lab, 1)).toBe(0);
    for (const slot of taken) slab.give(slot);
    expect(freeSlots(lab)).toEqual(taken.toReversed());
    expect(slab.take()).toBe(taken.at(-1));
    expect(handOf(lab, 1)).toBe(taken.at(-1));
    expect(damages(lab)).toBe(0);
  });

  test('keeps the tag of a next word through a life on it', () => {
    const lab = laboratory(choiceOf(schemes[2]!, 0, 0, 12), 4, 1);
    const { slab, geometry, memory } = lab.threads[0]!;
    const slot = slab.take();
    memory.poke(geometry.slot(slot, S_NEXT), geometry.link.pack(0, 77));
    slab.give(slot);
    expect(geometry.link.tag(memory.peek(geometry.slot(slot, S_NEXT)))).toBe(77);
  });

  test('has a tag at its top that grows with every slot taken, and stays when one is given', () => {
    const lab = laboratory(choiceOf(schemes[0]!), 6, 1);
    const { slab, geometry, memory } = lab.threads[0]!;
    const tag = (): number => geometry.top.tag(memory.peek(FREE_TOP));
    for (let n = 1; n <= 50; n++) {
      const slot = slab.take();
      expect(tag()).toBe(n);
      slab.give(slot);
      expect(tag()).toBe(n);
    }
  });
});

describe('tags', () => {
  test.each([2, 12])('of %i bits: no pointer word comes back before the tag wraps', (bits) => {
    const lab = laboratory(
      choiceOf(
        schemes.find(({ TAGS }) => TAGS)!,
        0,
        0,
        bits,
      ),
      4,
      1,
    );
    const { queue, geometry, memory } = lab.threads[0]!;
    // Head and Tail change once for a value; the next word of a node is null once in each life, and then names its successor.
    const seen = { Head: new Set<number>(), Tail: new Set<number>(), next: new Set<string>() };
    const values = 2 ** bits / 2 - 1;
    for (let n = 0; n < values; n++) {
      seen.Head.add(memory.peek(HEAD));
      seen.Tail.add(memory.peek(TAIL));
      const last = geometry.link.index(memory.peek(TAIL));
      seen.next.add(`${last} ${memory.peek(geometry.slot(last, S_NEXT))}`);
      expect(queue.enqueue(n)).toBe(OK);
      expect(queue.dequeue()).toBe(VALUE);
    }
    expect([seen.Head.size, seen.Tail.size, seen.next.size]).toEqual([values, values, values]);
    expect([HEAD, TAIL].map((word) => geometry.link.tag(memory.peek(word)))).toEqual([values, values]);
  });
});
