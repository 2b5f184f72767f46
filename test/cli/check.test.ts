import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, lab } from './lab.ts';

const stack = join(import.meta.dirname, '../../src/checker/wasm/example/stack.wasm');
const naive = ['check', stack, '--threads', 'pop_naive | swap_naive', '--finally', 'top.node !== results[1]'];
const LIMIT = 'All atomic accesses of WebAssembly are sequentially consistent';

/** What stands on stderr where a command line cannot be carried out. */
function refusal(...args: readonly string[]): string {
  const { status, stderr } = lab(['check', ...args]);
  expect(status).toBe(2);
  return stderr;
}

describe('lockfree-lab check', () => {
  test('proves a module, and says what that cannot see', () => {
    const { status, stdout, stderr } = lab(['check', stack, '--threads', 'pop; push 1 | pop', '--lock-free']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Proved for this program: 13 executions were explored');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(LIMIT);
  });

  test('tells a failure, writes it as a page, and replays it', () => {
    const page = join(folder(), 'failure.html');
    const { status, stdout } = lab([...naive, '--html', page]);
    expect(status).toBe(1);
    expect(stdout).toContain('stack.c:33');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(LIMIT);
    expect(readFileSync(page, 'utf8')).toContain('<td class="where">stack.c:33<');
    const [, line] = /replay: '(.*)'/.exec(stdout)!;
    const again = lab([...naive, '--replay', line!]);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('Replayed: 12 steps');
  });

  test('answers a document', () => {
    const bad = JSON.parse(lab([...naive, '--json']).stdout) as Record<string, unknown>;
    expect(bad).toMatchObject({
      schemaVersion: 1,
      verdict: 'broken',
      executions: 2,
      failure: { kind: 'property' },
    });
    const good = lab(['check', stack, '--threads', 'pop | pop', '--invariant', 'top.version < 3', '--json']);
    expect(JSON.parse(good.stdout)).toMatchObject({ verdict: 'as-claimed', complete: true, failure: null });
  });

  test('refuses by a sentence', () => {
    expect(refusal(stack)).toContain('There are no threads to check');
    expect(refusal('nowhere.wasm', '--threads', 'pop')).toContain('nowhere.wasm cannot be read (ENOENT)');
    expect(refusal(import.meta.filename, '--threads', 'pop')).toContain('The file is no WebAssembly module');
    expect(refusal(stack, '--threads', 'push one')).toContain('"one" is no argument');
    expect(refusal(stack, '--threads', 'pop | ')).toContain('has a call without a name');
    expect(refusal(stack, '--threads', 'pop', '--finally', 'top.node ==')).toContain(
      'is no expression of JavaScript',
    );
    expect(refusal(stack, '--threads', 'pop | pop', '--invariant', 'tip.node < 3')).toContain(
      'tip is not defined',
    );
    expect(refusal(stack, '--threads', 'pop', '--variable', 'top')).toContain(
      '--variable "top" is not a variable',
    );
  });
});
