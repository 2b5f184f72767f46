import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { check } from '../../../src/checker/check.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { CheckWasm } from '../../../src/checker/wasm/types.ts';

const bytesOf = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, name));
const behaviour = bytesOf('fixtures/behaviour.wasm');
const shared = bytesOf('fixtures/behaviour-shared.wasm');
const stack = bytesOf('../../../src/checker/wasm/example/stack.wasm');

/** The failure that a check finds. */
function failureOf(what: CheckWasm, bytes: Uint8Array = behaviour): CheckFailure {
  try {
    checkWasm(bytes, what);
  } catch (error) {
    if (error instanceof CheckFailure) return error;
    throw error;
  }
  throw new Error('it passes');
}

const refused =
  (what: CheckWasm, bytes: Uint8Array = behaviour): (() => unknown) =>
  () =>
    checkWasm(bytes, what);

const lose = ({ counter }: { counter: { load(): number; store(n: number): number } }): void =>
  void counter.store(counter.load() + 1);

const allSeven: CheckWasm['finally'] = (_, results) => results.every((result) => result === 7);

/** What a thread has taken is not on top. */
const takenIsNotOnTop: CheckWasm['finally'] = ({ top }, [, taken]) => top[0] !== taken;

describe('the threads of a module', () => {
  test('are explored as functions that do the same: a lost update is found, with its line', () => {
    const what: CheckWasm = { threads: [['lose'], ['lose']], finally: ({ counter }) => counter === 2 };
    const failure = failureOf(what);
    expect(failure.kind).toBe('property');
    expect([failure.executions, failure.replay]).toEqual([2, '1,2x2,1']);
    expect(failure.trace).toContain('counter.load() ⇒ 0');
    expect(failure.message).toMatch(
      /Run it alone with\n  replay: '1,2x2,1'\n\nWhat this cannot see\n  All atomic/,
    );
    expect(failure.trace).toMatch(/lose\+0x[0-9a-f]+/);
    expect(failureOf({ ...what, replay: failure.replay }).message).toContain('Replayed: 4 steps');
  });

  test('make as many executions as functions of JavaScript', () => {
    for (const threads of [2, 3]) {
      const same = Array.from({ length: threads }, () => ['lose'] as const);
      const here = check({ words: { counter: 0 }, threads: same.map(() => lose) });
      const there = checkWasm(behaviour, { threads: same });
      expect([there.executions, there.complete]).toEqual([here.executions, true]);
    }
  });

  test('have arguments of all types, and results', () => {
    const what: CheckWasm = {
      threads: [
        ['put_wide', 5n],
        ['put_real', 2.5],
        ['own', 2],
        ['add', -3],
      ],
      variables: { real: ['real', 'f64'], wide: ['wide', 'i64'], bytes: ['bytes', 'u8[8]'] },
      setup: [['put_byte', 3, 200]],
      finally: ({ wide, real, counter, bytes }, results) => {
        expect([wide, real, counter, bytes]).toEqual([5n, 2.5, 149, [0, 0, 0, 200, 0, 0, 0, 0]]);
        expect(results).toEqual([undefined, undefined, 152, undefined]);
      },
    };
    expect(checkWasm(behaviour, what).complete).toBe(true);
  });

  test('race by plain accesses, byte by byte', () => {
    expect(failureOf({ threads: [['race'], ['race']] }).kind).toBe('race');
    expect(
      failureOf({
        threads: [
          ['put_byte', 2, 1],
          ['put_byte', 2, 1],
        ],
      }).kind,
    ).toBe('race');
    expect(
      checkWasm(behaviour, {
        threads: [
          ['put_byte', 2, 1],
          ['put_byte', 3, 1],
        ],
      }).executions,
    ).toBe(1);
    const allowed = checkWasm(behaviour, { threads: [['race'], ['race']], races: 'allow' });
    expect(allowed.races).toEqual(['plain']);
  });

  test('have a stack of their own, whose addresses nobody else can use', () => {
    const sums: number[] = [];
    const { complete, symmetric } = checkWasm(behaviour, {
      threads: [
        ['own', 1],
        ['own', 1],
      ],
      finally: ({ counter }) => void sums.push(counter as number),
    });
    expect([complete, symmetric.length]).toEqual([true, 1]);
    expect(new Set(sums)).toEqual(new Set([272]));
    expect(refused({ threads: [['show'], ['look']], races: 'allow' })).toThrow(
      /T2 goes to address \d+, which is on the stack of T1: what threads share must be static, or on the heap\./,
    );
    // What is on a stack has another address in each thread, so these two are not alike.
    expect(checkWasm(behaviour, { threads: [['show'], ['show']] }).symmetric).toEqual([]);
  });

  test('have thread-local variables, tables and globals of their own, which begin anew with each execution', () => {
    const threads: CheckWasm['threads'] = [['thread_local_sum'], ['thread_local_sum']];
    expect(checkWasm(shared, { threads, finally: allSeven }).executions).toBe(1);
    expect(
      checkWasm(behaviour, {
        threads: [
          ['call_pointer', 4],
          ['call_pointer', 5],
        ],
        finally: (_, [a, b]) => a === 8 && b === 10,
      }).complete,
    ).toBe(true);
  });

  test('choose, start and join each other', () => {
    const seen = new Set<unknown>();
    checkWasm(behaviour, { threads: [['chosen']], finally: (_, [which]) => void seen.add(which) });
    expect(seen).toEqual(new Set([0, 1, 2]));
    const { executions } = checkWasm(behaviour, {
      threads: [['starts'], { code: ['started'], waitsForStart: true }],
      finally: (_, [result]) => result === 6,
    });
    expect(executions).toBe(1);
  });

  test('sleep and wake each other', () => {
    expect(
      failureOf({
        threads: [
          ['sleep_on', 1],
          ['add', 1],
        ],
      }).kind,
    ).toBe('deadlock');
    expect(checkWasm(behaviour, { threads: [['sleep_on', 0], ['wake']] }).complete).toBe(true);
    const came = new Set<unknown>();
    checkWasm(behaviour, {
      threads: [['sleep_for', 0], ['wake']],
      finally: (_, [how]) => void came.add(how),
    });
    expect(came).toEqual(new Set([0, 1, 2]));
  });

  test('copy and fill memory that they share', () => {
    const what: CheckWasm = {
      threads: [['copy'], ['clear']],
      variables: { to: ['to', 'i32[4]'] },
      finally: ({ to }) => to[0] === 1,
    };
    expect(failureOf(what).kind).toBe('property');
    expect(failureOf({ threads: what.threads }).kind).toBe('race');
  });

  test('end with what WebAssembly ends them for', () => {
    expect(failureOf({ threads: [['divide', 0], ['get']] }).message).toMatch(
      /T1 throws RuntimeError: divide by zero, at divide\+0x/,
    );
    expect(failureOf({ threads: [['null_pointer'], ['get']] }).message).toContain(
      'where no variable is: a null pointer',
    );
    expect(failureOf({ threads: [['deep', 10_000], ['get']] }).message).toContain('stack overflow');
  });

  test('that go round without a step come to a verdict', () => {
    const failure = failureOf({ threads: [['endless'], ['get']], loopLimit: 100_000 });
    expect(failure.message).toContain(
      'its loops went round again and again, and came to no step that another thread could see',
    );
  });
});

describe('a check of a module', () => {
  test('begins with the bytes of a memory that is given for the one that is imported', () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const threads: CheckWasm['threads'] = [['get']];
    const imports = { env: { memory } };
    expect(checkWasm(shared, { threads, imports, finally: (_, [seen]) => seen === 0 }).executions).toBe(1);
    checkWasm(shared, {
      threads,
      imports,
      finally: (_, __, view) => expect(view.getUint8(100_000)).toBe(0),
    });
    new DataView(memory.buffer).setUint8(100_000, 7);
    checkWasm(shared, {
      threads,
      imports,
      finally: (_, __, view) => expect(view.getUint8(100_000)).toBe(7),
    });
    expect(refused({ threads: [['get']], imports: { env: { memory: 7 } } }, shared)).toThrow(
      'The module imports the memory env.memory, and is given 7: give a WebAssembly.Memory',
    );
  });

  test('begins with what the constructors have left', () => {
    expect(
      checkWasm(behaviour, { threads: [['constructed']], finally: (_, [made]) => made === 42 }).complete,
    ).toBe(true);
  });

  test('holds what threads answer against a sequential model', () => {
    const model: CheckWasm<number>['model'] = {
      initial: 0,
      apply: (sum, operation, n) => (operation === 'add' ? [sum + (n as number), undefined] : [sum, sum]),
    };
    expect(
      checkWasm(behaviour, {
        threads: [
          [['add', 1], ['get']],
          ['add', 2],
        ],
        model,
      }).complete,
    ).toBe(true);
    const wrong: CheckWasm<number>['model'] = { initial: 0, apply: (sum) => [sum, undefined] };
    expect(failureOf({ threads: [['add', 1], ['get']], model: wrong } as CheckWasm).kind).toBe(
      'not linearizable',
    );
  });

  test('asks whether a thread can finish alone, and what must always hold', () => {
    expect(checkWasm(stack, { threads: [['pop'], ['swap']], lockFree: true }).executions).toBe(25);
    expect(failureOf({ threads: [['sleep_on', 0], ['wake']], lockFree: true }).kind).toBe('not lock-free');
    expect(
      failureOf({
        threads: [
          ['add', 1],
          ['add', 1],
        ],
        always: ({ counter }) => counter < 2,
      }).kind,
    ).toBe('invariant');
  });

  test('finds ABA in a stack, and none where the top has a version', () => {
    const variables = { top: ['top', 'u16[2]'] } as const;
    const failure = failureOf(
      { threads: [['pop_naive'], ['swap_naive']], variables, finally: takenIsNotOnTop },
      stack,
    );
    expect([failure.kind, failure.executions, failure.replay]).toEqual(['property', 2, '1x2,2x9,1']);
    expect(failure.trace).toContain('top.compareExchange([1 0], [2 0]) ✓');
    expect(
      checkWasm(stack, { threads: [['pop'], ['swap']], variables, finally: takenIsNotOnTop }).executions,
    ).toBe(25);
  });

  test('refuses by a sentence what it cannot do', () => {
    expect(refused({ threads: [['lost']] })).toThrow(
      'The module exports no function "lost" (did you mean "lose"?)',
    );
    expect(refused({ threads: [['add']] })).toThrow('add is called with 0 arguments, and takes 1');
    expect(refused({ threads: [['add', '&nothing']] })).toThrow('the module has no variable of that name');
    expect(refused({ threads: [['call_outside'], ['get']] })).toThrow(
      'The module calls the function env.outside, which nobody gives',
    );
    const imports = { env: { outside: (n: number) => n + 1 } };
    expect(checkWasm(behaviour, { threads: [['call_outside'], ['get']], imports }).complete).toBe(true);
    expect(refused({ threads: [['get']], variables: { x: [8, 'int'] } })).toThrow(
      'The variable "x" cannot be of type \'int\'',
    );
    expect(refused({ threads: [['get']], words: {} } as never)).toThrow('checkWasm has no option "words"');
    expect(refused({ threads: [['sleep_on', 0]], setup: [['sleep_on', 0]] })).toThrow('while it is set up');
  });
});
