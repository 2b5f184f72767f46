import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { UsageError } from '../../../src/errors.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { CheckWasm } from '../../../src/checker/wasm/types.ts';
import { nameBytes, unsigned } from '../../../src/checker/wasm/binary/writer.ts';
import { runs } from '../../effort.ts';
import { buildModule, constant, i32 } from './build-module.ts';
import { engine } from './plain-model.ts';

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'fixtures', name));
const nothing = { name: 'f', parameters: [], results: [], body: [] };

/** What is said of a module that cannot be checked. */
function saidOf(bytes: Uint8Array, what: CheckWasm = { threads: [['f']] }): string {
  try {
    checkWasm(bytes, what);
  } catch (error) {
    if (error instanceof UsageError || error instanceof CheckFailure) return error.message;
    throw error;
  }
  return 'passes';
}

const oneSentence = /^[^\n]+[.)]$/;

describe('a module that is broken or hostile', () => {
  test('and is cut anywhere gets one sentence', () => {
    const whole = fixture('behaviour.wasm');
    const places = runs(whole.length, 40);
    for (let i = 0; i < places; i++) {
      const cut = whole.slice(0, Math.floor((i * whole.length) / places));
      // Where a section of no effect ends, what is left is a module.
      if (engine.validate(cut)) continue;
      expect(saidOf(cut, { threads: [['get']] })).toMatch(oneSentence);
    }
  });

  test('and has one byte changed is checked, or gets one sentence or a story', () => {
    const whole = fixture('behaviour.wasm');
    let refusedAsBroken = 0;
    for (let i = 0; i < runs(1500, 25); i++) {
      const bytes = whole.slice();
      bytes[8 + ((i * 7919) % (whole.length - 8))] = (i * 131) & 255;
      const said = saidOf(bytes, { threads: [['get'], ['add', 1]], loopLimit: 1000, maxExecutions: 50 });
      if (/^The module (?:is|has)/.test(said)) refusedAsBroken++;
    }
    expect(refusedAsBroken).toBeGreaterThan(0);
  });

  test('is refused by what is wrong with it', () => {
    expect(saidOf(Uint8Array.of(1, 2, 3))).toContain('it does not begin with the bytes 00 61 73 6d');
    expect(saidOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0))).toContain(
      'is of WebAssembly version 13.0.1.0',
    );
    expect(saidOf(buildModule({ functions: [nothing], pages: 65_536 }))).toContain(
      'The module asks for 65536 pages of memory',
    );
    const huge = buildModule({ functions: [nothing], sections: { 3: unsigned(2 ** 30) } });
    expect(saidOf(huge)).toContain('a list should have 1073741824 items');
    expect(saidOf(buildModule({ functions: [{ ...nothing, body: [0x41, 0] }] }))).toContain(
      'The module is not valid',
    );
    const table = [...nameBytes('env'), ...nameBytes('table'), 1, 0x70, 0, 1];
    expect(saidOf(buildModule({ functions: [nothing], sections: { 2: [1, ...table] } }))).toContain(
      'The module imports the table env.table, which nobody gives',
    );
  });

  test('ends where it calls itself without end, goes round without end, or grows', () => {
    const touch = [...constant(16), ...constant(1), 0x36, 2, 0];
    const recursive = buildModule({
      functions: [
        { ...nothing, body: [...touch, 0x10, 1] },
        { ...nothing, name: 'g', body: [0x10, 1] },
      ],
    });
    expect(saidOf(recursive)).toContain('T1 throws RuntimeError: Maximum call stack size exceeded');
    const round = buildModule({ functions: [{ ...nothing, body: [...touch, 0x03, 0x40, 0x0c, 0, 0x0b] }] });
    expect(saidOf(round, { threads: [['f']], loopLimit: 1000 })).toContain(
      'its loops went round again and again',
    );
    const grows = buildModule({
      functions: [{ name: 'f', parameters: [], results: [i32], body: [...touch, ...constant(1), 0x40, 0] }],
    });
    expect(saidOf(grows)).toContain('T1 makes memory larger by 1 pages, which is not modelled');
    const startsForever = buildModule({
      functions: [nothing, { ...nothing, name: 'g', body: [0x10, 1] }],
      start: 1,
    });
    expect(saidOf(startsForever)).toContain(
      'The start of the module fails: Maximum call stack size exceeded',
    );
  });

  test('reaches nothing outside that it is not given', () => {
    const functions = [{ name: 'f', parameters: [], results: [i32], body: [...constant(3), 0x10, 0] }];
    const imports = [{ name: 'fetch', parameters: [i32], results: [i32] }];
    const bytes = buildModule({ functions, imports });
    expect(saidOf(bytes)).toContain('The module calls the function env.fetch, which nobody gives');
    expect(saidOf(bytes)).not.toBe(
      saidOf(bytes, { threads: [['f']], imports: { env: { fetch: (n: number) => n } } }),
    );
  });
});

describe('exceptions of C++', () => {
  test('pass through frames that catch all, and what suspends a thread is not caught', () => {
    const seen = new Set<string>();
    const { executions, complete } = checkWasm(fixture('throws.wasm'), {
      threads: [
        ['careful', 1],
        ['careful', 1],
      ],
      finally: ({ counter, caught_by: caught }, results) =>
        void seen.add(`${counter} ${caught} ${(results as number[]).toSorted((a, b) => a - b).join()}`),
    });
    expect(complete).toBe(true);
    expect(executions).toBeGreaterThan(5);
    // Each leaves its guard once, and no thread is counted as caught that was only suspended.
    for (const end of seen) {
      const [counter, caught, ...results] = end.split(/[ ,]/).map(Number);
      const thrown = results.filter((result) => result === 1).length;
      expect(caught).toBe(200 + thrown);
      expect(counter).toBe(4 - thrown);
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});
