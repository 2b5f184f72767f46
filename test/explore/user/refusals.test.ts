import { describe, expect, test } from 'vitest';
import { check, UsageError } from '../../../src/explore/index.ts';

type Unchecked = Parameters<typeof check>[0];

describe('what cannot be checked is refused with a sentence', () => {
  const words = { x: 0, wide: [0] };
  const x = { words: { x: 0 } };
  let runs = 0;
  test.each<[string, unknown, RegExp]>([
    ['no threads', { ...x, threads: [] }, /has no threads/],
    [
      'too many threads',
      { ...x, threads: Array.from({ length: 32 }, () => () => {}) },
      /has 32 threads: at most 31/,
    ],
    ['something else as a thread', { ...x, threads: [7] }, /T1 is 7: give a function/],
    ['an async body', { ...x, threads: [async () => {}] }, /T1 is asynchronous/],
    ['a generator', { ...x, threads: [function* () {}] }, /T1 is asynchronous/],
    ['a promise', { ...x, threads: [({ x: word }: never) => Promise.resolve(word)] }, /T1 is asynchronous/],
    ['no words', { words: {}, threads: [() => {}] }, /declares no shared words/],
    ['floats', { words: { f: new Float64Array(1) }, threads: [() => {}] }, /"f" is a Float64Array/],
    ['a fraction', { words: { f: 0.5 }, threads: [() => {}] }, /"f" cannot begin as 0.5/],
    ['too big a number', { words: { f: 2 ** 31 }, threads: [() => {}] }, /"f" cannot begin as 2147483648/],
    ['calls without operations', { ...x, threads: [[['push']]] }, /declares none/],
    [
      'an unknown operation',
      { ...x, operations: { push: () => {} }, threads: [[['pusj']]] },
      /no operation "pusj" \(did you mean "push"\?\): the check declares push/,
    ],
    ['a model without operations', { ...x, model: {}, threads: [() => {}] }, /no operations/],
    [
      'a model that changes its states',
      {
        ...x,
        operations: { push: () => {} },
        threads: [[['push']]],
        model: { initial: [], apply: (state: unknown[]) => [state.concat(state.push(1)), undefined] },
      },
      /changed the state that it was given, in push\(\)/,
    ],
    [
      'waitAsync',
      { words, threads: [({ wide }: { wide: Int32Array }) => Atomics.waitAsync(wide, 0, 0)] },
      /waitAsync is not modelled/,
    ],
    [
      'a buffer',
      { words, threads: [({ wide }: { wide: Int32Array }) => new Uint8Array(wide.buffer)] },
      /"buffer" of the array "wide" is not modelled/,
    ],
    [
      'chance',
      {
        ...x,
        threads: [
          ({ x: word }: { x: { store(value: number): void } }) => [word.store(runs++), word.store(0)],
        ],
      },
      /The code of T1 is not deterministic: run again on the same answers it asks for store of x with \d+, and before it asked for store of x with \d+/,
    ],
    [
      'a result by chance',
      { ...x, threads: [() => runs++] },
      /T1 is not deterministic: run again on the same answers it returns \d+, and before it returned \d+/,
    ],
    ['a negative bound', { ...x, threads: [() => {}], preemptions: -1 }, /bound of preemptions is -1/],
  ])('%s', (_, what, why) => {
    expect(() => check(what as Unchecked)).toThrow(UsageError);
    expect(() => check(what as Unchecked)).toThrow(why);
  });
});
