import { describe, expect, test } from 'vitest';
import { check, UsageError } from '../../src/checker/index.ts';

/** As a package does that takes the platform's own when it is loaded. */
const { Int32Array: Taken } = globalThis;
const two = new Int32Array(new SharedArrayBuffer(8));

function stackOf(call: () => unknown): string {
  try {
    call();
    return '';
  } catch (error) {
    return (error as Error).stack ?? '';
  }
}

type Unchecked = Parameters<typeof check>[0];

describe('what a word cannot hold is a TypeError with the value and the way out', () => {
  test.each<[string, unknown, string]>([
    ['a fraction', 0.5, 'cannot begin as 0.5'],
    ['too big a number', 2 ** 31, 'cannot begin as 2147483648'],
    ['a number that would wrap to 0', 2 ** 32, 'cannot begin as 4294967296'],
    ['no number', NaN, 'cannot begin as NaN'],
    ['no number among numbers', [0, NaN], 'cannot begin as NaN'],
    ['infinity', -Infinity, 'cannot begin as -Infinity'],
    ['a zero with a sign', -0, 'cannot begin as -0'],
    ['a string among numbers', [0, '1'], "cannot begin as '1'"],
    ['a hole', [0, undefined], 'cannot begin as undefined'],
    ['a bigint among numbers', [0, 1n], 'cannot begin as 1n'],
    ['a number among bigints', [0n, 1], 'cannot begin as 1'],
    ['too big a bigint', 2n ** 63n, 'cannot begin as 9223372036854775808n'],
  ])('%s', (_, value, said) => {
    const refused = { words: { f: value }, threads: [(): void => undefined] } as unknown as Unchecked;
    expect(() => check(refused)).toThrow(TypeError);
    expect(() => check(refused)).toThrow(`The word "f" ${said}: give a`);
    const [, stack] = /\n(.*)/.exec(stackOf(() => check(refused))) ?? [];
    expect(stack).toContain('refusals.test.ts');
  });

  test('and what it can hold is accepted', () => {
    const floats = Float64Array.of(NaN, -0, 0.5, 2 ** 40);
    const words = { a: -(2 ** 31), b: 2 ** 31 - 1, c: -(2n ** 63n), floats, d: Uint32Array.of(2 ** 32 - 1) };
    check({
      words,
      threads: [({ a }): void => void a.load()],
      finally: (values) => expect(values).toEqual(words),
    });
  });
});

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
    [
      'an async finally',
      { ...x, threads: [() => {}], finally: async () => false },
      /^finally is asynchronous/,
    ],
    [
      'an always with a promise',
      { ...x, threads: [() => {}], always: () => Promise.resolve(false) },
      /^always is asynchronous/,
    ],
    ['an async make', { make: async () => ({}), threads: [() => {}] }, /^make is asynchronous/],
    ['a generator', { ...x, threads: [function* () {}] }, /T1 is a generator/],
    ['a promise', { ...x, threads: [({ x: word }: never) => Promise.resolve(word)] }, /T1 is asynchronous/],
    ['a string as a word', { words: { f: '1' }, threads: [() => {}] }, /"f" is '1': give an integer/],
    ['yes as a word', { words: { f: true }, threads: [() => {}] }, /"f" is true: give an integer/],
    [
      'a view as a word',
      { words: { f: new DataView(new ArrayBuffer(8)) }, threads: [() => {}] },
      /"f" is a DataView/,
    ],
    ['no words', { words: {}, threads: [() => {}] }, /declares no shared words/],
    ['calls without operations', { ...x, threads: [[['push']]] }, /declares none/],
    [
      'an unknown operation',
      { ...x, operations: { push: () => {} }, threads: [[['pusj']]] },
      /no operation "pusj" \(did you mean "push"\?\): the check declares push/,
    ],
    [
      'a model without operations',
      { ...x, model: { initial: 0, apply: () => [0] }, threads: [() => {}] },
      /no operations/,
    ],
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
      /waitAsync, which needs an event loop/,
    ],
    [
      'one buffer by two names',
      { words: { a: two, b: two.subarray(1) }, threads: [() => {}] },
      /"a" and "b" have the same SharedArrayBuffer: declare the buffer/,
    ],
    [
      'a buffer that grows',
      {
        words: { a: new SharedArrayBuffer(4, { maxByteLength: 8 }) },
        threads: [({ a }: { a: SharedArrayBuffer }) => a.grow(8)],
      },
      /"a" is to grow from 4 to 8 bytes, which is not modelled/,
    ],
    [
      'memory of WebAssembly',
      { ...x, threads: [() => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })] },
      /A shared WebAssembly.Memory is not modelled/,
    ],
    [
      'a view of memory from outside',
      { ...x, threads: [() => new Uint8Array(two.buffer)] },
      /T1 makes a Uint8Array over a SharedArrayBuffer of 8 bytes that the check does not declare/,
    ],
    [
      'a clone of a buffer',
      {
        words: { a: new SharedArrayBuffer(4) },
        threads: [({ a }: { a: SharedArrayBuffer }) => structuredClone(new Uint8Array(a))],
      },
      /structuredClone of shared memory is not modelled/,
    ],
    [
      'a class that was taken before',
      {
        words: { a: new SharedArrayBuffer(4) },
        threads: [({ a }: { a: SharedArrayBuffer }) => new Taken(a)],
      },
      /"a" is given to something that does not know it.*loaded\(\(\) => import/,
    ],
    [
      'a make that makes no memory',
      { make: () => 1, threads: [() => {}] },
      /make makes no SharedArrayBuffer/,
    ],
    [
      'a make that throws',
      { ...x, make: () => (undefined as unknown as { x: 1 }).x, threads: [() => {}] },
      /^make throws TypeError/,
    ],
    [
      'a make that waits',
      { make: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), threads: [() => {}] },
      /make waits for a word/,
    ],
    [
      'a make that makes other memory the next time',
      {
        make: () => new SharedArrayBuffer(4 * ++runs),
        threads: [(a: SharedArrayBuffer) => new Int32Array(a)[0]],
      },
      /make is not deterministic: run again, buffer 1 that it makes has \d+ bytes, and before it had \d+/,
    ],
    [
      'chance',
      {
        ...x,
        threads: [
          ({ x: word }: { x: { store(value: number): void } }) => [word.store(runs++), word.store(0)],
        ],
      },
      /The code of T1 is not deterministic: run again on the same answers it asks for x\.store\(\d+\), and before it asked for x\.store\(\d+\)/,
    ],
    [
      'a result by chance',
      { ...x, threads: [() => runs++] },
      /T1 is not deterministic: run again on the same answers it returns \d+, and before it returned \d+/,
    ],
    ['nothing', undefined, /check is given nothing: give it words and threads, as in check\(\{/],
    ['something else', 5, /check is given 5: give it words and threads/],
    ['an empty check', {}, /"words" is missing in check: give the shared words by name/],
    ['no list of threads', x, /"threads" is missing in check: give a list with the code of each thread/],
    ['a word alone as words', { words: 3, threads: [() => {}] }, /"words" of check is 3: give/],
    ['a list as words', { words: [3], threads: [() => {}] }, /"words" of check is \[ 3 \]: give/],
    ['null as a word', { words: { a: null }, threads: [() => {}] }, /"a" is null: give an integer/],
    [
      'memory of one thread as a word',
      { words: { a: new ArrayBuffer(4) }, threads: [() => {}] },
      /"a" is ArrayBuffer/,
    ],
    [
      'one thread alone',
      { ...x, threads: () => {} },
      /"threads" of check is \[Function: threads\]: give a list/,
    ],
    [
      'a misspelt option',
      { ...x, threads: [() => {}], finaly: () => true },
      /There is no "finaly" in check \(did you mean "finally"\?\): it may have words, make, threads, operations/,
    ],
    [
      'an option of another',
      { ...x, threads: [() => {}], runs: 1 },
      /There is no "runs" in check: it may have/,
    ],
    [
      'no function as property',
      { ...x, threads: [() => {}], finally: true },
      /"finally" of check is true: give/,
    ],
    ['another word about races', { ...x, threads: [() => {}], races: 'allowed' }, /give 'forbid' or 'allow'/],
    [
      'half a step',
      { ...x, threads: [() => {}], stepLimit: 0.5 },
      /"stepLimit" of check is 0.5: give a whole/,
    ],
    ['no time', { ...x, threads: [() => {}], maxSeconds: 0 }, /give seconds, more than 0/],
    [
      'a misspelt part of the model',
      { ...x, operations: {}, model: { initial: 0, aply: 1 }, threads: [() => {}] },
      /There is no "aply" in the sequential model \(did you mean "apply"\?\)/,
    ],
    [
      'a model without its function',
      { ...x, operations: {}, model: { initial: 0 }, threads: [() => {}] },
      /"apply" is missing in the sequential model: give a function/,
    ],
    [
      'no function as operation',
      { ...x, operations: { push: 1 }, threads: [() => {}] },
      /"push" is 1: give a/,
    ],
    [
      'a call that is no list',
      { ...x, operations: { push: () => {} }, threads: [['push', 1]] },
      /Call 1 of T1 is 'push': give the name of an operation/,
    ],
    [
      'a negative bound',
      { ...x, threads: [() => {}], preemptions: -1 },
      /"preemptions" of check is -1: give a whole number from 0/,
    ],
  ])('%s', (_, what, why) => {
    expect(() => check(what as Unchecked)).toThrow(UsageError);
    expect(() => check(what as Unchecked)).toThrow(why);
  });
});

describe('plain accesses of two threads to one array', () => {
  test('race where it is made in the check', () => {
    const inTheCheck: Unchecked = {
      make: () => ({ v: new Int32Array(new SharedArrayBuffer(8)) }),
      threads: [0, 1].map(() => (made: unknown) => void (made as { v: Int32Array }).v[0]!++),
    };
    expect(() => check(inTheCheck)).toThrow(/Plain accesses race/);
  });

  test('leave no trace where it was made outside, as the README says: what they do to it is not undone', () => {
    const outside = new Taken(new SharedArrayBuffer(8));
    const body = ({ n }: { n: { add(by: number): number } }): void => {
      n.add(1);
      outside[0]!++;
    };
    const { complete, races } = check({ words: { n: 0 }, threads: [body, (words) => body(words)] });
    expect({ complete, races }).toEqual({ complete: true, races: [] });
    // More than two threads would do once, since bodies are run again and again.
    expect(outside[0]).toBeGreaterThan(2);
  });
});
