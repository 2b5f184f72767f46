import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { schemesOf } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { participateInWasm } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { ABORT, EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { type ChaseLev, WS10 } from '../../src/kernel/structures/chase-lev.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { runs } from '../effort.ts';
import { choiceOf, Interrupted, LimitedMemory } from './laboratory.ts';

const DEQUE = structureById('chase-lev');
const SIZE = cardOfStructure(DEQUE).capacity as number;
const THREADS = 3;

type Held = Pick<ChaseLev<Scheme>, 'push' | 'pop' | 'steal' | 'result' | 'isEmpty' | 'put' | 'take'>;

const [scheme] = schemesOf(DEQUE);
const choice = choiceOf(scheme!, 0, 0, 12);
const options = { slots: 4, threads: THREADS, structure: DEQUE };

/** A deque with these values, as T1, its owner, and two thieves have it, and its words. */
function dequeOf(engine: 'atomics' | 'wasm', initial: readonly number[]): [Int32Array, Held[]] {
  const threads = Array.from({ length: THREADS }, (_, i) => i + 1);
  if (engine === 'atomics') {
    const memory = new LimitedMemory(attachWords(createBuffer({ ...options, initial }, choice)));
    const all = threads.map((thread) => assemble(memory, thread, choice.scheme).structure);
    return [memory.words, all as unknown as Held[]];
  }
  const module = loadModule(choice, DEQUE);
  const memory = createMemory({ ...options, initial }, choice);
  const all = threads.map((thread) => participateInWasm(memory, thread, module).structure);
  return [attachWords(memory.buffer), all as unknown as Held[]];
}

const step = fc.record({
  thief: fc.nat(THREADS - 2),
  act: fc.constantFrom('push', 'push', 'push', 'pop', 'steal', 'steal', 'isEmpty'),
  value: fc.oneof(fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)), fc.nat(9)),
});

test.each(['atomics', 'wasm'] as const)(
  'an owner and thieves in turn are answered as by an array, on %s, and "full" is as many as there are cells',
  (engine) => {
    const seen = { full: 0, popped: 0, stolen: 0, empty: 0, round: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: SIZE }),
        fc.array(step, { minLength: 40, maxLength: 80, size: 'max' }),
        (initial, program) => {
          const [words, [owner, ...thieves]] = dequeOf(engine, initial);
          const inside = [...initial];
          let pushed = 0;
          for (const { thief, act, value } of program) {
            if (act === 'isEmpty') expect(thieves[thief]!.isEmpty()).toBe(inside.length === 0);
            else if (act === 'push') {
              const isFull = inside.length === SIZE;
              expect(owner!.push(value)).toBe(isFull ? FULL : OK);
              if (isFull) seen.full++;
              else pushed = inside.push(value) && pushed + 1;
            } else {
              const taker = act === 'pop' ? owner! : thieves[thief]!;
              const expected = act === 'pop' ? inside.pop() : inside.shift();
              expect(taker[act]()).toBe(expected === undefined ? EMPTY : VALUE);
              if (expected === undefined) seen.empty++;
              else {
                expect(taker.result()).toBe(expected);
                seen[act === 'pop' ? 'popped' : 'stolen']++;
              }
            }
          }
          if (pushed > SIZE) seen.round++;
          const now = audit(words);
          expect(now.values()).toEqual(inside);
          expect(now.cells).toEqual({
            cells: SIZE,
            holding: inside.length,
            claimed: 0,
            empty: SIZE - inside.length,
          });
          expect(now.free).toBe(options.slots);
        },
      ),
      { numRuns: runs(300, 12) },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  },
);

test('indices come round: a deque that begins right before 2^31 goes on', () => {
  const [words, [owner, thief]] = dequeOf('atomics', []);
  const geometry = audit(words).geometry;
  const names = Array.from({ length: geometry.cells }, (_, n) =>
    cardOfStructure(DEQUE).cells!.name(n, geometry.cells, geometry.threads),
  );
  for (const name of ['Top', 'Bottom']) words[geometry.cell(names.indexOf(name))] = 2 ** 31 - 3;
  for (let value = 0; value < SIZE; value++) expect(owner!.push(value)).toBe(OK);
  expect(owner!.push(SIZE)).toBe(FULL);
  expect(audit(words).values()).toEqual(Array.from({ length: SIZE }, (_, value) => value));
  for (let value = 0; value < 5; value++) {
    expect(thief!.steal()).toBe(VALUE);
    expect(thief!.result()).toBe(value);
  }
  for (let value = SIZE - 1; value >= 5; value--) {
    expect(owner!.pop()).toBe(VALUE);
    expect(owner!.result()).toBe(value);
  }
  expect([owner!.pop(), thief!.steal(), thief!.isEmpty()]).toEqual([EMPTY, EMPTY, true]);
});

test('a thief that is outrun gives up, and what it was after is delivered once', () => {
  const words = attachWords(createBuffer({ ...options, initial: [7] }, choice));
  const owner = assemble(new LimitedMemory(words), 1, choice.scheme).structure as unknown as Held;
  const taken: number[] = [];
  const memory = new (class extends Interrupted {
    override load(label: number, address: number): number {
      if (label === WS10 && taken.length === 0) {
        taken.push(owner.pop());
        expect(owner.result()).toBe(7);
      }
      return super.load(label, address);
    }
  })(words, 'before', 0, () => {});
  const thief = assemble(memory, 2, choice.scheme).structure as unknown as Held;
  expect(thief.steal()).toBe(ABORT);
  expect(taken).toEqual([VALUE]);
  expect([thief.steal(), owner.take(), owner.isEmpty()]).toEqual([EMPTY, EMPTY, true]);
});
