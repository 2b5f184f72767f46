import assert from 'node:assert';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { check, CheckFailure, type Shared, UsageError } from '../../src/checker/index.ts';
import { textOf } from '../../src/checker/text.ts';
import { failureOf } from './failure-of.ts';

type X = Shared<{ x: number }>;

const silent = new Proxy(
  {},
  {
    get: () => assert.fail('asked'),
    has: () => assert.fail('asked'),
    getPrototypeOf: () => assert.fail('asked'),
  },
);
const nameless = Object.create(Error.prototype, {
  message: { get: () => assert.fail('asked') },
}) as Error;

const throwsInside = ({ x }: X): void => {
  assert.throws(() => {
    x.add(1);
    throw new RangeError('expected');
  }, RangeError);
  expect(() => assert.fail(String(x.add(1)))).toThrow(/^\d$/);
};

const full = (): Error => new RangeError('full');

const refused = (body: (shared: X) => unknown): string => {
  try {
    check({ words: { x: 0 }, threads: [body] });
  } catch (error) {
    if (error instanceof UsageError) return error.message;
  }
  return 'nothing';
};

describe('whatever a thread throws is a finding, told by name and message', () => {
  test.each<[string, unknown, string]>([
    ['an error', new RangeError('too far'), 'RangeError: too far'],
    ['an error without a message', new TypeError(), 'TypeError'],
    ['an error of another realm', runInNewContext('new SyntaxError("elsewhere")'), 'SyntaxError: elsewhere'],
    ['an error that does not say', nameless, 'Error'],
    ['an error that is refused elsewhere', new UsageError('my own'), 'UsageError: my own'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a text', 'stop', "'stop'"],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a frozen object', Object.freeze({ code: 7 }), '{ code: 7 }'],
    ['a proxy that answers nothing', silent, '{}'],
    ['a function', assert.fail, '[Function: fail]'],
  ])('%s', (_, thrown, text) => {
    const throws = ({ x }: X): void => {
      x.load();
      throw thrown;
    };
    const failure = failureOf(() => check({ words: { x: 0 }, threads: [throws, ({ x }) => x.store(1)] }));
    expect(failure.kind).toBe('error');
    expect(failure.cause === thrown).toBe(true);
    expect(failure.message.split('\n').slice(0, 3)).toEqual(['A thread throws.', `  T1 throws ${text}`, '']);
  });
});

/** Throws at some moment of a thread's life. */
const moments: Readonly<Record<string, (shared: X) => unknown>> = {
  'before its first step': () => assert.fail('now'),
  'after its last step': ({ x }) => [x.add(1), x.add(1), assert.fail('now')],
  'while it cleans up': ({ x }) => {
    try {
      x.add(1);
    } finally {
      // Also thrown while the thread is suspended, and not heeded then.
      assert.fail('now');
    }
  },
  'in the place of another error': ({ x }) => {
    try {
      x.add(1);
      throw new Error('first');
    } catch {
      assert.fail('now');
    }
  },
};

describe('whenever it throws', () => {
  test.each(Object.entries(moments))('%s', (_, throws) => {
    const failure = failureOf(() => check({ words: { x: 0 }, threads: [({ x }) => x.load(), throws] }));
    expect(failure.kind).toBe('error');
    expect(failure.message).toContain('T2 throws AssertionError: now\n');
  });

  test('with nobody left to wake the others', () => {
    const failure = failureOf(() =>
      check({ words: { x: 0 }, threads: [({ x }) => x.wait(0), () => assert.fail('before it notifies')] }),
    );
    expect(failure.kind).toBe('error');
  });

  test('in an operation that it calls', () => {
    const failure = failureOf(() =>
      check({
        words: { x: 0 },
        operations: { push: ({ x }) => [x.add(1), assert.fail('in push')] },
        threads: [[['push']]],
      }),
    );
    expect(failure.message).toContain('T1 throws AssertionError: in push');
  });
});

describe('assertions in a body', () => {
  test('of vitest and of node are findings', () => {
    const threads = [({ x }: X) => expect(x.load()).toBe(0), ({ x }: X) => x.store(1)] as const;
    const ofVitest = failureOf(() => check({ words: { x: 0 }, threads }));
    expect(ofVitest.kind).toBe('error');
    expect(ofVitest.message).toContain(
      'T1 throws AssertionError: expected 1 to be +0 // Object.is equality\n',
    );
    const ofNode = failureOf(() =>
      check({ words: { x: 0 }, threads: [({ x }) => assert.equal(x.load(), 0), threads[1]] }),
    );
    expect(ofNode.message).toContain('T1 throws AssertionError: 1 == 0\n');
    const plain = failureOf(() =>
      check({ words: { x: 0 }, threads: [({ x }) => assert(x.load() === 0), threads[1]] }),
    );
    expect(plain.kind).toBe('error');
  });

  test('that hold are none, and those about what is thrown see it', () => {
    const passed = check({
      words: { x: 0 },
      threads: [throwsInside, throwsInside],
      finally: ({ x }) => x === 4,
    });
    expect(passed.complete).toBe(true);
  });

  test('whose message counts are findings still', () => {
    let count = 0;
    const failure = failureOf(() =>
      check({ words: { x: 0 }, threads: [({ x }) => assert.fail(`${x.load()} in run ${count++}`)] }),
    );
    expect(failure.message).toMatch(/T1 throws AssertionError: 0 in run \d+\n/);
  });
});

describe('errors as answers', () => {
  test('compare by name and message, and not by where they were made', () => {
    const passed = check({
      words: { x: 0 },
      operations: { push: ({ x }) => (x.add(1) === 0 ? { ok: true } : { error: full() }) },
      threads: [[['push']], [['push']]],
      model: {
        initial: 0,
        apply: (count) => [count + 1, count === 0 ? { ok: true } : { error: new RangeError('full') }],
      },
      finally: (_, results) => results.length === 2,
    });
    expect(passed.complete).toBe(true);
    const failure = failureOf(() =>
      check({
        words: { x: 0 },
        operations: { push: ({ x }) => (x.add(1) < 5 ? full() : null) },
        threads: [[['push']]],
        model: { initial: 0, apply: (count) => [count, new RangeError('fuller')] },
      }),
    );
    expect(failure.kind).toBe('not linearizable');
    expect(failure.trace).toContain('push() ⇒ [RangeError: full]');
  });

  test('are told with what they hold, wherever they are', () => {
    const error = Object.assign(new Error('a'), { code: 3, others: [new TypeError('b')] });
    const around: { error: Error; self?: object } = { error };
    around.self = around;
    expect(textOf(new Map([[1, error]]))).toBe(
      'Map(1) { 1 => [Error: a] { code: 3, others: [ [TypeError: b] ] } }',
    );
    expect(textOf(around)).toContain('[Error: a]');
    expect(textOf([new Error('x', { cause: new Error('y') })])).toBe('[ [Error: x] { cause: [Error: y] } ]');
    expect(textOf(new Error('same'))).toBe(textOf([new Error('same')][0]));
  });
});

describe('what is not deterministic', () => {
  let runs = 0;

  test('is refused with the two steps', () => {
    expect(refused(({ x }) => (runs++ % 2 === 0 ? x.load() : x.add(1)))).toMatch(
      /T1 is not deterministic: run again on the same answers it asks for x\.(load\(\)|add\(1\)), and before it asked for x\.(load\(\)|add\(1\))\./,
    );
    expect(
      refused(({ x }) => {
        x.load();
        if (runs++ % 2 === 0) x.add(1);
      }),
    ).toMatch(
      /T1 is not deterministic: .* (ends|returns undefined|goes on to x\.add\(1\)).* before it (went on to x\.add|returned undefined)/,
    );
    expect(refused(({ x }) => [x.load(), runs++ % 2 === 0 ? 1 : assert.fail('sometimes')])).toMatch(
      /it (throws AssertionError: sometimes|returns \[ 0, 1 \]) after x\.load\(\) ⇒ 0, and before it (returned \[ 0, 1 \]|threw AssertionError: sometimes)/,
    );
  });
});

describe('the stack of what a check throws', () => {
  test('begins where the check stands', () => {
    const [, first] = failureOf(() =>
      check({ words: { x: 0 }, threads: [({ x }) => x.load()], finally: () => false }),
    )
      .stack!.split('\n')
      .filter((line, i) => i === 0 || /^ {4}at /.test(line));
    expect(first).toContain('throwing.test.ts');
    try {
      check({ words: {}, threads: [() => {}] });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack!.split('\n    at ')[1]).toContain('throwing.test.ts');
      expect(error).not.toBeInstanceOf(CheckFailure);
    }
  });
});

test('a sequential model that throws, or answers something else, is told with the call', () => {
  const structure = { words: { x: 0 }, operations: { push: ({ x }: X) => x.add(1) } };
  const withModel = (apply: () => unknown): unknown =>
    check({ ...structure, threads: [[['push', 1]]], model: { initial: [], apply: apply as never } });
  expect(() => withModel(() => assert.fail('no'))).toThrow(
    'The sequential model throws in push(1) on []: AssertionError: no.',
  );
  expect(() => withModel(() => 5)).toThrow('answers 5 in push(1): let apply return [next state, response].');
});
