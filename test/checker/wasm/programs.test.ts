import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyCheck } from '../../../src/checker/any-check.ts';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { check } from '../../../src/checker/check.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { WasmCall } from '../../../src/checker/wasm/types.ts';
import { some } from '../../effort.ts';
import { golden } from '../../explore/golden-table.ts';
import { functions, programs, queue, queues, words } from './programs.ts';

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'fixtures', name));
const c = fixture('programs.wasm');
const rust = fixture('queue.wasm');

/** What a check comes to: how many executions, what the threads return in them, which words race, or what it finds. */
interface Came {
  readonly executions: number;
  readonly races: readonly string[];
  readonly outcomes: readonly string[];
  readonly kind: string | null;
}

function cameOf(run: (outcomes: Set<string>) => { executions: number; races: readonly string[] }): Came {
  const outcomes = new Set<string>();
  try {
    const { executions, races } = run(outcomes);
    // In JavaScript an array races as a whole, and here each of its elements.
    const names = new Set(races.map((name) => name.replace(/\..*$/, '')));
    return { executions, races: [...names].toSorted(), outcomes: [...outcomes].toSorted(), kind: null };
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    const { executions, kind } = error;
    return { executions, races: [], outcomes: [...outcomes].toSorted(), kind };
  }
}

const textOf = (results: unknown): string =>
  JSON.stringify(results, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));

function inJavaScript(program: readonly (readonly WasmCall[])[], races: 'allow' | 'forbid'): Came {
  const bodies = new Map<string, (shared: never) => unknown>();
  const threads = program.map((calls) => {
    const key = JSON.stringify(calls);
    const body =
      bodies.get(key) ??
      ((shared: never) => calls.map(([name, ...args]) => functions[name]!(shared, ...(args as number[]))));
    bodies.set(key, body);
    return body;
  });
  return cameOf((outcomes) =>
    check({
      words,
      threads,
      races,
      finally: (_: unknown, results: unknown) => void outcomes.add(textOf(results)),
    } as unknown as AnyCheck as never),
  );
}

function inWasm(
  bytes: Uint8Array,
  threads: readonly (readonly WasmCall[])[],
  races: 'allow' | 'forbid',
): Came {
  return cameOf((outcomes) =>
    checkWasm(bytes, { threads, races, finally: (_, results) => void outcomes.add(textOf(results)) }),
  );
}

const titled = (all: typeof programs): [string, (typeof programs)[number]][] =>
  all.map((program) => [
    program.map((calls) => calls.map((call) => call.join(' ')).join('; ')).join(' | '),
    program,
  ]);

describe('the same program in JavaScript and compiled', () => {
  test.each(some(titled(programs), 3))('from C: %s', (_, program) => {
    const here = inJavaScript(program, 'allow');
    const there = inWasm(c, program, 'allow');
    expect(there).toEqual(here);
    // Where races are forbidden it is the same too: none, or one.
    expect(inWasm(c, program, 'forbid').kind).toBe(inJavaScript(program, 'forbid').kind);
  });

  test.each(some(titled(queues), 1))('from C and from Rust: %s', (_, program) => {
    const here = inJavaScript(program, 'forbid');
    expect([here.kind, here.outcomes.length > 0]).toEqual([null, true]);
    expect(inWasm(c, program, 'forbid')).toEqual(here);
    expect(inWasm(rust, program, 'forbid')).toEqual(here);
  });

  const counted = golden.filter(({ program, executions }) => !program.startsWith('[') && executions < 300);
  test.each(some(counted, 1))(
    'the queue in C and in Rust: $program is $executions executions, as for others',
    ({ program, executions }) => {
      const threads = queue(...program.split(' | '));
      for (const bytes of [c, rust]) {
        const { executions: own, complete } = checkWasm(bytes, { threads, symmetry: false });
        expect([own, complete]).toEqual([executions, true]);
      }
    },
  );
});
