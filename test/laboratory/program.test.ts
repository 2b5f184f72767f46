import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callsIn } from '../../src/laboratory/operations.ts';
import { mostInUse, parseProgram, showOperation, showValue } from '../../src/laboratory/program.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { usageOf } from '../engines/usage.ts';

const shown = (text: string, more: readonly string[] = []): string[] =>
  parseProgram(text, more).threads.map((thread) => thread.map(showOperation).join(' '));

describe('a program', () => {
  test('names its values in order, those at the start first', () => {
    const { initial, threads } = parseProgram('[A B] e d | d e i');
    expect(initial.map(showValue)).toEqual(['A', 'B']);
    expect(threads.map((thread) => thread.map(showOperation).join(' '))).toEqual([
      'enqueue(C) dequeue()',
      'dequeue() enqueue(D) isEmpty()',
    ]);
  });

  test.each([
    ['e', ['enqueue(A)']],
    ['[] e | d', ['enqueue(A)', 'dequeue()']],
    ['[A,B] d', ['dequeue()']],
    ['enqueue dequeue isEmpty', ['enqueue(A) dequeue() isEmpty()']],
    ['(e d)x2', ['enqueue(A) dequeue() enqueue(B) dequeue()']],
    ['((e)x2 d)x2', ['enqueue(A) enqueue(B) dequeue() enqueue(C) enqueue(D) dequeue()']],
    ['d (e)x0 d', ['dequeue() dequeue()']],
    ['adopt collect leave', ['adopt() collect() leave()']],
    ['other(3)', ['other(3)']],
    ['[A] e2 e | d3', ['enqueueMany(B, C) enqueue(D)', 'dequeueMany(3)']],
    ['(enqueueMany(1) d1)x2', ['enqueueMany(A) dequeueMany(1) enqueueMany(B) dequeueMany(1)']],
    ['(adopt other(3))x2 other(10)', ['adopt() other(3) adopt() other(3) other(10)']],
  ])('%j is read', (text, expected) => {
    expect(shown(text, ['other'])).toEqual(expected);
  });

  test.each([
    ['e | x', '"x" in thread 2 of the program "e | x" is no operation'],
    ['dequeu', 'is no operation (did you mean "dequeue"?)'],
    ['e || d', 'A thread of the program "e || d" has no operations; write for example "e d | d".'],
    ['', 'has no operations'],
    ['(e)x0', 'has no operations'],
    ['e [A]', 'cannot be read: brackets go around the first items only'],
    ['[A] e [B]', 'cannot be read'],
    ['[A e', 'cannot be read'],
    ['(e d', '"(e" in thread 1'],
    ['(e d)x10001', '10001 repetitions in the program "(e d)x10001" are too many: give at most 10000.'],
    [
      '(((d)x1000)x1000)x1000',
      'A thread of the program "(((d)x1000)x1000)x1000" has more than 100000 operations',
    ],
    [`(d)x${'9'.repeat(400)}`, '99 repetitions in the program'],
    ['other(-1)', '"other(-1)" in thread 1'],
    ['other(4294967296)', 'The number in "other(4294967296)" in thread 1'],
    [
      'e | e0',
      'The batch "e0" in thread 2 of the program "e | e0" cannot be made: it takes 1 to 256 operations, as in e2.',
    ],
    ['d257', 'it takes 1 to 256 operations, as in'],
    ['enqueueMany', 'it takes 1 to 256'],
    [
      'e*257',
      'The chain "e*257" in thread 1 of the program "e*257" cannot be made: it takes 1 to 256 operations, as in e*2.',
    ],
    ['e*', 'is no operation; write e, d, i, e2, e*2, d2, d*2, '],
    [
      'treiber-stack:pop*',
      'is no operation (did you mean "pop"?); write push, pop, i, push2, pop2, collect, ',
    ],
    ['e3)', '"e3)" in thread 1'],
  ])('%j is refused', async (text, message) => {
    expect(await usageOf(() => parseProgram(text, ['other']))).toContain(message);
  });

  test('a batch of an operation that waits is refused, which would make another one', async () => {
    const refused = 'The batch "pull2" in thread 1 of the program "pull2 | e" cannot be made: a batch takes';
    const message = await usageOf(() => parseProgram('pull2 | e', [], structureById('vyukov-ring')));
    expect(message).toContain(refused);
    expect(message).toContain('write (pull)x2.');
  });

  test('reads back as it is written, with every repetition written out', () => {
    const operation = fc.constantFrom('e', 'd', 'i', 'adopt', 'other(7)', 'e2', 'd3');
    const thread = fc.array(operation, { minLength: 1, maxLength: 5 });
    const folded = fc.record({ times: fc.integer({ min: 1, max: 4 }), body: thread });
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.array(fc.array(folded, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        (initial, threads) => {
          const start = `[${Array.from({ length: initial }, (_, i) => showValue(65 + i)).join(' ')}]`;
          const short = threads.map((parts) =>
            parts
              .map(({ times, body }) => (times === 1 ? body.join(' ') : `(${body.join(' ')})x${times}`))
              .join(' '),
          );
          const long = threads.map((parts) =>
            parts.flatMap(({ times, body }) => Array.from({ length: times }, () => body.join(' '))).join(' '),
          );
          const program = parseProgram(`${start} ${short.join(' | ')}`, ['other']);
          const written = parseProgram(`${start} ${long.join('|')}`, ['other']);
          expect({ ...program, text: '' }).toEqual({ ...written, text: '' });
          const values = program.threads
            .flatMap(callsIn)
            .flatMap(({ name, argument }) => (name === 'enqueue' ? [argument] : []));
          expect(values).toEqual(values.map((_, i) => 65 + initial + i));
        },
      ),
    );
  });
});

describe('a value', () => {
  test.each([
    [65, 'A'],
    [90, 'Z'],
    [91, 'A1'],
    [117, 'A2'],
    [64, '64'],
    [-1, '-1'],
    [65 + 26_000, '26065'],
  ])('%i is shown as %s', (value, text) => {
    expect(showValue(value)).toBe(text);
  });

  test('has a name of its own', () => {
    const names = Array.from({ length: 30_000 }, (_, i) => showValue(i));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the most slots that a program can have inside', () => {
  test.each([
    ['[A B] d d | (e d)x20', 1 + 2 + 1],
    ['d e | d e', 1 + 2],
    ['[A] e e d e | d d', 1 + 1 + 2],
    ['[A B] e3 d3 | i', 1 + 5],
    ['[A B C] d d e e e', 1 + 4],
    ['treiber-stack:(push pop)x9 | push push', 3],
    ['michael-list:[1] +2 -2 +3 -3', 3],
  ])('%s: %i', (text, most) => {
    expect(mostInUse(parseProgram(text))).toBe(most);
  });

  test('no schedule has more inside', () => {
    fc.assert(
      fc.property(
        fc.nat(3),
        fc.array(fc.array(fc.constantFrom('e', 'd'), { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(fc.nat(2), { maxLength: 30 }),
        (first, threads, schedule) => {
          const start = ['A', 'B', 'C'].slice(0, first).join(' ');
          const program = parseProgram(`[${start}] ${threads.map((each) => each.join(' ')).join(' | ')}`);
          const left = threads.map((each) => [...each]);
          let inside = first;
          for (const thread of schedule) {
            const next = left[thread]?.shift();
            inside = Math.max(0, inside + Number(next === 'e') - Number(next === 'd'));
            expect(inside + 1).toBeLessThanOrEqual(mostInUse(program));
          }
        },
      ),
    );
  });
});
